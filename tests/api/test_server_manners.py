"""What every answer bears, whatever was asked and however it ended; and what only https or a secret changes."""

import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from tests.support import door, people, server

HTTPS = "https://compte.example"
HSTS = "max-age=31536000; includeSubDomains"
KINDS = {
    "page": ("GET", "/login", 200),
    "answer": ("POST", "/graphql", 200),
    "document": ("GET", "/.well-known/openid-configuration", 200),
    "health": ("GET", "/healthz", 200),
    "figures": ("GET", "/metrics", 200),
    "preflight": ("OPTIONS", "/token", 204),
    "bad request": ("POST", "/token", 400),
    "unnamed client": ("GET", "/authorize?client_id=nobody", 400),
    "no token": ("GET", "/userinfo", 401),
    "foreign page": ("PATCH", "/graphql", 405),
    "no such page": ("GET", "/nowhere", 404),
    "no such file": ("GET", "/portal/nothing.js", 404),
    "no such method": ("DELETE", "/healthz", 405),
    "no such type": ("POST", "/graphql?form", 415),
    "too much": ("PUT", "/healthz", 413),
}
PERSONAL = [
    ("GET", "/confirm"), ("GET", "/reset"), ("GET", "/activate"), ("POST", "/graphql"),
    ("GET", "/graphql?query={me{email}}"),
    ("POST", "/token"), ("GET", "/userinfo"), ("GET", "/authorize?client_id=nobody"), ("POST", "/revoke"),
]  # fmt: skip


def ask(client: TestClient, method: str, path: str) -> "tuple[int, dict[str, str]]":
    """The status and the headers of an answer; a browser asks for pages, a program posts JSON."""
    headers = {"accept": "text/html" if method == "GET" else "*/*"}
    content = {"POST": b'{"query": "{ __typename }"}', "PUT": b"x" * 300_000}.get(method)
    if path == "/graphql":
        headers["content-type"] = "application/json"
    response = client.request(method, path, headers=headers, content=content)
    assert len(response.headers.get_list("x-request-id")) == 1
    return response.status_code, dict(response.headers)


@pytest.fixture
def client(sqlite_url: str) -> TestClient:
    """Plain http on loopback."""
    return door.open_door(sqlite_url)


@pytest.fixture
def secure(sqlite_url: str) -> TestClient:
    """Public over https."""
    return door.open_door(sqlite_url, public_url=HTTPS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_is_guarded(client: TestClient, kind: str) -> None:
    method, path, expected = KINDS[kind]
    status, headers = ask(client, method, path)
    assert status == expected
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    shared = "access-control-allow-origin" in headers
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if shared else "same-origin")
    assert headers["permissions-policy"]
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in headers and "x-powered-by" not in headers
    assert "strict-transport-security" not in headers, "over plain http it means nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_https_is_insisted_upon_where_the_public_address_is_https(secure: TestClient, kind: str) -> None:
    method, path, _ = KINDS[kind]
    assert ask(secure, method, path)[1]["strict-transport-security"] == HSTS


def test_a_fault_of_ours_is_guarded_too_and_says_nothing(tmp_path: Path) -> None:
    """A database without a table of ours, say; one that is not there at all is an outage."""
    with closing(sqlite3.connect(tmp_path / "empty.sqlite3")) as database:
        database.execute("CREATE TABLE other (id INTEGER)")
    client = door.open_door(f"sqlite:///{tmp_path}/empty.sqlite3", public_url=HTTPS)
    response = client.get("/jwks")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    assert response.headers["strict-transport-security"] == HSTS
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-request-id"] != client.get("/jwks").headers["x-request-id"]


@pytest.mark.parametrize(("method", "path"), PERSONAL)
def test_nothing_personal_is_kept_by_a_cache(client: TestClient, method: str, path: str) -> None:
    assert ask(client, method, path)[1]["cache-control"] == "no-store"


def test_nobody_is_sent_to_an_address_made_from_host(client: TestClient) -> None:
    response = client.get("/healthz/", headers={"host": "evil.example"}, follow_redirects=False)
    assert response.status_code == 404
    assert "evil" not in str(response.headers) + response.text


