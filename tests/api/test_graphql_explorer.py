"""Browsers that open /graphql find a page that works under a strict policy, with both journeys prepared."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode, get_variable_values, parse, validate
from starlette.testclient import TestClient

import api
from schema.limits import Limits
from schema.root import build_schema
from tests.support import toy_schema

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FOLDER = Path(next(iter(api.__path__))) / "graphiql"


@pytest.fixture
def client() -> TestClient:
    return TestClient(toy_schema.app())


def test_browsers_get_the_page_and_programs_get_json(client: TestClient) -> None:
    page = client.get("/graphql?query={__typename}", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    answer = client.get("/graphql?query={__typename}")
    assert answer.json() == {"data": {"__typename": "Query"}}


def test_the_page_loads_its_own_files_alone_and_runs_nothing_inline(client: TestClient) -> None:
    page = client.get("/graphql", headers=BROWSER)
    assert (
        "default-src 'none'; script-src 'self'; style-src 'self'" in page.headers["content-security-policy"]
    )
    sources = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert sources
    for source in sources:
        assert client.get(source).status_code == 200
    assert re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=", page.text) == []


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/nothing.js",
        "/graphiql/../graphql/view.py",
        "/graphiql/%2e%2e%2fapp.py",
        "/graphiql/index.html",
    ],
)
def test_nothing_else_is_served_beside_it(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_where_the_page_is_switched_off_browsers_get_json() -> None:
    client = TestClient(toy_schema.app(graphiql=False))
    assert client.get("/graphql?query={__typename}", headers=BROWSER).json() == {
        "data": {"__typename": "Query"}
    }
    assert client.get("/graphiql/index.js").status_code == 404


def test_a_post_is_never_answered_with_the_page(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "{ __typename }"}, headers=BROWSER)
    assert response.json() == {"data": {"__typename": "Query"}}


def prepared() -> list[tuple[DocumentNode, dict[str, Any]]]:
    groups = json.loads((FOLDER / "examples.json").read_text())
    steps = [step for group in groups for step in group["steps"]]
    return [(parse("\n".join(step["operation"])), step.get("variables", {})) for step in steps]


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


def test_every_prepared_operation_and_its_variables_fit_the_schema_and_its_limits() -> None:
    schema = build_schema()._schema
    for document, variables in prepared():
        assert validate(schema, document) == validate(schema, document, [Limits]) == []
        [operation] = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        values = get_variable_values(schema, operation.variable_definitions or (), variables)
        assert not isinstance(values, list), values
