"""The town that the tests of accounts happen in."""

from collections.abc import Iterator

import pytest

from tests.support import people
from tests.support.people import Browser, Town


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A fresh town on either engine, at noon; nobody is asked for a proof of work."""
    with people.open_town(database_url) as town:
        yield town


@pytest.fixture
def jean(town: Town) -> Browser:
    """Jean's browser, without cookies."""
    return town.browser()
