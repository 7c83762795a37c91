"""What was issued under a grant: codes, access tokens, refresh tokens. Owns these three tables.

Only digests are stored. Whether something issued is still worth anything is said by `standing`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, bindparam, delete, insert, select, text, update
from sqlmodel import Field, SQLModel

from identity.foundation import prepared, tokens
from identity.foundation.columns import BIG_ID
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc.granted import GRANTS, Standing

CODE_LIFETIME = timedelta(seconds=60)
ACCESS_LIFETIME = timedelta(minutes=5)
REFRESH_IDLE = timedelta(days=30)
"""A refresh token that is not used for so long is worth nothing."""
REPEATED = timedelta(seconds=10)
"""How long after its first use a refresh token gives the same successor: two tabs, or an answer lost on the way."""
REMEMBERED = timedelta(days=1)
"""How long past its end a row stays, so that a late replay is still seen as one."""

_SUCCESSOR = "refresh-successor"


class AuthorizationCode(SQLModel, table=True):
    """What a browser carries back to the client, good once."""

    __tablename__ = "oidc_codes"

    digest: str = Field(primary_key=True, max_length=64)
    grant_id: int = Field(foreign_key="oidc_grants.id", sa_type=BIG_ID, index=True, ondelete="CASCADE")
    redirect_uri: str = Field(max_length=2000)
    code_challenge: str | None = Field(default=None, max_length=43)
    nonce: str | None = Field(default=None, max_length=512)
    jkt: str | None = Field(default=None, max_length=43)
    """The key that it is bound to (RFC 9449 §10)."""
    expires_at: datetime
    used_at: datetime | None = None


class AccessToken(SQLModel, table=True):
    """An access token, opaque or a JWT: either is good only while its row says so."""

    __tablename__ = "oidc_access_tokens"

    digest: str = Field(primary_key=True, max_length=64)
    grant_id: int = Field(foreign_key="oidc_grants.id", sa_type=BIG_ID, index=True, ondelete="CASCADE")
    scope: str = Field(max_length=1000)
    audience: str = Field(max_length=4200)
    """Resource URIs separated by spaces."""
    jkt: str | None = Field(default=None, max_length=43)
    """The key that it is bound to (RFC 9449 §6)."""
    actor: str | None = Field(default=None, max_length=128)
    """The client that got it in exchange for another, to act for the person (RFC 8693)."""
    expires_at: datetime = Field(index=True)
    revoked_at: datetime | None = None


_SEALED = text("sealed_successor IS NOT NULL")


class RefreshToken(SQLModel, table=True):
    """A refresh token; its family is its grant."""

    __tablename__ = "oidc_refresh_tokens"
    __table_args__ = (
        Index("ix_oidc_refresh_tokens_sealed", "used_at", sqlite_where=_SEALED, postgresql_where=_SEALED),
    )

    digest: str = Field(primary_key=True, max_length=64)
    grant_id: int = Field(foreign_key="oidc_grants.id", sa_type=BIG_ID, index=True, ondelete="CASCADE")
    expires_at: datetime
    used_at: datetime | None = None
    """When it was first exchanged for another."""
    sealed_successor: str | None = Field(default=None, max_length=128, repr=False)
    """That other one, for ten seconds, under a key that is derived from this token itself and stored nowhere."""


CODES = AuthorizationCode.__table__  # type: ignore[attr-defined]
ACCESS_TOKENS = AccessToken.__table__  # type: ignore[attr-defined]
REFRESH_TOKENS = RefreshToken.__table__  # type: ignore[attr-defined]


def _adding(table: Any, *unset: str) -> prepared.Statement:
    """An INSERT of every column but those that something fills later."""
    return prepared.Statement(insert(table), [column.name for column in table.c if column.name not in unset])


def _claiming(table: Any) -> prepared.Statement:
    """An UPDATE that gives a row to the one who is the first to use it."""
    first = update(table).where(table.c.digest == bindparam("key"), table.c.used_at.is_(None))
    return prepared.Statement(first.values(used_at=bindparam("now")).returning(table.c.digest))


_ADD_CODE = _adding(CODES, "used_at")
_ADD_ACCESS = _adding(ACCESS_TOKENS, "revoked_at")
_ADD_REFRESH = _adding(REFRESH_TOKENS, "used_at", "sealed_successor")
_CLAIM_CODE = _claiming(CODES)
_CLAIM_REFRESH = _claiming(REFRESH_TOKENS)
_KEEP_SUCCESSOR = prepared.Statement(
    update(REFRESH_TOKENS)
    .where(REFRESH_TOKENS.c.digest == bindparam("key"))
    .values(sealed_successor=bindparam("sealed"))
)
_FIRST_USE = select(REFRESH_TOKENS.c.used_at, REFRESH_TOKENS.c.sealed_successor).where(
    REFRESH_TOKENS.c.digest == bindparam("key")
)
_OUTLIVED = (
    REFRESH_TOKENS.c.sealed_successor.is_not(None),
    REFRESH_TOKENS.c.used_at < bindparam("past"),
)
_ANY_OUTLIVED = select(REFRESH_TOKENS.c.used_at).where(*_OUTLIVED).limit(1)
_ERASE_OUTLIVED = update(REFRESH_TOKENS).where(*_OUTLIVED).values(sealed_successor=None)
_REVOKE_ACCESS = (
    update(ACCESS_TOKENS)
    .where(ACCESS_TOKENS.c.digest == bindparam("key"))
    .values(revoked_at=bindparam("now"))
)


@dataclass(frozen=True)
class Redirection:
    """What a code is bound to."""

    redirect_uri: str
    code_challenge: str | None
    nonce: str | None
    jkt: str | None = None


@dataclass(frozen=True)
class Access:
    """What an access token is for, and the key that it is bound to."""

    scope: str
    audience: str
    """Resource URIs separated by spaces."""
    jkt: str | None = None
    actor: str | None = None


def issue_code(work: UnitOfWork, grant: Standing, redirection: Redirection) -> Secret:
    """An authorization code, good for 60 seconds."""
    code = tokens.new_token()
    values = vars(redirection) | _row(code, grant) | {"expires_at": work.now + CODE_LIFETIME}
    work.run(_ADD_CODE, **values)
    return code


def issue_access(work: UnitOfWork, grant: Standing, access: Access, token: Secret | None = None) -> Secret:
    """An access token, good for five minutes: opaque, or this one where it was made elsewhere."""
    token = token or tokens.new_token()
    values = vars(access) | {"expires_at": work.now + ACCESS_LIFETIME}
    work.run(_ADD_ACCESS, **values, **_row(token, grant))
    return token


def issue_refresh(work: UnitOfWork, grant: Standing, idle: timedelta = REFRESH_IDLE) -> Secret:
    """A refresh token of the grant's family, worth nothing once it lay idle for so long."""
    token = tokens.new_token()
    expires_at = min(work.now + idle, grant.expires_at)
    work.run(_ADD_REFRESH, **_row(token, grant), expires_at=expires_at)
    return token


