"""The cookies: their names, their flags, reading and writing them. Their meaning belongs to the flows."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from schema.context import CookieChange, CookieName

DAY = 86_400
_LONGEST = 4096


@dataclass(frozen=True)
class _Kind:
    name: str
    max_age: int
    """Seconds that a persistent one lives."""


_KINDS = {
    CookieName.SESSION: _Kind("parvis_session", 180 * DAY),
    CookieName.BROWSER: _Kind("parvis_registration", 2 * DAY),
    CookieName.KNOWN_BROWSER: _Kind("parvis_known_browser", 365 * DAY),
    CookieName.FORMS: _Kind("parvis_forms", DAY),
}


def read(request: Request, settings: Settings, name: CookieName) -> Secret | None:
    """What the browser sent under this name, or None."""
    value = request.cookies.get(_full_name(settings, name))
    return Secret(value) if value and len(value) <= _LONGEST else None


def write(response: Response, settings: Settings, change: CookieChange) -> None:
    """Set or clear a cookie: HttpOnly, SameSite=Lax, host only; `__Host-` and Secure where we speak https."""
    kind = _KINDS[change.name]
    lasts = change.persistent or change.name is CookieName.BROWSER
    response.set_cookie(
        _full_name(settings, change.name),
        change.token.reveal() if change.token else "",
        max_age=0 if change.token is None else kind.max_age if lasts else None,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def _full_name(settings: Settings, name: CookieName) -> str:
    return f"__Host-{_KINDS[name].name}" if settings.secure else _KINDS[name].name
