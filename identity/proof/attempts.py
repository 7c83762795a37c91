"""Trying a proof: whether the operator asks for it, how often it may be tried, how every failure ends.

Owns the budgets, not the proofs. All causes of a refusal run the same statements in the same order, here and
in the two methods: what differs is one word in the audit, which the person never sees.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from identity.directory.operators import Operator, ProofMethod
from identity.foundation import audit, challenge, prepared, rate_limits
from identity.foundation.errors import NotAllowed, OperatorNotFound, ProofRefused
from identity.foundation.rate_limits import Limit
from identity.foundation.unit_of_work import UnitOfWork

_OPERATORS = Operator.__table__  # type: ignore[attr-defined]
_BY_SLUG = prepared.Statement(select(_OPERATORS).where(_OPERATORS.c.slug == bindparam("slug")))


@dataclass(frozen=True)
class Attempt:
    """One try of one proof."""

    audited_as: str
    """`key` or `contract`."""
    operator_id: int
    limits: tuple[Limit, ...]
    """What every try spends, good or bad."""
    failures: Limit
    """What bad tries alone spend, whoever makes them: past it, everybody shows a proof of work."""
    challenge_solution: str | None


def require_asked(work: UnitOfWork, slug: str, method: ProofMethod) -> prepared.Row:
    """The operator's row, if it asks for this proof (that is public); OperatorNotFound, NotAllowed."""
    # What cannot be printed (NUL, half a surrogate pair) is no slug, and no text to a database.
    rows = work.run(_BY_SLUG, slug=slug) if slug.isprintable() else []
    if not rows:
        raise OperatorNotFound
    [row] = rows
    if method not in row.proof_methods:
        raise NotAllowed("proof method")
    return row


def begin(work: UnitOfWork, attempt: Attempt) -> None:
    """Spend the try, before anything is looked up; ChallengeFailed (operator under attack), RateLimited."""
    # The solution first: whoever must go and solve one has not lost a try.
    if rate_limits.exhausted(work, attempt.failures):
        challenge.demand(work, attempt.challenge_solution)
    rate_limits.spend(work, *attempt.limits)


def end(work: UnitOfWork, attempt: Attempt, cause: str | None, subject: str | None) -> None:
    """Audit the try; one ProofRefused whatever the cause. `subject` is the row found, as `table:id`."""
    if cause is None:
        audit.record(work, f"{attempt.audited_as}.accepted", operator_id=attempt.operator_id, subject=subject)
        return
    rate_limits.count(work, attempt.failures)
    audit.record(
        work, f"{attempt.audited_as}.refused", operator_id=attempt.operator_id, subject=subject, cause=cause
    )
    raise ProofRefused
