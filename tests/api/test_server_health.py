"""Alive as long as it answers; ready as long as the database has the shape that this release needs."""

from pathlib import Path

from sqlalchemy import create_engine, text

from tests.support import door


def test_a_server_that_can_serve_says_so(database_url: str) -> None:
    client = door.open_door(database_url)
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert answer.headers["cache-control"] == "no-store"


def test_a_database_of_another_release_is_told_by_readyz_alone(database_url: str) -> None:
    client = door.open_door(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    engine.dispose()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database not ready"})


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    assert door.open_door(f"sqlite:///{tmp_path}/empty.sqlite3").get("/readyz").status_code == 503
