"""The server-rendered forms that OpenID Connect needs: sign-in, consent, services, device, logout. Plain HTML.

They work without JavaScript. Each reads its form, calls one flow, and answers with a page or sends the browser on;
what must be asked and why is decided by the provider.
"""

import hashlib
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import public_address, unavailable, visitors
from api.pages import consent, device, initiated_login, login, logout
from api.pages.visit import Desk, Visit
from identity.foundation.unit_of_work import Units
from schema.workers import Workers

_Page = Callable[[Visit], Awaitable[Response]]

PAGES: tuple[tuple[str, dict[str, _Page]], ...] = (
    ("/login", {"GET": login.show, "POST": login.submit}),
    ("/login/account", {"POST": login.choose}),
    ("/login/cancel", {"POST": login.cancel}),
    ("/login/register", {"GET": login.register}),
    ("/consent", {"GET": consent.show, "POST": consent.decide}),
    ("/device", {"GET": device.show, "POST": device.submit}),
    ("/device/decision", {"POST": device.decide}),
    ("/services", {"GET": initiated_login.show}),
    ("/logout", {"GET": logout.show, "POST": logout.arrive}),
    ("/logout/confirm", {"POST": logout.confirm}),
    ("/logout/done", {"GET": logout.done}),
)
"""Every page, and what answers each method."""

_STYLE = Path(__file__).parent / "pages.css"


def routes(units: Units, workers: Workers) -> list[BaseRoute]:
    """The pages' routes on this database, in these threads, and their style sheet."""
    desk = Desk(units, workers)
    return [*(_route(path, pages, desk) for path, pages in PAGES), Route("/pages.css", _style)]


def _route(path: str, pages: dict[str, _Page], desk: Desk) -> Route:
    async def handle(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        try:
            return await pages[method](await desk.receive(request))
        except Exception as error:
            return unavailable.page(error, desk.units.settings, visitors.asked_language(request))

    at_home = public_address.pages(desk.units.settings)
    return Route(path, handle, methods=list(pages), middleware=at_home)


async def _style(request: Request) -> Response:
    body, tag = _read_style()
    headers = {"cache-control": "no-cache", "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/css", headers=headers)


@cache
def _read_style() -> tuple[bytes, str]:
    body = _STYLE.read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
