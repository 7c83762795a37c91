"""Cookies as browsers keep them (RFC 6265bis): by host and path, `Secure`, `SameSite` and `__Host-` heeded.

A plain HTTP client sends every cookie everywhere, so that a sign-in which no browser completes passes in its tests.
"""

from dataclasses import dataclass
from http.cookies import SimpleCookie
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True)
class Cookie:
    """What a server had this browser keep."""

    value: str
    secure: bool
    same_site: str
    """`strict`, `lax` or `none`; `lax` where the server said nothing."""


class Jar:
    """Host, path and name -> cookie."""

    def __init__(self) -> None:
        self.cookies: dict[tuple[str, str, str], Cookie] = {}

    def keep(self, url: str, headers: list[str]) -> None:
        """Take in the `Set-Cookie` headers of an answer from this address; drop what browsers refuse."""
        parts = urlsplit(url)
        for header in headers:
            for name, morsel in SimpleCookie(header).items():
                assert not morsel["domain"], f"{name}: cookies for a whole domain reach every service there"
                cookie = Cookie(morsel.value, bool(morsel["secure"]), morsel["samesite"].lower() or "lax")
                if not _is_refused(name, cookie, morsel["path"], parts):
                    self._put((parts.hostname or "", morsel["path"] or "/", name), cookie, morsel["max-age"])

    def clear(self, host: str) -> None:
        """Forget what this host had kept."""
        self.cookies = {key: cookie for key, cookie in self.cookies.items() if key[0] != host}

    def send(self, url: str, *, is_post: bool, crosses: bool) -> str:
        """The `Cookie` header of a navigation to this address; `crosses`: one that another site began."""
        parts = urlsplit(url)
        sent = {
            name: cookie.value
            for (host, path, name), cookie in self.cookies.items()
            if host == parts.hostname
            and _covers(path, parts.path or "/")
            and (not cookie.secure or parts.scheme == "https")
            and not (crosses and (cookie.same_site == "strict" or (is_post and cookie.same_site == "lax")))
        }
        return "; ".join(f"{name}={value}" for name, value in sent.items())

    def _put(self, key: tuple[str, str, str], cookie: Cookie, max_age: str) -> None:
        if not cookie.value or (max_age and int(max_age) <= 0):
            self.cookies.pop(key, None)
        else:
            self.cookies[key] = cookie


def site(url: str) -> str:
    """The site of an address: scheme and the registrable part of its host. Ports do not part sites."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_registrable(parts.hostname or '')}"


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_refused(name: str, cookie: Cookie, path: str, parts: SplitResult) -> bool:
    if cookie.secure and parts.scheme != "https":
        return True
    if name.startswith("__Host-"):
        return not (cookie.secure and path == "/")
    return (name.startswith("__Secure-") or cookie.same_site == "none") and not cookie.secure


def _covers(path: str, asked: str) -> bool:
    return asked == path or asked.startswith(path if path.endswith("/") else f"{path}/")


def _registrable(host: str) -> str:
    try:
        ip_address(host)
    except ValueError:
        return ".".join(host.split(".")[-2:])
    return host
