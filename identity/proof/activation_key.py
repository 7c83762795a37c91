"""Proof by activation key: `XXXX-XXXX-XXXX-XXXX`, printed or e-mailed. Owns the table of issued keys.

Only a keyed digest of a key is stored, so the key is shown once, when issued. A subscriber's newest key voids
the former ones. Looking at a key never uses it: the confirmation does (`settle`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, Dialect, bindparam, select, update
from sqlmodel import Field, SQLModel

from identity.directory import bulk
from identity.directory.operators import Operator, ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation import prepared
from identity.foundation.columns import BIG_ID
from identity.foundation.prepared import Row
from identity.foundation.rate_limits import Rule
from identity.foundation.tokens import Keyring, Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import attempts, contract, key_form, ticket
from identity.proof.attempts import Attempt
from identity.proof.ticket import Held, Proven

PER_NETWORK = Rule("key/network/10min", 30, 600), Rule("key/network/day", 300, 86_400)
FAILURES = Rule("key/operator-failures/hour", 300, 3_600)


class ActivationKey(SQLModel, table=True):
    """A key that was issued to one subscriber of one operator."""

    __tablename__ = "activation_keys"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    operator_id: int = Field(foreign_key="operators.id", sa_type=BIG_ID)
    subscriber_id: int = Field(foreign_key="subscribers.id", sa_type=BIG_ID, index=True)
    key_digest: str = Field(max_length=64, unique=True)
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    mailed_at: datetime | None = None


@dataclass(frozen=True)
class AttemptedKey:
    """What a person typed."""

    operator_slug: str
    typed: str
    challenge_solution: str | None = None


@dataclass(frozen=True)
class NewKey:
    """A key about to be stored."""

    operator_id: int
    subscriber_id: int
    key_digest: str
    issued_at: datetime
    expires_at: datetime
    mailed_at: datetime | None = None


_TABLE = ActivationKey.__table__  # type: ignore[attr-defined]
_SUBSCRIBERS = Subscriber.__table__  # type: ignore[attr-defined]
_SETTLED = _TABLE.c.used_at.is_not(None) | _TABLE.c.revoked_at.is_not(None)
_VOID = (
    update(_TABLE)
    .where(_TABLE.c.subscriber_id.in_(bindparam("subscribers", expanding=True)), ~_SETTLED)
    .values(revoked_at=bindparam("now", type_=_TABLE.c.revoked_at.type))
)


def prove(work: UnitOfWork, attempted: AttemptedKey) -> Proven:
    """A proof token and the subscriber, for a key that is good now; the key stays unused.

    KeyMalformed costs no attempt; ProofRefused is the same for an unknown, used, expired or revoked key and
    for a contract that is closed or linked. OperatorNotFound, NotAllowed, ChallengeFailed, RateLimited.
    """
    operator = attempts.require_asked(work, attempted.operator_slug, ProofMethod.ACTIVATION_KEY)
    parse = key_form.parse if operator.activation_keys_checked else key_form.parse_foreign
    folded = parse(attempted.typed)
    attempt = _attempt(work, operator.id, attempted.challenge_solution)
    attempts.begin(work, attempt)
    row = _look_up(work, operator.id, folded)
    attempts.end(work, attempt, _flaw(row, work.now), row and f"activation_keys:{row.key_id}")
    assert row is not None  # noqa: S101 - an unknown key was refused the line above
    return _proven(work, operator, row)


def digest(keyring: Keyring, operator_id: int, folded: str) -> str:
    """What is stored of a key; the operator is part of it, so that a key opens nothing elsewhere."""
    return keyring.digest("activation-key", f"{operator_id}:{folded}")


def digests(keyring: Keyring, operator_id: int, folded: str) -> list[str]:
    """What may be stored of a key: under every secret, so that changing it voids no printed key."""
    return keyring.digests("activation-key", f"{operator_id}:{folded}")


def draw(keyring: Keyring, operator_id: int) -> tuple[Secret, str]:
    """A fresh key as printed, and its digest; nothing is stored."""
    folded = key_form.new().reveal()
    return key_form.printed(folded), digest(keyring, operator_id, folded)


def issue(work: UnitOfWork, subscriber: Subscriber, expires_at: datetime, *, mailed: bool = False) -> Secret:
    """A new key for a subscriber, as printed; the former ones are void. It can never be shown again."""
    key, key_digest = draw(work.keyring, subscriber.operator_id)
    subscriber_id = subscriber.id or 0
    void(work, [subscriber_id])
    mailed_at = work.now if mailed else None
    store(work, [NewKey(subscriber.operator_id, subscriber_id, key_digest, work.now, expires_at, mailed_at)])
    return key


def store(work: UnitOfWork, keys: Iterable[NewKey]) -> None:
    """Write keys, a stream of a million as well as one; the database refuses a digest that it has already."""
    work.session.flush()
    connection = work.session.connection()
    moment = _as_stored(connection.dialect)
    rows = (
        (
            key.operator_id,
            key.subscriber_id,
            key.key_digest,
            moment(key.issued_at),
            moment(key.expires_at),
            moment(key.mailed_at),
        )
        for key in keys
    )
    bulk.insert(connection, _TABLE, [field.name for field in fields(NewKey)], rows)


def void(work: UnitOfWork, subscriber_ids: Sequence[int]) -> int:
    """Revoke the unsettled keys of some subscribers (a few thousand a call at most); how many there were."""
    return work.execute(_VOID, {"subscribers": subscriber_ids, "now": work.now}).rowcount


def stands(work: UnitOfWork, held: Held) -> bool:
    """Is the key neither used nor revoked?"""
    statement = select(_TABLE.c.id).where(_TABLE.c.id == held.key_id, ~_SETTLED)
    return work.execute(statement).first() is not None


def use_up(work: UnitOfWork, held: Held) -> bool:
    """Use the key up; of N at the same moment one succeeds. False: used or revoked meanwhile."""
    # Not `expires_at`: who proved in time may confirm within the registration's own 48 hours.
    statement = update(_TABLE).where(_TABLE.c.id == held.key_id, ~_SETTLED)
    return work.execute(statement.values(used_at=work.now)).rowcount == 1


def _as_stored(dialect: Dialect) -> Callable[[datetime | None], Any]:
    """How the driver stores a moment; a million keys share two."""
    process = _TABLE.c.issued_at.type.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=8)(process)


@cache
def _by_digest(secrets: int) -> prepared.Statement:
    """The subscriber's columns and those of the key that has one of so many digests."""
    stored: list[BindParameter[str]] = [bindparam(f"digest_{number}") for number in range(secrets)]
    of_key = _TABLE.c.id.label("key_id"), _TABLE.c.used_at, _TABLE.c.revoked_at, _TABLE.c.expires_at
    holder = select(_SUBSCRIBERS, *of_key).join(_TABLE, _TABLE.c.subscriber_id == _SUBSCRIBERS.c.id)
    return prepared.Statement(holder.where(_TABLE.c.key_digest.in_(stored)))


def _look_up(work: UnitOfWork, operator_id: int, folded: str) -> Row | None:
    stored = digests(work.keyring, operator_id, folded)
    given = {f"digest_{number}": one for number, one in enumerate(stored)}
    return next(iter(work.run(_by_digest(len(stored)), **given)), None)


def _attempt(work: UnitOfWork, operator_id: int, solution: str | None) -> Attempt:
    limits = tuple(rule.of(work.visitor.network) for rule in PER_NETWORK)
    return Attempt("key", operator_id, limits, FAILURES.of(operator_id), solution)


def _flaw(row: Row | None, now: datetime) -> str | None:
    """Why this key proves nothing, for the audit alone; None where it is good."""
    if row is None:
        return "unknown"
    if row.used_at is not None:
        return "used"
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= now else contract.flaw(row, now)


def _proven(work: UnitOfWork, operator: Row, row: Row) -> Proven:
    token, held = ticket.issue(
        work,
        method=ProofMethod.ACTIVATION_KEY,
        operator_id=operator.id,
        subscriber_id=row.id,
        key_id=row.key_id,
    )
    return Proven(
        token, held.expires_at, prepared.copy_of(Operator, operator), prepared.copy_of(Subscriber, row)
    )
