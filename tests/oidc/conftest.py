"""A town for each test, on either database."""

from collections.abc import Iterator

import pytest

from identity.foundation.unit_of_work import Units, open_engine
from tests.oidc import town as town_
from tests.oidc.town import Clock, Town


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A provider, its clock and its HTTP door."""
    settings, clock = town_.settings(database_url), Clock()
    engine = open_engine(settings)
    yield town_.build(Units(engine, settings, clock=clock), clock)
    engine.dispose()
