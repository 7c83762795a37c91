"""The embedded database's file is taken away, replaced or has no room left: told as an outage, and nothing is lost."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

import pytest
from starlette.testclient import TestClient

from identity import migrations
from tests.support import door

LOGIN = 'mutation { requestPasswordReset(input: {email: "a@example.org"}) { ... on Problem { code } } }'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "town.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def client(file: Path) -> TestClient:
    client = door.open_door(f"sqlite:///{file}")
    assert client.get("/readyz").status_code == 200
    return client


@contextmanager
def no_room_for(file: Path) -> Iterator[None]:
    """No file of this process grows beyond what the write-ahead log has, as on a full disk."""
    log = file.with_name(f"{file.name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size if log.exists() else 0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def require_outage(client: TestClient) -> None:
    """Each door says 503 and when to come back, in its own form."""
    told = client.post("/graphql", json={"query": LOGIN})
    assert (told.status_code, told.headers["retry-after"]) == (503, "10"), told.text
    assert told.json().keys() == {"errors"}
    assert told.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 10}
    for path in ("/token", "/introspect", "/par"):
        told = client.post(path, data={"grant_type": "client_credentials"}, auth=("a", "b"))
        assert (told.status_code, told.headers["retry-after"]) == (503, "10"), told.text
        assert told.json()["error"] == "temporarily_unavailable"
    for path in ("/login", "/authorize?client_id=a", "/services"):
        told = client.get(path)
        assert (told.status_code, told.headers["retry-after"]) == (503, "10"), told.text
        assert "Service momentanément indisponible" in told.text
    assert client.get("/logos/a").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_file_that_is_taken_away_is_an_outage(client: TestClient, file: Path) -> None:
    client.post("/graphql", json={"query": LOGIN})
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    require_outage(client)
    assert client.get("/readyz").json() == {"status": "database missing"}
    assert not file.exists()


def test_another_file_in_its_place_is_not_written_to(client: TestClient, file: Path, tmp_path: Path) -> None:
    copyfile(file, tmp_path / "other")
    (tmp_path / "other").replace(file)
    before = file.read_bytes()
    require_outage(client)
    assert client.get("/readyz").json() == {"status": "database missing"}
    assert file.read_bytes() == before


def test_a_full_disk_is_an_outage_and_what_comes_after_it_is_served(client: TestClient, file: Path) -> None:
    with no_room_for(file):
        told = client.post("/graphql", json={"query": LOGIN})
    assert (told.status_code, told.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert client.post("/graphql", json={"query": LOGIN}).json()["data"]


def test_what_was_answered_in_part_is_told_in_part(client: TestClient, file: Path) -> None:
    file.unlink()
    told = client.post("/graphql", json={"query": '{ __typename operator(slug: "a") { name } }'})
    assert told.status_code == 200
    assert told.json()["data"] == {"__typename": "Query", "operator": None}
    assert told.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
