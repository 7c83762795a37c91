"""An operator's activation keys, for its agents: who may get one, which there are, which are void.

Never shows a key: only the file and the e-mails of a fresh issue hold one (`key_file`, `key_mailing`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, exists, func, select, update

from identity.directory import folding, operators
from identity.directory.operators import Operator
from identity.directory.subscribers import Civility, Subscriber
from identity.foundation import audit
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import activation_key, contract, key_form
from identity.proof.activation_key import ActivationKey

KEYS: Table = ActivationKey.__table__  # type: ignore[attr-defined]
OPERATORS: Table = Operator.__table__  # type: ignore[attr-defined]
SUBSCRIBERS: Table = Subscriber.__table__  # type: ignore[attr-defined]
AT_ONCE = 1000
"""Rows that are held in memory, whatever the number of subscribers."""

_TITLES = {Civility.MADAM: "Mme", Civility.SIR: "M."}


class KeyState(StrEnum):
    """What a key is worth."""

    USABLE = "USABLE"
    USED = "USED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True)
class ListedKey:
    """A key as agents see it."""

    contract_number: str
    state: KeyState
    issued_at: datetime
    expires_at: datetime
    mailed_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Revocation:
    """Which keys to void: one key, those of some contracts, or (both empty) all that are not used."""

    operator_slug: str
    contracts: Sequence[str] = ()
    key: str | None = None


def listed(work: UnitOfWork, operator_slug: str, contracts: Sequence[str] = ()) -> Iterator[ListedKey]:
    """The operator's keys, by contract and age, streamed; OperatorNotFound, NotFound (contract)."""
    operator = operators.get(work, operator_slug)
    statement = (
        select(KEYS, SUBSCRIBERS.c.contract_number)
        .join(SUBSCRIBERS, SUBSCRIBERS.c.id == KEYS.c.subscriber_id)
        .where(KEYS.c.operator_id == operator.id, of_contracts(work, operator, contracts))
        .order_by(SUBSCRIBERS.c.contract_number, KEYS.c.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in work.execute(statement):
        yield ListedKey(
            row.contract_number,
            _state(row, work.now),
            row.issued_at,
            row.expires_at,
            row.mailed_at,
            row.used_at,
            row.revoked_at,
        )


def revoke(work: UnitOfWork, revocation: Revocation, agent: str) -> int:
    """Void keys that are not used; how many. OperatorNotFound, NotFound (contract), KeyMalformed."""
    operator = operators.get(work, revocation.operator_slug)
    which = KEYS.c.operator_id == operator.id
    if revocation.key is not None:
        folded = key_form.parse_foreign(revocation.key)
        which &= KEYS.c.key_digest.in_(activation_key.digests(work.keyring, operator.id or 0, folded))
    if revocation.contracts:
        named = select(SUBSCRIBERS.c.id).where(of_contracts(work, operator, revocation.contracts))
        which &= KEYS.c.subscriber_id.in_(named)
    voided = _void(work, which)
    audit.record(work, "keys.revoked", operator_id=operator.id, count=voided, agent=agent)
    return voided


def void(work: UnitOfWork, holders: ColumnElement[bool]) -> int:
    """Void the keys of these subscribers that are not used, in one statement; how many there were."""
    return _void(work, KEYS.c.subscriber_id.in_(select(SUBSCRIBERS.c.id).where(holders)))


def newest(work: UnitOfWork) -> int:
    """The id of the newest key of all, 0 where there is none."""
    return work.execute(select(func.max(KEYS.c.id))).scalar_one() or 0


def issued_since(work: UnitOfWork, operator: Operator, key_id: int) -> bool:
    """Has the operator keys that are newer than this one?"""
    newer = select(KEYS.c.id).where(KEYS.c.id > key_id, KEYS.c.operator_id == operator.id).limit(1)
    return work.execute(newer).first() is not None


def awaits_key(work: UnitOfWork) -> ColumnElement[bool]:
    """A subscriber without a key that is good now, as a condition."""
    usable = exists().where(
        KEYS.c.subscriber_id == SUBSCRIBERS.c.id, _unsettled(), KEYS.c.expires_at > work.now
    )
    return ~usable


def may_have_key(work: UnitOfWork, operator: Operator, contracts: Sequence[str]) -> ColumnElement[bool]:
    """A subscriber whom a key would serve: open, free, and among the contracts named, if any; NotFound."""
    return contract.is_free(work.now) & of_contracts(work, operator, contracts)


def of_contracts(work: UnitOfWork, operator: Operator, contracts: Sequence[str]) -> ColumnElement[bool]:
    """The operator's subscribers with these contracts, all where none is named; NotFound (contract)."""
    if not contracts:
        return SUBSCRIBERS.c.operator_id == operator.id
    found = [row.id for number in contracts for row in spelt(work, operator, number)]
    return SUBSCRIBERS.c.id.in_(found)


def spelt(work: UnitOfWork, operator: Operator, number: str) -> Sequence[Row[Any]]:
    """The subscribers of a contract: the one written so, else those who may be meant by it; NotFound."""
    folded = SUBSCRIBERS.c.contract_folded == folding.fold_contract(number)
    rows = work.execute(select(SUBSCRIBERS).where(folded, SUBSCRIBERS.c.operator_id == operator.id)).all()
    if not rows:
        raise NotFound(f"{operator.slug} has no contract {number}.")
    return [row for row in rows if row.contract_number == number] or rows


def recipient(row: Row[Any]) -> str:
    """Whom a letter is addressed to: the organisation, or the person with their title."""
    title = _TITLES.get(row.civility)
    person = " ".join(part for part in (title, row.given_name, row.family_name) if part)
    return row.organization_name or person


def lock(work: UnitOfWork, operator_slug: str) -> Operator:
    """The operator, whose keys nobody else issues until this transaction ends; OperatorNotFound."""
    operator = operators.get(work, operator_slug)
    connection = work.session.connection()
    if connection.dialect.name == "sqlite":
        # 64 MB to write a million keys in: with the usual 2 MB everybody waits twice as long.
        connection.exec_driver_sql("PRAGMA cache_size = -65536")
    work.execute(select(OPERATORS.c.id).where(OPERATORS.c.id == operator.id).with_for_update(key_share=True))
    return operator


def _unsettled() -> ColumnElement[bool]:
    return KEYS.c.used_at.is_(None) & KEYS.c.revoked_at.is_(None)


def _void(work: UnitOfWork, which: ColumnElement[bool]) -> int:
    voiding = update(KEYS).where(which, _unsettled())
    return work.execute(voiding.values(revoked_at=work.now)).rowcount


def _state(row: Row[Any], now: datetime) -> KeyState:
    if row.used_at is not None:
        return KeyState.USED
    if row.revoked_at is not None:
        return KeyState.REVOKED
    return KeyState.EXPIRED if row.expires_at <= now else KeyState.USABLE
