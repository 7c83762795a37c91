"""A second contract: by key, by contract and meter, or by the letter that says « you already have an account »."""

from collections import Counter

import pytest

from identity.accounts import contracts, recovery
from identity.foundation.errors import (
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    LoginRequired,
    ProofExpired,
    ProofRefused,
    Refusal,
)
from tests.proof.town import all_at_once, rows
from tests.support import letters
from tests.support.people import JEAN, Browser, Town

OTHER = "other@exemple.fr"


def numbers(browser: Browser, email: str = JEAN) -> list[str]:
    """The contracts of an account, the oldest first."""
    with browser.units.read() as work:
        account_id = recovery.accounts.find_by_email(work, email).id  # type: ignore[union-attr]
        return [held.subscriber.contract_number for held in contracts.of_account(work, account_id)]


def mailed(town: Town, number: str = "1000002") -> str:
    """Somebody registered with Jean's address: the token of the letter that Jean is sent."""
    town.browser().register(town.proof(number))
    return letters.token(town.units, JEAN, "account_exists")


def test_by_key(town: Town) -> None:
    jean = town.signed_in(number="1000001")
    proof = town.proof("1000002")
    town.clock.pass_(minutes=1)
    held = jean.link_contract(proof)
    assert (held.subscriber.contract_number, held.operator.slug, held.linked_at) == (
        "1000002", "loudun", town.clock.now,
    )  # fmt: skip
    assert numbers(jean) == ["1000001", "1000002"]
    assert rows(town.units, "select id from activation_keys where used_at is not null")
    letter = letters.newest(town.units, JEAN)
    assert letter.kind == "contract_linked"
    assert "1000002" in letter.text
    with pytest.raises(ProofRefused):
        jean.link_contract(proof)


def test_by_contract_and_meter_of_another_operator(town: Town) -> None:
    jean = town.signed_in(number="1000001")
    town.subscriber("7654321", "marseille")
    proof = town.proof_by_contract("7654321", "marseille")
    assert jean.link_contract(proof).operator.slug == "marseille"


def test_a_proof_that_is_old_or_none_is_refused(town: Town) -> None:
    jean = town.signed_in()
    proof = town.proof()
    for garbage in ("", "garbage", "\0", "\ud800", "A" * 100_000):
        with pytest.raises(ProofRefused):
            jean.link_contract(garbage)
    town.clock.pass_(minutes=30)
    with pytest.raises(ProofExpired):
        jean.link_contract(proof)
    assert numbers(jean) == []


def test_a_contract_that_another_settled_first_is_refused(town: Town) -> None:
    jean, key = town.signed_in(), town.key()
    mine, theirs = town.prove(key), town.prove(key)
    other = town.browser()
    other.register(theirs, OTHER)
    other.confirm(OTHER)
    with pytest.raises(ProofRefused):
        jean.link_contract(mine)


def test_by_the_letter_to_the_accounts_own_address(town: Town) -> None:
    jean = town.signed_in(number="1000001")
    token = mailed(town)
    jean.link_contract(token)
    assert numbers(jean) == ["1000001", "1000002"]
    with pytest.raises(LinkUsed):
        jean.link_contract(token)


def test_another_account_that_finds_the_letter_gets_nothing_and_leaves_it_good(town: Town) -> None:
    """Signed in with the wrong account, say."""
    jean, other = town.signed_in(), town.signed_in(OTHER)
    token = mailed(town)
    with pytest.raises(LinkInvalid):
        other.link_contract(token)
    assert numbers(other, OTHER) == []
    jean.link_contract(token)
    assert numbers(jean) == ["1000002"]


def test_the_letter_is_good_for_48_hours(town: Town) -> None:
    jean = town.signed_in()
    token = mailed(town)
    town.clock.pass_(hours=48)
    jean.log_in()
    with pytest.raises(LinkExpired):
        jean.link_contract(token)


def test_a_letter_whose_contract_went_to_another_is_refused(town: Town) -> None:
    jean, key = town.signed_in(), town.key()
    registering, other = town.browser(), town.signed_in(OTHER)
    registering.register(town.prove(key))
    other.link_contract(town.prove(key))
    with pytest.raises(ProofRefused):
        jean.link_contract(letters.token(town.units, JEAN, "account_exists"))
    waiting = registering.do(recovery.accounts.find_by_email, JEAN)
    assert waiting is not None
    assert rows(town.units, "select confirmed_at from registrations") == [(None,)]


def test_of_those_who_link_one_contract_at_once_one_has_it(town: Town) -> None:
    key = town.key()
    people = [town.signed_in(f"person{number}@exemple.fr") for number in range(4)]
    proofs = [town.prove(key) for _ in people]

    def link(number: int) -> str:
        try:
            people[number].link_contract(proofs[number])
        except Refusal as refused:
            return refused.code
        return "done"

    outcomes = all_at_once(4, link)
    assert Counter(outcomes) == {"done": 1, "PROOF_REFUSED": 3}
    assert numbers(people[0], f"person{outcomes.index('done')}@exemple.fr") == ["1234567"]


def test_a_contract_linked_while_the_account_closes_stays_with_nobody(town: Town) -> None:
    """Otherwise it would belong for ever to an account that is no more."""
    for number in ("1000001", "1000002", "1000003"):
        email = f"{number}@exemple.fr"
        jean = town.signed_in(email)
        proof = town.proof(number)

        def act(which: int, jean: Browser = jean, proof: str = proof) -> str:
            try:
                _ = jean.close_account() if which else jean.link_contract(proof)
            except (LoginRequired, ProofRefused) as refused:
                return refused.code
            return "done"

        assert all_at_once(2, act)[1] == "done"
    held = rows(town.units, "select account_id from subscribers where account_id is not null")
    assert held == []
