"""A good key gives a proof; every bad one gives the same refusal, by the same statements."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from identity.directory.operators import ProofMethod
from identity.directory.subscribers import LegalNature, Subscriber
from identity.foundation.errors import (
    ChallengeFailed,
    KeyMalformed,
    NotAllowed,
    OperatorNotFound,
    ProofRefused,
    RateLimited,
)
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import activation_key, key_form, ticket
from identity.proof.activation_key import FAILURES, PER_NETWORK, AttemptedKey
from identity.proof.ticket import Proven
from tests.proof import town


def prove(units: Units, typed: str, operator: str = "loudun", solution: str | None = None) -> Proven:
    with units.begin() as work:
        return activation_key.prove(work, AttemptedKey(operator, typed, solution))


def unknown_key() -> str:
    return key_form.new().reveal()


def test_a_good_key_proves_its_subscriber_and_prefills_the_form(units: Units) -> None:
    key = town.key_for(units)
    proven = prove(units, key)
    assert proven.subscriber is not None
    assert (proven.subscriber.legal_nature, proven.subscriber.family_name) == (LegalNature.INDIVIDUAL, "Test")
    assert proven.subscriber.address_line1 == "99 RUE DE LA FONTAINE D ADAM"
    assert (proven.operator.slug, proven.operator.services) == ("loudun", ["WASTE"])
    with units.begin() as work:
        said = ticket.require(work, proven.token.reveal())
    assert said.method is ProofMethod.ACTIVATION_KEY
    assert said.subscriber_id == proven.subscriber.id
    assert proven.expires_at == town.NOON + timedelta(minutes=30)


def test_looking_at_a_key_never_uses_it(units: Units) -> None:
    key = town.key_for(units)
    first, second = prove(units, key), prove(units, key.lower().replace("-", " "))
    assert first.token.reveal() != second.token.reveal()
    assert town.rows(units, "SELECT used_at, revoked_at FROM activation_keys") == [(None, None)]


def test_only_a_digest_of_a_key_is_stored(units: Units) -> None:
    key = town.key_for(units)
    held = str(town.rows(units, "SELECT * FROM activation_keys"))
    assert key not in held
    assert key.replace("-", "") not in held


def use(work: UnitOfWork, holder: Subscriber) -> None:
    work.execute(activation_key._TABLE.update().values(used_at=work.now))


def expire(work: UnitOfWork, holder: Subscriber) -> None:
    work.execute(activation_key._TABLE.update().values(expires_at=work.now))


def revoke(work: UnitOfWork, holder: Subscriber) -> None:
    activation_key.void(work, [holder.id or 0])


def close(work: UnitOfWork, holder: Subscriber) -> None:
    holder.closed_on = date(2026, 11, 22)


def link(work: UnitOfWork, holder: Subscriber) -> None:
    holder.account_id = town.account(work).id


SPOILERS: dict[str, Callable[[UnitOfWork, Subscriber], None]] = {
    "used": use,
    "expired": expire,
    "revoked": revoke,
    "closed": close,
    "linked": link,
}


def refusal_of(units: Units, key: str) -> tuple[str, str | None, list[str]]:
    """The refusal's class and reason, and every statement that led to it."""
    with town.listening(units) as heard, pytest.raises(ProofRefused) as refused:
        prove(units, key)
    return type(refused.value).__name__, refused.value.reason, heard


@pytest.mark.parametrize("cause", SPOILERS)
def test_every_cause_gives_one_refusal_by_the_same_statements_and_only_the_audit_knows(
    units: Units, cause: str
) -> None:
    key = town.key_for(units)
    neutral = refusal_of(units, unknown_key())
    with units.begin() as work:
        SPOILERS[cause](work, work.session.get_one(Subscriber, 1))
    assert refusal_of(units, key) == neutral
    told = town.rows(units, "SELECT action, detail FROM audit_events ORDER BY id DESC")
    assert told[0].action == "key.refused"
    assert cause in str(told[0].detail)


