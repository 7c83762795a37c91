"""What a build wrote is served once and kept for a year, as small as the browser can read it."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import built_files

YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    folder = tmp_path / "built"
    (folder / "below").mkdir(parents=True)
    for name, body in {
        "main-aB3_x-9z.js": b"plain",
        "main-aB3_x-9z.js.br": b"brotli",
        "main-aB3_x-9z.js.gz": b"gzip",
        "below/alone-12345678.css": b"alone",
        "index.html": b"page",
    }.items():
        (folder / name).write_bytes(body)
    (tmp_path / "secret").write_text("secret")
    return TestClient(Starlette(routes=list(built_files.routes("/files", folder))))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("brotli-like", None),
    ],
)
def test_the_smallest_form_that_is_accepted_is_sent(
    client: TestClient, accepted: str, encoding: str | None
) -> None:
    with client.stream("GET", "/files/main-aB3_x-9z.js", headers={"accept-encoding": accepted}) as answer:
        assert answer.headers.get("content-encoding") == encoding
        assert b"".join(answer.iter_raw()) == {"br": b"brotli", "gzip": b"gzip", None: b"plain"}[encoding]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "accept-encoding"


def test_a_file_with_a_hash_is_kept_for_a_year_and_another_is_asked_for_again(client: TestClient) -> None:
    assert client.get("/files/below/alone-12345678.css").headers["cache-control"] == YEAR
    assert client.get("/files/index.html").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "a" * 300,
        "",
        "below",
        "main-aB3_x-9z.js.br",
        "%2e%2e/secret",
        "below/%2e%2e/%2e%2e/secret",
        "%00",
        ".env",
    ],
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/files/{name}").status_code == 404


def test_a_folder_that_was_never_built_is_empty(tmp_path: Path) -> None:
    client = TestClient(Starlette(routes=list(built_files.routes("/files", tmp_path / "nowhere"))))
    assert client.get("/files/main.js").status_code == 404
