"""kill -9 at any moment: what was answered is done, what was promised arrives, and nothing is half there."""

import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.mail.stage import hesitant_relay
from tests.resilience.deployment import METER, Deployment, deploy, until
from tests.support import smtp
from tests.support.citizen import PASSWORD, Citizen, token_of

CITIZENS = 8
AT_ONCE = 4
KILLS = 2
PATIENCE = 90
"""Seconds that a citizen tries again; several restarts and leases of a dead courier fit in."""
NEW_PASSWORD = "Nouveau-Mot-2b-Passe"
PENDING = "SELECT count(*) FROM outbox WHERE state = 'PENDING'"


@dataclass
class Neighbour:
    """Somebody who goes through the whole of both journeys and tries again where nobody answered."""

    deployment: Deployment
    sink: smtp.Sink
    number: int
    key: str | None
    """Every other one has a key; the others know their contract and meter."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often each mutation was sent, answered or not."""

    @property
    def email(self) -> str:
        return f"neighbour{self.number}@example.org"

    def live(self) -> None:
        """From the proof to a new password. Whatever was answered is held against the server from then on."""
        self.browser = Citizen(self.deployment.env["PARVIS_PUBLIC_URL"])
        proof = self.prove()
        self.insist(lambda: self.browser.register(proof["proofToken"], self.email), "register")
        self.follow("confirm", "confirmRegistration")
        assert self.do("login", email=self.email, password=PASSWORD)["__typename"] == "LoginSuccess"
        assert self.prove()["code"] == "PROOF_REFUSED", "it was used up"
        self.do("requestPasswordReset", email=self.email)
        self.follow("reset", "resetPassword", password=NEW_PASSWORD)
        assert self.do("login", email=self.email, password=PASSWORD)["code"] == "LOGIN_REFUSED"
        assert self.do("login", email=self.email, password=NEW_PASSWORD)["__typename"] == "LoginSuccess"

    def prove(self) -> dict[str, Any]:
        """By the key, or by contract and meter."""
        if self.key:
            return self.do("validateActivationKey", operator="loudun", activationKey=self.key)
        numbers = {"contractNumber": contract(self.number), "meterNumber": METER}
        return self.do("verifyContract", operator="loudun", **numbers)

    def follow(self, page: str, mutation: str, **given: str) -> None:
        """Follow the links that were mailed until one is good: a later mail voids the former."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for token in self.links(page):
                told = self.do(mutation, token=token, **given)
                unanswered = self.asked[mutation] > 1 and told.get("code") == "LINK_USED"
                if told["__typename"] != "Problem" or (unanswered and self.is_done(page)):
                    return
            assert time.monotonic() < deadline, f"{self.email} got no link to {page} that is good"
            time.sleep(0.1)

    def links(self, page: str) -> list[str]:
        """The tokens that were mailed, the newest first."""
        links = [received.links[0] for received in reversed(self.sink.to(self.email))]
        return [token_of(link) for link in links if f"/{page}#" in link]

    def is_done(self, page: str) -> bool:
        """Was the step done by an attempt whose answer was lost?"""
        password = PASSWORD if page == "confirm" else NEW_PASSWORD
        return self.do("login", email=self.email, password=password)["__typename"] == "LoginSuccess"

    def do(self, mutation: str, **given: str) -> dict[str, Any]:
        """A mutation, sent again until somebody answers."""
        return self.insist(lambda: self.browser.do(mutation, **given), mutation)

    def insist(self, ask: Callable[[], dict[str, Any]], name: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            self.asked[name] += 1
            try:
                return ask()
            except httpx2.TransportError:
                assert time.monotonic() < deadline, "nobody answers any more"
                time.sleep(0.05)


@contextmanager
def killed_and_started_again(deployment: Deployment) -> Iterator[None]:
    """A server that is killed some moments after each start, and left alone in the end."""
    for _ in range(KILLS):
        with deployment.serve() as running:
            time.sleep(random.uniform(0.2, 1.2))
            running.kill()
    with deployment.serve():
        yield


@pytest.fixture
def deployment(database_url: str, smtp_sink: smtp.Sink) -> Deployment:
    """A town of one operator."""
    return deploy(database_url, smtp_sink)


def neighbourhood(deployment: Deployment, sink: smtp.Sink) -> list[Neighbour]:
    """As many subscribers as neighbours, half of whom are given a key."""
    with deployment.town() as town:
        keys = [town.key(contract(number)) for number in range(0, CITIZENS, 2)]
        for number in range(1, CITIZENS, 2):
            town.subscriber(contract(number))
    given: list[str | None] = [None] * CITIZENS
    given[::2] = keys
    return [Neighbour(deployment, sink, number, key) for number, key in enumerate(given)]


def contract(number: int) -> str:
    return str(1_000_000 + number)


def test_no_account_no_mail_and_no_key_is_lost(deployment: Deployment, smtp_sink: smtp.Sink) -> None:
    neighbours = neighbourhood(deployment, smtp_sink)
    with ThreadPoolExecutor(AT_ONCE) as street:
        lives = [street.submit(neighbour.live) for neighbour in neighbours]
        with killed_and_started_again(deployment):
            for life in lives:
                life.result()
            until(lambda: deployment.count(PENDING) == 0)

    # One account for each, whole: with its contract or key, its accepted terms, and one settled registration.
    assert deployment.count("SELECT count(*) FROM accounts") == CITIZENS
    assert deployment.count("SELECT count(DISTINCT account_id) FROM subscribers") == CITIZENS
    assert deployment.count("SELECT count(*) FROM activation_keys WHERE used_at IS NOT NULL") == CITIZENS / 2
    assert deployment.count("SELECT count(DISTINCT account_id) FROM terms_acceptances") == CITIZENS
    assert deployment.count("SELECT count(*) FROM registrations WHERE confirmed_at IS NOT NULL") == CITIZENS
    registrations = deployment.count("SELECT count(*) FROM registrations")
    posted = "SELECT count(*) FROM outbox WHERE kind = :kind"
    assert deployment.count(posted, kind="confirm_registration") == registrations
    assert deployment.count(posted, kind="registration_confirmed") == CITIZENS
    assert deployment.count(posted, kind="password_changed") == CITIZENS

    # Every letter was delivered, and whatever came twice bears the same Message-ID.
    letters = deployment.rows("SELECT message_id, state FROM outbox")
    assert {state for _, state in letters} == {"DELIVERED"}
    assert {id_ for id_, _ in letters} == {received.message["Message-ID"] for received in smtp_sink.messages}


def test_what_a_dead_courier_had_claimed_goes_out_after_the_restart(
    deployment: Deployment, smtp_sink: smtp.Sink
) -> None:
    """Killed between the relay's taking the letter and its answer: it comes again, once, and known by its id."""
    with hesitant_relay() as relay, deployment.serve(PARVIS_SMTP_URL=relay.url) as running:
        deployment.citizen(running).do("requestPasswordReset", email="nobody@example.org")
        assert relay.taken.wait(30)
        running.kill()
    assert deployment.count("SELECT count(*) FROM outbox WHERE claimed_by IS NOT NULL") == 1
    with deployment.serve() as running:
        (again,) = smtp_sink.wait_for(1, timeout=15)
        until(lambda: deployment.count(PENDING) == 0)
        assert running.stop() == 0
    assert f"Message-ID: {again.message['Message-ID']}".encode() in relay.content
    assert len(smtp_sink.messages) == 1


def test_workers_end_with_the_supervisor_that_is_killed(sqlite_url: str, smtp_sink: smtp.Sink) -> None:
    """Or they would go on listening, and nobody could serve at this address again."""
    deployment = deploy(sqlite_url, smtp_sink)
    with deployment.serve("--workers", "2") as running:
        running.process.kill()
        running.process.join()
        until(lambda: not is_listening(running.url))


def is_listening(url: str) -> bool:
    """Does anybody take connections there?"""
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 0), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True
