"""The database goes away and comes back: the server says so meanwhile, and goes on by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.resilience.deployment import deploy, until
from tests.support import postgres, smtp


@contextmanager
def gone(host: postgres.Server, url: str) -> Iterator[None]:
    """Everybody is thrown out of this database, and nobody gets in."""
    host.seal(url)
    yield
    address = host.admin.set(drivername="postgresql").render_as_string(hide_password=False)
    reopen = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(reopen.format(sql.Identifier(make_url(url).database or "")))


def test_a_server_outlives_its_database(
    postgres_server: postgres.Server, postgres_url: str, smtp_sink: smtp.Sink
) -> None:
    deployment = deploy(postgres_url, smtp_sink)
    with deployment.serve() as running:

        def status(path: str) -> int:
            return httpx2.get(running.url + path, trust_env=False, timeout=30).status_code

        citizen = deployment.citizen(running)
        assert (status("/healthz"), status("/readyz")) == (200, 200)
        with gone(postgres_server, postgres_url):
            assert (status("/healthz"), status("/readyz")) == (200, 503)
            query = {"query": '{ operator(slug: "loudun") { name } }'}
            response = citizen.browser.post("/graphql", json=query)
            answer = response.json()
            assert (response.status_code, response.headers["retry-after"]) == (503, "10")
            assert answer["errors"][0]["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 10}
            assert "data" not in answer
        until(lambda: status("/readyz") == 200)
        assert citizen.ask(query["query"])["operator"]["name"]
        citizen.do("requestPasswordReset", email="nobody@example.org")
        smtp_sink.wait_for(1, to="nobody@example.org", timeout=30)
