"""What a client may be told to be: a rule for each column, in one table.

Owns the rules of client metadata (RFC 7591 §2, OpenID Connect Registration §2, RFC 8252, FAPI 2.0). Neither
stores nor fetches: whoever registers is believed to own what it names, and a redirect goes nowhere else.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from identity.oidc import client_keys, clients, signed, signing_keys, uris
from identity.oidc.metadata import (
    AUTH_METHODS,
    DEVICE,
    EXCHANGE,
    FIRST_PARTY_SCOPES,
    GRANT_TYPES,
    LOCALIZED,
    PROFILES,
    SECRETS,
    SHARED_SCOPES,
    SUBJECT_TYPES,
    Metadata,
)
from identity.oidc.uris import MetadataRefused

LONGEST_LIST = 50
LONGEST_MAX_AGE = 10**9

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,100}")
_SECTOR = re.compile(r"[a-z0-9.:\[\]_-]{1,255}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def check(metadata: Metadata) -> dict[str, object]:
    """The columns of a client that may be so; MetadataRefused."""
    _require_text(vars(metadata).values())
    metadata = _of_its_profile(metadata)
    return {column: rule(metadata) for column, rule in _COLUMNS.items()}


def _of_its_profile(metadata: Metadata) -> Metadata:
    """The same with what FAPI 2.0 demands of every client (§5.3.2, §5.4)."""
    _require(metadata.profile in PROFILES, "The profile is fapi2.")
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
    _require(strict.auth_method == "private_key_jwt", "Under fapi2 a client signs (private_key_jwt).")
    told = (strict.signature_alg, strict.token_endpoint_auth_signing_alg, strict.request_object_signing_alg,
            strict.userinfo_signed_response_alg, strict.introspection_signed_response_alg)  # fmt: skip
    _require(set(told) <= {None, *signed.STRICT_ALGORITHMS}, "Under fapi2 nothing is signed with RS256.")
    _require(
        all(uri.startswith("https:") for uri in strict.redirect_uris), "Under fapi2 redirects are https."
    )
    return strict


def _require(condition: object, reason: str) -> None:
    if not condition:
        raise MetadataRefused(reason)


def _require_text(values: Iterable[object]) -> None:
    """What a database can hold, however deep."""
    for value in values:
        if isinstance(value, str):
            _require(signed.is_text(value), "A text holds a NUL or half a character.")
        elif isinstance(value, Mapping):
            _require_text([*value.keys(), *value.values()])
        elif isinstance(value, list | tuple):
            _require_text(value)


def _id(metadata: Metadata) -> str:
    _require(_NAME.fullmatch(metadata.id), "The id is 1 to 128 letters, digits, dots, dashes, underscores.")
    return metadata.id


def _name(metadata: Metadata) -> str:
    _require(0 < len(metadata.name.strip()) <= 200, "The name is 1 to 200 characters.")
    return metadata.name.strip()


def _redirect_uris(metadata: Metadata) -> list[str]:
    needed = metadata.grant_types is None and metadata.keeps_no_secret and not metadata.device
    _require(metadata.redirect_uris or not needed, "A public client needs a redirect URI.")
    _require(len(metadata.redirect_uris) <= LONGEST_LIST, "There are too many redirect URIs.")
    return [uris.require_redirect(uri, metadata.keeps_no_secret) for uri in metadata.redirect_uris]


def _origins(metadata: Metadata) -> list[str]:
    if metadata.direct_login:
        _require(
            metadata.keeps_no_secret and metadata.first_party,
            "Direct login is for public first-party clients.",
        )
        _require(metadata.origins, "Direct login needs at least one origin.")
    _require(metadata.direct_login or not metadata.origins, "Origins are for direct login.")
    return [uris.require_origin(origin) for origin in metadata.origins]


def _scope(metadata: Metadata) -> str:
    default = FIRST_PARTY_SCOPES if metadata.first_party else SHARED_SCOPES
    words = list(dict.fromkeys((metadata.scope if metadata.scope is not None else default).split()))
    _require(all(_SCOPE.fullmatch(word) for word in words), "The scope holds a character that it may not.")
    _require(len(" ".join(words)) <= 1000, "The scope is too long.")
    reserved = clients.FIRST_PARTY_SCOPES.intersection(words)
    _require(metadata.first_party or not reserved, f"{'/'.join(reserved)} is for first-party clients.")
    return " ".join(words)


def _grant_types(metadata: Metadata) -> list[str]:
    told = metadata.grant_types
    kinds = list(dict.fromkeys(_usual_grant_types(metadata) if told is None else told))
    _require(set(kinds) <= set(GRANT_TYPES), f"The grant types are {', '.join(GRANT_TYPES)}.")
    _require(
        metadata.redirect_uris or "authorization_code" not in kinds,
        "The authorization code needs a redirect URI.",
    )
    own = {"client_credentials", EXCHANGE}.intersection(kinds)
    _require(not (metadata.keeps_no_secret and own), f"{'/'.join(own)} is for clients that keep a secret.")
    _require(metadata.exchange_audiences or EXCHANGE not in kinds, "Token exchange needs an audience.")
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


def _auth_methods(metadata: Metadata) -> list[str]:
    method = metadata.auth_method
    _require(
        method in (None, *AUTH_METHODS),
        f"The token_endpoint_auth_method is one of {', '.join(AUTH_METHODS)}.",
    )
    _require(not metadata.public or method in (None, "none"), "A public client authenticates with none.")
    _require(
        method != "private_key_jwt" or _has_keys(metadata), "private_key_jwt needs a jwks or a jwks_uri."
    )
    if metadata.keeps_no_secret:
        return ["none"]
    return [method] if method else list(SECRETS)


def _has_keys(metadata: Metadata) -> bool:
    return metadata.jwks is not None or metadata.jwks_uri is not None


def _jwks(metadata: Metadata) -> dict[str, Any] | None:
    if metadata.jwks is None:
        return None
    _require(metadata.jwks_uri is None, "A client has a jwks or a jwks_uri, never both.")
    listed = metadata.jwks.get("keys")
    _require(isinstance(listed, list) and len(listed) <= signed.MOST_KEYS, "The jwks is no set of keys.")
    private = any(isinstance(key, dict) and {"d", "k"}.intersection(key) for key in listed or ())
    _require(not private, "The jwks holds a private key: register the public half, and change that key.")
    _require(
        signed.keys_of(metadata.jwks), "The jwks holds no key that can be used (EC P-256, RSA 2048, Ed25519)."
    )
    return {"keys": [client_keys.plain(key) for key in listed or () if isinstance(key, dict)]}


def _sector(metadata: Metadata) -> str:
    """Whose file a `sub` belongs to: as told, or the one host (or private scheme) of the redirect URIs."""
    if metadata.sector:
        _require(_SECTOR.fullmatch(metadata.sector), "The sector is a host name.")
        return metadata.sector
    if metadata.sector_identifier_uri:
        return uris.host_of(metadata.sector_identifier_uri)
    hosts = sorted({uris.host_of(uri) for uri in metadata.redirect_uris})
    _require(
        len(hosts) <= 1 or metadata.subject_type == "public",
        "The redirect URIs have several hosts: name the sector (sector_identifier_uri).",
    )
    return hosts[0] if hosts else metadata.id


def _default_max_age(metadata: Metadata) -> int | None:
    age = metadata.default_max_age
    _require(age is None or 0 <= age <= LONGEST_MAX_AGE, "default_max_age is a number of seconds.")
    return age


def _frontchannel_logout_uri(metadata: Metadata) -> str | None:
    """Beside a redirect URI (OpenID Connect Front-Channel Logout §2)."""
    uri = metadata.frontchannel_logout_uri
    if uri is None:
        return None
    homes = {uris.origin_of(redirect) for redirect in metadata.redirect_uris}
    _require(
        uris.origin_of(uris.require_web(uri)) in homes, f"{uri}: it shares its origin with a redirect URI."
    )
    return uri


def _post_logout_redirect_uris(metadata: Metadata) -> list[str]:
    _require(len(metadata.post_logout_redirect_uris) <= LONGEST_LIST, "There are too many redirect URIs.")
    return [
        uris.require_redirect(uri, metadata.keeps_no_secret) for uri in metadata.post_logout_redirect_uris
    ]


def _localized(metadata: Metadata) -> dict[str, str]:
    """What people read, by language (RFC 7591 §2.2)."""
    _require(len(metadata.localized) <= LONGEST_LIST, "There are too many languages.")
    for name, value in metadata.localized.items():
        what, _, language = name.partition("#")
        _require(what in LOCALIZED and _LANGUAGE.fullmatch(language), f"{name[:100]!a} is not in a language.")
        if what == "client_name":
            _require(0 < len(value.strip()) <= 200, "The name is 1 to 200 characters.")
        else:
            uris.require_web(value)
    return dict(metadata.localized)


Rule = Callable[[Metadata], object]


def _told(column: str) -> Rule:
    return lambda metadata: getattr(metadata, column)


def _one_of(column: str, allowed: Iterable[str], *, optional: bool = False) -> Rule:
    def rule(metadata: Metadata) -> object:
        value = getattr(metadata, column)
        _require(
            (optional and value is None) or value in allowed, f"{column} is one of {', '.join(allowed)}."
        )
        return value

    return rule


def _text(column: str, longest: int = 200) -> Rule:
    def rule(metadata: Metadata) -> object:
        value = getattr(metadata, column)
        _require(value is None or len(value) <= longest, f"{column} is at most {longest} characters.")
        return value

    return rule


def _texts(column: str) -> Rule:
    def rule(metadata: Metadata) -> object:
        values = getattr(metadata, column)
        fits = len(values) <= LONGEST_LIST and all(0 < len(value) <= 200 for value in values)
        _require(fits, f"{column} holds too much.")
        return list(values)

    return rule


def _address(column: str, require: Callable[[str], str]) -> Rule:
    def rule(metadata: Metadata) -> object:
        value = getattr(metadata, column)
        return None if value is None else require(value)

    return rule


_COLUMNS: dict[str, Rule] = {
    "id": _id,
    "name": _name,
    "redirect_uris": _redirect_uris,
    "origins": _origins,
    "direct_login": _told("direct_login"),
    "first_party": _told("first_party"),
    "scope": _scope,
    "grant_types": _grant_types,
    "exchange_audiences": _texts("exchange_audiences"),
    "auth_methods": _auth_methods,
    "token_endpoint_auth_signing_alg": _one_of(
        "token_endpoint_auth_signing_alg", signed.ALGORITHMS, optional=True
    ),
    "jwks": _jwks,
    "jwks_uri": _address("jwks_uri", uris.require_web),
    "profile": _told("profile"),
    "pkce_required": lambda metadata: metadata.pkce_required or metadata.keeps_no_secret,
    "require_par": _told("require_par"),
    "require_signed_request": _told("require_signed_request"),
    "dpop_bound": _told("dpop_bound"),
    "access_token_format": _one_of("access_token_format", ("opaque", "jwt")),
    "signature_alg": _one_of("signature_alg", signing_keys.ALGORITHMS),
    "request_object_signing_alg": _one_of("request_object_signing_alg", signed.ALGORITHMS, optional=True),
    "userinfo_signed_response_alg": _one_of(
        "userinfo_signed_response_alg", signing_keys.ALGORITHMS, optional=True
    ),
    "introspection_signed_response_alg": _one_of(
        "introspection_signed_response_alg", signing_keys.ALGORITHMS, optional=True
    ),
    "subject_type": _one_of("subject_type", SUBJECT_TYPES),
    "sector_identifier_uri": _address("sector_identifier_uri", uris.require_https),
    "sector": _sector,
    "application_type": _one_of("application_type", ("web", "native")),
    "initiate_login_uri": _address("initiate_login_uri", uris.require_https),
    "default_max_age": _default_max_age,
    "require_auth_time": _told("require_auth_time"),
    "default_acr_values": _texts("default_acr_values"),
    "post_logout_redirect_uris": _post_logout_redirect_uris,
    "backchannel_logout_uri": _address("backchannel_logout_uri", uris.require_web),
    "backchannel_session_required": _told("backchannel_session_required"),
    "frontchannel_logout_uri": _frontchannel_logout_uri,
    "frontchannel_session_required": _told("frontchannel_session_required"),
    "organization": _text("organization"),
    "localized": _localized,
    "client_uri": _address("client_uri", uris.require_web),
    "logo_uri": _address("logo_uri", uris.require_web),
    "policy_uri": _address("policy_uri", uris.require_web),
    "tos_uri": _address("tos_uri", uris.require_web),
    "contacts": _texts("contacts"),
    "software_id": _text("software_id"),
    "software_version": _text("software_version"),
}
"""Every column that metadata decide, in the order that what is wrong is told."""
