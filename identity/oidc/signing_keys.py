"""The keys that sign tokens: created at first need, published, rotated. Owns their table.

Each algorithm has one key that signs (active), one that will (next), and those that did (retired). The next
key is published from the day it is made, and a retired one for OVERLAP, so that whoever caches our JWKS never
meets a signature that it cannot check. Private halves are sealed with the deployment's secret.

A process remembers what it read for PUBLISHED_WITHIN; a key signs only once every process has had the time to
publish it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import audit
from identity.foundation.columns import JSON_DOCUMENT, enum_type
from identity.foundation.unit_of_work import UnitOfWork, Units

ALGORITHMS = ("ES256", "RS256")
RSA_BITS = 2048
ROTATED_EVERY = timedelta(days=90)
OVERLAP = timedelta(days=7)
PUBLISHED_WITHIN = timedelta(seconds=1)
SEALED_FOR = "signing-key"

Key = ECKey | RSAKey


class State(StrEnum):
    """What a key is for at present."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


class SigningKey(SQLModel, table=True):
    """A key pair."""

    __tablename__ = "signing_keys"

    kid: str = Field(primary_key=True, max_length=64)
    algorithm: str = Field(max_length=16)
    state: State = Field(sa_type=enum_type(State, "state"))
    slot: str | None = Field(default=None, max_length=32, unique=True)
    """`ES256:active`, `ES256:next`; None once retired. Unique: two processes cannot both fill it."""
    public_jwk: dict[str, Any] = Field(sa_type=JSON_DOCUMENT)
    private_sealed: str
    created_at: datetime
    activated_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True)
class Signer:
    """What signs a token now."""

    kid: str
    key: Key = field(repr=False)


@dataclass(frozen=True)
class Ring:
    """The keys as this process last read them, and the JWKS made of them."""

    read_at: datetime
    rows: tuple[SigningKey, ...]
    jwks: bytes
    etag: str
    opened: dict[str, Key] = field(repr=False)
    """Private keys by `kid`, as they were needed."""

    def is_fresh(self, now: datetime) -> bool:
        """Was it read a moment ago?"""
        return abs(now - self.read_at) < PUBLISHED_WITHIN


_TABLE = SigningKey.__table__  # type: ignore[attr-defined]
_IN_ORDER = select(_TABLE).order_by(_TABLE.c.algorithm, _TABLE.c.created_at, _TABLE.c.kid)
_LOCK = select(_TABLE.c.kid).order_by(_TABLE.c.kid).with_for_update()
_rings: WeakKeyDictionary[Engine, Ring] = WeakKeyDictionary()


def signer(work: UnitOfWork, algorithm: str) -> Signer:
    """The key that signs with this algorithm; made now where there is none yet."""
    ring = _rings.get(_engine(work))
    if ring is None or not ring.is_fresh(work.now):
        ring = _read(work)
    if not _has_all(ring.rows, [algorithm]):
        _create_missing(work, [algorithm])
        ring = _look(work, {})  # not remembered: this transaction may yet be rolled back
    row = _choose([row for row in ring.rows if row.algorithm == algorithm], work.now)
    key = ring.opened.get(row.kid) or ring.opened.setdefault(row.kid, _open(work, row))
    return Signer(row.kid, key)


def published(units: Units) -> Ring:
    """The keys as they are published, read anew every PUBLISHED_WITHIN; made where there are none yet."""
    ring = _rings.get(units.engine)
    if ring is not None and ring.is_fresh(units.clock()):
        return ring
    with units.read() as work:
        ring = _read(work)
    if not _has_all(ring.rows):
        ensure(units)
        with units.read() as work:
            ring = _read(work)
    return ring


def ensure(units: Units) -> None:
    """Make the keys that are missing; processes that start together make one set."""
    with units.begin() as work:
        _create_missing(work)


def rotate(work: UnitOfWork) -> None:
    """Make each next key the active one and publish a new next; seals anew what is kept."""
    work.execute(_LOCK).all()
    _create_missing(work)
    for row in _all(work):
        clear = work.keyring.unseal(SEALED_FOR, row.private_sealed)
        if clear is not None:
            _change(work, row.kid, private_sealed=work.keyring.seal(SEALED_FOR, clear))
        elif row.state is State.NEXT:  # sealed with a secret that is gone: it could never sign
            _change(work, row.kid, state=State.RETIRED, slot=None, retired_at=work.now)
    _create_missing(work)
    for algorithm in ALGORITHMS:
        _promote(work, algorithm)
    _create_missing(work)
    audit.record(work, "signing_keys.rotated")