def test_a_contract_that_closes_later_is_still_good_today(units: Units) -> None:
    key = town.key_for(units, closed_on=date(2026, 11, 23))
    assert prove(units, key).subscriber


def test_a_key_opens_nothing_with_another_operator(units: Units) -> None:
    key = town.key_for(units)
    with units.begin() as work:
        town.operator(work, "marseille")
    with pytest.raises(ProofRefused):
        prove(units, key, "marseille")


def test_a_malformed_key_costs_no_attempt_and_asks_for_the_operator_alone(units: Units) -> None:
    key = town.key_for(units)
    with town.listening(units) as heard:
        for _ in range(2 * PER_NETWORK[0].times):
            with pytest.raises(KeyMalformed):
                prove(units, key[:-1] + ("0" if key[-1] != "0" else "1"))
    assert {statement.split()[0] for statement in heard} <= {"BEGIN", "SELECT"}
    assert all("operators" in statement for statement in heard if statement.startswith("SELECT"))
    assert prove(units, key).subscriber


def test_an_unknown_operator_is_named_as_such_before_the_key_is_read(units: Units) -> None:
    town.key_for(units)
    for slug in ("poitiers", "", "a\0b", "\ud800"):
        with pytest.raises(OperatorNotFound):
            prove(units, "x", slug)


def test_an_operator_that_does_not_ask_for_keys_refuses_them(units: Units) -> None:
    with units.begin() as work:
        town.operator(work, proof_methods=["CONTRACT_AND_METER"])
    with pytest.raises(NotAllowed):
        prove(units, unknown_key())


def test_a_new_secret_keeps_printed_keys_and_waiting_proofs_good(units: Units, database_url: str) -> None:
    key = town.key_for(units)
    token = prove(units, key).token.reveal()
    newer = "another secret that came into use later on"
    with town.open_town(database_url, secret_key=[newer, town.SECRET]) as rotated:
        assert prove(rotated, key).subscriber
        with rotated.begin() as work:
            assert ticket.require(work, token).subscriber_id == 1
    with (
        town.open_town(database_url, secret_key=[newer]) as forgotten,
        pytest.raises(ProofRefused),
    ):
        prove(forgotten, key)


def test_another_key_for_the_subscriber_voids_the_former(units: Units) -> None:
    former = town.key_for(units)
    with units.begin() as work:
        holder = work.session.get_one(Subscriber, 1)
        newer = activation_key.issue(work, holder, work.now + timedelta(days=1)).reveal()
    with pytest.raises(ProofRefused):
        prove(units, former)
    assert prove(units, newer).subscriber


def test_tries_of_a_network_are_counted_by_all_processes_together(units: Units, database_url: str) -> None:
    key = town.key_for(units)
    with town.open_town(database_url) as elsewhere:
        for number in range(PER_NETWORK[0].times):
            prove(units if number % 2 else elsewhere, key)
        for process in (units, elsewhere):
            with pytest.raises(RateLimited) as refused:
                prove(process, key)
    assert prove(town.from_network(units, "198.51.100.7"), key).subscriber
    units.clock.pass_(seconds=refused.value.retry_after)
    assert prove(units, key).subscriber


def test_an_operator_under_attack_asks_everybody_for_a_proof_of_work_and_stays_open(units: Units) -> None:
    key = town.key_for(units)
    for number in range(FAILURES.times):
        with pytest.raises(ProofRefused):
            prove(town.from_network(units, f"2001:db8:{number:x}::/64"), unknown_key())
    elsewhere = town.from_network(units, "198.51.100.7")
    with pytest.raises(ChallengeFailed):
        prove(elsewhere, key)
    with pytest.raises(ChallengeFailed):
        prove(elsewhere, key, solution="nonsense")
    assert prove(elsewhere, key, solution=town.solve(units)).subscriber


def test_limits_switched_off_for_a_measurement_never_refuse(database_url: str) -> None:
    with town.open_town(database_url, rate_limits="off") as units:
        key = town.key_for(units)
        for _ in range(PER_NETWORK[0].times + 1):
            assert prove(units, key).subscriber
