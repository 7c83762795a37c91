"""Whom an access token is for (RFC 8707). Owns the one rule of it, whichever grant gives the token; stores nothing.

A resource is named by the client that an agent allowed it to (`resources`), and for a citizen only where the citizen
granted it. Userinfo is a resource of the issuer's. A token is never for more than one of these unless the token
request names them together, and a JWT only for those who know the citizen by one `sub`. All of it is judged anew at
each request, so that what an agent takes back ends there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from authlib.oauth2 import OAuth2Error

from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, resources
from identity.oidc.clients import Client
from identity.oidc.granted import Standing
from identity.oidc.resources import Served
from identity.oidc.standing import HeldToken

MOST = 8


class InvalidTarget(OAuth2Error):  # type: ignore[misc]
    """A resource is not known, malformed, not for this client, or was not granted (RFC 8707 §2)."""

    error = "invalid_target"
    description = "The resource is not one that this token may be for."


class NotReadable(InvalidTarget):
    """A JWT is wanted where it would tell one reader what another calls the citizen."""

    description = "Who reads this token would know the citizen by different identifiers: it cannot be a JWT."


@dataclass(frozen=True)
class Target:
    """Whom a token is for."""

    names: tuple[str, ...] = ()
    """URIs of resources, or clients by name where a token is exchanged; none: us alone."""
    served: tuple[Served, ...] = ()
    """Those that others serve."""


def require(work: UnitOfWork, client: Client, named: tuple[str, ...]) -> list[Served]:
    """The resources of these names, of which this client may have a citizen's token each; InvalidTarget.

    The issuer may always be named: userinfo is its own.
    """
    found = _allowed(work, client, named)
    for one in found:
        require_readable(client, [one])
    return found


def choose(work: UnitOfWork, client: Client, grant: Standing, named: tuple[str, ...]) -> Target:
    """Whom a token of this grant is for: what is named, where it was granted; InvalidTarget.

    Where nothing is named: userinfo if `openid` was granted, else the one resource that was.
    """
    if grant.account_id and not set(others(work, named)) <= set(grant.resources):
        raise InvalidTarget
    names = named or _usual(work, client, grant)
    found = _allowed(work, client, names)
    if grant.account_id:
        require_readable(client, found)
    return Target(names, tuple(found))


def require_readable(client: Client, targets: Iterable[Served]) -> None:
    """Require that a citizen's token for all of these may be what they and the client want; InvalidTarget."""
    if not resources.are_readable(client, targets):
        raise NotReadable


def others(work: UnitOfWork, named: Iterable[str]) -> tuple[str, ...]:
    """Those of these URIs that are not ours, once each."""
    return tuple(uri for uri in dict.fromkeys(named) if uri != work.settings.public_url)


def remaining(work: UnitOfWork, held: HeldToken) -> tuple[str, ...]:
    """What an access token is still for: ours, and what its client may call to this day."""
    ours = {uri for uri in held.audience if f"{uri}/".startswith(f"{work.settings.public_url}/")}
    if ours.issuperset(held.audience):
        return held.audience
    client = clients.find(work, held.client_id)
    found = resources.allowed(work, client.id, held.audience) if client else []
    called = set(client.exchange_audiences) if client and held.actor else set()
    reached = {one.uri for one in found if not held.actor or one.client_id in called}
    return tuple(uri for uri in held.audience if uri in ours | called | reached)


def serves(work: UnitOfWork, client_id: str, audience: Iterable[str]) -> bool:
    """Is this client, or a resource that it serves, in this audience?"""
    return bool({client_id, *resources.own(work, client_id)}.intersection(audience))


def _allowed(work: UnitOfWork, client: Client, named: tuple[str, ...]) -> list[Served]:
    asked = others(work, named)
    if len(asked) > MOST or any(len(uri) > resources.LONGEST for uri in asked):
        raise InvalidTarget
    found = resources.allowed(work, client.id, asked)
    if len(found) != len(asked):
        raise InvalidTarget
    return found


def _usual(work: UnitOfWork, client: Client, grant: Standing) -> tuple[str, ...]:
    """What a token is for that names nothing. A client for itself has been granted what an agent allowed it."""
    if "openid" in grant.scope.split():
        return ()
    if grant.account_id:
        granted = others(work, grant.resources)
    else:
        granted = tuple(one.uri for one in resources.of_client(work, client.id))
    if len(granted) > 1:
        raise InvalidTarget
    return granted
