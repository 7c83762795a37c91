"""The portal's document: the same at every screen's address, under a strict policy, and kind where nothing is built."""

import inspect
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import portal
from api.middleware import Manners
from identity.foundation.settings import Settings
from identity.mail import messages
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
    assert sorted(re.findall(r'^  "(/[^"]*)": "', table, re.MULTILINE)) == sorted(portal.PATHS)


def test_every_page_that_a_mail_leads_to_is_a_screen() -> None:
    led_to = re.findall(r"_(?:link|page)\(letterhead, [\"']([a-z-]+)[\"']", inspect.getsource(messages))
    assert {"confirm", "reset", "register"} < set(led_to)
    assert {f"/{page}" for page in led_to} - set(portal.PATHS) == set()


def test_a_scanner_may_look_and_nobody_may_post(built: Path) -> None:
    (built / "index.html").write_text(DOCUMENT)
    assert client().head("/confirm").status_code == 200
    assert client().post("/confirm").status_code == 405


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


PRELOADS = '{"/sign-in": {"files": ["sign-in-1.js"], "words": {"fr": ["fr-2.js"], "en": ["en-3.js"]}}}'


@pytest.mark.parametrize(
    ("address", "accepted", "words"),
    [
        ("/sign-in", "fr-FR,en;q=0.5", "fr-2"),
        ("/sign-in", "en-GB", "en-3"),
        ("/sign-in?lang=en", "fr", "en-3"),
    ],
)
def test_a_page_names_the_files_of_its_screen_and_the_words_of_its_language(
    built: Path, address: str, accepted: str, words: str
) -> None:
    (built / "index.html").write_text(f"<head></head>{DOCUMENT}")
    (built / "preloads.json").write_text(PRELOADS)
    page = client().get(address, headers={"accept-language": accepted}).text
    named = re.findall(r'<link rel="modulepreload" crossorigin href="/portal/([^"]+)\.js">', page)
    assert named == ["sign-in-1", words]
    assert "modulepreload" not in client().get("/register").text
