"""Proof by contract and meter: the two numbers of a bill (seed 004, step 3). Owns no table.

Seven digits can be guessed. So tries are bounded for each contract, existing or not, and for each network;
past the operator's own budget of failures a proof of work is asked of everybody, which slows a stranger down
without closing the town. A good proof reveals neither name nor address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from identity.directory import folding
from identity.directory.operators import Operator, ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation import prepared, tokens
from identity.foundation.errors import Fault, InvalidInput
from identity.foundation.prepared import Row
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import attempts, contract, ticket
from identity.proof.attempts import Attempt
from identity.proof.ticket import Held, Proven

PER_CONTRACT = Rule("contract/contract/hour", 10, 3_600), Rule("contract/contract/day", 30, 86_400)
PER_NETWORK = Rule("contract/network/hour", 30, 3_600), Rule("contract/network/day", 120, 86_400)
FAILURES = Rule("contract/operator-failures/hour", 200, 3_600)

LONGEST_TYPED = 200
LONGEST_METER = 64
NO_METER = "-"
"""Compared where there is no meter to compare with; no folded meter number looks like it."""

_SEVEN_DIGITS = re.compile(r"[0-9]{7}")
_TABLE = Subscriber.__table__  # type: ignore[attr-defined]
_LOOK_UP = prepared.Statement(
    select(_TABLE.c.id, _TABLE.c.meter_folded, _TABLE.c.closed_on, _TABLE.c.account_id).where(
        _TABLE.c.contract_folded == bindparam("contract"), _TABLE.c.operator_id == bindparam("operator")
    )
)


@dataclass(frozen=True)
class AttemptedContract:
    """What a person typed."""

    operator_slug: str
    contract_number: str
    meter_number: str
    challenge_solution: str | None = None


def prove(work: UnitOfWork, attempted: AttemptedContract) -> Proven:
    """A proof token, for a contract and its meter; both stay unused.

    InvalidInput costs no attempt; ProofRefused is the same for a wrong contract, a wrong meter, and a
    contract that is closed or linked. OperatorNotFound, NotAllowed, ChallengeFailed, RateLimited.
    """
    operator = attempts.require_asked(work, attempted.operator_slug, ProofMethod.CONTRACT_AND_METER)
    number, meter = _read(attempted)
    attempt = _attempt(work, operator.id, number, attempted.challenge_solution)
    attempts.begin(work, attempt)
    rows = work.run(_LOOK_UP, contract=number, operator=operator.id)
    row, cause = _judge(rows, meter, work.now)
    attempts.end(work, attempt, cause, row and f"subscribers:{row.id}")
    assert row is not None  # noqa: S101 - an unknown contract was refused the line above
    token, held = ticket.issue(
        work, method=ProofMethod.CONTRACT_AND_METER, operator_id=operator.id, subscriber_id=row.id
    )
    return Proven(token, held.expires_at, prepared.copy_of(Operator, operator), subscriber=None)


def stands(work: UnitOfWork, held: Held) -> bool:
    """Nothing beside the contract itself: yes."""
    return True


def use_up(work: UnitOfWork, held: Held) -> bool:
    """Nothing beside the contract itself: done."""
    return True


def _read(attempted: AttemptedContract) -> tuple[str, str]:
    """Both numbers folded; InvalidInput names every one that cannot be."""
    number, contract_fault = _fold_contract(attempted.contract_number)
    meter, meter_fault = _fold_meter(attempted.meter_number)
    faults = [fault for fault in (contract_fault, meter_fault) if fault]
    if faults:
        raise InvalidInput(faults)
    return number, meter


def _fold_contract(typed: str) -> tuple[str, Fault | None]:
    folded = folding.fold_contract(typed[:LONGEST_TYPED])
    if not folded:
        return folded, Fault(("contractNumber",), "REQUIRED")
    fits = len(typed) <= LONGEST_TYPED and _SEVEN_DIGITS.fullmatch(folded)
    return folded, None if fits else Fault(("contractNumber",), "INVALID")


def _fold_meter(typed: str) -> tuple[str, Fault | None]:
    folded = folding.fold_meter(typed[:LONGEST_TYPED])
    if not folded:
        return folded, Fault(("meterNumber",), "REQUIRED")
    fits = len(typed) <= LONGEST_TYPED and len(folded) <= LONGEST_METER
    return folded, None if fits else Fault(("meterNumber",), "TOO_LONG", {"max": LONGEST_METER})


def _attempt(work: UnitOfWork, operator_id: int, number: str, solution: str | None) -> Attempt:
    limits = [rule.of(operator_id, number) for rule in PER_CONTRACT]
    limits += [rule.of(work.visitor.network) for rule in PER_NETWORK]
    return Attempt("contract", operator_id, tuple(limits), FAILURES.of(operator_id), solution)


def _judge(rows: Sequence[Row], meter: str, now: datetime) -> tuple[Row | None, str | None]:
    """The row that was meant, and why it proves nothing (for the audit alone) or None where it is good.

    Several contracts may fold alike (1234567A, 1234567B): the meter tells them apart. Every meter is compared
    to its end, one at least.
    """
    fitting = [row for row in rows if tokens.equal(row.meter_folded or NO_METER, meter)]
    if not rows:
        tokens.equal(NO_METER, meter)
        return None, "unknown"
    if not fitting:
        return rows[0], "meter"
    flaws = [contract.flaw(row, now) for row in fitting]
    best = flaws.index(None) if None in flaws else 0
    return fitting[best], flaws[best]
