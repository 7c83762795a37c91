"""Pages opened by an IP address of this machine lead to the public URL, where that has a name; nothing else does."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from api import pages, portal
from api.cli import listening
from tests.support import door, server

PUBLIC = "http://localhost:8000"
ADDRESSES = (
    "127.0.0.1:8000",
    "[::1]:8000",
    "127.0.0.1",
    "127.0.0.1:9999",
    "127.1.2.3:8000",
    "[0:0:0:0:0:0:0:1]:8000",
)
NAMES = (
    "localhost:8000",
    "LOCALHOST:8000",
    "localhost:9999",
    "evil.example",
    "192.0.2.1:8000",
    "127.0.0.1.evil.example",
)
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = [
    *[path.replace("{slug}", "eau") for path in portal.PATHS],
    *[path for path, methods in pages.PAGES if "GET" in methods],
    "/authorize", "/demo/mailbox", "/demo/mailbox/1", "/graphql",
]  # fmt: skip
FOR_PROGRAMS = [
    ("GET", path) for path in (
        "/healthz", "/readyz", "/metrics", "/pages.css", "/jwks", "/userinfo", "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server", "/demo/activation-key", "/portal/none.js", "/logos/none", "/nowhere",
        "/graphql?query={__typename}",
    )
] + [
    ("POST", path) for path in (
        "/graphql", "/token", "/introspect", "/revoke", "/par", "/register", "/login", "/consent", "/authorize",
        "/logout",
    )
] + [("OPTIONS", "/token"), ("OPTIONS", "/graphql"), ("PUT", "/login"), ("DELETE", "/")]  # fmt: skip


def open_demo(database_url: str, **settings: Any) -> TestClient:
    """The demonstration, whose pages are all there."""
    return door.open_door(database_url, demo="on", graphiql="on", **settings)


@pytest.fixture
def client(sqlite_url: str) -> TestClient:
    """The demonstration at its usual address."""
    return open_demo(sqlite_url, public_url=PUBLIC)


def location(client: TestClient, path: str, host: str, method: str = "GET", **headers: str) -> str | None:
    """Where one is sent; None where one is answered."""
    response = client.request(method, path, headers=HTML | headers | {"host": host}, follow_redirects=False)
    # Other redirects are 302 and 303: of the pages themselves.
    return response.headers["location"] if response.status_code == 307 else None


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_home(client: TestClient, path: str) -> None:
    for host in ADDRESSES:
        assert location(client, f"{path}?a=%2F&a=b+c", host) == f"{PUBLIC}{path}?a=%2F&a=b+c"
        assert location(client, path, host) == PUBLIC + path


def test_no_page_is_forgotten(client: TestClient) -> None:
    """Of every route that there is, whatever answers GET with HTML."""
    for route in client.app.routes:  # type: ignore[attr-defined]
        path = route.path.replace("{id:int}", "1").replace("{slug}", "eau").partition("{")[0]
        answer = client.get(path, headers=HTML, follow_redirects=False)
        is_page = answer.headers.get("content-type", "").startswith("text/html") or answer.is_redirect
        if is_page or route.path in portal.PATHS:
            assert location(client, path, "127.0.0.1:8000") == PUBLIC + path


def test_the_path_arrives_as_it_was_written(client: TestClient) -> None:
    path = "/operators/r%C3%A9gie%0d%0aSet-Cookie:a=b"
    assert location(client, path, "127.0.0.1:8000") == PUBLIC + path


def test_head_is_sent_as_well_and_no_redirect_is_kept(client: TestClient) -> None:
    assert location(client, "/login", "[::1]:8000", "HEAD") == f"{PUBLIC}/login"
    answer = client.get("/login", headers={"host": "127.0.0.1:8000"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
    assert "x-request-id" in answer.headers


@pytest.mark.parametrize("host", NAMES)
def test_who_asks_by_another_name_is_answered(client: TestClient, host: str) -> None:
    for path in ("/", "/login", "/authorize", "/graphql", "/demo/mailbox"):
        assert location(client, path, host) is None


@pytest.mark.parametrize(("method", "path"), FOR_PROGRAMS)
def test_what_programs_call_goes_on(client: TestClient, method: str, path: str) -> None:
    for host in ADDRESSES:
        headers = {"host": host, "accept": "application/json"}
        assert client.request(method, path, headers=headers, follow_redirects=False).status_code != 307


def test_a_program_reads_the_mailbox_and_calls_graphql_by_an_address(client: TestClient) -> None:
    for path in ("/demo/mailbox", "/graphql?query={__typename}"):
        assert location(client, path, "127.0.0.1:8000", accept="application/json") is None
    asked = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}
    answer = client.post("/graphql", json={"query": "{ __typename }"}, headers=asked)
    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "public", ["http://127.0.0.1:8000", "http://[::1]:8000", "https://compte.example", "http://192.0.2.7"]
)
def test_nobody_is_sent_away_where_the_public_url_is_no_name_of_this_machine(
    sqlite_url: str, public: str
) -> None:
    client = door.open_door(sqlite_url, public_url=public)
    for host in ADDRESSES:
        assert location(client, "/login", host) is None


def test_another_name_of_loopback_is_one_too(sqlite_url: str) -> None:
    client = door.open_door(sqlite_url, public_url="http://parvis.localhost:9000")
    assert location(client, "/login?a", "127.0.0.1:8000") == "http://parvis.localhost:9000/login?a"


@pytest.mark.parametrize(
    "header", ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]
)
def test_nobody_goes_round_in_circles_through_a_proxy_that_calls_us_by_our_address(
    client: TestClient, header: str
) -> None:
    assert location(client, "/login", "127.0.0.1:8000", **{header: "localhost"}) is None


def test_nobody_goes_round_in_circles_through_a_proxy_that_speaks_tls(sqlite_url: str) -> None:
    secure = open_demo(sqlite_url, public_url="https://localhost:9443")
    assert (
        location(secure, "https://localhost:9443/login", "127.0.0.1:8000") == "https://localhost:9443/login"
    )
    assert location(secure, "http://localhost:8000/login", "127.0.0.1:8000") is None


# -- both loopbacks ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[(), ("--workers", "2")])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[server.Running]:
    """As `serve` listens where nobody says more, in one process or two."""
    folder = tmp_path_factory.mktemp("loopbacks")
    with server.serve(
        {"PARVIS_DATABASE_URL": f"sqlite:///{folder}/parvis.sqlite3"}, arguments=request.param
    ) as opened:
        yield opened


def test_serve_listens_on_both_loopbacks(running: server.Running) -> None:
    port = urlsplit(running.url).port
    for host in ("127.0.0.1", "[::1]", "localhost"):
        assert httpx2.get(f"http://{host}:{port}/healthz", trust_env=False).status_code == 200
        page = httpx2.get(f"http://{host}:{port}/login?continue=x", trust_env=False)
        assert page.status_code == (400 if host == "localhost" else 307), page.text
    discovered = httpx2.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration", trust_env=False)
    assert discovered.json()["issuer"] == f"http://localhost:{port}"


def test_a_machine_without_ipv6_listens_on_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    # 0100::/64 is nobody's (RFC 6666): binding it fails as binding ::1 does where there is no IPv6.
    monkeypatch.setattr(listening, "_LOOPBACKS", ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "100::1")))
    [only] = listening.bind("localhost", server.free_port())
    with only:
        assert only.family == socket.AF_INET


def test_a_port_taken_on_either_loopback_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.create_server((host, 0), family=family) as taken, pytest.raises(SystemExit):
            listening.bind("localhost", taken.getsockname()[1])
        assert f"Cannot listen on {host}:" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_one_address_is_enough_for_who_asks_for_one(host: str) -> None:
    [only] = listening.bind(host, server.free_port())
    with only:
        assert only.getsockname()[0] == host
