"""One address for pages: opened by an IP address of this machine, they send to the public URL, where it has a name.

A passkey needs a name (an IP address is no RP ID: WebAuthn §5.1.2), and a browser's cookies for one are unknown to
the other. What programs call goes on as it was asked; so does whatever is not GET or HEAD.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api import hosts
from identity.foundation.settings import Settings, is_loopback

_OF_PROXIES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")


def pages(settings: Settings, is_page: Callable[[Request], bool] = lambda _request: True) -> list[Middleware]:
    """For the route of a page; `is_page` where the same route answers programs."""
    return [Middleware(_AtPublicUrl, settings=settings, is_page=is_page)] if _is_name(settings) else []


def _is_name(settings: Settings) -> bool:
    """Is the public host a name of this machine? Elsewhere an IP address may be what a proxy knows us by."""
    host = urlsplit(settings.public_url).hostname or ""
    return is_loopback(host) and not hosts.is_loopback_address(host)


class _AtPublicUrl:
    def __init__(self, app: ASGIApp, settings: Settings, is_page: Callable[[Request], bool]) -> None:
        self._app, self._settings, self._is_page = app, settings, is_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        elsewhere = (
            request.method in ("GET", "HEAD") and self._is_elsewhere(request) and self._is_page(request)
        )
        app = self._redirect(scope) if elsewhere else self._app
        await app(scope, receive, send)

    def _is_elsewhere(self, request: Request) -> bool:
        """Was it asked by an address, and by the browser itself?

        A proxy may call us by our address whatever it was called by: what it sends on would come back for ever.
        """
        host = hosts.name(request.headers.get("host", "")) or ""
        direct = request.scope["scheme"] == urlsplit(self._settings.public_url).scheme and not any(
            name in request.headers for name in _OF_PROXIES
        )
        return direct and hosts.is_loopback_address(host)

    def _redirect(self, scope: Scope) -> ASGIApp:
        # From the settings and the path of one of our routes: nothing that Host says is in it.
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        url = self._settings.public_url + path + (f"?{query}" if query else "")
        return RedirectResponse(url, 307, {"cache-control": "no-store"})
