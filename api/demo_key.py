"""An activation key that is still unused, for the explorer's prepared steps. Exists in the demonstration alone."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from identity import demonstration
from identity.foundation.unit_of_work import Units

PATH = "/demo/activation-key"
_HEADERS = {"cache-control": "no-store"}


def routes(units: Units) -> list[Route]:
    """The key's route; none outside the demonstration."""
    if not units.settings.is_demo:
        return []

    def key(request: Request) -> Response:
        with units.read() as work:
            found = demonstration.unused_key(work)
        return PlainTextResponse(found or "", 200 if found else 404, _HEADERS)

    return [Route(PATH, key)]
