"""France on both engines, loaded once and only read; and fresh databases for what is written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from identity import migrations
from identity.directory import communes
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork, Units, open_engine
from tests.support import postgres

SECRET = "a secret of this directory that is long enough"


@contextmanager
def _open(url: str) -> Iterator[Units]:
    settings = Settings(database_url=url, secret_key=[SECRET], public_url="https://compte.example")
    engine = open_engine(settings)
    try:
        yield Units(engine, settings)
    finally:
        engine.dispose()


@pytest.fixture
def units(database_url: str) -> Iterator[Units]:
    """Units of work on a fresh database of either engine."""
    with _open(database_url) as units:
        yield units


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def _france(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Units]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('france') / 'parvis.sqlite3'}"
        migrations.upgrade(url)
        yield from _loaded(url)
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        with server.database(request.getfixturevalue("_postgres_template")) as url:
            yield from _loaded(url)


def _loaded(url: str) -> Iterator[Units]:
    with _open(url) as units:
        with units.begin() as work:
            communes.load(work)
        yield units


@pytest.fixture
def france(_france: Units) -> Iterator[UnitOfWork]:
    """A unit of work that reads the whole of France."""
    with _france.read() as work:
        yield work
