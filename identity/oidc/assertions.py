"""Clients that prove who they are by a signed assertion: private_key_jwt (RFC 7523, OpenID Connect Core §9).

Read and verified before the transaction, since the client's keys may have to be fetched; its name is used up inside.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import client_keys, clients, replays, signed
from identity.oidc.clients import Client
from identity.oidc.exchange import Exchange
from identity.oidc.signed import NotSigned, Token

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KIND = "client-authentication+jwt"
"""Its `typ` by draft-ietf-oauth-rfc7523bis; most clients say JWT, or nothing."""
LONGEST_LIFETIME = timedelta(hours=1)
"""An assertion that is good for longer is as good as a secret."""
LONGEST_JTI = 256
_OF_OTHERS = frozenset({
    "client_id", "response_type", "response_mode", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "dpop_jkt", "resource", "prompt", "max_age", "acr_values", "login_hint", "claims",
    "authorization_details", "request", "request_uri", "htm", "htu", "events",
})  # fmt: skip
"""Claims of what a client signs for another purpose, which may bear no `typ`: requests, proofs, notices."""


@dataclass(frozen=True)
class Assertion:
    """An assertion that this client's key signed for us, save whether it was seen before."""

    client_id: str
    jti: str
    expires_at: datetime


def is_there(form: Any) -> bool:
    """Does the request come with an assertion, good or not?"""
    return "client_assertion" in form or "client_assertion_type" in form


def read(units: Units, asked: Exchange) -> Assertion | None:
    """The assertion of this request; None where there is none, or it is not good."""
    form = dict(asked.form)
    if form.get("client_assertion_type") != TYPE:
        return None
    try:
        token = signed.read(form.get("client_assertion", ""))
        _require_purpose(token)
        client = _find_client(units, token, form.get("client_id"))
        signed.verify(token, client_keys.find(units, client, token.kid), algorithms(client))
        _require_for_us(token, client, units.settings.public_url, asked.uri)
        expires_at = signed.require_times(token, units.clock(), LONGEST_LIFETIME)
    except NotSigned:
        return None
    jti = token.claim("jti")
    return Assertion(client.id, jti, expires_at) if 0 < len(jti) <= LONGEST_JTI else None


def algorithms(client: Client) -> tuple[str, ...]:
    """What this client may sign its assertions with."""
    if client.token_endpoint_auth_signing_alg:
        return (client.token_endpoint_auth_signing_alg,)
    return signed.STRICT_ALGORITHMS if client.profile == "fapi2" else signed.ALGORITHMS


def claim(work: UnitOfWork, assertion: Assertion) -> bool:
    """Use it up; False where it was accepted before."""
    until = assertion.expires_at + signed.SKEW
    return replays.claim(work, "assertion", assertion.client_id, assertion.jti, until)


def _find_client(units: Units, token: Token, named: str | None) -> Client:
    """The client that it speaks of and for, which uses no other way (RFC 7521 §4.2); NotSigned."""
    client_id = token.claim("sub")
    if not client_id or token.claim("iss") != client_id or named not in (None, client_id):
        raise NotSigned("iss or sub")
    with units.read() as work:
        client = clients.find(work, client_id)
    if client is None or not client.check_endpoint_auth_method("private_key_jwt", "token"):
        raise NotSigned("sub")
    return client


def _require_purpose(token: Token) -> None:
    """Made to authenticate, and for nothing else (RFC 8725 §2.8, §3.11 and §3.12); NotSigned."""
    signed.require_kind(token, KIND)
    if _OF_OTHERS & token.claims.keys():
        raise NotSigned("claims of a JWT for another purpose")


def _require_for_us(token: Token, client: Client, issuer: str, uri: str) -> None:
    """Its audience: the issuer, alone and as text under FAPI 2.0 (§5.3.2.1); else also where it was sent."""
    if client.profile == "fapi2":
        if token.claims.get("aud") != issuer:
            raise NotSigned("aud")
    elif not {issuer, f"{issuer}/token", uri}.intersection(token.audiences):
        raise NotSigned("aud")
