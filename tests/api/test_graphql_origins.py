"""Pages of other sites may not call: cookies would go with them."""

import pytest
from starlette.testclient import TestClient

from tests.support import toy_schema

LOGOUT = {"query": "mutation { logout }"}
STRANGERS = [
    "null",
    "https://evil.example",
    "https://portal.example.evil.example",
    "http://portal.example",
    "https://portal.example, https://evil.example",
    f"{toy_schema.PORTAL}/",
    "é",
]


@pytest.fixture
def client() -> TestClient:
    return TestClient(toy_schema.app())


def test_a_caller_that_is_no_page_needs_no_origin(client: TestClient) -> None:
    response = client.post("/graphql", json=LOGOUT)
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("origin", [toy_schema.OWN_ORIGIN, toy_schema.PORTAL])
def test_accepted_pages_may_call_with_cookies_and_read_the_answer(client: TestClient, origin: str) -> None:
    for response in (
        client.post("/graphql", json=LOGOUT, headers={"origin": origin}),
        client.post("/graphql", content=b"5", headers={"origin": origin}),
        client.get("/graphql?query={__typename}", headers={"origin": origin}),
    ):
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize("origin", STRANGERS)
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_other_pages_are_refused(client: TestClient, origin: str, method: str) -> None:
    response = client.request(
        method,
        "/graphql?query={__typename}",
        json=LOGOUT if method == "POST" else None,
        headers=[(b"origin", origin.encode("latin-1"))],
    )
    assert response.status_code == 403
    assert response.json()["errors"]
    assert "set-cookie" not in response.headers
    assert not any(name.startswith("access-control") for name in response.headers)
    assert "Origin" in response.headers["vary"]


def test_two_origins_are_none(client: TestClient) -> None:
    headers = [("origin", toy_schema.PORTAL), ("origin", toy_schema.PORTAL)]
    assert client.post("/graphql", json=LOGOUT, headers=headers).status_code == 403


def test_the_preflight_of_an_accepted_page_is_answered(client: TestClient) -> None:
    headers = {
        "origin": toy_schema.PORTAL,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,authorization",
    }
    response = client.options("/graphql", headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    allowed = response.headers["access-control-allow-headers"].split(", ")
    assert {"content-type", "authorization", "accept-language"} <= set(allowed)
    assert response.headers["access-control-allow-methods"] == "GET, POST"
    assert response.headers["access-control-allow-origin"] == toy_schema.PORTAL
    assert response.headers["access-control-allow-credentials"] == "true"


def test_options_without_origin_names_the_methods(client: TestClient) -> None:
    assert client.options("/graphql").headers["allow"] == "GET, HEAD, POST, OPTIONS"