def claim_code(work: UnitOfWork, digest: str) -> bool:
    """Use a code up; of N at the same moment one succeeds."""
    return bool(work.run(_CLAIM_CODE, key=digest, now=work.now))


def claim_refresh(work: UnitOfWork, digest: str) -> bool:
    """Mark a refresh token as used; False where it was already."""
    return bool(work.run(_CLAIM_REFRESH, key=digest, now=work.now))


def issue_successor(work: UnitOfWork, grant: Standing, parent: str) -> Secret:
    """The refresh token that comes after `parent`, kept sealed so that `parent` gives it again for ten seconds."""
    successor = issue_refresh(work, grant)
    sealed = tokens.seal_with(parent, _SUCCESSOR, successor.reveal())
    work.run(_KEEP_SUCCESSOR, key=tokens.digest(parent), sealed=sealed)
    return successor


def repeat_successor(work: UnitOfWork, parent: str) -> Secret | None:
    """The refresh token that `parent` gave at its first use, as committed by now; None once ten seconds have passed.

    The same one even where it was used since: a family is one chain, never a tree, so that of two who hold a token
    of it one comes late and is found out (RFC 9700 §4.14.2).
    """
    first = work.execute(_FIRST_USE, {"key": tokens.digest(parent)}).one()
    if first.sealed_successor is None or work.now - first.used_at > REPEATED:
        return None
    return tokens.unseal_with(parent, _SUCCESSOR, first.sealed_successor)


def erase_successors(work: UnitOfWork) -> None:
    """Erase every sealed successor that nobody can ask for any more."""
    work.execute(_ERASE_OUTLIVED, {"past": work.now - REPEATED})


def erase_successors_if_any(units: Units) -> None:
    """The same, and no write where there is none: to be run every few seconds, in any number of processes."""
    with units.read() as work:
        due = work.execute(_ANY_OUTLIVED, {"past": work.now - REPEATED}).first()
    if due:
        with units.begin() as work:
            erase_successors(work)


def revoke_access(work: UnitOfWork, digest: str) -> None:
    """End one access token."""
    work.execute(_REVOKE_ACCESS, {"key": digest, "now": work.now})


def purge(work: UnitOfWork) -> None:
    """Forget what ended long ago."""
    past = work.now - REMEMBERED
    work.execute(delete(ACCESS_TOKENS).where(ACCESS_TOKENS.c.expires_at < past))
    work.execute(delete(GRANTS).where(GRANTS.c.expires_at < past))


def _row(secret: Secret, grant: Standing) -> dict[str, object]:
    return {"digest": tokens.digest(secret.reveal()), "grant_id": grant.grant_id}
