"""The keys that sign tokens: created at first need, published, rotated. Owns their table.

Each algorithm has one key that signs (active), one that will (next), and those that did (retired). The next
key is published from the day it is made, and a retired one for OVERLAP, so that whoever caches our JWKS never
meets a signature that it cannot check. Private halves are sealed with the deployment's secret.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import audit
from identity.foundation.columns import JSON_DOCUMENT, enum_type
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork, Units

ALGORITHMS = ("ES256", "RS256")
RSA_BITS = 2048
ROTATED_EVERY = timedelta(days=90)
OVERLAP = timedelta(days=7)
SEALED_FOR = "signing-key"
MADE_HERE = "parvis.signing_keys_made"
"""Marks a session whose transaction made keys: whoever else reads them must wait for its commit."""

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


_TABLE = SigningKey.__table__  # type: ignore[attr-defined]
_IN_ORDER = select(_TABLE).order_by(_TABLE.c.algorithm, _TABLE.c.created_at, _TABLE.c.kid)
_LOCK = select(_TABLE.c.kid).order_by(_TABLE.c.kid).with_for_update()


def ensure(units: Units) -> None:
    """Make the keys that are missing; processes that start together make one set."""
    with units.begin() as work:
        create_missing(work)


def create_missing(work: UnitOfWork, algorithms: Sequence[str] = ALGORITHMS) -> None:
    """Make the keys that are missing of these algorithms, in this transaction."""
    filled = {row.slot for row in all(work)}
    for algorithm in algorithms:
        for state in (State.ACTIVE, State.NEXT):
            if f"{algorithm}:{state}" not in filled:
                _create(work, algorithm, state)


def rotate(work: UnitOfWork) -> None:
    """Make each next key the active one and publish a new next; seals anew what is kept."""
    work.execute(_LOCK).all()
    create_missing(work)
    _seal_anew(work)
    create_missing(work)
    for algorithm in ALGORITHMS:
        _promote(work, algorithm)
    create_missing(work)
    audit.record(work, "signing_keys.rotated")


def revoke(work: UnitOfWork, kid: str) -> None:
    """Forget a key that others may know: it is published no more, and where it signed the next one does; NotFound.

    What it signed proves nothing any more, and there is no overlap: that is the point.
    """
    work.execute(_LOCK).all()
    row = next((row for row in all(work) if row.kid == kid), None)
    if row is None:
        raise NotFound(f"There is no signing key {kid}.")
    if row.state is State.ACTIVE:
        _seal_anew(work)
        create_missing(work, [row.algorithm])
        _promote(work, row.algorithm)
    work.execute(delete(_TABLE).where(_TABLE.c.kid == kid))
    create_missing(work, [row.algorithm])
    audit.record(work, "signing_key.revoked", subject=f"signing_keys:{kid}", was=row.state.value)


def revoke_all(work: UnitOfWork) -> None:
    """Forget every key there is, for others made now: who read the database and the secret has the next ones too."""
    for row in sorted(all(work), key=lambda row: row.state is State.ACTIVE):
        revoke(work, row.kid)


def all(work: UnitOfWork) -> list[SigningKey]:
    """Every key, by algorithm and age."""
    return [SigningKey(**row._asdict()) for row in work.execute(_IN_ORDER)]


def has_all(rows: Sequence[SigningKey], algorithms: Sequence[str] = ALGORITHMS) -> bool:
    """Is there one key that signs and one that will, of each of these algorithms?"""
    return len([row for row in rows if row.slot and row.algorithm in algorithms]) == 2 * len(algorithms)


def keep_fresh(work: UnitOfWork) -> None:
    """Rotate keys that have signed for long enough, and forget those that are no longer published."""
    work.execute(_LOCK).all()
    due = work.now - ROTATED_EVERY
    if any(row.state is State.ACTIVE and row.activated_at and row.activated_at < due for row in all(work)):
        rotate(work)
    forget_retired(work, work.now - OVERLAP)


def forget_retired(work: UnitOfWork, before: datetime) -> None:
    """Publish no more what was retired before this moment."""
    work.execute(delete(_TABLE).where(_TABLE.c.retired_at < before))


def _seal_anew(work: UnitOfWork) -> None:
    for row in all(work):
        clear = work.keyring.unseal(SEALED_FOR, row.private_sealed)
        if clear is not None:
            _change(work, row.kid, private_sealed=work.keyring.seal(SEALED_FOR, clear))
        elif row.state is State.NEXT:  # sealed with a secret that is gone: it could never sign
            _change(work, row.kid, state=State.RETIRED, slot=None, retired_at=work.now)


def _promote(work: UnitOfWork, algorithm: str) -> None:
    rows = {row.state: row for row in all(work) if row.algorithm == algorithm and row.slot}
    active, following = rows[State.ACTIVE], rows[State.NEXT]
    _change(work, active.kid, state=State.RETIRED, slot=None, retired_at=work.now)
    _change(work, following.kid, state=State.ACTIVE, slot=f"{algorithm}:active", activated_at=work.now)


def _change(work: UnitOfWork, kid: str, **values: Any) -> None:
    work.execute(update(_TABLE).where(_TABLE.c.kid == kid).values(**values))


def _create(work: UnitOfWork, algorithm: str, state: State) -> None:
    work.session.info[MADE_HERE] = True
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
