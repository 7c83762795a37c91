"""A contract and its meter prove a subscription; numbers that can be guessed tell a stranger nothing."""

from collections.abc import Callable
from datetime import date

import pytest

from identity.directory import operators
from identity.directory.operators import ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation.errors import (
    ChallengeFailed,
    Fault,
    InvalidInput,
    NotAllowed,
    OperatorNotFound,
    ProofRefused,
    RateLimited,
)
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import contract_meter, ticket
from identity.proof.contract_meter import FAILURES, PER_CONTRACT, PER_NETWORK, AttemptedContract
from identity.proof.ticket import Proven
from tests.proof import town

NUMBER, METER = "1234567", "D19FA123456"


def prove(
    units: Units,
    number: str = NUMBER,
    meter: str = METER,
    operator: str = "loudun",
    solution: str | None = None,
) -> Proven:
    with units.begin() as work:
        return contract_meter.prove(work, AttemptedContract(operator, number, meter, solution))


@pytest.fixture(autouse=True)
def _town(units: Units) -> None:
    with units.begin() as work:
        town.subscriber(work, town.operator(work), NUMBER, meter_folded=METER)


@pytest.mark.parametrize(
    "number", ["1234567", " 123 4567 ", "123.45.67", "1234567a", "1234567 B", "１２３４５６７"]
)
@pytest.mark.parametrize("meter", ["D19FA123456", "d19 fa 123456", "D19-FA-123456"])
def test_both_numbers_are_known_however_they_are_typed(units: Units, number: str, meter: str) -> None:
    proven = prove(units, number, meter)
    with units.begin() as work:
        said = ticket.require(work, proven.token.reveal())
    assert (said.method, said.subscriber_id, said.key_id) == (ProofMethod.CONTRACT_AND_METER, 1, None)


def test_a_good_proof_reveals_neither_name_nor_address(units: Units) -> None:
    assert prove(units).subscriber is None


@pytest.mark.parametrize(
    ("number", "meter", "faults"),
    [
        ("", "", [Fault(("contractNumber",), "REQUIRED"), Fault(("meterNumber",), "REQUIRED")]),
        (" - ", "m", [Fault(("contractNumber",), "REQUIRED")]),
        ("123456", "m", [Fault(("contractNumber",), "INVALID")]),
        ("12345678", "m", [Fault(("contractNumber",), "INVALID")]),
        ("123456A", "m", [Fault(("contractNumber",), "INVALID")]),
        ("1234567AB", "m", [Fault(("contractNumber",), "INVALID")]),
        ("١٢٣٤٥٦٧", "m", [Fault(("contractNumber",), "INVALID")]),
        ("1234567" + " " * 1000, "m", [Fault(("contractNumber",), "INVALID")]),
        (NUMBER, "m" * 65, [Fault(("meterNumber",), "TOO_LONG", {"max": 64})]),
        (NUMBER, "m" + " " * 1000, [Fault(("meterNumber",), "TOO_LONG", {"max": 64})]),
    ],
)
def test_what_cannot_be_a_contract_and_a_meter_is_told_at_once_and_costs_no_attempt(
    units: Units, number: str, meter: str, faults: list[Fault]
) -> None:
    with town.listening(units) as heard, pytest.raises(InvalidInput) as refused:
        prove(units, number, meter)
    assert refused.value.faults == faults
    assert not any("rate_counters" in statement for statement in heard)


def close(work: UnitOfWork, holder: Subscriber) -> None:
    holder.closed_on = date(2026, 11, 22)


def link(work: UnitOfWork, holder: Subscriber) -> None:
    holder.account_id = town.account(work).id


def forget_meter(work: UnitOfWork, holder: Subscriber) -> None:
    holder.meter_folded = None


SPOILERS: dict[str, Callable[[UnitOfWork, Subscriber], None]] = {
    "closed": close,
    "linked": link,
    "meter": forget_meter,
}


def refusal_of(units: Units, number: str = NUMBER, meter: str = METER) -> tuple[str, str | None, list[str]]:
    with town.listening(units) as heard, pytest.raises(ProofRefused) as refused:
        prove(units, number, meter)
    return type(refused.value).__name__, refused.value.reason, heard


