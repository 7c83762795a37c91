"""Agents list requests with likely subscribers, approve or reject them, at the command line."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from api.cli import requests as cli
from identity.backoffice import request_matches, requests
from identity.directory.subscribers import Subscriber
from identity.foundation import links
from identity.foundation.errors import Conflict
from identity.foundation.links import Purpose
from identity.foundation.unit_of_work import Units, utc_now
from identity.proof import account_request, request
from identity.proof.account_request import AccountRequest, State
from identity.proof.request_form import RequestedAccount
from tests.proof import town

Run = Callable[..., Result]

ASKED = RequestedAccount(
    operator_slug="loudun",
    profile={"legal_nature": "INDIVIDUAL", "family_name": "Lefèvre", "given_name": "Hélène"},
    email="helene@exemple.fr",
    address_lines=["12, r. de l’Église"],
    postcode="86200",
    city="Loudun",
    accepted_terms_version="2026-01",
)


@pytest.fixture
def units(database_url: str) -> Iterator[Units]:
    """A town by the true time, as the command line sees it."""
    with town.open_town(database_url, challenge="off") as opened:
        units = replace(opened, clock=utc_now)
        with units.begin() as work:
            loudun = town.operator(work)
            town.subscriber(
                work,
                loudun,
                "2000001",
                family_name="LEFEVRE",
                given_name="HELENE",
                address_line1="12 RUE DE L EGLISE",
            )
            town.subscriber(work, loudun, "2000002", family_name="MARTIN", given_name="Paul")
            town.subscriber(
                work, loudun, "2000003", family_name="Lefèvre", given_name="Paul", postcode="86120"
            )
            town.subscriber(work, town.operator(work, "marseille"), "2000001", family_name="Lefèvre")
        yield units


@pytest.fixture
def run(units: Units, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`parvis requests …` against the town."""
    monkeypatch.setenv("PARVIS_DATABASE_URL", units.settings.database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", town.SECRET)
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments))


def submitted(units: Units, **differences: object) -> AccountRequest:
    """A request whose e-mail is confirmed."""
    with units.begin() as work:
        request.submit(work, replace(ASKED, **differences))
    (letter,) = town.delivered(units)
    with units.begin() as work:
        return request.confirm(work, town.token_of(letter))


def matches(units: Units, asked: AccountRequest) -> list[tuple[str, str | None]]:
    """Contract and flaw of the likely subscribers, the best first."""
    with units.read() as work:
        return [(match.contract_number, match.flaw) for match in request_matches.matches(work, asked)]


# -- who may it be? --------------------------------------------------------------------------------------------


def test_a_name_and_an_address_are_recognised_however_they_are_spelt(units: Units) -> None:
    assert matches(units, submitted(units)) == [("2000001", None)]


def test_a_contract_number_weighs_more_than_a_name_even_elsewhere(units: Units) -> None:
    asked = submitted(units, contract_number="200 0003 B")
    assert [number for number, _ in matches(units, asked)] == ["2000003", "2000001"]


def test_an_organisation_is_recognised_by_its_name(units: Units) -> None:
    with units.begin() as work:
        work.session.get_one(Subscriber, 2).organization_name = "SCI du Château"
    profile = {"legal_nature": "COMPANY", "organization_name": "S.C.I. du Chateau", "family_name": "X"}
    assert matches(units, submitted(units, profile=profile, address_lines=["1 place X"])) == [
        ("2000002", None)
    ]


def test_neighbours_of_another_name_are_no_matches(units: Units) -> None:
    profile = {"legal_nature": "INDIVIDUAL", "family_name": "Nouveau", "given_name": "Hélène"}
    assert matches(units, submitted(units, profile=profile, address_lines=["1 place Neuve"])) == []


