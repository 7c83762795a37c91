"""The client chooses between the two media types of GraphQL over HTTP; statuses follow from its choice."""

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.graphql import media
from tests.support import toy_schema

JSON, MODERN, HTML = media.JSON, media.GRAPHQL, media.HTML


@pytest.fixture
def client() -> TestClient:
    return TestClient(toy_schema.app())


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (MODERN, MODERN),
        (f"{JSON}, {MODERN}", MODERN),
        (f"{MODERN}, {JSON};q=0.9", MODERN),
        (f"{MODERN};q=0.5, {JSON}", JSON),
        (f"{MODERN}, */*", MODERN),
        (f"{MODERN};q=0, */*", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        (HTML, HTML),
        ("text/*", HTML),
        (f"{HTML}, {JSON}", JSON),
        (f"{HTML};q=0.5, {JSON};q=0.6", JSON),
        ("text/plain, image/*", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=nonsense", None),
        (";,;q=,=", None),
    ],
)
def test_the_best_offer_wins(accept: str, expected: str | None) -> None:
    assert media.negotiate(accept, (MODERN, JSON, HTML)) == expected


def test_a_client_that_says_nothing_reads_json(client: TestClient) -> None:
    del client.headers["accept"]
    response = client.post("/graphql", json={"query": "{ __typename }"})
    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("query", ["{", "{ unknown }", "query($id: ID!) { __typename }"])
def test_errors_before_the_execution_have_no_data_and_the_status_of_the_media_type(
    client: TestClient, query: str
) -> None:
    for accept, status in ((JSON, 200), (MODERN, 400)):
        response = client.post("/graphql", json={"query": query}, headers={"accept": accept})
        assert response.headers["content-type"] == f"{accept}; charset=utf-8"
        assert response.status_code == status
        assert list(response.json()) == ["errors"]


@pytest.mark.parametrize("accept", [JSON, MODERN])
def test_errors_during_the_execution_come_beside_data_with_200(client: TestClient, accept: str) -> None:
    for query, data in (("{ crash }", {"crash": None}), ("{ doomed }", None)):
        with capture_logs():
            response = client.post("/graphql", json={"query": query}, headers={"accept": accept})
        assert response.status_code == 200
        assert response.json()["data"] == data
        assert response.json()["errors"][0]["extensions"] == {"code": "INTERNAL"}


def test_what_nobody_can_read_is_a_406(client: TestClient) -> None:
    for method in ("GET", "POST"):
        response = client.request(
            method, "/graphql", json={"query": "{ __typename }"}, headers={"accept": "text/plain"}
        )
        assert response.status_code == 406
        assert response.json()["errors"]


def test_a_refusal_comes_in_the_type_that_was_asked_for(client: TestClient) -> None:
    response = client.post("/graphql", content=b"5", headers={"accept": MODERN, "content-type": JSON})
    assert (response.status_code, response.headers["content-type"]) == (400, f"{MODERN}; charset=utf-8")
