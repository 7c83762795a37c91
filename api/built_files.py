"""Serves a folder that a build wrote: hashed names, kept for a year, compressed beforehand; compresses nothing."""

import mimetypes
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

BUILT = Path(__file__).parent / "built"
"""Where the builds of `web/` write, one folder each; empty where nobody ran `make build`."""

_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*", re.ASCII)
LONGEST = 200
_HASHED = re.compile(r"-[\w-]{8}\.\w+$", re.ASCII)
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""The best first."""
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".map": "application/json",
}


def routes(prefix: str, folder: Path) -> list[Route]:
    """The files of a folder below this path; 404 for whatever else is asked there."""

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        path = folder / name
        if not _is_name(name) or path.suffix in _ENCODINGS.values() or not path.is_file():
            raise HTTPException(404)
        return _sent(request, path)

    return [Route(f"{prefix}/{{name:path}}", file, methods=["GET"])]


def _is_name(name: str) -> bool:
    """Could a build have written it? File systems fail at longer ones."""
    return len(name) <= LONGEST and _NAME.fullmatch(name) is not None


def _sent(request: Request, path: Path) -> Response:
    lasting = _HASHED.search(path.name)
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "vary": "accept-encoding",
    }
    encoding = _encoding(request, path)
    if encoding:
        headers["content-encoding"] = encoding
    body = path.with_name(path.name + _ENCODINGS[encoding]) if encoding else path
    return FileResponse(body, headers=headers, media_type=_media_type(path))


def _encoding(request: Request, path: Path) -> str | None:
    accepted = _accepted(request.headers.get("accept-encoding", ""))
    found = (name for name, ending in _ENCODINGS.items() if path.with_name(path.name + ending).is_file())
    return next((name for name in found if name in accepted), None)


def _accepted(header: str) -> set[str]:
    """The encodings that a client names and does not refuse (RFC 9110, 12.5.3)."""
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in header.split(","))
    return {name for name, _, weight in offers if weight.strip("0.") or not weight}


def _media_type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