SHARED = [
    ("GET", "/jwks"),
    ("POST", "/token"),
    ("OPTIONS", "/token"),
    ("GET", "/.well-known/openid-configuration"),
]


def test_other_sites_may_load_what_is_opened_to_them(client: TestClient) -> None:
    for method, path in SHARED:
        assert ask(client, method, path)[1]["cross-origin-resource-policy"] == "cross-origin", path
    for origin, policy in ((client.base_url, "cross-origin"), ("https://evil.example", "same-origin")):
        answer = client.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": str(origin)})
        assert answer.headers.get_list("cross-origin-resource-policy") == [policy]


# -- Host ----------------------------------------------------------------------------------------------------

GOOD_HOSTS = [
    "localhost", "LOCALHOST:8000", "compte.example.", "compte.example:443", "compte.example:", "192.0.2.7:80",
    "10.0.0.1", "[::1]", "[2001:db8::1]:8443", "parvis_app:8000", "xn--mairie-9ua.fr", "[::ffff:192.0.2.7]:80",
]  # fmt: skip
BAD_HOSTS = [
    "", " ", "a b", "a,b", "compte.example/x", "user@compte.example", "http://compte.example", "compte.example:port",
    "compte.example:99999", "compte.example:1:2", ":8000", "::1", "[::1", "[]", "[x]", "[::1]x", "[1.2.3.4]", "a..b",
    ".a", "a\tb", "<script>", "mairie.fr?x", "mairie.fr#x", "mair\\ie", "mairie%2efr", "mairie.fr:-1", "mairie.fr:8_0",
    "é.fr",
]  # fmt: skip


def test_a_request_says_well_formed_by_which_name_it_was_sent(client: TestClient) -> None:
    for host in GOOD_HOSTS:
        assert client.get("/healthz", headers={"host": host}).status_code == 200, host
    for host in BAD_HOSTS:
        for method, path in (
            ("GET", "/healthz"),
            ("GET", "/login"),
            ("POST", "/graphql"),
            ("OPTIONS", "/token"),
        ):
            answer = client.request(method, path, headers=[(b"host", host.encode("latin-1"))])
            assert (answer.status_code, answer.headers["x-content-type-options"]) == (400, "nosniff"), host


def test_a_host_that_is_missing_or_doubled_is_refused_over_the_wire(sqlite_url: str) -> None:
    with server.serve({"PARVIS_DATABASE_URL": sqlite_url}) as running:
        for version, lines, status in (
            ("1.1", [], 400), ("1.0", [], 400), ("1.1", ["Host: a.fr", "Host: a.fr"], 400),
            ("1.1", ["Host: a.fr", "host: b.fr"], 400), ("1.1", ["Host:"], 400), ("1.1", ["Host: a fr"], 400),
            ("1.1", ["Host: 127.0.0.1"], 200), ("1.1", ["HOST: [::1]:8000"], 200), ("1.0", ["Host: a.fr"], 200),
        ):  # fmt: skip
            assert _status(running, version, lines) == status, (version, lines)


def _status(running: server.Running, version: str, lines: list[str]) -> int:
    """Of an answer to exactly these lines."""
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as line:
        text = "\r\n".join([f"GET /healthz HTTP/{version}", *lines, "Connection: close", "", ""])
        line.sendall(text.encode())
        with line.makefile("rb") as answer:
            return int(answer.readline().split()[1])


# -- the id of a request -------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["0123456789abcdef", "req_7.Zz-42"])
def test_the_id_that_a_proxy_gave_is_echoed(client: TestClient, given: str) -> None:
    assert client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "short", "with space!", "é" * 10, "x" * 65, '"},{"level":"error"}'])
def test_an_id_that_is_none_is_replaced(client: TestClient, given: str) -> None:
    response = client.get("/healthz", headers=[(b"x-request-id", given.encode())])
    assert re.fullmatch(r"[0-9a-f-]{36}", response.headers["x-request-id"])


# -- cookies -------------------------------------------------------------------------------------------------


@pytest.fixture
def town(database_url: str) -> Iterator[people.Town]:
    """Somebody who can log in, and a contract that nobody has."""
    with people.open_town(database_url, secret_key=[door.SECRET]) as town:
        town.settle("jean@exemple.fr")
        town.subscriber("7654321")
        yield town


