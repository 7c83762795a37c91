"""Whose pages may call the GraphQL endpoint: our own, those configured, and those of first-party clients."""

import asyncio
import time
from urllib.parse import urlsplit

from identity.directory import operators
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import clients
from schema.workers import Workers

SECONDS_KEPT = 5.0


class Origins:
    """Answers from memory; looks at the database again after a few seconds, in a thread and for all who wait."""

    def __init__(self, units: Units, workers: Workers) -> None:
        self._units, self._workers = units, workers
        self._fixed = units.settings.own_origins | set(units.settings.allowed_origins)
        self._registered: frozenset[str] = frozenset()
        self._stale_at = 0.0
        self._looking = asyncio.Lock()

    async def allow(self, origin: str) -> bool:
        """May a page of this origin call us?"""
        return origin.lower() in self._fixed or origin.lower() in await self._from_database()

    async def _from_database(self) -> frozenset[str]:
        async with self._looking:
            if time.monotonic() >= self._stale_at:
                self._registered = await self._workers.run(self._read)
                self._stale_at = time.monotonic() + SECONDS_KEPT
            return self._registered

    def _read(self) -> frozenset[str]:
        with self._units.read() as work:
            return frozenset(clients.origins(work) | _portals(work))


def _portals(work: UnitOfWork) -> set[str]:
    portals = [urlsplit(operator.portal_url) for operator in operators.every(work) if operator.portal_url]
    return {f"{portal.scheme}://{portal.netloc}".lower() for portal in portals}