def test_a_closed_or_linked_contract_is_shown_as_such(units: Units) -> None:
    with units.begin() as work:
        work.session.get_one(Subscriber, 1).closed_on = date(2020, 1, 1)
        work.session.get_one(Subscriber, 3).account_id = town.account(work).id
    asked = submitted(units, contract_number="2000003")
    assert matches(units, asked) == [("2000003", "linked"), ("2000001", "closed")]


def test_the_best_few_are_kept_of_many(units: Units) -> None:
    with units.begin() as work:
        operator = requests.operators.get(work, "loudun")
        for number in range(20):
            town.subscriber(work, operator, f"30000{number:02}", family_name="Lefevre", given_name="Autre")
    found = matches(units, submitted(units))
    assert len(found) == 5
    assert found[0] == ("2000001", None)


# -- list ------------------------------------------------------------------------------------------------------


def test_listing_shows_what_an_agent_needs_and_the_likely_subscribers(units: Units, run: Run) -> None:
    asked = submitted(units, comment="Bonjour", contract_number="2000001")
    (row,) = json.loads(run("list", "--json").stdout)
    assert (row["reference"], row["operator"], row["state"]) == (asked.reference, "loudun", "SUBMITTED")
    assert (row["name"], row["email"], row["comment"]) == ("Hélène Lefèvre", "helene@exemple.fr", "Bonjour")
    assert row["matches"][0]["contract_number"] == "2000001"
    table = run("list").stdout
    assert asked.reference in table


def test_listing_can_be_narrowed_to_an_operator_and_a_state(units: Units, run: Run) -> None:
    first = submitted(units)
    second = submitted(units, operator_slug="marseille", email="autre@exemple.fr")
    with units.begin() as work:
        unconfirmed = request.submit(work, replace(ASKED, email="tiers@exemple.fr"))

    def listed(*options: str) -> list[str]:
        return [row["reference"] for row in json.loads(run("list", "--json", *options).stdout)]

    assert listed() == [first.reference, second.reference, unconfirmed.reference]
    assert listed("--operator", "marseille") == [second.reference]
    assert listed("--state", "unconfirmed") == [unconfirmed.reference]
    assert listed("--operator", "loudun", "--state", "SUBMITTED") == [first.reference]
    assert run("list", "--operator", "poitiers").exit_code == 1


def test_what_a_stranger_typed_is_printed_and_not_interpreted(units: Units, run: Run) -> None:
    submitted(units, profile={"family_name": "[/red]", "given_name": "[bold]"})
    result = run("list")
    assert result.exit_code == 0, result.exception
    assert "[bold]" in result.stdout


# -- approve ---------------------------------------------------------------------------------------------------


def test_an_approval_e_mails_a_link_and_creates_nothing(units: Units, run: Run) -> None:
    asked = submitted(units)
    result = run("approve", asked.reference.lower(), "--contract", "2000001")
    assert result.exit_code == 0, result.stderr
    (letter,) = town.delivered(units)
    assert letter.recipient == "helene@exemple.fr"
    assert "/activate#token=" in letter.text
    with units.begin() as work:
        subject = links.require(work, town.token_of(letter), Purpose.ACTIVATE_ACCOUNT)
        approved = request.require_approved(work, subject)
        assert approved.subscriber_id == 1
        assert approved.decided_by
        assert work.session.get_one(Subscriber, 1).account_id is None
    assert town.rows(units, "SELECT count(*) FROM accounts") == [(0,)]
    assert audited(units)[-1] == "request.approved"


def audited(units: Units) -> list[str]:
    return [row.action for row in town.rows(units, "SELECT action FROM audit_events ORDER BY id")]


def test_what_was_decided_stays_decided(units: Units, run: Run) -> None:
    asked = submitted(units)
    assert run("reject", asked.reference, "--reason", "Inconnue").exit_code == 0
    for again in (
        ("approve", asked.reference, "--contract", "2000001"),
        ("reject", asked.reference, "--reason", "x"),
    ):
        result = run(*again)
        assert result.exit_code == 1
        assert "decided already" in result.stderr