def cookies_of(client: TestClient) -> dict[str, list[str]]:
    """Every cookie of a registration and a login: its attributes, lower-cased."""
    numbers = {"contractNumber": "7654321", "meterNumber": people.METER}
    proof = door.do(client, "verifyContract", "... on Proof { proofToken }", operator="loudun", **numbers)
    given: dict[str, dict[str, object]] = {
        "register": {
            "proofToken": proof["proofToken"],
            "profile": {"legalNature": "INDIVIDUAL", "civility": "SIR", "familyName": "A", "givenName": "B"},
            "email": "ines@exemple.fr",
            "password": people.PASSWORD,
            "acceptedTermsVersion": "1",
        },
        "login": {"email": "jean@exemple.fr", "password": people.PASSWORD},
    }
    found = {}
    for mutation, variables in given.items():
        document = f"mutation($i: {mutation.title()}Input!) {{ {mutation}(input: $i) {{ __typename }} }}"
        answer = client.post("/graphql", json={"query": document, "variables": {"i": variables}})
        assert "Problem" not in answer.text and "errors" not in answer.json(), answer.text
        assert answer.headers["cache-control"] == "no-store"
        for line in answer.headers.get_list("set-cookie"):
            found[line.partition("=")[0]] = line.lower().split("; ")[1:]
    return found


def test_cookies_are_locked_to_the_host_over_https(town: people.Town) -> None:
    client = door.open_door(town.units.settings.database_url, public_url=HTTPS)
    found = cookies_of(client)
    assert set(found) == {
        "__Host-parvis_session", "__Host-parvis_registration", "__Host-parvis_known_browser",
    }  # fmt: skip
    for attributes in found.values():
        assert {"httponly", "samesite=lax", "secure", "path=/"} <= set(attributes)
        assert not any(attribute.startswith("domain") for attribute in attributes)


def test_cookies_have_plain_names_on_loopback_http(town: people.Town) -> None:
    found = cookies_of(door.open_door(town.units.settings.database_url))
    assert set(found) == {"parvis_session", "parvis_registration", "parvis_known_browser"}
    for attributes in found.values():
        assert {"httponly", "samesite=lax", "path=/"} <= set(attributes)
        assert "secure" not in attributes


@pytest.mark.parametrize("stay", [True, False])
def test_only_who_stays_logged_in_has_a_cookie_that_outlives_the_browser(
    town: people.Town, stay: bool
) -> None:
    client = door.open_door(town.units.settings.database_url)
    door.do(client, "login", email="jean@exemple.fr", password=people.PASSWORD, stayLoggedIn=stay)
    (session,) = [cookie for cookie in client.cookies.jar if cookie.name == "parvis_session"]
    assert (session.expires is not None) is stay


# -- figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 401),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 401),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, 401),
    ],
)
def test_figures_without_a_token_stay_on_the_machine(
    sqlite_url: str, address: str, headers: dict[str, str], status: int
) -> None:
    client = door.open_door(sqlite_url, (address, 50000))
    assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [("Bearer the-token", 200), ("Bearer another", 401), ("the-token", 401), ("Bearer é", 401), (None, 401)],
)
def test_figures_with_a_token_need_it_wherever_one_asks_from(
    sqlite_url: str, authorization: str | None, status: int
) -> None:
    for address in ("127.0.0.1", "203.0.113.9"):
        client = door.open_door(sqlite_url, (address, 50000), metrics_token="the-token")
        headers = [(b"authorization", authorization.encode())] if authorization else []
        assert client.get("/metrics", headers=headers).status_code == status


def test_figures_count_routes_and_never_what_people_typed(client: TestClient) -> None:
    for path in ("/healthz", "/terms/jean@exemple.fr", "/jean@exemple.fr"):
        client.get(path)
    client.request("JEAN", "/healthz")
    told = client.get("/metrics").text
    assert 'route="/healthz"' in told and 'route="/terms/{slug}"' in told and 'route="other"' in told
    assert "jean" not in told.lower()
