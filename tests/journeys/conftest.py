"""One town a module, on each database: what its citizens do in one test is still there in the next."""

from collections.abc import Iterator

import pytest

from tests.support import postgres, smtp
from tests.support.town import Town, open_town


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in service, set up by the command line from an empty database."""
    folder = tmp_path_factory.mktemp("town")
    with smtp.serve() as sink:
        if request.param == "sqlite":
            with open_town(f"sqlite:///{folder}/town.sqlite3", sink, folder) as opened:
                yield opened
            return
        host: postgres.Server = request.getfixturevalue("postgres_server")
        with host.database() as url, open_town(url, sink, folder) as opened:
            yield opened
