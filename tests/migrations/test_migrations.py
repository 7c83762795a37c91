"""The database takes every shape and gives it back, on SQLite and PostgreSQL, however many ask for it at once."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from identity import migrations, tables
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import open_engine
from tests.support import postgres, server, warm

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
            "indexes": in_order(map(spelt, found.get_indexes(name))),
            "foreign keys": in_order(found.get_foreign_keys(name)),
            "checks": in_order(found.get_check_constraints(name)),
        }
        for name in found.get_table_names()
        if name != migrations.VERSION_TABLE
    }


def spelt(index: Any) -> dict[str, Any]:
    """An index, the condition of a partial one as its text."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def in_order(described: Iterable[Any]) -> list[str]:
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


def test_the_server_takes_no_absent_file_for_a_town_that_begins(tmp_path: Path) -> None:
    file = tmp_path / "mounted" / "parvis.sqlite3"
    env = {"PARVIS_DATABASE_URL": f"sqlite:///{file}", "PARVIS_SECRET_KEY": SECRET}
    for arguments in (("serve", "--port", str(server.free_port())), ("worker",), ("operators", "list")):
        done = warm.run(*arguments, env=env)
        assert done.status == 1 and "`parvis migrate`" in done.sentence and str(file) in done.sentence, done
        assert not file.parent.exists()


def test_an_empty_file_is_no_town_either(tmp_path: Path) -> None:
    file = tmp_path / "parvis.sqlite3"
    file.touch()
    env = {"PARVIS_DATABASE_URL": f"sqlite:///{file}", "PARVIS_SECRET_KEY": SECRET}
    done = warm.run("serve", "--port", str(server.free_port()), env=env)
    assert done.status == 1 and "`parvis migrate`" in done.sentence
    with opened(f"sqlite:///{file}") as engine:
        assert inspect(engine).get_table_names() == []


def test_a_database_of_a_newer_release_is_told_in_one_sentence(empty_url: str) -> None:
    env = {"PARVIS_DATABASE_URL": empty_url, "PARVIS_SECRET_KEY": SECRET}
    assert warm.run("migrate", env=env).status == 0
    with opened(empty_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for arguments in (("migrate",), ("serve", "--port", str(server.free_port())), ("operators", "list")):
        done = warm.run(*arguments, env=env)
        assert done.status == 1 and "newer release (9999" in done.sentence, done


def test_a_secret_that_opens_no_signing_key_does_not_start(empty_url: str) -> None:
    env = {"PARVIS_DATABASE_URL": empty_url, "PARVIS_SECRET_KEY": SECRET}
    for arguments in (("migrate",), ("signing-keys", "rotate")):
        assert warm.run(*arguments, env=env).status == 0
    wrong = env | {"PARVIS_SECRET_KEY": SECRET[::-1]}
    for arguments in (("serve", "--port", str(server.free_port())), ("worker",)):
        done = warm.run(*arguments, env=wrong)
        assert done.status == 1 and done.sentence.startswith("No secret of PARVIS_SECRET_KEY opens"), done
