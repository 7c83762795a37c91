"""Endpoints that are not ways to tokens: userinfo, introspection, revocation. Authlib's classes on our records."""

from dataclasses import replace
from typing import Any

from authlib.consts import default_json_headers
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.endpoint import Endpoint
from authlib.oauth2.rfc7009 import RevocationEndpoint
from joserfc import jwt

from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import (
    audiences,
    bearer,
    claims,
    client_auth,
    granted,
    issued,
    key_ring,
    standing,
    subjects,
)
from identity.oidc.bearer import Presented
from identity.oidc.clients import Client
from identity.oidc.standing import HeldToken

INTROSPECTION_JWT = "application/token-introspection+jwt"

Answer = tuple[int, Any, Any]


class UserInfo(Endpoint):  # type: ignore[misc]
    """Who the person is, as far as the token's scope reveals (OpenID Connect Core §5.3)."""

    ENDPOINT_NAME = "userinfo"

    def create_endpoint_response(self, request: Any) -> Answer:
        """`sub` and the claims, as JSON or, where the client registered so, as a signed JWT (§5.3.2)."""
        work = self.server.work
        held = bearer.require(work, Presented(request.headers, request.form, request.proof), "openid")
        grant = held.standing
        names = grant.told_in("userinfo")
        told = claims.of(work, grant.account_id, held.scope, names) if grant.account_id else {}
        said = {"sub": grant.subject} | told
        if grant.userinfo_alg is None:
            return 200, said, default_json_headers
        said |= {"iss": work.settings.public_url, "aud": grant.client_id}
        return _signed(work, grant.userinfo_alg, said, "JWT", "application/jwt")


class Introspection(Endpoint):  # type: ignore[misc]
    """What a token is worth now (RFC 7662), for the client that holds it or serves a resource that it is for.

    To all others every token is worth nothing. A resource is told its own name for the citizen, not the client's.
    """

    ENDPOINT_NAME = "introspection"
    CLIENT_AUTH_METHODS = client_auth.CONFIDENTIAL

    def create_endpoint_response(self, request: Any) -> Answer:
        """JSON, or a signed JWT where that is accepted (RFC 9701 §4)."""
        client = self.server.authenticate_client(request, self.CLIENT_AUTH_METHODS, self.ENDPOINT_NAME)
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token' in request.")
        work = self.server.work
        told = self._tell(client, request.form["token"])
        if not _accepts(request.headers.get("accept", ""), INTROSPECTION_JWT):
            return 200, told, default_json_headers
        said = {
            "iss": work.settings.public_url,
            "aud": client.id,
            "iat": int(work.now.timestamp()),
            "token_introspection": told,
        }
        alg = client.introspection_signed_response_alg or client.signature_alg
        return _signed(work, alg, said, "token-introspection+jwt", INTROSPECTION_JWT)

    def _tell(self, client: Client, token: str) -> dict[str, Any]:
        work = self.server.work
        held = standing.find_access(work, token) or standing.find_refresh(work, token)
        if held is None or not held.is_good(work.now):
            return {"active": False}
        if not held.refreshes:
            held = replace(held, audience=audiences.remaining(work, held))
        holds = held.check_client(client) and (held.refreshes or held.audience)
        if not (holds or audiences.serves(work, client.id, held.audience)):
            return {"active": False}
        return _worth(work, held, _subject(work, client, held))


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """A client gives a token back (RFC 7009): an access token alone, a refresh token with all its family."""

    CLIENT_AUTH_METHODS = client_auth.ALL

    def check_params(self, request: Any, client: Client) -> None:
        """Require the token; a hint of a kind that we do not know is no hint (§2.1)."""
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token' in request.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> HeldToken | None:
        """Whichever it is; the hint only says where to look first."""
        work = self.server.work
        return standing.find_refresh(work, token_string) or standing.find_access(work, token_string)

    def revoke_token(self, token: HeldToken, request: Any) -> None:
        """End it."""
        if token.refreshes:
            granted.revoke(self.server.work, token.standing.grant_id)
        else:
            issued.revoke_access(self.server.work, token.digest)


def _subject(work: UnitOfWork, client: Client, held: HeldToken) -> str:
    """As whoever asks knows the citizen; the name of a client that has a token for itself."""
    grant = held.standing
    if grant.account_id is None or client.id == grant.client_id:
        return grant.subject
    return subjects.of(work, client, grant.account_id)


def _worth(work: UnitOfWork, held: HeldToken, subject: str) -> dict[str, Any]:
    grant = held.standing
    told: dict[str, Any] = {
        "active": True,
        "iss": work.settings.public_url,
        "client_id": held.client_id,
        "sub": subject,
        "scope": held.scope,
        "exp": int(held.expires_at.timestamp()),
    }
    if held.refreshes:
        return told
    told["aud"] = held.audience[0] if len(held.audience) == 1 else list(held.audience)
    told["iat"] = int((held.expires_at - issued.ACCESS_LIFETIME).timestamp())
    told["token_type"] = "DPoP" if held.jkt else "Bearer"
    if grant.authenticated_at:
        told["auth_time"] = int(grant.authenticated_at.timestamp())
    if held.actor:
        told["act"] = {"sub": held.actor}
    return told | ({"cnf": {"jkt": held.jkt}} if held.jkt else {})


def _signed(work: UnitOfWork, alg: str, said: dict[str, Any], typ: str, media: str) -> Answer:
    signer = key_ring.signer(work, alg)
    text = jwt.encode({"alg": alg, "kid": signer.kid, "typ": typ}, said, signer.key, [alg])
    return (
        200,
        text.encode(),
        [("Content-Type", media), ("Cache-Control", "no-store"), ("Pragma", "no-cache")],
    )


def _accepts(header: str, media: str) -> bool:
    """Does the client name this type? `*/*` is no wish for a JWT."""
    named = (part.partition(";")[0].strip().lower() for part in header.split(","))
    return media in named
