"""What the provider says of itself, and its public keys. Read back from what is registered, so it cannot lie.

Both are bytes made beforehand, with an ETag: thousands of services fetch them and they hardly ever change.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from identity.foundation.unit_of_work import Units
from identity.oidc import (
    asking,
    claims,
    dpop,
    endpoints,
    grants,
    id_token,
    key_ring,
    provider,
    registration,
    signed,
    signing_keys,
)
from identity.oidc.exchange import Arrival, Reply

WELL_KNOWN = "/.well-known/oauth-authorization-server"
METADATA_AGE = 3600
JWKS_AGE = 300
"""Seconds that a copy is good for; a new key is published long before it signs."""


@dataclass(frozen=True)
class Document:
    """A document as it is sent."""

    body: bytes
    etag: str
    age: int


def metadata(units: Units, arrival: Arrival) -> Reply:
    """The provider's metadata (OpenID Connect Discovery §3, RFC 8414 §2)."""
    return _send(_document(units.settings.public_url), arrival)


def located(units: Units, arrival: Arrival) -> Reply:
    """The same for an issuer below a path, which RFC 8414 §3.1 asks for at the host's root; 404 for another path."""
    path = urlsplit(units.settings.public_url).path
    if not path or arrival.path != WELL_KNOWN + path:
        return Reply(404, None)
    return metadata(units, arrival)


def jwks(units: Units, arrival: Arrival) -> Reply:
    """The public keys (RFC 7517 §5): those that sign, will, and did."""
    ring = key_ring.published(units)
    return _send(Document(ring.jwks, ring.etag, JWKS_AGE), arrival)


def describe(issuer: str) -> dict[str, Any]:
    """The metadata as an object, made of the tables of `provider`, `grants`, `claims` and `asking`."""
    ways = list(provider.GRANTS)
    methods = {method for way in ways for method in way.TOKEN_ENDPOINT_AUTH_METHODS}  # type: ignore[attr-defined]
    return {
        "issuer": issuer,
        **{name: issuer + path for name, path in provider.PATHS.items()},
        "scopes_supported": list(claims.SCOPES),
        "claims_supported": [
            *("iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "sid", "at_hash"),
            *(name for held in (claims.SCOPES, claims.FURTHER) for names in held.values() for name in names),
        ],
        "response_types_supported": sorted(
            {kind for way in ways for kind in getattr(way, "RESPONSE_TYPES", ())}
        ),
        "response_modes_supported": sorted(asking.RESPONSE_MODES),
        "prompt_values_supported": sorted(asking.PROMPTS),
        "ui_locales_supported": list(asking.LANGUAGES),
        "grant_types_supported": [way.GRANT_TYPE for way in ways],  # type: ignore[attr-defined]
        "code_challenge_methods_supported": list(grants.S256.SUPPORTED_CODE_CHALLENGE_METHOD),
        "token_endpoint_auth_methods_supported": sorted(methods),
        "token_endpoint_auth_signing_alg_values_supported": list(signed.ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": sorted(endpoints.Revocation.CLIENT_AUTH_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(signed.ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": sorted(endpoints.Introspection.CLIENT_AUTH_METHODS),
        "introspection_endpoint_auth_signing_alg_values_supported": list(signed.ALGORITHMS),
        "introspection_signing_alg_values_supported": list(signing_keys.ALGORITHMS),
        "subject_types_supported": list(registration.SUBJECT_TYPES),
        "id_token_signing_alg_values_supported": list(signing_keys.ALGORITHMS),
        "userinfo_signing_alg_values_supported": list(signing_keys.ALGORITHMS),
        "request_object_signing_alg_values_supported": list(signed.ALGORITHMS),
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "acr_values_supported": [id_token.ACR],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": False,
        "require_pushed_authorization_requests": False,
        "require_signed_request_object": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }


@cache
def _document(issuer: str) -> Document:
    body = json.dumps(describe(issuer), separators=(",", ":")).encode()
    return Document(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', METADATA_AGE)


def _send(document: Document, arrival: Arrival) -> Reply:
    headers = (
        ("ETag", document.etag),
        ("Cache-Control", f"public, max-age={document.age}"),
        ("Content-Type", "application/json"),
    )
    known = {tag.strip().removeprefix("W/") for tag in arrival.headers.get("if-none-match", "").split(",")}
    if document.etag in known or "*" in known:
        return Reply(304, None, headers[:2])
    return Reply(200, document.body, headers)
