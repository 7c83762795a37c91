"""The citizens' portal: one document for every screen, and the files that web/ builds. Knows no screen from another.

Owns the screens' paths, the document's policy and caching. What follows `#` in a mailed link never comes here, and
opening a page changes nothing: the screens work by GraphQL alone.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api import built_files, public_address, visitors
from identity.foundation.settings import Settings

PATHS = (
    "/",
    "/operators/{slug}",
    "/register",
    "/terms/{slug}",
    "/accessibility",
    "/check-mail",
    "/confirm",
    "/disown",
    "/forgot",
    "/reset",
    "/activate",
    "/link-contract",
    "/confirm-request",
    "/confirm-email",
    "/undo-email",
    "/sign-in",
    "/account",
    "/account/profile",
    "/account/add-contract",
    "/account/email",
    "/account/password",
    "/account/sessions",
    "/account/services",
    "/account/close",
    "/request",
    "/follow",
)
"""The same as in web/src/routes.ts; a test holds the two together."""

_FOLDER = built_files.BUILT / "portal"
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
_NOT_BUILT = "The portal is not built: run `make build`.\n"


def routes(settings: Settings) -> list[Route]:
    """Every screen, which is the same document, and its files. The demonstration's says that it is one."""
    body = b"<body data-demo>" if settings.is_demo else b"<body>"

    def screen(path: str) -> Route:
        def page(request: Request) -> Response:
            document = _FOLDER / "index.html"
            if not document.is_file():
                return PlainTextResponse(_NOT_BUILT, 503, {"cache-control": "no-store"})
            content = document.read_bytes().replace(b"<body>", body)
            content = content.replace(b"</head>", _preloads(path, request) + b"</head>")
            return Response(content, media_type="text/html", headers=_HEADERS)

        return Route(path, page, middleware=public_address.pages(settings))

    return [*map(screen, PATHS), *built_files.routes("/portal", _FOLDER)]


def _preloads(path: str, request: Request) -> bytes:
    """Names the files of a screen and its words, so that a browser asks for all of them at once.

    The language is what the request says; whoever chose another one on the page waits for one file more.
    """
    table = _FOLDER / "preloads.json"
    if not table.is_file():
        return b""
    needs: dict[str, Any] = json.loads(table.read_bytes()).get(path, {"files": [], "words": {}})
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    files = [*needs["files"], *needs["words"].get(visitors.language(asked), [])]
    links = (f'<link rel="modulepreload" crossorigin href="/portal/{file}">' for file in files)
    return "\n".join(links).encode()
