"""The database takes every shape and gives it back, on SQLite and PostgreSQL, however many ask for it at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from identity import migrations, tables
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import open_engine
from tests.support import postgres, server, warm
from tests.support.citizen import Citizen

SECRET = "a secret of this town that is long enough to be one"
NOT_READY = "The database is not ready for this release: run `parvis migrate` first."


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    host: postgres.Server = request.getfixturevalue("postgres_server")
    with host.database() as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The engine that the server would open."""
    engine = open_engine(Settings(database_url=url))
    try:
        yield engine
    finally:
        engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """All that a database says of its tables, checks and indexes included, in an order of its own."""
    found = inspect(engine)
    return {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(name)},
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "unique": in_order(found.get_unique_constraints(name)),
            "indexes": in_order(found.get_indexes(name)),
            "foreign keys": in_order(found.get_foreign_keys(name)),
            "checks": in_order(found.get_check_constraints(name)),
        }
        for name in found.get_table_names()
        if name != migrations.VERSION_TABLE
    }


def in_order(described: list[Any]) -> list[str]:
    return sorted(repr(sorted(one.items())) for one in described)


def test_an_empty_database_comes_up_and_says_so(empty_url: str) -> None:
    with opened(empty_url) as engine:
        assert not migrations.is_current(engine)
        migrations.upgrade(empty_url)
        assert migrations.is_current(engine)


def test_the_revisions_make_what_the_tables_declare(empty_url: str, tmp_path: Path) -> None:
    """`alembic check` finds no drift, nor does a comparison that knows checks and indexes."""
    migrations.upgrade(empty_url)
    command.check(migrations.config(empty_url))
    with opened(empty_url) as engine:
        migrated = shape(engine)
        tables.load().drop_all(engine)
        assert shape(engine) == {}
        tables.load().create_all(engine)
        assert migrated == shape(engine)


def test_down_to_nothing_and_up_again(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    with opened(empty_url) as engine:
        before = shape(engine)
        migrations.downgrade(empty_url, "base")
        assert inspect(engine).get_table_names() == [migrations.VERSION_TABLE]
        assert not migrations.is_current(engine)
        migrations.upgrade(empty_url)
        assert migrations.is_current(engine)
        assert shape(engine) == before


def test_several_machines_may_migrate_one_database_at_once(empty_url: str) -> None:
    env = {"PARVIS_DATABASE_URL": empty_url}
    with ThreadPoolExecutor(3) as machines:
        done = list(machines.map(lambda _: warm.run("migrate", env=env), range(3)))
    assert [one.status for one in done] == [0, 0, 0], done
    with opened(empty_url) as engine:
        assert migrations.is_current(engine)


def test_the_server_refuses_a_postgresql_that_was_not_migrated(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as url:
        env = {"PARVIS_DATABASE_URL": url, "PARVIS_SECRET_KEY": SECRET}
        for arguments in (("serve", "--port", str(server.free_port())), ("worker",), ("operators", "list")):
            assert warm.run(*arguments, env=env).sentence == NOT_READY
        with opened(url) as engine:
            assert inspect(engine).get_table_names() == []


def test_the_server_migrates_the_embedded_database_itself(tmp_path: Path) -> None:
    env = {"PARVIS_DATABASE_URL": f"sqlite:///{tmp_path}/deep/below/parvis.sqlite3"}
    with server.serve(env) as running:
        found = Citizen(running.url).ask('{ communes(search: "loudun", first: 1) { name postcodes } }')
    assert found["communes"] == [{"name": "Loudun", "postcodes": ["86200"]}]
