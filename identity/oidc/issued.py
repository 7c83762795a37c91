"""What was issued: grants, and the codes, access tokens and refresh tokens under them. Owns these four
tables.

A grant is one authorization: who let which client do what. It is the family of its tokens, and its row is the
one that is locked first, so that two requests with the same code or token come one after the other. Only
digests are stored. Whether something issued is still worth anything is said by `standing`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import subjects
from identity.oidc.clients import Client
from identity.oidc.signed_in import Person

CODE_LIFETIME = timedelta(seconds=60)
ACCESS_LIFETIME = timedelta(minutes=5)
REFRESH_IDLE = timedelta(days=30)
"""A refresh token that is not used for so long is worth nothing."""
OFFLINE_LIFETIME = timedelta(days=180)
"""After so long the person is asked again, however often the tokens were refreshed."""
REMEMBERED = timedelta(days=1)
"""How long past its end a row stays, so that a late replay is still seen as one."""


class Grant(SQLModel, table=True):
    """One authorization of a client, by a person or, without `account_id`, for itself."""

    __tablename__ = "oidc_grants"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True)
    account_id: str | None = Field(default=None, foreign_key="accounts.id", max_length=36, index=True)
    session_id: str | None = Field(
        default=None, foreign_key="sessions.id", max_length=36, index=True, ondelete="SET NULL"
    )
    """Where the person was signed in: `sid`."""
    ends_with_session: bool = False
    subject: str = Field(max_length=255)
    scope: str = Field(max_length=1000)
    resources: str = Field(default="", max_length=4200)
    """Resource URIs that its tokens may be for, separated by spaces (RFC 8707)."""
    claims: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_DOCUMENT)
    """Claims that were asked for one by one, by the place where they are told."""
    jkt: str | None = Field(default=None, max_length=43)
    """The key that its refresh tokens are bound to (RFC 9449 §5)."""
    authenticated_at: datetime | None = None
    created_at: datetime
    expires_at: datetime = Field(index=True)
    revoked_at: datetime | None = None


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


class RefreshToken(SQLModel, table=True):
    """A refresh token; its family is its grant."""

    __tablename__ = "oidc_refresh_tokens"

    digest: str = Field(primary_key=True, max_length=64)
    grant_id: int = Field(foreign_key="oidc_grants.id", sa_type=BIG_ID, index=True, ondelete="CASCADE")
    expires_at: datetime
    used_at: datetime | None = None
    """When it was first exchanged for another."""


GRANTS = Grant.__table__  # type: ignore[attr-defined]
CODES = AuthorizationCode.__table__  # type: ignore[attr-defined]
ACCESS_TOKENS = AccessToken.__table__  # type: ignore[attr-defined]
REFRESH_TOKENS = RefreshToken.__table__  # type: ignore[attr-defined]

_ADD_GRANT = insert(GRANTS)
_ADD_CODE = insert(CODES)
_ADD_ACCESS = insert(ACCESS_TOKENS)
_ADD_REFRESH = insert(REFRESH_TOKENS)
_CLAIM_CODE = (
    update(CODES)
    .where(CODES.c.digest == bindparam("key"), CODES.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_CLAIM_REFRESH = (
    update(REFRESH_TOKENS)
    .where(REFRESH_TOKENS.c.digest == bindparam("key"), REFRESH_TOKENS.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_BIND_GRANT = update(GRANTS).where(GRANTS.c.id == bindparam("key")).values(jkt=bindparam("thumbprint"))
_REVOKE_GRANT = (
    update(GRANTS)
    .where(GRANTS.c.id == bindparam("key"), GRANTS.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
_REVOKE_ACCESS = (
    update(ACCESS_TOKENS)
    .where(ACCESS_TOKENS.c.digest == bindparam("key"))
    .values(revoked_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A grant and what has become of it."""

    grant_id: int
    client_id: str
    account_id: str | None
    session_id: str | None
    subject: str
    scope: str
    authenticated_at: datetime | None
    expires_at: datetime
    first_party: bool
    alive: bool
    """Neither revoked, nor ended by its client, its person, its session or its age."""
    resources: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)
    jkt: str | None = None
    userinfo_alg: str | None = None
    """What its client wants userinfo signed with; None: not at all."""

    def told_in(self, place: str) -> list[str]:
        """The claims that were asked for one by one there: `userinfo` or `id_token`."""
        names: list[str] = self.claims.get(place, [])
        return names


