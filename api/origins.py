"""Whose pages may call the GraphQL endpoint: our own, those configured, and those of first-party clients."""

import time
from urllib.parse import urlsplit

from identity.directory import operators
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import clients

SECONDS_KEPT = 5.0


class Origins:
    """Answers from memory; looks at the database again after a few seconds."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._fixed = units.settings.own_origins | set(units.settings.allowed_origins)
        self._registered: set[str] = set()
        self._stale_at = 0.0

    def allow(self, origin: str) -> bool:
        """May a page of this origin call us?"""
        return origin.lower() in self._fixed or origin.lower() in self._from_database()

    def _from_database(self) -> set[str]:
        if time.monotonic() >= self._stale_at:
            with self._units.read() as work:
                self._registered = clients.origins(work) | _portals(work)
            self._stale_at = time.monotonic() + SECONDS_KEPT
        return self._registered


def _portals(work: UnitOfWork) -> set[str]:
    portals = [urlsplit(operator.portal_url) for operator in operators.every(work) if operator.portal_url]
    return {f"{portal.scheme}://{portal.netloc}".lower() for portal in portals}
