"""Access tokens: what one is for, and whether it is opaque or a JWT (RFC 9068).

A JWT is kept as an opaque token is, by its digest: it is introspected and revoked alike, and a replayed code ends it
here at once; only who reads it by itself believes it until it expires.
"""

from dataclasses import dataclass
from typing import Any

from joserfc import jwt

from identity.foundation import tokens
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import audiences, bearer, issued, key_ring, subjects
from identity.oidc.audiences import Served
from identity.oidc.clients import Client
from identity.oidc.granted import Standing
from identity.oidc.issued import Access


@dataclass(frozen=True)
class Wanted:
    """What a client wants a token for: resources as it names them, none for all that was granted."""

    client: Client
    scope: str
    resources: tuple[str, ...] = ()
    jkt: str | None = None


def issue(work: UnitOfWork, grant: Standing, wanted: Wanted) -> Secret:
    """An access token under this grant; InvalidTarget where a resource is not among what was granted."""
    # What a person granted names its resources; a client for itself may name any that is known.
    granted = grant.resources if grant.account_id else None
    found = audiences.require(work, wanted.resources or grant.resources, granted)
    access = Access(wanted.scope, _audience(work, grant, wanted), wanted.jkt)
    return _issue(work, grant, wanted, Content(access, found))


@dataclass(frozen=True)
class Content:
    """What a token says, and who serves what it is for."""

    access: Access
    resources: list[Served]


def exchange(work: UnitOfWork, grant: Standing, wanted: Wanted, content: Content) -> Secret:
    """An access token for somebody else than the grant's own client, for what was judged elsewhere (RFC 8693)."""
    return _issue(work, grant, wanted, content)


def _issue(work: UnitOfWork, grant: Standing, wanted: Wanted, content: Content) -> Secret:
    formats = {wanted.client.access_token_format, *(one.access_token_format for one in content.resources)}
    signed = _sign(work, grant, wanted, content) if "jwt" in formats else None
    return issued.issue_access(work, grant, content.access, signed)


def _audience(work: UnitOfWork, grant: Standing, wanted: Wanted) -> str:
    """The resources that were named, and no other; else userinfo, the account, and all that was granted."""
    if wanted.resources:
        return " ".join(wanted.resources)
    ours = bearer.audience(work.settings.public_url, wanted.scope, wanted.client.first_party)
    return " ".join([ours, *grant.resources])


def _sign(work: UnitOfWork, grant: Standing, wanted: Wanted, content: Content) -> Secret:
    signer = key_ring.signer(work, wanted.client.signature_alg)
    header = {"alg": wanted.client.signature_alg, "kid": signer.kid, "typ": "at+jwt"}
    claims = _claims(work, grant, content) | {
        "sub": _subject(work, grant, wanted.client, content.resources),
        "client_id": wanted.client.id,
    }
    return Secret(jwt.encode(header, claims, signer.key, [wanted.client.signature_alg]))


def _claims(work: UnitOfWork, grant: Standing, content: Content) -> dict[str, Any]:
    audience = content.access.audience.split()
    claims: dict[str, Any] = {
        "iss": work.settings.public_url,
        "aud": audience[0] if len(audience) == 1 else audience,
        "iat": int(work.now.timestamp()),
        "exp": int((work.now + issued.ACCESS_LIFETIME).timestamp()),
        "jti": tokens.new_id(),
        "scope": content.access.scope,
    }
    if grant.authenticated_at:
        claims["auth_time"] = int(grant.authenticated_at.timestamp())
    if content.access.actor:
        claims["act"] = {"sub": content.access.actor}
    if content.access.jkt:
        claims["cnf"] = {"jkt": content.access.jkt}
    return claims


def _subject(work: UnitOfWork, grant: Standing, client: Client, resources: list[Served]) -> str:
    if not grant.account_id:
        return grant.subject
    return subjects.of(work, audiences.subject_client(client, resources), grant.account_id)
