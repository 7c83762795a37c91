"""The keys that a client signs with: registered with it, or fetched from its `jwks_uri`. Owns what was fetched.

Fetched through `outbound`, outside every transaction, and kept in the database for all processes. A key that we do
not know makes us look again (OpenID Connect Core §10.1.1), but nobody can make us knock more often than
RETRIED_EVERY: whoever claims the try makes it, the others go by what is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import Key
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import outbound
from identity.foundation.columns import JSON_DOCUMENT
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import signed
from identity.oidc.clients import Client

FRESH = timedelta(hours=1)
KEPT = timedelta(days=1)
"""How long keys are still believed when their address no longer answers."""
RETRIED_EVERY = timedelta(seconds=20)


class FetchedKeys(SQLModel, table=True):
    """What a client's `jwks_uri` last answered."""

    __tablename__ = "oidc_client_keys"

    client_id: str = Field(
        primary_key=True, foreign_key="oidc_clients.id", max_length=128, ondelete="CASCADE"
    )
    jwks_uri: str = Field(primary_key=True, max_length=2000)
    jwks: dict[str, Any] | None = Field(default=None, sa_type=JSON_DOCUMENT)
    fetched_at: datetime | None = None
    tried_at: datetime


_TABLE = FetchedKeys.__table__  # type: ignore[attr-defined]
_OF_ITS_OWN = (_TABLE.c.client_id == bindparam("key"), _TABLE.c.jwks_uri == bindparam("uri"))
_FIND = select(_TABLE).where(*_OF_ITS_OWN)
_CLAIM = (
    update(_TABLE)
    .where(*_OF_ITS_OWN, _TABLE.c.tried_at <= bindparam("due"))
    .values(tried_at=bindparam("now"))
)
_KEEP = update(_TABLE).where(*_OF_ITS_OWN).values(jwks=bindparam("found"), fetched_at=bindparam("now"))


@dataclass(frozen=True)
class _Known:
    """What was fetched, and how far it may be believed."""

    keys: list[Key]
    fresh: bool


def find(units: Units, client: Client, kid: str | None = None) -> list[Key]:
    """The client's public keys, with the one of this `kid` if it has published that; empty where none are known.

    Never to be called while a transaction is open: it may fetch.
    """
    if client.jwks is not None or client.jwks_uri is None:
        return signed.keys_of(client.jwks)
    with units.read() as work:
        known = _known(work, client)
    if known.fresh and (kid is None or any(key.kid == kid for key in known.keys)):
        return known.keys
    with units.begin() as work:
        ours = _claim(work, client)
    return (_fetch(units, client) if ours else None) or known.keys


def plain(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a key that are texts or arrays of texts, as all of RFC 7517 and 7518 are."""
    return {name: value for name, value in jwk.items() if signed.is_text(name) and _is_plain(value)}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) and signed.is_text(one) for one in value)
    return isinstance(value, str) and signed.is_text(value)


def _known(work: UnitOfWork, client: Client) -> _Known:
    row = work.execute(_FIND, {"key": client.id, "uri": client.jwks_uri}).one_or_none()
    if row is None or row.fetched_at is None or row.fetched_at < work.now - KEPT:
        return _Known([], fresh=False)
    return _Known(signed.keys_of(row.jwks), fresh=row.fetched_at > work.now - FRESH)


def _claim(work: UnitOfWork, client: Client) -> bool:
    """Is it for us to look? Of N at the same moment one is told so."""
    now = {"key": client.id, "uri": client.jwks_uri, "now": work.now}
    if work.execute(_CLAIM, now | {"due": work.now - RETRIED_EVERY}).rowcount == 1:
        return True
    try:
        with work.session.begin_nested():
            first = {"client_id": client.id, "jwks_uri": client.jwks_uri, "tried_at": work.now}
            work.execute(insert(_TABLE), first)
    except IntegrityError:
        return False
    return True


def _fetch(units: Units, client: Client) -> list[Key]:
    """What its address answers now, kept; empty where that is of no use, and what was known stays."""
    try:
        jwks = outbound.get_json(units.settings, client.jwks_uri or "")
    except outbound.Failed:
        return []
    keys = signed.keys_of(jwks)
    if keys:
        shown = {"keys": [plain(key.as_dict(private=False)) for key in keys]}
        with units.begin() as work:
            work.execute(_KEEP, {"key": client.id, "uri": client.jwks_uri, "now": work.now, "found": shown})
    return keys
