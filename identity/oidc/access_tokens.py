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
from identity.oidc import audiences, bearer, issued, key_ring, resources, subjects
from identity.oidc.audiences import Target
from identity.oidc.clients import Client
from identity.oidc.granted import Standing
from identity.oidc.issued import Access


@dataclass(frozen=True)
class Wanted:
    """What a client wants a token for: resources as it names them, none for the usual one."""

    client: Client
    scope: str
    resources: tuple[str, ...] = ()
    jkt: str | None = None


def issue(work: UnitOfWork, grant: Standing, wanted: Wanted) -> Secret:
    """An access token under this grant; InvalidTarget where it may not be for what is wanted."""
    target = audiences.choose(work, wanted.client, grant, wanted.resources)
    ours = bearer.audience(work.settings.public_url, wanted.scope, wanted.client.first_party)
    access = Access(wanted.scope, " ".join(target.names) or ours, wanted.jkt)
    return _issue(work, grant, wanted, Content(access, target))


@dataclass(frozen=True)
class Content:
    """What a token says, and whom it is for."""

    access: Access
    target: Target


def exchange(work: UnitOfWork, grant: Standing, wanted: Wanted, content: Content) -> Secret:
    """An access token for somebody else than the grant's own client, for what was judged elsewhere (RFC 8693)."""
    return _issue(work, grant, wanted, content)


def _issue(work: UnitOfWork, grant: Standing, wanted: Wanted, content: Content) -> Secret:
    is_jwt = resources.wants_jwt(wanted.client, content.target.served)
    signed = _sign(work, grant, wanted, content) if is_jwt else None
    return issued.issue_access(work, grant, content.access, signed)


def _sign(work: UnitOfWork, grant: Standing, wanted: Wanted, content: Content) -> Secret:
    signer = key_ring.signer(work, wanted.client.signature_alg)
    header = {"alg": wanted.client.signature_alg, "kid": signer.kid, "typ": "at+jwt"}
    claims = _claims(work, grant, content) | {
        "sub": _subject(work, grant, wanted.client),
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


def _subject(work: UnitOfWork, grant: Standing, client: Client) -> str:
    """As the client knows the citizen, and so does everybody whom a JWT is for."""
    return subjects.of(work, client, grant.account_id) if grant.account_id else grant.subject
