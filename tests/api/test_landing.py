"""The plain pages where mailed links lead: served everywhere a mail points to, under a strict policy."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, parse, specified_rules, validate
from graphql.validation import NoUnusedFragmentsRule
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import landing
from api.app import create_app
from api.middleware import Manners
from identity.foundation.settings import Settings
from identity.mail import messages
from schema.root import build_schema

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FOLDER = Path(inspect.getfile(landing)).parent
SCRIPTS = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.js"))}
ALL_SCRIPTS = re.sub(r"^\s*//.*$", "", "\n".join(SCRIPTS.values()), flags=re.M)
PATHS = [path.format(slug="pays-loudunais") for path in landing.PAGES]
SECRET = "a secret of these pages that is long enough to be one"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    database = tmp_path_factory.mktemp("landing") / "parvis.sqlite3"
    settings = Settings(
        database_url=f"sqlite:///{database}", public_url="https://parvis.test", secret_key=[SECRET]
    )
    return TestClient(create_app(settings), base_url="https://parvis.test")


def test_every_page_that_a_mail_leads_to_is_served() -> None:
    led_to = re.findall(r"_(?:link|page)\(letterhead, [\"']([a-z-]+)[\"']", inspect.getsource(messages))
    assert {f"/{page}" for page in led_to} == set(landing.MAILED)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_private_and_runs_nothing_but_its_own_files(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in page.headers


def test_every_page_is_one_document_whatever_is_asked(client: TestClient) -> None:
    assert {client.get(f"{path}?token=<script>").text for path in PATHS} == {client.get("/").text}


def test_a_scanner_may_look_and_nobody_may_post(client: TestClient) -> None:
    assert client.head("/confirm").status_code == 200
    assert client.post("/confirm").status_code == 405


def test_nothing_is_written_into_the_page_that_its_policy_would_refuse(client: TestClient) -> None:
    assert re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=|javascript:", client.get("/").text) == []


def test_every_file_that_the_page_needs_is_served_and_asked_for_again_cheaply(client: TestClient) -> None:
    for name in _needed(client.get("/").text):
        first = client.get(f"/landing/{name}")
        assert first.status_code == 200
        assert first.headers["cache-control"] == "no-cache"
        again = client.get(f"/landing/{name}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


def test_scripts_are_served_as_scripts(client: TestClient) -> None:
    types = {client.get(f"/landing/{name}").headers["content-type"] for name in SCRIPTS}
    assert types == {"text/javascript; charset=utf-8"}


@pytest.mark.parametrize(
    "name", ["index.html", "__init__.py", "../app.py", "%2e%2e%2fapp.py", "nothing.js", ""]
)
def test_nothing_else_is_served_beside_them(client: TestClient, name: str) -> None:
    assert client.get(f"/landing/{name}").status_code == 404


def test_only_the_demonstration_says_that_it_is_one(tmp_path: Path) -> None:
    for demo in ("on", "off"):
        settings = Settings(demo=demo, secret_key=[SECRET])
        app = Manners(Starlette(routes=list(landing.routes(settings))), settings)
        assert ("data-demo" in TestClient(app).get("/").text) is (demo == "on")


def test_scripts_make_no_markup_of_text_and_keep_no_secret() -> None:
    """What a server or a link says is written as text; tokens are in no storage, no URL and no log."""
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|Storage\b"
    forbidden += r"|document\.cookie|console\.|\.style\b|\?token="
    assert re.findall(forbidden, ALL_SCRIPTS) == []


def test_what_follows_the_hash_is_forgotten_before_anything_is_asked() -> None:
    start = SCRIPTS["landing.js"].split("function start()")[1]
    assert start.index("location.hash") < start.index("history.replaceState(null") < start.index("visit(")


def test_every_sentence_exists_in_both_languages() -> None:
    entries = dict(
        re.findall(
            r'^  "?([\w.-]+)"?: \[(.*?)\],\n(?=\n|  "?[\w.-]+"?: \[|\};)', SCRIPTS["words.js"], re.M | re.S
        )
    )
    assert len(entries) > 100
    for name, pair in entries.items():
        french, english = re.findall(r'((?:"(?:[^"\\]|\\.)+"(?:\s\+\s+)?)+)', pair)
        assert {*re.findall(r"\{\w+\}", french)} == {*re.findall(r"\{\w+\}", english)}, name
    errands = [path[1:] for path in re.findall(r'^  "(/[a-z-]+)": \{$', SCRIPTS["landing.js"], re.M)]
    said = set(re.findall(r'\bsay\("([\w.-]+)"', ALL_SCRIPTS))
    said |= {f"{name}.{part}" for name in errands for part in ("title", "text")}
    said |= {
        f"way.{way}"
        for ways in re.findall(r"ways: \{(.*)\}", ALL_SCRIPTS)
        for way in re.findall(r'"(\w+)"', ways)
    }
    assert said - set(entries) == set()


def test_all_that_scripts_ask_of_the_server_exists() -> None:
    """Every query, and every payload of a mutation, holds against the schema."""
    schema = build_schema()._schema
    rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
    documents = list(_documents())
    assert len(documents) >= 25
    for document in documents:
        assert validate(schema, parse(document), rules) == [], document


def test_every_mutation_that_scripts_perform_exists() -> None:
    mutations = _fields(build_schema()._schema)
    pattern = r'(?:perform\(|settle\(token, |once\("[\w-]+", token, |DISOWN = \[)"(\w+)"'
    performed = set(re.findall(pattern, ALL_SCRIPTS))
    assert len(performed) > 15
    assert performed <= mutations


def _fields(schema: GraphQLSchema) -> set[str]:
    assert schema.mutation_type is not None
    return set(schema.mutation_type.fields)


def _documents() -> Iterator[str]:
    """Queries, and payloads as fragments, their constants filled in."""
    constants = dict(re.findall(r'const ([A-Z]+) = ["`]([^"`]+)["`];', ALL_SCRIPTS))
    for literal in re.findall(r'"([^"\n]+)"', ALL_SCRIPTS) + re.findall(r"`([^`]+)`", ALL_SCRIPTS):
        text = re.sub(r"\$\{([A-Z]+)\}", lambda name: constants[name[1]], literal)
        if re.match(r"\{ \w+|\{\s+me |query\(", text):
            yield text
        elif payload := re.fullmatch(r"([A-Z]\w+) (\{.*\})", text, re.S):
            yield f"fragment Payload on {payload[1]} {payload[2]}"


def _needed(document: str) -> set[str]:
    """The files that the document names, and those that its scripts import."""
    named = set(re.findall(r'(?:src|href)="/landing/([^"]+)"', document))
    imported = set(re.findall(r'from "\./([^"]+)"', ALL_SCRIPTS))
    assert imported <= named
    return named
