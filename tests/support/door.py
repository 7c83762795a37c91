"""The whole application behind a door of its own, without a port: who knocks, from which address, over https or not."""

from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from identity.foundation.settings import Settings

SECRET = "the-secret-of-an-invented-town-0123456789"
LOOPBACK = ("127.0.0.1", 50000)


def open_door(database_url: str, client: tuple[str, int] = LOOPBACK, **settings: Any) -> TestClient:
    """Parvis on this database, met from this address at its public URL; a fault is answered, not raised."""
    usual = {"secret_key": [SECRET], "challenge": "off", "courier": "off"}
    configured = Settings(database_url=database_url, **(usual | settings))
    return TestClient(
        create_app(configured), base_url=configured.public_url, client=client, raise_server_exceptions=False
    )


def do(client: TestClient, mutation: str, payload: str = "", **given: Any) -> dict[str, Any]:
    """A mutation's payload or Problem."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
    wanted = f"__typename ... on Problem {{ code }} {payload}"
    document = f"mutation($input: {kind}) {{ {mutation}(input: $input) {{ {wanted} }} }}"
    response = client.post("/graphql", json={"query": document, "variables": {"input": given}})
    done: dict[str, Any] = response.json()["data"][mutation]
    return done