@dataclass(frozen=True)
class Terms:
    """What is granted."""

    scope: str
    resources: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)


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


def open_grant(work: UnitOfWork, client: Client, scope: str, person: Person | None) -> Standing:
    """A new grant of this scope, as `open_on`."""
    return open_on(work, client, Terms(scope), person)


def open_on(work: UnitOfWork, client: Client, terms: Terms, person: Person | None) -> Standing:
    """A new grant of a person to a client, or of a client to itself where there is no person.

    It ends with the session, unless `offline_access` was granted without `account`: the keys of an account
    never outlive the sign-in that a person can see and revoke.
    """
    offline = {"offline_access", "account"}.intersection(terms.scope.split()) == {"offline_access"}
    grant = Standing(
        grant_id=0,
        client_id=client.id,
        account_id=person.account_id if person else None,
        session_id=person.session_id if person else None,
        subject=subjects.of(work, client, person.account_id) if person else client.id,
        scope=terms.scope,
        authenticated_at=person.authenticated_at if person else None,
        expires_at=_end(work, person, offline),
        first_party=client.first_party,
        alive=True,
        resources=terms.resources,
        claims=terms.claims,
        userinfo_alg=client.userinfo_signed_response_alg,
    )
    values = {name: getattr(grant, name) for name in _KEPT}
    values |= {"ends_with_session": person is not None and not offline, "created_at": work.now}
    values |= {"resources": " ".join(terms.resources), "claims": terms.claims}
    (grant_id,) = work.execute(_ADD_GRANT, values).inserted_primary_key or (0,)
    return replace(grant, grant_id=grant_id)


_KEPT = ("client_id", "account_id", "session_id", "subject", "scope", "authenticated_at", "expires_at")


def _end(work: UnitOfWork, person: Person | None, offline: bool) -> datetime:
    """When a grant is over whatever happens: a person's with the session or later, a client's own at once."""
    if offline:
        return work.now + OFFLINE_LIFETIME
    return person.expires_at if person else work.now + ACCESS_LIFETIME


def issue_code(work: UnitOfWork, grant: Standing, redirection: Redirection) -> Secret:
    """An authorization code, good for 60 seconds."""
    code = tokens.new_token()
    values = vars(redirection) | _row(code, grant) | {"expires_at": work.now + CODE_LIFETIME}
    work.execute(_ADD_CODE, values)
    return code


def issue_access(work: UnitOfWork, grant: Standing, access: Access, token: Secret | None = None) -> Secret:
    """An access token, good for five minutes: opaque, or this one where it was made elsewhere."""
    token = token or tokens.new_token()
    values = vars(access) | {"expires_at": work.now + ACCESS_LIFETIME}
    work.execute(_ADD_ACCESS, values | _row(token, grant))
    return token


def issue_refresh(work: UnitOfWork, grant: Standing, idle: timedelta = REFRESH_IDLE) -> Secret:
    """A refresh token of the grant's family, worth nothing once it lay idle for so long."""
    token = tokens.new_token()
    expires_at = min(work.now + idle, grant.expires_at)
    work.execute(_ADD_REFRESH, _row(token, grant) | {"expires_at": expires_at})
    return token


def claim_code(work: UnitOfWork, digest: str) -> bool:
    """Use a code up; of N at the same moment one succeeds."""
    return work.execute(_CLAIM_CODE, {"key": digest, "now": work.now}).rowcount == 1


def claim_refresh(work: UnitOfWork, digest: str) -> bool:
    """Mark a refresh token as used; False where it was already."""
    return work.execute(_CLAIM_REFRESH, {"key": digest, "now": work.now}).rowcount == 1


def bind_grant(work: UnitOfWork, grant_id: int, jkt: str) -> None:
    """Let its refresh tokens be used with this key alone."""
    work.execute(_BIND_GRANT, {"key": grant_id, "thumbprint": jkt})


def revoke_grant(work: UnitOfWork, grant_id: int) -> None:
    """End a grant and everything that was issued under it."""
    work.execute(_REVOKE_GRANT, {"key": grant_id, "now": work.now})


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
