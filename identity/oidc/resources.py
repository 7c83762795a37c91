"""Resources: the APIs that access tokens may be for (RFC 8707), and who may ask for each. Owns both tables.

A resource is a URI that a registered client declared as its own: whoever serves it is known, introspects with that
client's credentials, and says whether it wants its tokens as JWTs (RFC 9068). Nobody may ask for it but the client
that serves it, until an agent allows the pair; no protocol does. What a pair gives is judged by `audiences`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import Text, bindparam, cast, delete, exists, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import audit
from identity.foundation.errors import Conflict, NotFound
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, subjects, uris
from identity.oidc.clients import Client
from identity.oidc.uris import MetadataRefused

LONGEST = 500


class Resource(SQLModel, table=True):
    """A URI that tokens may be for."""

    __tablename__ = "oidc_resources"

    uri: str = Field(primary_key=True, max_length=LONGEST)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True, ondelete="CASCADE")
    """Who serves it."""


class ResourceClient(SQLModel, table=True):
    """A client that may ask for a resource."""

    __tablename__ = "oidc_resource_clients"

    uri: str = Field(
        foreign_key="oidc_resources.uri", primary_key=True, max_length=LONGEST, ondelete="CASCADE"
    )
    client_id: str = Field(
        foreign_key="oidc_clients.id", primary_key=True, max_length=128, index=True, ondelete="CASCADE"
    )


@dataclass(frozen=True)
class Served:
    """A resource, and of the client that serves it what its tokens depend on and what people read."""

    uri: str
    client_id: str
    access_token_format: str
    sector: str
    subject_type: str
    name: str
    localized: dict[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def by(cls, client: Client) -> Self:
        """A client that is called by its own name."""
        return cls(client.id, client.id, **{name: getattr(client, name) for name in _TOLD})


@dataclass(frozen=True)
class Listed:
    """A resource as an agent reads it."""

    uri: str
    served_by: str
    allowed_to: list[str]


_TABLE = Resource.__table__  # type: ignore[attr-defined]
_PAIRS = ResourceClient.__table__  # type: ignore[attr-defined]
_TOLD = ("access_token_format", "sector", "subject_type", "name", "localized")
_SERVED = (
    select(_TABLE.c.uri, _TABLE.c.client_id, *(clients.TABLE.c[name] for name in _TOLD))
    .join(clients.TABLE, clients.TABLE.c.id == _TABLE.c.client_id)
    .where(clients.TABLE.c.disabled_at.is_(None))
    .order_by(_TABLE.c.uri)
)
_PAIRED = exists().where(_PAIRS.c.uri == _TABLE.c.uri, _PAIRS.c.client_id == bindparam("client_id"))
_ALLOWED = _SERVED.where(
    _TABLE.c.uri.in_(bindparam("uris", expanding=True)),
    or_(_TABLE.c.client_id == bindparam("client_id"), _PAIRED),
)
_OF_CLIENT = _SERVED.where(_PAIRED)
_OWN = select(_TABLE.c.uri).where(_TABLE.c.client_id == bindparam("client_id"))
_ASKERS = (
    select(_PAIRS.c.client_id)
    .join(_TABLE, _TABLE.c.uri == _PAIRS.c.uri)
    .where(_TABLE.c.client_id == bindparam("client_id"))
)
_LIST = (
    select(_TABLE.c.uri, _TABLE.c.client_id.label("served_by"), _PAIRS.c.client_id.label("asker"))
    .outerjoin(_PAIRS, _PAIRS.c.uri == _TABLE.c.uri)
    .order_by(_TABLE.c.uri, _PAIRS.c.client_id)
)


def declare(work: UnitOfWork, client_id: str, named: Iterable[str]) -> None:
    """Let these be the resources that the client serves, and no others; who may ask for those that stay, stays.

    MetadataRefused where one cannot be a resource, or is ours; Conflict where it is another client's.
    """
    asked = list(dict.fromkeys(named))
    for uri in asked:
        uris.require_web(uri)
        if len(uri) > LONGEST or f"{uri}/".startswith(f"{work.settings.public_url}/"):
            raise MetadataRefused(f"{uri}: too long, or an address of ours.")
    former = own(work, client_id)
    gone, new = former.difference(asked), [uri for uri in asked if uri not in former]
    try:
        with work.session.begin_nested():
            work.execute(delete(_TABLE).where(_TABLE.c.uri.in_(gone)))
            if new:
                work.execute(insert(_TABLE), [{"uri": uri, "client_id": client_id} for uri in new])
    except IntegrityError:
        raise Conflict("Another client serves one of these.") from None
    audit.record(work, "client.resources_declared", subject=f"oidc_clients:{client_id}", resources=asked)


def allow(work: UnitOfWork, client_id: str, named: Iterable[str]) -> None:
    """Let a client ask for these resources too.

    NotFound where nobody serves one; MetadataRefused where its tokens could not be what both sides want.
    """
    asked = list(dict.fromkeys(named))
    known = {row.uri for row in work.execute(select(_TABLE.c.uri).where(_TABLE.c.uri.in_(asked)))}
    for uri in asked:
        if uri not in known:
            raise NotFound(f"No client serves {uri}.")
    former = {row.uri for row in work.execute(select(_PAIRS.c.uri).where(_PAIRS.c.client_id == client_id))}
    with work.session.begin_nested():
        if new := [{"uri": uri, "client_id": client_id} for uri in asked if uri not in former]:
            work.execute(insert(_PAIRS), new)
        require_formats(work, client_id)
    audit.record(work, "client.resources_allowed", subject=f"oidc_clients:{client_id}", resources=asked)


def disallow(work: UnitOfWork, client_id: str, named: Iterable[str]) -> None:
    """Let a client ask for these resources no more: its next request is refused, a refresh too; NotFound."""
    asked = list(dict.fromkeys(named))
    ended = delete(_PAIRS).where(_PAIRS.c.client_id == client_id, _PAIRS.c.uri.in_(asked))
    if work.execute(ended).rowcount != len(asked):
        raise NotFound(f"{client_id} may not ask for all of these.")
    audit.record(work, "client.resources_disallowed", subject=f"oidc_clients:{client_id}", resources=asked)


def allowed(work: UnitOfWork, client_id: str, named: Iterable[str]) -> list[Served]:
    """Those of these URIs that an enabled client serves and this client may ask for: an agent said so, or its own."""
    asked = list(named)
    rows = work.execute(_ALLOWED, {"uris": asked, "client_id": client_id}) if asked else ()
    return [Served(**row._asdict()) for row in rows]


def of_client(work: UnitOfWork, client_id: str) -> list[Served]:
    """All that an agent allowed this client to ask for."""
    return [Served(**row._asdict()) for row in work.execute(_OF_CLIENT, {"client_id": client_id})]


def own(work: UnitOfWork, client_id: str) -> set[str]:
    """The resources that this client serves."""
    return {row.uri for row in work.execute(_OWN, {"client_id": client_id})}


def all(work: UnitOfWork) -> list[Listed]:
    """Every resource, and who may ask for it beside the client that serves it."""
    found: dict[str, Listed] = {}
    for row in work.execute(_LIST):
        listed = found.setdefault(row.uri, Listed(row.uri, row.served_by, []))
        if row.asker:
            listed.allowed_to.append(row.asker)
    return list(found.values())


def require_formats(work: UnitOfWork, client_id: str) -> None:
    """Require that no token between this client and another would have to be a JWT and may not; MetadataRefused."""
    for asker, server in _couples(work, client_id):
        if _acts_for_people(asker) and not are_readable(asker, [server]):
            raise MetadataRefused(
                f"{asker.id} and {server.id} know citizens by different identifiers: the tokens of one for the other "
                "are opaque, and one of them wants JWTs."
            )


def are_readable(client: Client, targets: Iterable[Client | Served]) -> bool:
    """May a citizen's token of this client for all of these be what they want it to be?

    A JWT is read by everybody who holds it, and has one `sub`: it is for those alone who know the citizen by the
    same one, or each would learn the other's. Whoever else asks for the token is told its own by introspection.
    """
    return not wants_jwt(client, targets) or all_alike(client, targets)


def wants_jwt(client: Client, targets: Iterable[Client | Served]) -> bool:
    """Does one of them want JWTs?"""
    return "jwt" in {client.access_token_format, *(one.access_token_format for one in targets)}


def all_alike(client: Client, targets: Iterable[Client | Served]) -> bool:
    """Do they all know every citizen by one `sub`?"""
    return {subjects.namespace(one) for one in targets} <= {subjects.namespace(client)}


def _acts_for_people(client: Client) -> bool:
    """May it get tokens that speak of a person?"""
    return set(client.grant_types) != {"client_credentials"}


def _couples(work: UnitOfWork, client_id: str) -> list[tuple[Client, Client]]:
    """Who asks and who serves, wherever this client is one of them."""
    client = clients.find(work, client_id)
    if client is None:
        return []
    called = {*client.exchange_audiences, *(one.client_id for one in of_client(work, client_id))}
    callers = {row.client_id for row in work.execute(_ASKERS, {"client_id": client_id})}
    named = cast(clients.TABLE.c.exchange_audiences, Text).contains(f'"{client_id}"', autoescape=True)
    callers |= {row.id for row in work.execute(select(clients.TABLE.c.id).where(named))}
    servers = [(client, clients.find(work, one)) for one in sorted(called)]
    askers = [(clients.find(work, one), client) for one in sorted(callers)]
    return [(asker, server) for asker, server in [*servers, *askers] if asker and server]
