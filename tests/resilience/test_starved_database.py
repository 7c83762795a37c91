"""A database that accepts and never answers: the event loop turns, and those who need no database are answered."""

import asyncio
import socket
from collections.abc import Iterator

import httpx2
import pytest

from api.app import create_app
from identity.foundation.settings import Settings
from tests.support.door import SECRET


@pytest.fixture
def silent_url() -> Iterator[str]:
    """Where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql+psycopg://town@127.0.0.1:{listener.getsockname()[1]}/town"


STARVED = (
    ("POST", "/graphql", {"origin": "https://elsewhere.example"}),
    ("OPTIONS", "/graphql", {"origin": "https://elsewhere.example"}),
    ("POST", "/token", {}),
    ("GET", "/jwks", {}),
    ("GET", "/login", {}),
    ("GET", "/authorize?client_id=a", {}),
    ("GET", "/services", {}),
    ("GET", "/logos/a", {}),
)


def test_no_request_that_waits_for_the_database_holds_the_loop(silent_url: str) -> None:
    settings = Settings(database_url=silent_url, secret_key=[SECRET], challenge="off", courier="off")
    app = create_app(settings)

    async def play() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=settings.public_url) as client:
            starved = [
                asyncio.create_task(client.request(method, path, headers=headers))
                for method, path, headers in STARVED
            ]
            await asyncio.sleep(0.2)
            assert (await client.get("/healthz")).status_code == 200
            done = [task.get_coro().__qualname__ for task in starved if task.done()]
            assert not done, [task.result() for task in starved if task.done()]
            for answer in await asyncio.gather(*starved):
                assert answer.status_code == 503, answer.text
                assert answer.headers["retry-after"]
            assert (await client.get("/readyz")).json() == {"status": "database does not answer"}

    asyncio.run(play())
