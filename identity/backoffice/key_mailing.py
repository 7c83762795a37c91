"""Keys by e-mail: a fresh key and its link to every subscriber who has an address (seed 000, step 1).

Each hundred is one transaction with its e-mails, so a run that is cut short is simply run again: who was
mailed within the day is left alone. The new key voids the former ones, a printed one included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select, true

from identity.backoffice import keys
from identity.backoffice.keys import KEYS, SUBSCRIBERS
from identity.directory import operators
from identity.directory.operators import Operator
from identity.foundation import audit, emails
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import messages
from identity.mail.messages import Addressee
from identity.proof import activation_key, letterhead
from identity.proof.activation_key import NewKey

AT_ONCE = 100
PAUSE = timedelta(days=1)

Tick = Callable[[int, int], None]
"""Called with (done, total) after every hundred."""


@dataclass(frozen=True)
class Wish:
    """Mail an operator's open and free subscribers; with `again`, also those mailed within the day."""

    operator_slug: str
    lifetime: timedelta
    contracts: Sequence[str] = ()
    again: bool = False


@dataclass(frozen=True)
class Sent:
    """How many e-mails were queued, how many former keys are void, and who was left out and why."""

    mailed: int = 0
    voided: int = 0
    without_email: int = 0
    mailed_before: int = 0


@dataclass(frozen=True)
class _Round:
    """Whom this run is for, settled when it begins."""

    everybody: ColumnElement[bool]
    due: ColumnElement[bool]
    wish: Wish
    agent: str


def send(units: Units, wish: Wish, agent: str, tick: Tick = lambda done, total: None) -> Sent:
    """Issue and post keys, a hundred a transaction. OperatorNotFound, NotFound (contract)."""
    with units.read() as work:
        round_ = _begin(work, wish, agent)
        everybody, addressed, due = _counts(work, round_)
    done = mailed = voided = 0
    last: int | None = 0
    while last is not None:
        with units.begin() as work:
            last, looked_at, mailed_now, voided_now = _send_some(work, round_, last)
        done, mailed, voided = done + looked_at, mailed + mailed_now, voided + voided_now
        tick(done, due)
    return Sent(mailed, voided, everybody - addressed + done - mailed, addressed - due)


def _begin(work: UnitOfWork, wish: Wish, agent: str) -> _Round:
    everybody = keys.may_have_key(work, operators.get(work, wish.operator_slug), wish.contracts)
    mailed = exists().where(KEYS.c.subscriber_id == SUBSCRIBERS.c.id, KEYS.c.mailed_at > work.now - PAUSE)
    due = everybody & _has_email() & (true() if wish.again else ~mailed)
    return _Round(everybody, due, wish, agent)


def _has_email() -> ColumnElement[bool]:
    return SUBSCRIBERS.c.email.is_not(None) & (SUBSCRIBERS.c.email != "")


def _counts(work: UnitOfWork, round_: _Round) -> tuple[int, int, int]:
    """Subscribers whom a key would serve, those with an e-mail, those due for one."""
    conditions = (round_.everybody, round_.everybody & _has_email(), round_.due)
    counts = [select(func.count()).select_from(SUBSCRIBERS).where(which) for which in conditions]
    everybody, addressed, due = (work.execute(count).scalar_one() for count in counts)
    return everybody, addressed, due


def _send_some(work: UnitOfWork, round_: _Round, last: int) -> tuple[int | None, int, int, int]:
    """The next hundred: the last id (None: nobody is left), how many looked at, mailed, keys voided."""
    operator = keys.lock(work, round_.wish.operator_slug)
    statement = select(SUBSCRIBERS).where(round_.due, SUBSCRIBERS.c.id > last)
    rows = work.execute(statement.order_by(SUBSCRIBERS.c.id).limit(AT_ONCE)).all()
    if not rows:
        return None, 0, 0, 0
    # An operator's file may hold what is no address.
    fit = [row for row in rows if not emails.fault(row.email)]
    voided = _mail(work, operator, fit, work.now + round_.wish.lifetime) if fit else 0
    audit.record(work, "keys.sent", operator_id=operator.id, count=len(fit), agent=round_.agent)
    return rows[-1].id, len(rows), len(fit), voided


def _mail(work: UnitOfWork, operator: Operator, rows: Sequence[Row[Any]], expires_at: datetime) -> int:
    """Fresh keys for some subscribers, and the e-mails that bring them; how many former keys are void."""
    operator_id = operator.id or 0
    drawn = [activation_key.draw(work.keyring, operator_id) for _ in rows]
    voided = activation_key.void(work, [row.id for row in rows])
    new = [
        NewKey(operator_id, row.id, digest, work.now, expires_at, mailed_at=work.now)
        for row, (_, digest) in zip(rows, drawn, strict=True)
    ]
    activation_key.store(work, new)
    for row, (key, _) in zip(rows, drawn, strict=True):
        _post(work, operator, row, (key, expires_at))
    return voided


def _post(work: UnitOfWork, operator: Operator, row: Row[Any], fresh: tuple[Secret, datetime]) -> None:
    key, expires_at = fresh
    to = Addressee(row.email, operator.languages[0], keys.recipient(row) or None)
    messages.activation_key(work, letterhead.of(work, operator), to, key=key, expires_at=expires_at)