def test_of_agents_who_decide_at_the_same_moment_one_does(units: Units) -> None:
    asked = submitted(units)

    def decide(number: int) -> str:
        try:
            with units.begin() as work:
                if number % 2:
                    requests.approve(work, asked.reference, "2000001", "a")
                else:
                    requests.reject(work, asked.reference, "non", "b")
        except Conflict:
            return "conflict"
        return "decided"

    assert sorted(town.all_at_once(4, decide)) == ["conflict"] * 3 + ["decided"]
    assert len(town.delivered(units)) == 1


def test_an_unconfirmed_request_awaits_its_e_mail(units: Units, run: Run) -> None:
    with units.begin() as work:
        asked = request.submit(work, ASKED)
    result = run("approve", asked.reference, "--contract", "2000001")
    assert result.exit_code == 1
    assert "confirmation" in result.stderr


@pytest.mark.parametrize(
    ("contract", "told"),
    [("9999999", "no contract"), ("2000002", "is closed"), ("2000003", "has an account already")],
)
def test_a_contract_that_cannot_be_linked_is_refused_and_the_request_still_waits(
    units: Units, run: Run, contract: str, told: str
) -> None:
    asked = submitted(units)
    with units.begin() as work:
        work.session.get_one(Subscriber, 2).closed_on = date(2020, 1, 1)
        work.session.get_one(Subscriber, 3).account_id = town.account(work).id
    result = run("approve", asked.reference, "--contract", contract)
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    with units.read() as work:
        found = account_request.find(work, asked.reference)
        assert found
        assert found.state is State.SUBMITTED
    assert town.delivered(units) == []


def test_a_contract_of_another_operator_is_not_this_ones(units: Units, run: Run) -> None:
    asked = submitted(units, operator_slug="marseille")
    assert run("approve", asked.reference, "--contract", "2000002").exit_code == 1
    assert run("approve", asked.reference, "--contract", "2000001").exit_code == 0
    assert town.rows(units, "SELECT subscriber_id FROM account_requests") == [(4,)]


def test_two_contracts_that_fold_alike_must_be_told_apart(units: Units, run: Run) -> None:
    with units.begin() as work:
        operator = requests.operators.get(work, "loudun")
        town.subscriber(work, operator, "4000001A")
        town.subscriber(work, operator, "4000001B")
    asked = submitted(units)
    vague = run("approve", asked.reference, "--contract", "4000001")
    assert vague.exit_code == 1
    assert "4000001A, 4000001B" in vague.stderr
    assert run("approve", asked.reference, "--contract", "4000001B").exit_code == 0


def test_a_link_that_expired_is_sent_again_and_the_former_one_is_void(units: Units, run: Run) -> None:
    asked = submitted(units)
    assert run("resend", asked.reference).exit_code == 1
    run("approve", asked.reference, "--contract", "2000001")
    assert run("resend", asked.reference).exit_code == 0
    former, newer = (town.token_of(letter) for letter in town.delivered(units))
    with units.read() as work:
        assert links.look(work, former).status is links.Status.USED
        assert links.look(work, newer).status is links.Status.VALID


# -- reject ----------------------------------------------------------------------------------------------------


def test_a_rejection_tells_the_person_why(units: Units, run: Run) -> None:
    asked = submitted(units)
    assert run("reject", asked.reference, "--reason", "Contrat  inconnu à cette adresse.").exit_code == 0
    (letter,) = town.delivered(units)
    assert "Contrat inconnu à cette adresse." in letter.text
    with units.begin() as work:
        followed = request.status(work, asked.reference, ASKED.email)
        assert followed
        assert (followed.state, followed.reason) == (State.REJECTED, "Contrat inconnu à cette adresse.")
    assert audited(units)[-1] == "request.rejected"


def test_an_unknown_reference_is_told_in_one_sentence(run: Run) -> None:
    result = run("reject", "00000-00000", "--reason", "x")
    assert result.exit_code == 1
    assert result.stderr == "No request bears the reference 00000-00000.\n"
