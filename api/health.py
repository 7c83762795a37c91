"""Is the process alive, and can it serve?"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from identity import migrations
from identity.foundation.unit_of_work import Units

_HEADERS = {"cache-control": "no-store"}


async def healthz(_request: Request) -> Response:
    """200 as long as the event loop turns."""
    return JSONResponse({"status": "ok"}, headers=_HEADERS)


async def readyz(request: Request) -> Response:
    """200 when the database answers and has the shape this release needs, else 503."""
    units: Units = request.app.state.units
    ready = await run_in_threadpool(migrations.is_current, units.engine)
    status = "ok" if ready else "database not ready"
    return JSONResponse({"status": status}, 200 if ready else 503, headers=_HEADERS)
