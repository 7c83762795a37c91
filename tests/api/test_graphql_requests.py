"""Whatever is sent to /graphql, the answer is GraphQL-shaped JSON and never a fault of the server."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.graphql import wire
from tests.support import toy_schema

JSON = {"content-type": "application/json"}
COMMUNES = "query($search: String!) { communes(search: $search, first: 1) { name } }"


@pytest.fixture
def client() -> TestClient:
    return TestClient(toy_schema.app())


def post(client: TestClient, body: bytes | str, **headers: str) -> tuple[int, Any]:
    response = client.post("/graphql", content=body, headers=JSON | headers)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    return response.status_code, response.json()


def assert_refused(answer: tuple[int, Any], status: int = 400) -> None:
    assert answer[0] == status
    assert list(answer[1]) == ["errors"]
    assert all(isinstance(error["message"], str) for error in answer[1]["errors"])


def test_an_operation_with_variables_is_answered(client: TestClient) -> None:
    body = json.dumps({"query": COMMUNES, "variables": {"search": "Châteauneuf 🏃"}})
    assert post(client, body) == (200, {"data": {"communes": [{"name": "Châteauneuf 🏃"}]}})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"5",
        b"null",
        b"true",
        b'"x"',
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b"{",
        b"NaN",
        b'{"query": "{ __typename }", "variables": {"a": NaN}}',
        b'{"query": "{ __typename }", "variables": {"a": 1e}}',
        b'{"query": "\xff"}',
        b'{"query": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"query": "{ __typename }"}',
        '{"query": "{ __typename }"}'.encode("utf-16"),
        b'{"query": "{ __typename }"}trailing',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 1010 + b"]" * 1010 + b"}}",
        b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
        b'{"query": "\\udc00{ __typename }"}',
        b'{"query": "{ __typename }", "query": "{ __typename }"}',
        b'{"query": "{ __typename }", "\\u0071uery": "{ __typename }"}',
        b'{"query": "{ __typename }", "variables": {"input": {"email": "a", "email": "b"}}}',
        b'{"query": "{ __typename }", "variables": {"a": "\\u0000"}}',
        b'{"query": "{ __typename }", "variables": {"a": [["x\\u0000"]]}}',
        b'{"query": "{ __typename }\\u0000"}',
        b'{"query": ""}',
        b'{"query": null}',
        b'{"query": 5}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": {"a": 1}}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "variables": 0}',
        b'{"query": "{ __typename }", "variables": false}',
        b'{"query": "{ __typename }", "operationName": 5}',
        b'{"query": "{ __typename }", "operationName": ["A"]}',
        b'{"query": "{ __typename }", "extensions": []}',
        b'{"query": "{ __typename }", "extensions": "x"}',
        b'{"query": "query A { __typename } query B { __typename }"}',
        b'{"query": "query A { __typename } query B { __typename }", "operationName": "C"}',
        b'{"query": "{ __typename }", "operationName": "A"}',
        b'{"query": "fragment F on Query { __typename }"}',
        b'{"query": "type Query { a: Int }"}',
        b'{"query": "subscription { __typename }"}',
        b"query=%7B__typename%7D",
    ],
)  # fmt: skip
def test_a_malformed_body_is_a_clean_400(client: TestClient, body: bytes) -> None:
    assert_refused(post(client, body))


@pytest.mark.parametrize(
    "variables",
    [
        {"search": 10**30},
        {"search": -(2**63)},
        {"search": 1e308},
        {"search": ["x"]},
        {"search": {"a": 1}},
        {"search": None},
        {},
        {"search": [[[[[[[[["x"]]]]]]]]]},
    ],
)
def test_variables_that_do_not_fit_are_errors_of_the_request(
    client: TestClient, variables: dict[str, Any]
) -> None:
    body = json.dumps({"query": COMMUNES, "variables": variables})
    assert_refused(post(client, body), 200)
    modern = client.post(
        "/graphql", content=body, headers=JSON | {"accept": "application/graphql-response+json"}
    )
    assert modern.status_code == 400
    assert list(modern.json()) == ["errors"]


def test_thousands_of_unknown_members_of_an_input_are_answered_shortly(client: TestClient) -> None:
    members = {f"operato{number}": 1 for number in range(3000)}
    body = {
        "query": "mutation($i: KeyInput!) { validateActivationKey(input: $i) { __typename } }",
        "variables": {"i": members},
    }
    status, content = post(client, json.dumps(body))
    assert status == 200
    assert len(content["errors"]) < 100


def test_extensions_and_null_parameters_are_accepted(client: TestClient) -> None:
    body = {"query": "{ __typename }", "variables": None, "operationName": None, "extensions": {"a": 1}}
    assert post(client, json.dumps(body)) == (200, {"data": {"__typename": "Query"}})


def test_an_empty_operation_name_is_none(client: TestClient) -> None:
    body = {"query": "query A { __typename }", "operationName": ""}
    assert post(client, json.dumps(body)) == (200, {"data": {"__typename": "Query"}})


def test_a_backslash_before_u0000_is_not_a_nul(client: TestClient) -> None:
    body = {"query": COMMUNES, "variables": {"search": "\\u0000"}}
    assert post(client, json.dumps(body))[1] == {"data": {"communes": [{"name": "\\u0000"}]}}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/jsonx",
        "text/plain; application/json",
    ],
)
def test_only_json_in_utf8_is_taken(client: TestClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert_refused((response.status_code, response.json()), 415)


def test_two_content_types_are_refused(client: TestClient) -> None:
    headers = [("content-type", "application/json"), ("content-type", "text/plain")]
    assert client.post("/graphql", content=b"{}", headers=headers).status_code == 415


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_may_be_spelled_as_http_allows(client: TestClient, content_type: str) -> None:
    response = client.post(
        "/graphql", content=b'{"query": "{ __typename }"}', headers={"content-type": content_type}
    )
    assert response.status_code == 200


def test_a_body_of_64_kib_is_taken_and_a_larger_one_is_not(client: TestClient) -> None:
    body = b'{"query": "{ __typename }"}'
    assert post(client, body.ljust(wire.MAX_BODY))[0] == 200
    assert_refused(post(client, body.ljust(wire.MAX_BODY + 1)), 413)
    assert_refused(post(client, b" " * 1_000_000), 413)


def test_a_get_executes_queries(client: TestClient) -> None:
    parameters = {"query": COMMUNES, "variables": '{"search": "é"}', "operationName": "", "extensions": "{}"}
    response = client.get("/graphql", params=parameters)
    assert (response.status_code, response.json()) == (200, {"data": {"communes": [{"name": "é"}]}})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "?query=",
        "?variables={}",
        "?query={__typename}&query={__typename}",
        "?query={__typename}&variables=[]",
        "?query={__typename}&variables=x",
        "?query={__typename}&variables=%22x%22",
        "?query={__typename}&variables=%7B%22a%22:%22%5Cu0000%22%7D",
        "?query={__typename}&extensions=5",
        "?query={__typename%00}",
        "?query=%FF",
        "?query=%ED%A0%80",
        "?query={__typename}" + "&a=1" * 20,
        "?query=query A{__typename} query B{__typename}",
        "?query={__typename}&operationName=A",
        "?query=subscription{__typename}",
    ],
)
def test_a_malformed_address_is_a_clean_400(client: TestClient, address: str) -> None:
    response = client.get(f"/graphql{address}")
    assert_refused((response.status_code, response.json()))


def test_an_address_that_is_too_long_is_refused(client: TestClient) -> None:
    response = client.get("/graphql?query={__typename}" + "%20" * 6_000)
    assert_refused((response.status_code, response.json()), 414)


def test_a_mutation_over_get_is_refused_and_not_executed(client: TestClient) -> None:
    response = client.get("/graphql", params={"query": "mutation { logout }"})
    assert_refused((response.status_code, response.json()), 405)
    assert response.headers["allow"] == "POST"
    assert "set-cookie" not in response.headers


def test_a_mutation_hidden_beside_a_query_is_not_executed_over_get(client: TestClient) -> None:
    document = "query A { __typename } mutation B { logout }"
    response = client.get("/graphql", params={"query": document, "operationName": "B"})
    assert response.status_code == 405
    assert client.get("/graphql", params={"query": document, "operationName": "A"}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_told_which_ones_there_are(client: TestClient, method: str) -> None:
    response = client.request(method, "/graphql")
    assert_refused((response.status_code, response.json()), 405)
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_a_refusal_of_the_context_is_answered_as_a_graphql_error(client: TestClient) -> None:
    answer = post(client, b'{"query": "{ __typename }"}', authorization="Bearer stolen")
    assert answer == (401, {"errors": [{"message": "This token is worth nothing here."}]})


def test_cookies_are_set_at_last_and_nothing_is_ever_stored(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "mutation { logout }"})
    assert response.headers["set-cookie"].startswith("session=opaque")
    assert response.headers["cache-control"] == "no-store"


def test_every_answer_says_no_store(client: TestClient) -> None:
    answers = [
        client.get("/graphql"),
        client.get("/graphql", headers={"accept": "text/html"}),
        client.put("/graphql"),
        client.post("/graphql", content=b"5", headers=JSON),
        client.options("/graphql"),
        client.get("/graphql", headers={"origin": "null"}),
    ]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