@pytest.mark.parametrize("cause", SPOILERS)
def test_every_cause_gives_one_refusal_by_the_same_statements_and_only_the_audit_knows(
    units: Units, cause: str
) -> None:
    unknown, wrong_meter = refusal_of(units, "7654321"), refusal_of(units, meter="X")
    assert unknown == wrong_meter
    with units.begin() as work:
        SPOILERS[cause](work, work.session.get_one(Subscriber, 1))
    assert refusal_of(units) == unknown
    told = town.rows(units, "SELECT action, detail FROM audit_events ORDER BY id")
    assert [row.action for row in told] == ["contract.refused"] * 3
    assert [
        "unknown" in str(told[0].detail),
        "meter" in str(told[1].detail),
        cause in str(told[2].detail),
    ] == [True] * 3


def test_of_two_contracts_that_fold_alike_the_meter_tells_which(units: Units) -> None:
    with units.begin() as work:
        operator = operators.get(work, "loudun")
        town.subscriber(work, operator, NUMBER + "B", meter_folded="OTHER", closed_on=None)
    proven = prove(units, NUMBER, "other")
    with units.begin() as work:
        assert ticket.require(work, proven.token.reveal()).subscriber_id == 2


def test_a_contract_of_another_operator_proves_nothing(units: Units) -> None:
    with units.begin() as work:
        town.operator(work, "marseille")
    with pytest.raises(ProofRefused):
        prove(units, operator="marseille")


def test_an_unknown_operator_and_one_that_asks_for_keys_alone_refuse_by_name(units: Units) -> None:
    with units.begin() as work:
        town.operator(work, "marseille", proof_methods=["ACTIVATION_KEY"])
    with pytest.raises(NotAllowed):
        prove(units, operator="marseille")
    with pytest.raises(OperatorNotFound):
        prove(units, operator="poitiers")


@pytest.mark.parametrize("number", [NUMBER, "7654321"])
@pytest.mark.parametrize("rule", PER_CONTRACT, ids=lambda rule: rule.name)
def test_tries_of_one_contract_are_counted_from_everywhere_whether_or_not_it_exists(
    units: Units, database_url: str, number: str, rule: object
) -> None:
    hourly, daily = PER_CONTRACT
    with town.open_town(database_url) as elsewhere:
        elsewhere = town.sharing_clock(elsewhere, units)
        for attempt in range(rule.times):
            if rule is daily and attempt % hourly.times == 0:
                units.clock.pass_(hours=2)
            with pytest.raises(ProofRefused):
                prove(
                    town.from_network([units, elsewhere][attempt % 2], f"2001:db8:{attempt:x}::/64"),
                    number,
                    "X",
                )
        for process in (units, elsewhere):
            with pytest.raises(RateLimited):
                prove(town.from_network(process, "198.51.100.7"), number)
    if number != NUMBER:
        prove(town.from_network(units, "198.51.100.7"))


def test_tries_of_one_network_are_counted_across_contracts(units: Units) -> None:
    for attempt in range(PER_NETWORK[0].times):
        with pytest.raises(ProofRefused):
            prove(units, f"{attempt:07}", "X")
    with pytest.raises(RateLimited):
        prove(units)
    assert prove(town.from_network(units, "198.51.100.7"))


def test_a_stranger_who_guesses_everywhere_cannot_close_the_town(units: Units) -> None:
    for attempt in range(FAILURES.times):
        with pytest.raises(ProofRefused):
            prove(town.from_network(units, f"2001:db8:{attempt:x}::/64"), f"{attempt:07}", "X")
    citizen = town.from_network(units, "198.51.100.7")
    for _ in range(PER_CONTRACT[1].times + 1):
        with pytest.raises(ChallengeFailed):
            prove(citizen)
    solution = town.solve(units)
    assert prove(citizen, solution=solution)
    with pytest.raises(ChallengeFailed):
        prove(citizen, solution=solution)
    units.clock.pass_(hours=3)
    assert prove(citizen)
