"""The portal's document: the same at every screen's address, under a strict policy, and kind where nothing is built."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import portal
from api.middleware import Manners
from identity.foundation.settings import Settings
from tests.support.source import ROOT

SECRET = "a secret of these pages that is long enough to be one"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DOCUMENT = "<html><body><script src='/portal/main-12345678.js'></script></body></html>"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(portal, "_FOLDER", tmp_path)
    return tmp_path


def client(demo: str = "off") -> TestClient:
    settings = Settings(demo=demo, secret_key=[SECRET])
    return TestClient(Manners(Starlette(routes=list(portal.routes(settings))), settings))


def test_the_server_and_the_portal_know_the_same_screens() -> None:
    table = (ROOT / "web/src/routes.ts").read_text()
    assert sorted(re.findall(r'^  "(/[^"]*)": \(\) => import', table, re.MULTILINE)) == sorted(portal.PATHS)


@pytest.mark.parametrize("path", portal.PATHS)
def test_a_screen_is_private_and_runs_nothing_but_its_own_files(built: Path, path: str) -> None:
    (built / "index.html").write_text(DOCUMENT)
    page = client().get(path.format(slug="pays-loudunais"))
    assert (page.status_code, page.text) == (200, DOCUMENT)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers


def test_only_the_demonstration_says_that_it_is_one(built: Path) -> None:
    (built / "index.html").write_text(DOCUMENT)
    assert ["data-demo" in client(demo).get(portal.PATHS[0]).text for demo in ("on", "off")] == [True, False]


def test_where_nothing_is_built_a_page_says_what_to_do(built: Path) -> None:
    page = client().get(portal.PATHS[0])
    assert (page.status_code, page.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert page.text == "The portal is not built: run `make build`.\n"
