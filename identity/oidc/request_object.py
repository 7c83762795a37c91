"""Signed authorization requests (RFC 9101, OpenID Connect Core §6.1; for FAPI, Message Signing §5.3).

A request object replaces the parameters beside it: what nobody signed is not read. Never fetched: a `request_uri`
names a request that was pushed.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core.errors import InvalidRequestObjectError
from joserfc.jwk import Key

from identity.oidc import exchange, signed
from identity.oidc.clients import Client
from identity.oidc.exchange import Pairs
from identity.oidc.signed import NotSigned, Token

LONGEST_LIFETIME = timedelta(minutes=60)
TYPE = "oauth-authz-req+jwt"
_OF_THE_JWT = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti", "sub"})
_REFUSED = frozenset({"request", "request_uri"})


def algorithms(client: Client) -> Sequence[str]:
    """What this client may sign its requests with."""
    if client.request_object_signing_alg:
        return (client.request_object_signing_alg,)
    return signed.STRICT_ALGORITHMS if client.profile == "fapi2" else signed.ALGORITHMS


def open_(text: str, client: Client, keys: Sequence[Key], issuer: str, now: datetime) -> Pairs:
    """The parameters that the client signed; InvalidRequestObjectError for every way to fail."""
    try:
        token = signed.verify(signed.read(text), keys, algorithms(client))
        _require_addressed(token, client, issuer)
        _require_timely(token, client, now)
        return tuple(_parameters(token))
    except NotSigned:
        raise InvalidRequestObjectError("The request object is not valid.") from None


def _require_addressed(token: Token, client: Client, issuer: str) -> None:
    signed.require_kind(token, TYPE)
    if token.claims.get("sub") == client.id:
        raise NotSigned("sub: it would be a client assertion as well (RFC 9101 §10.8)")
    if token.claim("client_id") != client.id or _REFUSED & token.claims.keys():
        raise NotSigned("client_id")
    strict = client.profile == "fapi2"
    if ("iss" in token.claims or strict) and token.claim("iss") != client.id:
        raise NotSigned("iss")
    if ("aud" in token.claims or strict) and issuer not in token.audiences:
        raise NotSigned("aud")


def _require_timely(token: Token, client: Client, now: datetime) -> None:
    expires_at, begins_at = token.moment("exp"), token.moment("nbf")
    if client.profile == "fapi2":
        if expires_at is None or begins_at is None or begins_at < now - LONGEST_LIFETIME:
            raise NotSigned("nbf")
        if expires_at - begins_at > LONGEST_LIFETIME:
            raise NotSigned("exp")
    if expires_at is not None:
        signed.require_times(token, now, timedelta(days=1))
    elif begins_at is not None and begins_at > now + signed.SKEW:
        raise NotSigned("nbf")


def _parameters(token: Token) -> Iterator[tuple[str, str]]:
    for name, value in token.claims.items():
        if name in _OF_THE_JWT or value is None:
            continue
        values = value if name in exchange.REPEATABLE and isinstance(value, list) else [value]
        for text in map(_text, values):
            if not signed.is_text(name + text):
                raise NotSigned("not text")
            yield name, text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
