"""A subscriber's contract as every proof sees it: open or closed, free or linked, claimed once and freed.

Stands on the directory's table and owns none. What proves that somebody holds the contract is told elsewhere.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, update

from identity.directory.subscribers import Subscriber
from identity.foundation.prepared import Row
from identity.foundation.unit_of_work import UnitOfWork

_TABLE = Subscriber.__table__  # type: ignore[attr-defined]


def flaw(row: Row, now: datetime) -> str | None:
    """Why this contract takes no account: `closed`, `linked`, or None where it does. Needs both columns."""
    if row.closed_on is not None and row.closed_on <= now.date():
        return "closed"
    return "linked" if row.account_id is not None else None


def is_free(now: datetime) -> ColumnElement[bool]:
    """The same as a condition: open, and nobody's yet."""
    still_open = or_(_TABLE.c.closed_on.is_(None), _TABLE.c.closed_on > now.date())
    return and_(still_open, _TABLE.c.account_id.is_(None))


def claim(work: UnitOfWork, subscriber_id: int, account_id: str) -> bool:
    """Link the contract to an account; of N at the same moment one succeeds. False: closed, or somebody's."""
    statement = update(_TABLE).where(_TABLE.c.id == subscriber_id, is_free(work.now))
    return work.execute(statement.values(account_id=account_id, linked_at=work.now)).rowcount == 1


def free(work: UnitOfWork, account_id: str, *, linked_after: datetime | None = None) -> None:
    """Let go of the contracts of an account; of those only that came after a moment, where one is given."""
    statement = update(_TABLE).where(_TABLE.c.account_id == account_id)
    if linked_after:
        statement = statement.where(_TABLE.c.linked_at > linked_after)
    work.execute(statement.values(account_id=None, linked_at=None))
