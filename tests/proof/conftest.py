"""The town that the tests of proofs happen in."""

from collections.abc import Iterator

import pytest

from identity.foundation.unit_of_work import Units
from tests.proof import town


@pytest.fixture
def units(database_url: str) -> Iterator[Units]:
    """Units of work on a fresh database of either engine, at noon."""
    with town.open_town(database_url) as units:
        yield units
