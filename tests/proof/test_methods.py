"""A proof is used up once: of many who settle at the same moment one has the contract, and its key."""

from datetime import date, timedelta

import pytest

from identity.directory.operators import ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation.errors import ProofExpired, ProofRefused
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import activation_key, methods, ticket
from identity.proof.ticket import Ticket
from tests.proof import town

RIVALS = 6


def held(key_id: int | None, subscriber_id: int = 1) -> Ticket:
    """A ticket for the key, or for contract and meter where there is none."""
    method = ProofMethod.ACTIVATION_KEY if key_id else ProofMethod.CONTRACT_AND_METER
    return Ticket("p", method, 1, subscriber_id, key_id, town.NOON)


def settle(units: Units, proof: Ticket, name: str = "a") -> bool:
    with units.begin() as work:
        return methods.settle(work, proof, town.account(work, name).id)


def standing(units: Units, proof: Ticket) -> bool:
    with units.read() as work:
        return methods.standing(work, proof)


def holder(work: UnitOfWork) -> Subscriber:
    return work.session.get_one(Subscriber, 1)


BOTH = pytest.mark.parametrize("proof", [held(1), held(None)], ids=["key", "contract"])


@BOTH
def test_settling_links_the_contract_and_says_when(units: Units, proof: Ticket) -> None:
    town.key_for(units)
    assert standing(units, proof)
    assert settle(units, proof)
    with units.read() as work:
        assert holder(work).account_id == "00000000-0000-4000-8000-00000000000a"
        assert holder(work).linked_at == town.NOON
    used = town.rows(units, "SELECT used_at FROM activation_keys")[0].used_at
    assert bool(used) is (proof.key_id is not None)


@BOTH
def test_of_many_who_settle_at_once_one_has_it(units: Units, proof: Ticket) -> None:
    town.key_for(units)
    won = town.all_at_once(RIVALS, lambda number: settle(units, proof, str(number)))
    assert sorted(won) == [False] * (RIVALS - 1) + [True]
    assert not standing(units, proof)
    with units.read() as work:
        assert holder(work).account_id == f"00000000-0000-4000-8000-{won.index(True):0>12}"


def test_of_rivals_with_two_proofs_of_one_contract_one_has_it(units: Units) -> None:
    town.key_for(units)
    won = town.all_at_once(RIVALS, lambda number: settle(units, held(1 if number % 2 else None), str(number)))
    assert sum(won) == 1
    used = town.rows(units, "SELECT used_at FROM activation_keys")[0].used_at
    assert bool(used) is (won.index(True) % 2 == 1)


@pytest.mark.parametrize("proof", [held(1), held(None)], ids=["key", "contract"])
def test_a_contract_that_closed_meanwhile_is_nobodys(units: Units, proof: Ticket) -> None:
    town.key_for(units)
    with units.begin() as work:
        holder(work).closed_on = date(2026, 11, 22)
    assert not standing(units, proof)
    assert not settle(units, proof)
    assert town.rows(units, "SELECT used_at FROM activation_keys") == [(None,)]


def test_a_key_that_was_revoked_meanwhile_leaves_the_contract_free(units: Units) -> None:
    town.key_for(units)
    with units.begin() as work:
        activation_key.void(work, [1])
    assert not standing(units, held(1))
    assert not settle(units, held(1))
    with units.read() as work:
        assert (holder(work).account_id, holder(work).linked_at) == (None, None)
    assert settle(units, held(None), "b")


def test_a_key_that_expires_after_the_proof_can_still_be_confirmed(units: Units) -> None:
    town.key_for(units)
    units.clock.pass_(days=366)
    assert settle(units, held(1))


def test_a_proof_token_is_good_for_thirty_minutes(units: Units) -> None:
    with units.begin() as work:
        token, said = ticket.issue(
            work, method=ProofMethod.ACTIVATION_KEY, operator_id=7, subscriber_id=8, key_id=9
        )
    units.clock.pass_(minutes=29, seconds=59)
    with units.begin() as work:
        assert ticket.require(work, token.reveal()) == said
    assert (said.operator_id, said.subscriber_id, said.key_id) == (7, 8, 9)
    units.clock.pass_(seconds=1)
    with units.begin() as work, pytest.raises(ProofExpired):
        ticket.require(work, token.reveal())


@pytest.mark.parametrize("token", ["", "x", "é", "\ud800", "A" * 100, "A" * 100_000])
def test_what_we_never_sealed_is_no_proof(units: Units, token: str) -> None:
    with units.begin() as work, pytest.raises(ProofRefused):
        ticket.require(work, token)


def test_a_token_sealed_for_something_else_is_no_proof(units: Units) -> None:
    other = units.settings.keyring.seal_json("session", ["p", "ACTIVATION_KEY", 1, 1, 1, 4e9])
    with units.begin() as work, pytest.raises(ProofRefused):
        ticket.require(work, other)


def test_a_proof_token_says_nothing_to_whoever_holds_it(units: Units) -> None:
    with units.begin() as work:
        token, said = ticket.issue(
            work, method=ProofMethod.ACTIVATION_KEY, operator_id=7, subscriber_id=8, key_id=9
        )
    assert said.proof_id not in token.reveal()
    assert str(token) == "***"
    assert timedelta(minutes=30) == ticket.LIFETIME
