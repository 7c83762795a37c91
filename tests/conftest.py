"""What every test may ask for: a fresh database on either engine, a real SMTP server. No room's objects."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from identity import migrations
from tests.support import postgres, smtp

# Examples are never timed: the machine may be busy with the other tests.
settings.register_profile("parvis", deadline=None, database=None)
settings.load_profile("parvis")


@pytest.fixture(autouse=True)
def _only_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PARVIS_* of the person who runs the tests changes what they say."""
    for name in os.environ:
        if name.startswith("PARVIS_") and name != postgres.BORROWED:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _only_its_own_logs() -> Iterator[None]:
    """A test that starts a server in this process does not keep the logs of the next one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """The PostgreSQL server of this session of tests, for those that want a database without tables."""
    with postgres.serve() as server:
        yield server


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: postgres.Server) -> Iterator[str]:
    with postgres_server.database() as url:
        migrations.upgrade(url)
        yield postgres_server.seal(url)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "parvis.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    # What still waits in the log beside the file would not be copied with it.
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    return f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'parvis.sqlite3')}"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server, _postgres_template: str) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    with postgres_server.database(_postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; the test runs once on each engine."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def smtp_sink() -> Iterator[smtp.Sink]:
    """A plain SMTP server; tests of TLS and logins open their own with `smtp.serve`."""
    with smtp.serve() as sink:
        yield sink
