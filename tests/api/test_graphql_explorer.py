"""Browsers that open /graphql find GraphiQL under a policy of its own, with both journeys prepared."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode, get_variable_values, parse, validate
from starlette.testclient import TestClient

from api.graphql import explorer
from identity.foundation import settings
from schema.limits import Limits
from schema.root import build_schema
from tests.support import toy_schema

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TYPENAME = {"data": {"__typename": "Query"}}
SOURCES = Path(__file__).parents[2] / "web" / "graphiql" / "src"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the build writes; this one wrote little."""
    (tmp_path / "index.html").write_text("<!doctype html><script src=/graphiql/index-0a1B2c3D.js></script>")
    (tmp_path / "index-0a1B2c3D.js").write_text("1")
    monkeypatch.setattr(explorer, "_FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def client(built: Path) -> TestClient:
    return TestClient(toy_schema.app())


def test_browsers_get_the_page_and_programs_get_json(client: TestClient) -> None:
    page = client.get("/graphql?query={__typename}", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/graphql?query={__typename}").json() == TYPENAME


def test_the_page_may_load_and_call_this_server_alone_and_runs_nothing_inline(client: TestClient) -> None:
    page = client.get("/graphql", headers=BROWSER)
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'"
    loads = {"script-src", "font-src", "connect-src", "worker-src"}
    assert {policy[name] for name in loads} == {"'self'"}
    assert policy["style-src"] == "'self' 'unsafe-inline'", "Monaco writes styles"
    assert "://" not in page.headers["content-security-policy"]


def test_its_files_are_served_beside_it(client: TestClient) -> None:
    script = client.get("/graphiql/index-0a1B2c3D.js")
    assert (script.status_code, script.text) == (200, "1")
    assert "immutable" in script.headers["cache-control"]
    assert client.get("/graphiql/nothing.js").status_code == 404


def test_where_nobody_built_it_a_sentence_says_what_to_do(client: TestClient, built: Path) -> None:
    (built / "index.html").unlink()
    page = client.get("/graphql", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert "make build" in page.text
    assert client.post("/graphql", json={"query": "{ __typename }"}).json() == TYPENAME


def test_where_it_is_switched_off_browsers_get_json(built: Path) -> None:
    client = TestClient(toy_schema.app(graphiql=False))
    assert client.get("/graphql?query={__typename}", headers=BROWSER).json() == TYPENAME
    assert client.get("/graphiql/index-0a1B2c3D.js").status_code == 404


def test_a_post_is_never_answered_with_the_page(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "{ __typename }"}, headers=BROWSER)
    assert response.json() == TYPENAME


@pytest.mark.parametrize(
    ("environ", "graphiql"),
    [
        ({}, "off"),
        ({"DEMO": "on"}, "on"),
        ({"DEMO": "on", "GRAPHIQL": "off"}, "off"),
        ({"GRAPHIQL": "on"}, "on"),
    ],
)
def test_the_demonstration_has_it_and_whoever_asks_for_it(environ: dict[str, str], graphiql: str) -> None:
    loaded = settings.load({f"PARVIS_{name}": value for name, value in environ.items()})
    assert loaded.graphiql == graphiql


# -- the prepared steps --------------------------------------------------------------------------------------


def steps() -> list[dict[str, Any]]:
    groups = json.loads((SOURCES / "examples.json").read_text(encoding="utf-8"))
    return [step for group in groups for step in group["steps"]]


def prepared() -> list[tuple[DocumentNode, dict[str, Any]]]:
    return [(parse("\n".join(step["operation"])), step.get("variables", {})) for step in steps()]


def test_every_step_of_both_journeys_is_prepared() -> None:
    fields = {
        selection.name.value
        for document, _ in prepared()
        for operation in document.definitions
        for selection in operation.selection_set.selections  # type: ignore[attr-defined]
    }
    assert fields >= {
        "communes", "operator", "validateActivationKey", "verifyContract", "register", "confirmRegistration",
        "login", "me", "requestPasswordReset", "resetPassword", "linkContract", "requestAccount", "logout",
    }  # fmt: skip


def test_every_tab_has_a_name_of_its_own() -> None:
    names = [
        operation.name.value
        for document, _ in prepared()
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode) and operation.name
    ]
    assert len(set(names)) == len(names) == len(steps())


def test_every_prepared_operation_and_its_variables_fit_the_schema_and_its_limits() -> None:
    schema = build_schema()._schema
    for document, variables in prepared():
        assert validate(schema, document) == validate(schema, document, [Limits]) == []
        [operation] = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        values = get_variable_values(schema, operation.variable_definitions or (), variables)
        assert not isinstance(values, list), values


def test_what_stands_for_an_earlier_answer_is_what_the_page_carries_over() -> None:
    script = (SOURCES / "endpoint.ts").read_text(encoding="utf-8")
    wanted = set(re.findall(r'"<(\w+)>"', json.dumps([step.get("variables") for step in steps()])))
    assert wanted == {"activationKey", "proofToken", "termsVersion", "reference"}
    assert all(f'"{name}"' in script or f'"<{name}>"' in script for name in wanted)
