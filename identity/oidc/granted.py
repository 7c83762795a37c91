"""Grants: each one authorization, who let which client do what. Owns their table.

A grant is the family of its tokens, and its row is the one that is locked first, so that two requests with the same
code or token come one after the other. Whether it is still worth anything is said by `standing`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import Field, SQLModel

from identity.foundation import prepared
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import sids, subjects
from identity.oidc.clients import Client
from identity.oidc.signed_in import Person

OWN_LIFETIME = timedelta(minutes=5)
"""Of what a client grants itself: as long as its one access token."""
OFFLINE_LIFETIME = timedelta(days=180)
"""After so long the person is asked again, however often the tokens were refreshed."""


class Grant(SQLModel, table=True):
    """One authorization of a client, by a person or, without `account_id`, for itself."""

    __tablename__ = "oidc_grants"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True)
    account_id: str | None = Field(default=None, foreign_key="accounts.id", max_length=36, index=True)
    session_id: str | None = Field(
        default=None, foreign_key="sessions.id", max_length=36, index=True, ondelete="SET NULL"
    )
    """Where the person was signed in."""
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
    credentials_version: int | None = None
    """The account's as the person's session knew it: another one by now ends the grant."""
    created_at: datetime
    expires_at: datetime = Field(index=True)
    revoked_at: datetime | None = None


GRANTS = Grant.__table__  # type: ignore[attr-defined]

_KEPT = ("client_id", "account_id", "session_id", "subject", "scope", "authenticated_at", "expires_at")
_ADD = prepared.Statement(
    insert(GRANTS).returning(GRANTS.c.id),
    [*_KEPT, "ends_with_session", "credentials_version", "created_at", "resources", "claims"],
)
_BIND = update(GRANTS).where(GRANTS.c.id == bindparam("key")).values(jkt=bindparam("thumbprint"))
_REVOKE = (
    update(GRANTS)
    .where(GRANTS.c.id == bindparam("key"), GRANTS.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A grant and what has become of it."""

    grant_id: int
    client_id: str
    account_id: str | None
    session_id: str | None
    sid: str | None
    """What its client knows that session by."""
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
    id_token_claims: bool = False
    """Does its client read in ID tokens what the scope reveals?"""

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


def open_(work: UnitOfWork, client: Client, scope: str, person: Person | None) -> Standing:
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
        sid=sids.of(person.sid_key, client.id) if person else None,
        subject=subjects.of(work, client, person.account_id) if person else client.id,
        scope=terms.scope,
        authenticated_at=person.authenticated_at if person else None,
        expires_at=_end(work, person, offline),
        first_party=client.first_party,
        alive=True,
        resources=terms.resources,
        claims=terms.claims,
        userinfo_alg=client.userinfo_signed_response_alg,
        id_token_claims=client.id_token_claims,
    )
    values = {name: getattr(grant, name) for name in _KEPT}
    values |= {"ends_with_session": person is not None and not offline, "created_at": work.now}
    values |= {"credentials_version": person.credentials_version if person else None}
    values |= {"resources": " ".join(terms.resources), "claims": terms.claims}
    (added,) = work.run(_ADD, **values)
    return replace(grant, grant_id=added.id)


def _end(work: UnitOfWork, person: Person | None, offline: bool) -> datetime:
    """When a grant is over whatever happens: a person's with the session or later, a client's own at once."""
    if offline:
        return work.now + OFFLINE_LIFETIME
    return person.expires_at if person else work.now + OWN_LIFETIME


def bind(work: UnitOfWork, grant_id: int, jkt: str) -> None:
    """Let its refresh tokens be used with this key alone."""
    work.execute(_BIND, {"key": grant_id, "thumbprint": jkt})


def revoke(work: UnitOfWork, grant_id: int) -> None:
    """End a grant and everything that was issued under it."""
    work.execute(_REVOKE, {"key": grant_id, "now": work.now})
