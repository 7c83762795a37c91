"""Authorization requests that are kept: pushed by a client (RFC 9126), or waiting for a person. Owns their table.

Whoever holds the handle names the request by a URI. Reading it changes nothing, so that a page may be loaded
again; giving its answer uses it up, so that it is answered once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.columns import JSON_DOCUMENT
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc.exchange import Pairs

URN = "urn:ietf:params:oauth:request_uri:"
LIFETIME = timedelta(seconds=90)
"""Of a request that was pushed and that no browser has brought yet: FAPI wants less than 10 minutes."""
REMEMBERED = timedelta(days=1)
"""How long after its end we can tell a person what became of it: a tab may stay open overnight."""

Cause = Literal["answered", "expired", "unknown"]


class KeptRequest(SQLModel, table=True):
    """An authorization request that somebody holds the handle of."""

    __tablename__ = "oidc_requests"

    digest: str = Field(primary_key=True, max_length=64)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True, ondelete="CASCADE")
    parameters: list[list[str]] = Field(sa_type=JSON_DOCUMENT)
    """Names and values, as they were checked."""
    created_at: datetime
    waiting_since: datetime | None = None
    """When the person was first asked for something."""
    progress: dict[str, Any] = Field(default_factory=dict, sa_type=JSON_DOCUMENT)
    """What the person did meanwhile, as the pages note it."""
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


@dataclass(frozen=True)
class Kept:
    """A request that may still be answered."""

    digest: str
    client_id: str
    parameters: Pairs
    created_at: datetime
    waiting_since: datetime | None
    progress: dict[str, Any]
    expires_at: datetime


@dataclass(frozen=True)
class Ended:
    """Why a request can be answered no more, and whose it was; neither is known of a handle that is not ours."""

    cause: Cause = "unknown"
    client_id: str | None = None


_TABLE = KeptRequest.__table__  # type: ignore[attr-defined]
_ADD = insert(_TABLE)
_FIND = select(_TABLE).where(_TABLE.c.digest == bindparam("digest"))
_HOLD = _FIND.with_for_update()
_TAKE = (
    update(_TABLE)
    .where(_TABLE.c.digest == bindparam("key"), _TABLE.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


def keep(
    work: UnitOfWork, client_id: str, parameters: Iterable[tuple[str, str]], lifetime: timedelta
) -> Secret:
    """Keep a request of this client for so long; the handle names it."""
    handle = tokens.new_token()
    values = {
        "digest": tokens.digest(handle.reveal()),
        "client_id": client_id,
        "parameters": [list(pair) for pair in parameters],
        "created_at": work.now,
        "waiting_since": None,
        "progress": {},
        "expires_at": work.now + lifetime,
    }
    work.execute(_ADD, values)
    return handle


def uri(handle: Secret) -> str:
    """The `request_uri` that names a kept request. It opens it: only its holder and the client may see it."""
    return URN + handle.reveal()


def find(work: UnitOfWork, handle: str) -> Kept | None:
    """The request of this handle, or of this `request_uri`; None where it is unknown, answered or too old."""
    row = _row(work, handle)
    if row is None or row.used_at or row.expires_at <= work.now:
        return None
    return Kept(
        digest=row.digest,
        client_id=row.client_id,
        parameters=tuple((name, value) for name, value in row.parameters),
        created_at=row.created_at,
        waiting_since=row.waiting_since,
        progress=row.progress,
        expires_at=row.expires_at,
    )


def ended(work: UnitOfWork, handle: str) -> Ended:
    """What became of a request that `find` does not give, or that is not for whoever brings it."""
    row = _row(work, handle)
    if row is None:
        return Ended()
    if row.used_at:
        return Ended("answered", row.client_id)
    return Ended("expired" if row.expires_at <= work.now else "unknown", row.client_id)


def wait(work: UnitOfWork, kept: Kept, lifetime: timedelta, **progress: Any) -> None:
    """Let it wait for the person for so long from now, and note what they did; keeps the first moment."""
    row = work.execute(_HOLD, {"digest": kept.digest}).one_or_none()
    if row is None:
        return
    work.execute(
        update(_TABLE)
        .where(_TABLE.c.digest == kept.digest)
        .values(
            waiting_since=row.waiting_since or work.now,
            progress=row.progress | progress,  # another tab may have noted something meanwhile
            expires_at=max(row.expires_at, work.now + lifetime),
        )
    )


def take(work: UnitOfWork, kept: Kept) -> bool:
    """Use it up; of N at the same moment one succeeds."""
    return work.execute(_TAKE, {"key": kept.digest, "now": work.now}).rowcount == 1


def purge(work: UnitOfWork) -> None:
    """Forget what has not been answerable for a while."""
    work.execute(delete(_TABLE).where(_TABLE.c.expires_at < work.now - REMEMBERED))


def _row(work: UnitOfWork, handle: str) -> Row[Any] | None:
    return work.execute(_FIND, {"digest": tokens.digest(handle.removeprefix(URN))}).one_or_none()
