"""The plain pages where mailed links lead until the portal stands: one document, its scripts, its style.

Owns paths, caching and the pages' policy. Decides nothing: the scripts work by GraphQL alone, with what follows
`#` in a link, which no browser sends to a server. Opening a page changes nothing.
"""

import hashlib
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.foundation.settings import Settings

MAILED = (
    "/register",
    "/confirm",
    "/disown",
    "/link-contract",
    "/forgot",
    "/reset",
    "/confirm-request",
    "/activate",
    "/confirm-email",
    "/undo-email",
)
"""Where e-mails lead, see identity/mail/messages; a test holds the two together."""
PAGES = ("/", *MAILED, "/terms/{slug}")
"""The terms of an operator that names no page of its own are here too."""

_FOLDER = Path(__file__).parent
_FILES = {
    "landing.css": "text/css",
    "icon.svg": "image/svg+xml",
    **dict.fromkeys(("landing.js", "register.js", "page.js", "server.js", "words.js"), "text/javascript"),
}
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def routes(settings: Settings) -> list[Route]:
    """Every page, which is the same document, and its files. The demonstration's says that it is one."""
    document = (_FOLDER / "index.html").read_bytes()
    if settings.is_demo:
        document = document.replace(b"<body>", b"<body data-demo>")

    async def page(request: Request) -> Response:
        return Response(document, media_type="text/html", headers=_HEADERS)

    return [*(Route(path, page) for path in PAGES), Route("/landing/{name}", _file)]


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _FILES:
        raise HTTPException(404)
    body, tag = _read(name)
    # Asked again each time and rarely sent again: scripts of two releases never meet in one page.
    headers = {"cache-control": "no-cache", "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=_FILES[name], headers=headers)


@cache
def _read(name: str) -> tuple[bytes, str]:
    body = (_FOLDER / name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
