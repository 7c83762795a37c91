"""How a client may get tokens: its profile, scopes, grants, the way it proves who it is, its keys.

Rules of `metadata_rules`' table, each from metadata to a column; MetadataRefused where a client cannot be so.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from identity.oidc import client_keys, clients, signed
from identity.oidc.metadata import (
    AUTH_METHODS,
    DEVICE,
    EXCHANGE,
    FIRST_PARTY_SCOPES,
    GRANT_TYPES,
    PROFILES,
    SECRETS,
    SHARED_SCOPES,
    Metadata,
)
from identity.oidc.uris import require

_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,100}")


def of_its_profile(metadata: Metadata) -> Metadata:
    """The same with what FAPI 2.0 demands of every client (§5.3.2, §5.4)."""
    require(metadata.profile in PROFILES, "The profile is fapi2.")
    if metadata.profile != "fapi2":
        return replace(metadata, signature_alg=metadata.signature_alg or "RS256")
    strict = replace(
        metadata,
        signature_alg=metadata.signature_alg or "ES256",
        auth_method=metadata.auth_method or "private_key_jwt",
        require_par=True,
        dpop_bound=True,
        pkce_required=True,
    )
    require(strict.auth_method == "private_key_jwt", "Under fapi2 a client signs (private_key_jwt).")
    told = (strict.signature_alg, strict.token_endpoint_auth_signing_alg, strict.request_object_signing_alg,
            strict.userinfo_signed_response_alg, strict.introspection_signed_response_alg)  # fmt: skip
    require(set(told) <= {None, *signed.STRICT_ALGORITHMS}, "Under fapi2 nothing is signed with RS256.")
    require(all(uri.startswith("https:") for uri in strict.redirect_uris), "Under fapi2 redirects are https.")
    return strict


def scope(metadata: Metadata) -> str:
    """What it may ask for, in its order, once each."""
    default = FIRST_PARTY_SCOPES if metadata.first_party else SHARED_SCOPES
    words = list(dict.fromkeys((metadata.scope if metadata.scope is not None else default).split()))
    require(all(_SCOPE.fullmatch(word) for word in words), "The scope holds a character that it may not.")
    require(len(" ".join(words)) <= 1000, "The scope is too long.")
    reserved = clients.FIRST_PARTY_SCOPES.intersection(words)
    require(metadata.first_party or not reserved, f"{'/'.join(reserved)} is for first-party clients.")
    return " ".join(words)


def grant_types(metadata: Metadata) -> list[str]:
    """The ways to tokens: as told, or what the rest of its metadata allows."""
    told = metadata.grant_types
    kinds = list(dict.fromkeys(_usual_grant_types(metadata) if told is None else told))
    require(set(kinds) <= set(GRANT_TYPES), f"The grant types are {', '.join(GRANT_TYPES)}.")
    require(
        metadata.redirect_uris or "authorization_code" not in kinds,
        "The authorization code needs a redirect URI.",
    )
    own = {"client_credentials", EXCHANGE}.intersection(kinds)
    require(not (metadata.keeps_no_secret and own), f"{'/'.join(own)} is for clients that keep a secret.")
    require(metadata.exchange_audiences or EXCHANGE not in kinds, "Token exchange needs an audience.")
    return kinds


def _usual_grant_types(metadata: Metadata) -> Iterable[str]:
    if metadata.redirect_uris:
        yield "authorization_code"
    if metadata.device:
        yield DEVICE
    if metadata.redirect_uris or metadata.device:
        yield "refresh_token"
    if not metadata.keeps_no_secret:
        yield "client_credentials"
    if metadata.exchange_audiences:
        yield EXCHANGE


def auth_methods(metadata: Metadata) -> list[str]:
    """How it may prove who it is: one way as told, or its secret in either."""
    method = metadata.auth_method
    require(
        method in (None, *AUTH_METHODS),
        f"The token_endpoint_auth_method is one of {', '.join(AUTH_METHODS)}.",
    )
    require(not metadata.public or method in (None, "none"), "A public client authenticates with none.")
    require(method != "private_key_jwt" or _has_keys(metadata), "private_key_jwt needs a jwks or a jwks_uri.")
    if metadata.keeps_no_secret:
        return ["none"]
    return [method] if method else list(SECRETS)


def pkce_required(metadata: Metadata) -> bool:
    """As told; always of who keeps no secret, and of native applications (RFC 8252 §6, RFC 9700 §2.1.1)."""
    return metadata.pkce_required or metadata.keeps_no_secret or metadata.application_type == "native"


def _has_keys(metadata: Metadata) -> bool:
    return metadata.jwks is not None or metadata.jwks_uri is not None


def jwks(metadata: Metadata) -> dict[str, Any] | None:
    """Its public keys, cleaned of what no key has."""
    if metadata.jwks is None:
        return None
    require(metadata.jwks_uri is None, "A client has a jwks or a jwks_uri, never both.")
    listed = metadata.jwks.get("keys")
    require(isinstance(listed, list) and len(listed) <= signed.MOST_KEYS, "The jwks is no set of keys.")
    private = any(isinstance(key, dict) and {"d", "k"}.intersection(key) for key in listed or ())
    require(not private, "The jwks holds a private key: register the public half, and change that key.")
    require(
        signed.keys_of(metadata.jwks), "The jwks holds no key that can be used (EC P-256, RSA 2048, Ed25519)."
    )
    return {"keys": [client_keys.plain(key) for key in listed or () if isinstance(key, dict)]}
