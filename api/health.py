"""Is the process alive, and can it serve?"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from identity import migrations
from identity.foundation.unit_of_work import Units

SECONDS_TO_ANSWER = 3.0
"""A database that takes longer than this to say its shape serves nobody."""
_HEADERS = {"cache-control": "no-store"}


async def healthz(_request: Request) -> Response:
    """200 as long as the event loop turns."""
    return JSONResponse({"status": "ok"}, headers=_HEADERS)


class Readiness:
    """Looks at the database for all who ask, one look at a time: one that hangs holds a single thread."""

    def __init__(self, units: Units) -> None:
        self._engine = units.engine
        self._thread = ThreadPoolExecutor(1, "readiness")
        self._look: asyncio.Future[str | None] | None = None

    async def readyz(self, _request: Request) -> Response:
        """200 when the database answers and has the shape this release needs, else 503 and what is wrong with it."""
        missing = await self._missing()
        status = f"database {missing}" if missing else "ok"
        return JSONResponse({"status": status}, 503 if missing else 200, headers=_HEADERS)

    async def _missing(self) -> str | None:
        if self._look is None or self._look.done():
            loop = asyncio.get_running_loop()
            self._look = loop.run_in_executor(self._thread, migrations.what_is_missing, self._engine)
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), SECONDS_TO_ANSWER)
        except TimeoutError:
            return "does not answer"
