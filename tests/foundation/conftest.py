"""The town that the tests of the foundation happen in."""

from collections.abc import Iterator

import pytest

from tests.support import people
from tests.support.people import Town


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A fresh town on either engine, at noon."""
    with people.open_town(database_url) as town:
        yield town
