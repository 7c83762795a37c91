"""The signing keys as this process knows them: read, opened, published. Owns what is remembered between requests.

What was read is good for PUBLISHED_WITHIN. A key signs only once every process has had the time to publish it.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import Engine

from identity.foundation.settings import SettingsError
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import signing_keys
from identity.oidc.signing_keys import MADE_HERE, OVERLAP, SEALED_FOR, Key, SigningKey

PUBLISHED_WITHIN = timedelta(seconds=1)


@dataclass(frozen=True)
class Signer:
    """What signs a token now."""

    kid: str
    key: Key = field(repr=False)


@dataclass(frozen=True)
class Ring:
    """The keys as this process last read them, and the JWKS made of them."""

    read_at: datetime
    rows: list[SigningKey]
    jwks: bytes
    etag: str
    opened: dict[str, Key] = field(repr=False)
    """Private keys by `kid`, as they were needed."""

    def is_fresh(self, now: datetime) -> bool:
        """Was it read a moment ago?"""
        return abs(now - self.read_at) < PUBLISHED_WITHIN


_rings: WeakKeyDictionary[Engine, Ring] = WeakKeyDictionary()


def signer(work: UnitOfWork, algorithm: str) -> Signer:
    """The key that signs with this algorithm; made now where there is none yet."""
    ring = _rings.get(work.connection.engine)
    if ring is None or not ring.is_fresh(work.now) or not signing_keys.has_all(ring.rows, [algorithm]):
        ring = _read(work)
    if not signing_keys.has_all(ring.rows, [algorithm]):
        signing_keys.create_missing(work, [algorithm])
        ring = _read(work)
    row = _choose([row for row in ring.rows if row.algorithm == algorithm], work.now)
    key = ring.opened.get(row.kid) or ring.opened.setdefault(row.kid, _open(work, row))
    return Signer(row.kid, key)


def published(units: Units) -> Ring:
    """The keys as they are published, read anew every PUBLISHED_WITHIN; made where there are none yet."""
    ring = _rings.get(units.engine)
    if ring is not None and ring.is_fresh(units.clock()) and signing_keys.has_all(ring.rows):
        return ring
    with units.read() as work:
        ring = _read(work)
    if not signing_keys.has_all(ring.rows):
        signing_keys.ensure(units)
        with units.read() as work:
            ring = _read(work)
    return ring


def require_openable(work: UnitOfWork) -> None:
    """Can the secrets of this process open the keys that sign? SettingsError says what to do where they cannot."""
    for row in signing_keys.all(work):
        if row.retired_at is None:
            try:
                _open(work, row)
            except RuntimeError as error:
                raise SettingsError(str(error)) from None


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
    """Read the keys and remember them; not those that this transaction made: it may yet be rolled back."""
    if MADE_HERE in work.session.info:
        return _look(work, {})
    engine = work.connection.engine
    former = _rings.get(engine)
    ring = _rings[engine] = _look(work, former.opened if former else {})
    return ring


def _look(work: UnitOfWork, opened: dict[str, Key]) -> Ring:
    rows = signing_keys.all(work)
    shown = [row.public_jwk for row in rows if row.retired_at is None or work.now < row.retired_at + OVERLAP]
    jwks = json.dumps({"keys": shown}, separators=(",", ":")).encode()
    return Ring(work.now, rows, jwks, f'"{hashlib.sha256(jwks).hexdigest()[:32]}"', opened)
