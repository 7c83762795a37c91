"""Somebody without a key asks a human: the e-mail is confirmed, the agents decide, the person follows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from identity.directory import operators
from identity.directory.subscribers import Subscriber
from identity.foundation.errors import (
    ChallengeFailed,
    Fault,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    OperatorNotFound,
    RateLimited,
    RequestsClosed,
    TermsOutdated,
)
from identity.foundation.unit_of_work import Units
from identity.proof import account_request, request
from identity.proof.account_request import AccountRequest, State
from identity.proof.request_form import RequestedAccount
from tests.proof import town

PROFILE = {"legal_nature": "INDIVIDUAL", "family_name": "Test", "given_name": "Jean-Michel"}
ASKED = RequestedAccount(
    operator_slug="loudun",
    profile=PROFILE,
    email="jean.michel@exemple.fr",
    address_lines=["99 rue de la Fontaine d’Adam"],
    postcode="86200",
    city="Loudun",
    accepted_terms_version="2026-01",
    comment="Nous avons emménagé\nen septembre.",
)


@pytest.fixture
def units(database_url: str) -> Units:
    with town.open_town(database_url, challenge="off") as units:
        with units.begin() as work:
            town.subscriber(work, town.operator(work))
        yield units


def submit(units: Units, **differences: object) -> AccountRequest:
    with units.begin() as work:
        return request.submit(work, replace(ASKED, **differences))


def confirm(units: Units) -> AccountRequest:
    (letter,) = town.delivered(units)
    with units.begin() as work:
        return request.confirm(work, town.token_of(letter))


def status(units: Units, reference: str, email: str = ASKED.email) -> State | None:
    with units.begin() as work:
        found = request.status(work, reference, email)
        return found and found.state


def approved(units: Units) -> AccountRequest:
    asked = submit(units)
    confirm(units)
    with units.begin() as work:
        found = account_request.find(work, asked.reference)
        assert found
        found.state, found.subscriber_id = State.APPROVED, 1
        work.session.add(found)
        return found


def test_a_request_is_handed_in_by_the_link_of_its_e_mail(units: Units) -> None:
    asked = submit(units)
    assert status(units, asked.reference) is State.UNCONFIRMED
    (letter,) = town.delivered(units)
    assert letter.recipient == ASKED.email
    assert asked.reference in letter.text
    with units.begin() as work:
        handed_in = request.confirm(work, town.token_of(letter))
    assert (handed_in.reference, handed_in.state) == (asked.reference, State.SUBMITTED)
    with units.begin() as work, pytest.raises(LinkUsed):
        request.confirm(work, town.token_of(letter))
    assert status(units, asked.reference) is State.SUBMITTED


def test_the_answer_is_the_same_where_the_e_mail_has_an_account(units: Units) -> None:
    with town.listening(units) as strangers:
        submit(units, email="nouveau@exemple.fr")
    with units.begin() as work:
        town.account(work, "connu")
    with town.listening(units) as known:
        submit(units, email="connu@exemple.fr")
    assert known == strangers


def test_nothing_of_the_directory_is_touched_before_an_agent_decides(units: Units) -> None:
    submit(units, contract_number="1234567")
    confirm(units)
    with units.read() as work:
        assert work.session.get_one(Subscriber, 1).account_id is None
    assert town.rows(units, "SELECT count(*) FROM accounts") == [(0,)]


def test_a_reference_is_told_to_whoever_knows_its_e_mail_however_both_are_spelt(units: Units) -> None:
    reference = submit(units).reference
    assert status(units, reference.lower().replace("-", " ")) is State.UNCONFIRMED
    assert status(units, reference, "Jean.Michel@EXEMPLE.fr") is State.UNCONFIRMED
    assert status(units, reference, "autre@exemple.fr") is None
    assert status(units, reference, "") is None
    for nonsense in ("", "0" * 10, reference + "0", "\0", "é" * 10, "x" * 10_000):
        assert status(units, nonsense) is None


def test_whoever_tries_references_is_slowed_down(units: Units) -> None:
    submitted = submit(units).reference
    for _ in range(request.FOLLOWED[0].times):
        status(units, "00000-00000")
    with pytest.raises(RateLimited):
        status(units, submitted)


def test_after_48_hours_an_unconfirmed_request_is_gone(units: Units) -> None:
    asked = submit(units)
    (letter,) = town.delivered(units)
    units.clock.pass_(hours=48)
    assert status(units, asked.reference) is None
    with units.begin() as work, pytest.raises(LinkExpired):
        request.confirm(work, town.token_of(letter))
    with units.begin() as work:
        account_request.purge(work)
    assert town.rows(units, "SELECT count(*) FROM account_requests") == [(0,)]


def test_a_purge_keeps_what_agents_must_still_decide(units: Units) -> None:
    submit(units)
    confirm(units)
    units.clock.pass_(days=400)
    with units.begin() as work:
        account_request.purge(work)
    assert town.rows(units, "SELECT state FROM account_requests") == [("SUBMITTED",)]


def test_every_fault_is_told_at_once_those_of_the_profile_included(units: Units) -> None:
    profile_fault = Fault(("profile", "familyName"), "REQUIRED")
    wrong = replace(
        ASKED,
        email="nonsense",
        address_lines=[" ", ""],
        postcode="",
        city="x" * 101,
        contract_number="1" * 65,
        comment="\0",
        accepted_terms_version="old",
    )
    with units.begin() as work, pytest.raises(InvalidInput) as refused:
        request.submit(work, wrong, [profile_fault])
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        (("profile", "familyName"), "REQUIRED"),
        (("email",), "INVALID"),
        (("address", "lines"), "REQUIRED"),
        (("address", "postcode"), "REQUIRED"),
        (("address", "city"), "TOO_LONG"),
        (("contractNumber",), "TOO_LONG"),
        (("comment",), "INVALID"),
    ]


@pytest.mark.parametrize(
    ("differences", "path", "code"),
    [
        ({"address_lines": ["a"] * 6}, ("address", "lines"), "TOO_LONG"),
        ({"address_lines": ["a" * 201]}, ("address", "lines"), "TOO_LONG"),
        ({"address_lines": ["a\ud800"]}, ("address", "lines"), "INVALID"),
        ({"postcode": "1" * 11}, ("address", "postcode"), "TOO_LONG"),
        ({"comment": "x" * 2001}, ("comment",), "TOO_LONG"),
        ({"email": ""}, ("email",), "REQUIRED"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(
    units: Units, differences: dict[str, object], path: tuple[str, ...], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        submit(units, **differences)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(path, code)]


def test_what_was_typed_is_kept_clean_with_the_terms_and_where_they_were_accepted(units: Units) -> None:
    reference = submit(units, city="  La   Roche-Rigault ", address_lines=[" 1  rue\tX ", ""]).reference
    with units.begin() as work:
        kept = account_request.find(work, reference)
        assert kept
        assert (kept.city, kept.address_lines) == ("La Roche-Rigault", ["1 rue X"])
        assert kept.comment == ASKED.comment
        assert (kept.terms_version, kept.terms_accepted_at, kept.network) == (
            "2026-01",
            town.NOON,
            "192.0.2.1",
        )
        assert kept.profile == PROFILE


def test_an_operator_that_takes_no_requests_says_so(units: Units) -> None:
    with units.begin() as work:
        operators.get(work, "loudun").accepts_requests = False
    with pytest.raises(RequestsClosed):
        submit(units)
    with pytest.raises(OperatorNotFound):
        submit(units, operator_slug="poitiers")


def test_outdated_terms_are_refused(units: Units) -> None:
    with pytest.raises(TermsOutdated):
        submit(units, accepted_terms_version="2025-01")


def test_a_robot_is_refused_and_an_answer_counts_once(database_url: str) -> None:
    with town.open_town(database_url) as units:
        with units.begin() as work:
            town.operator(work)
        with pytest.raises(ChallengeFailed):
            submit(units)
        solution = town.solve(units)
        submit(units, challenge_solution=solution)
        with pytest.raises(ChallengeFailed):
            submit(units, challenge_solution=solution)


def test_one_mailbox_is_not_flooded_from_many_networks(units: Units) -> None:
    for number in range(request.PER_EMAIL[0].times):
        submit(town.from_network(units, f"198.51.100.{number}"))
    with pytest.raises(RateLimited):
        submit(town.from_network(units, "203.0.113.1"), email="JEAN.michel@exemple.fr")
    submit(town.from_network(units, "203.0.113.1"), email="autre@exemple.fr")


def test_one_network_does_not_flood_many_mailboxes(units: Units) -> None:
    for number in range(request.PER_NETWORK[0].times):
        submit(units, email=f"a{number}@exemple.fr")
    with pytest.raises(RateLimited):
        submit(units, email="b@exemple.fr")


def test_an_approved_request_links_the_contract_once(units: Units) -> None:
    asked = approved(units)
    with units.begin() as work:
        found = request.require_approved(work, str(asked.id))
        assert request.finish(work, found, town.account(work).id)
    with units.begin() as work:
        assert work.session.get_one(Subscriber, 1).account_id
        with pytest.raises(LinkUsed):
            request.require_approved(work, str(asked.id))
    with units.begin() as work:
        assert not request.finish(work, asked, town.account(work, "b").id)


def test_of_many_who_activate_at_once_one_does(units: Units) -> None:
    asked = approved(units)

    def activate(number: int) -> bool:
        with units.begin() as work:
            return request.finish(work, asked, town.account(work, str(number)).id)

    assert sorted(town.all_at_once(5, activate)) == [False] * 4 + [True]


def test_a_contract_that_closed_or_went_to_another_after_the_approval_is_not_linked(units: Units) -> None:
    asked = approved(units)
    with units.begin() as work:
        work.session.get_one(Subscriber, 1).closed_on = date(2026, 11, 22)
    with units.begin() as work:
        assert not request.finish(work, asked, town.account(work).id)
    assert town.rows(units, "SELECT activated_at FROM account_requests") == [(None,)]
    with units.begin() as work:
        assert work.session.get_one(Subscriber, 1).account_id is None


def test_only_an_approved_request_can_be_activated(units: Units) -> None:
    asked = submit(units)
    with units.begin() as work:
        for request_id in (str(asked.id), "999"):
            with pytest.raises(LinkInvalid):
                request.require_approved(work, request_id)


def test_the_link_lives_as_long_as_the_request_waits() -> None:
    assert timedelta(hours=48) == request.LIFETIME
