"""The outbox: letters written in the transaction that causes them, waiting for a courier. Owns its table.

What a letter says is sealed, because it holds links and keys, and erased once the letter has left or never
will. Never talks to a mail server.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text, bindparam, delete, exists, insert, select, update
from sqlmodel import Field, SQLModel

from identity.foundation import emails, tokens
from identity.foundation.columns import BIG_ID, enum_type
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import bell

LIFETIME = timedelta(hours=48)
"""How long a letter is worth sending when its writer does not say."""
LONGEST_LIFETIME = timedelta(days=7)
"""A relay that has not taken a letter for so long never will."""
LEASE = timedelta(seconds=10)
"""How long a claim holds unless it is renewed: a dead courier's letters wait no longer."""
REMEMBERED = timedelta(days=30)
"""How long an agent can still see what became of a letter."""


class State(StrEnum):
    """What became of a letter."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class PostedLetter(SQLModel, table=True):
    """A letter in the outbox."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "bulk", "due_at"),
        Index("ix_outbox_expiry", "state", "expires_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    message_id: str = Field(max_length=320, unique=True)
    """The same at every attempt, so that a letter sent twice is recognised as one."""
    kind: str = Field(max_length=48)
    recipient_digest: str = Field(max_length=64, index=True)
    sealed_letter: str | None = Field(default=None, sa_type=Text)
    state: State = Field(sa_type=enum_type(State, "state"))
    bulk: bool = False
    """Goes after everything that a person is waiting for."""
    attempts: int = 0
    posted_at: datetime
    due_at: datetime
    """When a courier may take it: a claim moves it past the lease, a failure past the back-off."""
    expires_at: datetime
    claimed_by: str | None = Field(default=None, max_length=36)
    settled_at: datetime | None = Field(default=None, index=True)
    reply: str | None = Field(default=None, max_length=32)
    """The relay's last answer, codes only: `550 5.1.1`."""


@dataclass(frozen=True)
class Letter:
    """An e-mail as it was written, before it is packed for the wire."""

    kind: str
    language: str
    sender_name: str
    sender_address: str
    recipient: str
    recipient_name: str | None
    reply_to: str | None
    subject: str
    text: str
    html: str
    bulk: bool = False


@dataclass(frozen=True)
class Claim:
    """A courier's right to deliver one letter, until `until` unless renewed."""

    row_id: int
    token: str
    kind: str
    message_id: str
    posted_at: datetime
    attempts: int
    until: datetime
    letter: Letter | None
    """None where no secret of ours can read it any more."""


@dataclass(frozen=True)
class Trace:
    """What an agent may see of a letter."""

    kind: str
    state: State
    posted_at: datetime
    settled_at: datetime | None
    attempts: int
    reply: str | None


_DOMAIN = re.compile(r"[a-z0-9.-]+")

_TABLE = PostedLetter.__table__  # type: ignore[attr-defined]
_PENDING = _TABLE.c.state == State.PENDING
_DUE = _PENDING & (_TABLE.c.due_at <= bindparam("now")) & (_TABLE.c.expires_at > bindparam("now"))
_EXPIRED = _PENDING & (_TABLE.c.expires_at <= bindparam("now"))

_POST = insert(_TABLE)
_GLANCE = select(exists().where(_DUE).label("due"), exists().where(_EXPIRED).label("expired"))
_NEXT = (
    select(_TABLE)
    .where(_DUE)
    .order_by(_TABLE.c.bulk, _TABLE.c.due_at, _TABLE.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = update(_TABLE).where(_TABLE.c.id == bindparam("row_id"), _DUE)


def post(work: UnitOfWork, letter: Letter, *, expires_at: datetime | None = None) -> None:
    """Leave a letter for the couriers, in this transaction.

    It is worth sending until `expires_at`: 48 hours by default, 7 days at most.
    """
    latest = work.now + LONGEST_LIFETIME
    work.execute(
        _POST,
        {
            "message_id": _new_message_id(letter.sender_address),
            "kind": letter.kind,
            "recipient_digest": work.keyring.digest("mail-recipient", emails.fold(letter.recipient)),
            "sealed_letter": work.keyring.seal_json("mail", asdict(letter)),
            "state": State.PENDING,
            "bulk": letter.bulk,
            "attempts": 0,
            "posted_at": work.now,
            "due_at": work.now,
            "expires_at": min(expires_at, latest) if expires_at else work.now + LIFETIME,
        },
    )
    work.after_commit(bell.ring)


def glance(work: UnitOfWork) -> tuple[bool, bool]:
    """Is a letter due? Has one expired? Reads only, so that couriers with nothing to do lock nothing."""
    row = work.execute(_GLANCE, {"now": work.now}).one()
    return bool(row.due), bool(row.expired)


def claim(work: UnitOfWork) -> Claim | None:
    """The next letter that is due, for this courier alone; None where there is none or another was faster."""
    row = work.execute(_NEXT, {"now": work.now}).one_or_none()
    if row is None:
        return None
    token, until = tokens.new_id(), work.now + LEASE
    taking = _CLAIM.values(claimed_by=token, due_at=until, attempts=row.attempts + 1)
    if work.execute(taking, {"row_id": row.id, "now": work.now}).rowcount != 1:
        return None
    letter = _unseal(work, row.sealed_letter)
    return Claim(row.id, token, row.kind, row.message_id, row.posted_at, row.attempts + 1, until, letter)


def renew(work: UnitOfWork, claims: list[Claim]) -> None:
    """Hold these claims for another lease."""
    held = _TABLE.c.claimed_by.in_([claim.token for claim in claims])
    work.execute(update(_TABLE).where(_PENDING, held).values(due_at=work.now + LEASE))


def deliver(work: UnitOfWork, claim: Claim) -> None:
    """The relay has it: true whoever holds the claim by now."""
    work.execute(_settle(work, State.DELIVERED).where(_TABLE.c.id == claim.row_id))


def refuse(work: UnitOfWork, claim: Claim, reply: str) -> None:
    """It will never be taken."""
    work.execute(_settle(work, State.REFUSED).where(_held(claim)).values(reply=reply))


def postpone(work: UnitOfWork, claim: Claim, reply: str, due_at: datetime) -> None:
    """Not now; any courier may try again from `due_at` on."""
    again = update(_TABLE).where(_held(claim))
    work.execute(again.values(claimed_by=None, due_at=due_at, reply=reply))


def expire(work: UnitOfWork) -> int:
    """Give up the letters that are no longer worth sending; how many."""
    return work.execute(_settle(work, State.EXPIRED).where(_EXPIRED), {"now": work.now}).rowcount


def purge(work: UnitOfWork) -> None:
    """Give up what has expired, and forget what was settled long ago."""
    expire(work)
    work.execute(delete(_TABLE).where(_TABLE.c.settled_at < work.now - REMEMBERED))


def traces(work: UnitOfWork, email: str, limit: int = 20) -> list[Trace]:
    """What became of the letters to an address, the newest first."""
    digests = work.keyring.digests("mail-recipient", emails.fold(email))
    columns = [_TABLE.c[name] for name in Trace.__dataclass_fields__]
    chosen = select(*columns).where(_TABLE.c.recipient_digest.in_(digests))
    newest = work.execute(chosen.order_by(_TABLE.c.id.desc()).limit(limit))
    return [Trace(**row) for row in newest.mappings()]


def _settle(work: UnitOfWork, state: State) -> Any:
    return update(_TABLE).values(state=state, settled_at=work.now, sealed_letter=None, claimed_by=None)


def _held(claim: Claim) -> Any:
    return _PENDING & (_TABLE.c.claimed_by == claim.token)


def _unseal(work: UnitOfWork, sealed: str | None) -> Letter | None:
    written = work.keyring.unseal_json("mail", sealed) if sealed else None
    return Letter(**written) if written else None


def _new_message_id(sender_address: str) -> str:
    domain = emails.fold(sender_address).rpartition("@")[2]
    return f"<{tokens.new_token().reveal()}@{domain if _DOMAIN.fullmatch(domain) else 'localhost'}>"
