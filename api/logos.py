"""The operators' logos, at an address that changes with the picture: kept for ever by browsers, and harmless.

A logo may be a drawing (SVG), which can hold a script: opened by itself it is in a sandbox where nothing runs.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.directory import logos
from identity.directory.logos import Logo
from identity.foundation.unit_of_work import Units
from schema.workers import Workers

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
_FOR_EVER = "public, max-age=31536000, immutable"


def routes(units: Units, workers: Workers) -> list[Route]:
    """`/logos/{slug}`; with another `v` than today's, the logo of today, which is asked for again each time."""

    def find(slug: str) -> tuple[Logo, str] | None:
        with units.read() as work:
            return logos.find(work, slug)

    async def logo(request: Request) -> Response:
        found = await workers.run(lambda: find(request.path_params["slug"]))
        if found is None:
            raise HTTPException(404)
        picture, version = found
        is_asked = request.query_params.get("v") == version
        headers = {
            "cache-control": _FOR_EVER if is_asked else "no-cache",
            "content-security-policy": POLICY,
            "cross-origin-resource-policy": "cross-origin",  # letters and other sites show it
            "x-content-type-options": "nosniff",
        }
        return Response(picture.body, media_type=picture.media_type, headers=headers)

    return [Route("/logos/{slug}", logo)]