def all(work: UnitOfWork) -> list[SigningKey]:
    """Every key, by algorithm and age."""
    return list(_all(work))


def keep_fresh(work: UnitOfWork) -> None:
    """Rotate keys that have signed for long enough, and forget those that are no longer published."""
    work.execute(_LOCK).all()
    due = work.now - ROTATED_EVERY
    if any(row.state is State.ACTIVE and row.activated_at and row.activated_at < due for row in _all(work)):
        rotate(work)
    work.execute(delete(_TABLE).where(_TABLE.c.retired_at < work.now - OVERLAP))


def _promote(work: UnitOfWork, algorithm: str) -> None:
    rows = {row.state: row for row in _all(work) if row.algorithm == algorithm and row.slot}
    active, following = rows[State.ACTIVE], rows[State.NEXT]
    _change(work, active.kid, state=State.RETIRED, slot=None, retired_at=work.now)
    _change(work, following.kid, state=State.ACTIVE, slot=f"{algorithm}:active", activated_at=work.now)


def _change(work: UnitOfWork, kid: str, **values: Any) -> None:
    work.execute(update(_TABLE).where(_TABLE.c.kid == kid).values(**values))


def _create_missing(work: UnitOfWork, algorithms: Sequence[str] = ALGORITHMS) -> None:
    filled = {row.slot for row in _all(work)}
    for algorithm in algorithms:
        for state in (State.ACTIVE, State.NEXT):
            if f"{algorithm}:{state}" not in filled:
                _create(work, algorithm, state)


def _create(work: UnitOfWork, algorithm: str, state: State) -> None:
    key = _generate(algorithm)
    kid = key.thumbprint()
    row = SigningKey(
        kid=kid,
        algorithm=algorithm,
        state=state,
        slot=f"{algorithm}:{state}",
        public_jwk=key.as_dict(private=False, kid=kid, use="sig", alg=algorithm),
        private_sealed=work.keyring.seal_json(SEALED_FOR, key.as_dict(private=True)),
        created_at=work.now,
        activated_at=work.now if state is State.ACTIVE else None,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        return  # another process filled the slot first


def _generate(algorithm: str) -> Key:
    return ECKey.generate_key("P-256") if algorithm == "ES256" else RSAKey.generate_key(RSA_BITS)


def _choose(rows: list[SigningKey], now: datetime) -> SigningKey:
    """The key activated last, of those that everybody has had the time to publish; else the oldest."""
    used = sorted((row for row in rows if row.activated_at), key=lambda row: row.activated_at or now)
    settled = [row for row in used if row.created_at <= now - 2 * PUBLISHED_WITHIN]
    return settled[-1] if settled else used[0]


def _open(work: UnitOfWork, row: SigningKey) -> Key:
    jwk = work.keyring.unseal_json(SEALED_FOR, row.private_sealed)
    if jwk is None:
        raise RuntimeError(
            f"No secret of PARVIS_SECRET_KEY opens signing key {row.kid}: restore the former secret behind "
            "the new one, or run `parvis signing-keys rotate`."
        )
    return ECKey.import_key(jwk) if row.algorithm == "ES256" else RSAKey.import_key(jwk)


def _read(work: UnitOfWork) -> Ring:
    """Read the keys and remember them, with what was already opened; not while some are missing."""
    engine = _engine(work)
    former = _rings.get(engine)
    ring = _look(work, former.opened if former else {})
    if _has_all(ring.rows):
        _rings[engine] = ring
    return ring


def _look(work: UnitOfWork, opened: dict[str, Key]) -> Ring:
    rows = _all(work)
    shown = [row.public_jwk for row in rows if row.retired_at is None or work.now < row.retired_at + OVERLAP]
    jwks = json.dumps({"keys": shown}, separators=(",", ":")).encode()
    return Ring(work.now, rows, jwks, f'"{hashlib.sha256(jwks).hexdigest()[:32]}"', opened)


def _all(work: UnitOfWork) -> tuple[SigningKey, ...]:
    return tuple(SigningKey(**row._asdict()) for row in work.execute(_IN_ORDER))


def _has_all(rows: tuple[SigningKey, ...], algorithms: Sequence[str] = ALGORITHMS) -> bool:
    return len([row for row in rows if row.slot and row.algorithm in algorithms]) == 2 * len(algorithms)


def _engine(work: UnitOfWork) -> Engine:
    engine = work.session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - Units opens every session on an engine
    return engine
