"""GraphiQL at /graphql: the page that web/graphiql builds, and its policy. Knows nothing of the schema."""

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api import built_files

_FOLDER = built_files.BUILT / "graphiql"
# Monaco, its editor, writes styles: so this page, and no other, may have them inline.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)
_NOT_BUILT = (
    "GraphiQL is not built: run `make build`. The endpoint works without it: POST JSON to /graphql.\n"
)


def page() -> Response:
    """The page itself; its policy lets it load and call this server alone."""
    document = _FOLDER / "index.html"
    if not document.is_file():
        return PlainTextResponse(_NOT_BUILT, 503)
    return Response(
        document.read_bytes(), media_type="text/html", headers={"content-security-policy": _POLICY}
    )


def routes() -> list[Route]:
    """Where the page finds its files."""
    return built_files.routes("/graphiql", _FOLDER)
