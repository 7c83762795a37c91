"""Which resources a token is for (RFC 8707). Owns the table of resources, and the rule of who may name which.

A resource is a URI that a registered client declared as its own: whoever serves it is known, introspects with that
client's credentials, and says whether it wants its tokens as JWTs (RFC 9068). Userinfo is a resource of the issuer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from authlib.oauth2 import OAuth2Error
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation.errors import Conflict
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, uris
from identity.oidc.clients import Client
from identity.oidc.uris import MetadataRefused

MOST = 8
LONGEST = 500


class InvalidTarget(OAuth2Error):  # type: ignore[misc]
    """A resource is not known, malformed, or was not granted (RFC 8707 §2)."""

    error = "invalid_target"
    description = "The resource is not one that this token may be for."


class Resource(SQLModel, table=True):
    """A URI that tokens may be for."""

    __tablename__ = "oidc_resources"

    uri: str = Field(primary_key=True, max_length=LONGEST)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True, ondelete="CASCADE")


@dataclass(frozen=True)
class Served:
    """A resource, and the client that serves it."""

    uri: str
    client_id: str
    access_token_format: str
    sector: str
    subject_type: str


_TABLE = Resource.__table__  # type: ignore[attr-defined]
_FIND = (
    select(_TABLE.c.uri, _TABLE.c.client_id)
    .add_columns(*(clients.TABLE.c[name] for name in ("access_token_format", "sector", "subject_type")))
    .join(clients.TABLE, clients.TABLE.c.id == _TABLE.c.client_id)
    .where(_TABLE.c.uri.in_(bindparam("uris", expanding=True)), clients.TABLE.c.disabled_at.is_(None))
)
_OWN = select(_TABLE.c.uri).where(_TABLE.c.client_id == bindparam("client_id"))


def declare(work: UnitOfWork, client_id: str, named: Iterable[str]) -> None:
    """Let these be the resources that the client serves, and no others.

    MetadataRefused where one cannot be a resource, or is ours; Conflict where it is another client's.
    """
    asked = list(dict.fromkeys(named))
    for uri in asked:
        uris.require_web(uri)
        if len(uri) > LONGEST or f"{uri}/".startswith(f"{work.settings.public_url}/"):
            raise MetadataRefused(f"{uri}: too long, or an address of ours.")
    try:
        with work.session.begin_nested():
            work.execute(delete(_TABLE).where(_TABLE.c.client_id == client_id))
            if asked:
                work.execute(insert(_TABLE), [{"uri": uri, "client_id": client_id} for uri in asked])
    except IntegrityError:
        raise Conflict("Another client serves one of these.") from None


def served(work: UnitOfWork, named: Iterable[str]) -> list[Served]:
    """Those of these URIs that an enabled client serves."""
    asked = list(named)
    return [Served(**row._asdict()) for row in work.execute(_FIND, {"uris": asked})] if asked else []


def own(work: UnitOfWork, client_id: str) -> set[str]:
    """The resources that this client serves."""
    return {row.uri for row in work.execute(_OWN, {"client_id": client_id})}


def serves(work: UnitOfWork, client_id: str, audience: Iterable[str]) -> bool:
    """Is this client, or a resource that it serves, in this audience?"""
    return bool({client_id, *own(work, client_id)}.intersection(audience))


def require(work: UnitOfWork, named: tuple[str, ...], granted: tuple[str, ...] | None = None) -> list[Served]:
    """The resources of these names, each known and, where something was granted before, among it; InvalidTarget.

    The issuer may always be named: userinfo is its own.
    """
    others = [uri for uri in dict.fromkeys(named) if uri != work.settings.public_url]
    if len(others) > MOST or any(len(uri) > LONGEST for uri in others):
        raise InvalidTarget
    if granted is not None and not set(others) <= set(granted):
        raise InvalidTarget
    found = served(work, others)
    if len(found) != len(others):
        raise InvalidTarget
    return found


def subject_client(client: Client, found: list[Served]) -> Client:
    """As whose client a JWT's `sub` is made out: the one resource's that it is for, else the client's own.

    So a resource of another sector reads its own name for the citizen, and cannot join files with the client.
    """
    if len({one.client_id for one in found}) != 1:
        return client
    only = found[0]
    return Client.model_construct(id=only.client_id, sector=only.sector, subject_type=only.subject_type)  # type: ignore[call-arg]
