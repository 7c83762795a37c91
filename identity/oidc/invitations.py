"""Invitations to register clients: initial access tokens (RFC 7591 §3). Owns their table.

Each is good for so many clients, until a day, and for scopes that an agent chose.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Field, SQLModel

from identity.foundation import audit, tokens
from identity.foundation.columns import BIG_ID
from identity.foundation.errors import NotAllowed, NotFound
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc.clients import FIRST_PARTY_SCOPES
from identity.oidc.metadata import SHARED_SCOPES


class Invitation(SQLModel, table=True):
    """An initial access token."""

    __tablename__ = "oidc_invitations"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    digest: str = Field(max_length=64, unique=True)
    label: str = Field(max_length=200)
    scope: str = Field(max_length=1000)
    """What its clients may have at most."""
    uses_left: int
    created_at: datetime
    expires_at: datetime = Field(index=True)


@dataclass(frozen=True)
class Terms:
    """Whom an invitation is for, what its clients may have (None: what any service may), how often, how long."""

    label: str
    scope: str | None = None
    uses: int = 1
    lifetime: timedelta = timedelta(days=7)


_TABLE = Invitation.__table__  # type: ignore[attr-defined]
_GOOD = (
    _TABLE.c.digest == bindparam("key"),
    _TABLE.c.uses_left > 0,
    _TABLE.c.expires_at > bindparam("now"),
)
_FIND = select(_TABLE).where(*_GOOD)
_ALL = select(_TABLE).order_by(_TABLE.c.id)
_USE = update(_TABLE).where(*_GOOD).values(uses_left=_TABLE.c.uses_left - 1)


def issue(work: UnitOfWork, terms: Terms) -> Secret:
    """A new invitation; NotAllowed for senseless terms, or scopes that are for our own applications."""
    scope = SHARED_SCOPES if terms.scope is None else " ".join(terms.scope.split())
    if not (0 < len(terms.label) <= 200 and 0 < terms.uses <= 1000 and timedelta(0) < terms.lifetime):
        raise NotAllowed("An invitation has a label, and is for 1 to 1000 clients.")
    if len(scope) > 1000 or FIRST_PARTY_SCOPES.intersection(scope.split()):
        raise NotAllowed("That scope is not for clients that register themselves.")
    token = tokens.new_token()
    values = {
        "digest": tokens.digest(token.reveal()),
        "label": terms.label,
        "scope": scope,
        "uses_left": terms.uses,
        "created_at": work.now,
        "expires_at": work.now + terms.lifetime,
    }
    (number,) = work.execute(insert(_TABLE), values).inserted_primary_key or (0,)
    audit.record(work, "client.invited", subject=f"oidc_invitations:{number}")
    return token


def find(work: UnitOfWork, token: str) -> Invitation | None:
    """The invitation that this token is, while it is good."""
    row = work.execute(_FIND, {"key": tokens.digest(token), "now": work.now}).one_or_none()
    return Invitation(**row._asdict()) if row else None


def use(work: UnitOfWork, token: str) -> bool:
    """Use it for one client; of N at the same moment no more succeed than it has uses."""
    return work.execute(_USE, {"key": tokens.digest(token), "now": work.now}).rowcount == 1


def all(work: UnitOfWork) -> list[Invitation]:
    """Every invitation that is not forgotten yet, the oldest first."""
    return [Invitation(**row._asdict()) for row in work.execute(_ALL)]


def revoke(work: UnitOfWork, number: int) -> None:
    """Let an invitation be good for nothing from now on; what it has registered stays. NotFound."""
    statement = update(_TABLE).where(
        _TABLE.c.id == number, _TABLE.c.uses_left > 0, _TABLE.c.expires_at > work.now
    )
    if work.execute(statement.values(uses_left=0)).rowcount == 0:
        raise NotFound(f"No invitation {number} could be used.")
    audit.record(work, "client.invitation_revoked", subject=f"oidc_invitations:{number}")


def purge(work: UnitOfWork) -> None:
    """Forget those that are over."""
    work.execute(delete(_TABLE).where(_TABLE.c.expires_at < work.now))
