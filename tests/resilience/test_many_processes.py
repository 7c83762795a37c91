"""Several processes on one PostgreSQL are one Parvis: limits hold, one account is made, each mail is sent once."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from threading import Barrier

import httpx2
import pytest

from identity.proof import contract_meter
from tests.resilience.deployment import METER, Deployment, Running, deploy, until
from tests.support import postgres, server, smtp
from tests.support.citizen import Citizen, token_of

TRIES = contract_meter.PER_CONTRACT[0].times
MAILS = 40


@dataclass(frozen=True)
class Site:
    """A deployment under way, and how its processes are met."""

    deployment: Deployment
    sink: smtp.Sink
    doors: list[Running]

    def citizens(self, count: int) -> list[Citizen]:
        """People in as many networks, met by the processes in turn."""
        found = [self.deployment.citizen(door) for door in islice(cycle(self.doors), count)]
        for number, citizen in enumerate(found):
            citizen.browser.headers["x-forwarded-for"] = f"203.0.113.{number}"
        return found

    def at_once(self, mutation: str, given: list[dict[str, str]]) -> "Counter[str]":
        """What as many people are told who ask at the same moment: how often each code or type."""
        gate = Barrier(len(given))

        def ask(citizen: Citizen, variables: dict[str, str]) -> str:
            citizen.ask("{ __typename }")  # connected before all begin
            gate.wait()
            told = citizen.do(mutation, **variables)
            return str(told.get("code", told["__typename"]))

        with ThreadPoolExecutor(len(given)) as street:
            return Counter(street.map(ask, self.citizens(len(given)), given))

    def register(self, email: str, contract: str) -> str:
        """The token of the confirmation link of a new registration."""
        (citizen,) = self.citizens(1)
        proof = citizen.do("verifyContract", operator="loudun", contractNumber=contract, meterNumber=METER)
        assert citizen.register(proof["proofToken"], email)["__typename"] == "RegistrationPending"
        return token_of(self.sink.wait_for(1, to=email, timeout=30)[0].links[0])


@pytest.fixture(scope="module")
def sink() -> Iterator[smtp.Sink]:
    """One relay for all."""
    with smtp.serve() as opened:
        yield opened


@pytest.fixture(scope="module", params=["one server of two processes", "two servers and a worker"])
def site(request: pytest.FixtureRequest, postgres_server: postgres.Server, sink: smtp.Sink) -> Iterator[Site]:
    """Both ways to run more than one process."""
    with ExitStack() as stack:
        template = request.getfixturevalue("_postgres_template")
        deployment = deploy(stack.enter_context(postgres_server.database(template)), sink)
        with deployment.town() as town:
            for contract in ("1000001", "1000002"):
                town.subscriber(contract)
        if request.param == "one server of two processes":
            doors = [stack.enter_context(deployment.serve("--workers", "2"))]
        else:
            stack.enter_context(deployment.work())
            doors = [
                stack.enter_context(deployment.serve(port=port, PARVIS_COURIER="off"))
                for port in (None, server.free_port())
            ]
        yield Site(deployment, sink, doors)


def test_every_process_is_counted(site: Site) -> None:
    """By itself, or with those that share its address."""
    figures = [httpx2.get(f"{door.url}/metrics", trust_env=False).text for door in site.doors]
    counted = [
        float(number) for text in figures for number in re.findall(r"^parvis_processes (\S+)", text, re.M)
    ]
    assert sum(counted) == 2


def test_a_contract_can_be_guessed_no_more_often_than_by_one_process(site: Site) -> None:
    """Each guess comes from a network of its own."""
    guess = {"operator": "loudun", "contractNumber": "1000001", "meterNumber": "X"}
    assert site.at_once("verifyContract", [guess] * (TRIES + 14)) == {
        "PROOF_REFUSED": TRIES,
        "RATE_LIMITED": 14,
    }


def test_one_link_makes_one_account(site: Site) -> None:
    email = f"one-link-{len(site.doors)}@example.org"
    token = site.register(email, "1000002")
    told = site.at_once("confirmRegistration", [{"token": token}] * 12)
    assert told == {"RegistrationConfirmed": 1, "LINK_USED": 11}
    assert len(site.sink.wait_for(2, to=email, timeout=30)) == 2, "the link and one welcome"
    assert site.deployment.count("SELECT count(*) FROM accounts WHERE email = :email", email=email) == 1


def test_of_those_who_share_a_contract_the_first_to_confirm_has_it(site: Site) -> None:
    with site.deployment.town() as town:
        town.subscriber("1000003")
    emails = [f"sharer{number}-{len(site.doors)}@example.org" for number in range(6)]
    tokens = [{"token": site.register(email, "1000003")} for email in emails]
    told = site.at_once("confirmRegistration", tokens)
    assert told == {"RegistrationConfirmed": 1, "CONFLICT": 5}
    holders = site.deployment.rows(
        "SELECT a.email FROM accounts a JOIN subscribers s ON s.account_id = a.id WHERE contract_number = '1000003'"
    )
    ((holder,),) = holders
    site.sink.wait_for(2, to=holder, timeout=30)
    assert [len(site.sink.to(email)) for email in emails if email != holder] == [1] * 5


def test_each_mail_is_sent_once_whoever_delivers(site: Site) -> None:
    """Forty letters in the outbox at about the same time, and several couriers."""
    emails = [f"unknown{number}-{len(site.doors)}@example.org" for number in range(MAILS)]
    told = site.at_once("requestPasswordReset", [{"email": email} for email in emails])
    assert told == {"PasswordResetRequested": MAILS}
    until(lambda: site.deployment.count("SELECT count(*) FROM outbox WHERE state <> 'DELIVERED'") == 0)
    assert [len(site.sink.to(email)) for email in emails] == [1] * MAILS
    assert site.deployment.count("SELECT max(attempts) FROM outbox") == 1
