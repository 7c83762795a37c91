"""A provider in service, a citizen with an account, a browser; and services registered as the handbook says."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.federation import handbook
from tests.federation.journey import Known
from tests.support import server, site, warm
from tests.support.browser import Browser
from tests.support.citizen import Citizen, mailbox, token_of

EMAIL = "lea.martin@example.org"
CONTRACT = {"operator": "eau-de-marseille", "contractNumber": "1234567", "meterNumber": "D23AB123456"}


@dataclass(frozen=True)
class Provider:
    """Parvis, as a service knows it."""

    running: server.Running
    env: dict[str, str]

    @property
    def issuer(self) -> str:
        """Its name in tokens, and where it is."""
        return self.env["PARVIS_PUBLIC_URL"]

    def register(self, client_id: str, service_url: str, folder: Path) -> dict[str, str]:
        """Register a client with the command of docs/federation.md; its id and secret. Files are this folder's."""
        command = handbook.registration(client_id, service_url)
        words = [str(folder / word) if word.endswith(".json") else word for word in command]
        return self.command(*words)

    def command(self, *words: str) -> dict[str, str]:
        """What a command of `parvis` prints, as an object."""
        printed: dict[str, str] = json.loads(warm.succeed(*words, "--json", env=self.env))
        return printed

    def times(self, path: str) -> int:
        """How often this path was asked for and answered well."""
        events = [json.loads(line) for line in self.running.log.splitlines() if line.startswith("{")]
        return sum(event.get("path") == path and event["status"] < 400 for event in events)


@pytest.fixture
def provider(database_url: str) -> Iterator[Provider]:
    """The demonstration's server, which has citizens; it may call services on this machine."""
    port = server.free_port()
    env = {
        "PARVIS_DATABASE_URL": database_url,
        "PARVIS_SECRET_KEY": secrets.token_urlsafe(48),
        "PARVIS_PUBLIC_URL": f"http://{site.HOST}:{port}",  # another site than the services'
        "PARVIS_DEMO": "on",
        "PARVIS_CHALLENGE": "off",
        "PARVIS_OUTBOUND_ALLOW": "localhost,127.0.0.1",
    }
    with server.serve(env, port) as running:
        yield Provider(running, env)


@pytest.fixture
def citizen(provider: Provider) -> Known:
    """Somebody who registered with a contract and a meter, and is signed in nowhere."""
    registering = Citizen(provider.issuer)
    proof = registering.do("verifyContract", **CONTRACT)
    pending = registering.register(proof["proofToken"], EMAIL)
    assert pending["__typename"] == "RegistrationPending", pending
    [mail] = mailbox(provider.issuer, EMAIL)
    confirmed = registering.do("confirmRegistration", token=token_of(mail["links"][0]))
    assert confirmed["__typename"] == "RegistrationConfirmed", confirmed
    registering.close()
    return Known(EMAIL)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The citizen's, with nothing in it."""
    with Browser() as opened:
        yield opened
