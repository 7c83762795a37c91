"""The developers' explorer at /graphql: a page, its script, its examples. Knows nothing of the schema."""

from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent.parent / "graphiql"
_FILES = {"index.js": "text/javascript", "index.css": "text/css", "examples.json": "application/json"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)


def page() -> Response:
    """The page itself; its policy lets it load and call this server alone."""
    return Response(_read("index.html"), media_type="text/html", headers={"content-security-policy": _POLICY})


def routes() -> list[Route]:
    """Where the page finds its files."""
    return [Route("/graphiql/{name}", _file, methods=["GET"])]


def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _FILES:
        raise HTTPException(404)
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Response(_read(name), media_type=_FILES[name], headers=headers)


@cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
