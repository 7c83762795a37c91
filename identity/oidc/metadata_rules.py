"""What a client may be told to be: a rule for each column, in one table.

Owns the rules of client metadata (RFC 7591 §2, OpenID Connect Registration §2, RFC 8252, FAPI 2.0). Neither
stores nor fetches: whoever registers is believed to own what it names, and a redirect goes nowhere else.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from identity.foundation import names
from identity.oidc import metadata_access, sectors, signed, signing_keys, uris
from identity.oidc.metadata import LOCALIZED, SUBJECT_TYPES, Metadata
from identity.oidc.uris import MetadataRefused, require

LONGEST_LIST = 50
LONGEST_MAX_AGE = 10**9

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def check(metadata: Metadata) -> dict[str, object]:
    """The columns of a client that may be so; MetadataRefused."""
    try:
        _require_text(vars(metadata).values())
    except RecursionError:
        raise MetadataRefused("The metadata are nested too deeply.") from None
    metadata = metadata_access.of_its_profile(metadata)
    return {column: rule(metadata) for column, rule in _COLUMNS.items()}


def _require_text(values: Iterable[object]) -> None:
    """What a database can hold, however deep."""
    for value in values:
        if isinstance(value, str):
            require(signed.is_text(value), "A text holds a NUL or half a character.")
        elif isinstance(value, Mapping):
            _require_text([*value.keys(), *value.values()])
        elif isinstance(value, list | tuple):
            _require_text(value)


def _id(metadata: Metadata) -> str:
    require(_NAME.fullmatch(metadata.id), "The id is 1 to 128 letters, digits, dots, dashes, underscores.")
    return metadata.id


def _name(metadata: Metadata) -> str:
    return _require_name(metadata.name).strip()


def _require_name(name: str) -> str:
    """What a person reads on consent: one line, and nothing in it that is not seen."""
    require(0 < len(name.strip()) <= 200, "The name is 1 to 200 characters.")
    require(names.is_plain(name.strip()), "The name holds a line break, or something that nobody sees.")
    return name


def _organization(metadata: Metadata) -> str:
    return _require_name(metadata.organization).strip() if metadata.organization else ""


def _redirect_uris(metadata: Metadata) -> list[str]:
    needed = metadata.grant_types is None and metadata.keeps_no_secret and not metadata.device
    require(metadata.redirect_uris or not needed, "A public client needs a redirect URI.")
    require(len(metadata.redirect_uris) <= LONGEST_LIST, "There are too many redirect URIs.")
    return [uris.require_redirect(uri, metadata.keeps_no_secret) for uri in metadata.redirect_uris]


def _origins(metadata: Metadata) -> list[str]:
    if metadata.direct_login:
        require(
            metadata.keeps_no_secret and metadata.first_party,
            "Direct login is for public first-party clients.",
        )
        require(metadata.origins, "Direct login needs at least one origin.")
    require(metadata.direct_login or not metadata.origins, "Origins are for direct login.")
    return [uris.require_origin(origin) for origin in metadata.origins]


def _subject_type(metadata: Metadata) -> str:
    told = metadata.subject_type or "pairwise"
    require(told in SUBJECT_TYPES, f"subject_type is one of {', '.join(SUBJECT_TYPES)}.")
    return told


def _default_max_age(metadata: Metadata) -> int | None:
    age = metadata.default_max_age
    require(age is None or 0 <= age <= LONGEST_MAX_AGE, "default_max_age is a number of seconds.")
    return age


def _frontchannel_logout_uri(metadata: Metadata) -> str | None:
    """Beside a redirect URI (OpenID Connect Front-Channel Logout §2)."""
    uri = metadata.frontchannel_logout_uri
    if uri is None:
        return None
    homes = {uris.origin_of(redirect) for redirect in metadata.redirect_uris}
    require(
        uris.origin_of(uris.require_web(uri)) in homes, f"{uri}: it shares its origin with a redirect URI."
    )
    return uri


def _post_logout_redirect_uris(metadata: Metadata) -> list[str]:
    require(len(metadata.post_logout_redirect_uris) <= LONGEST_LIST, "There are too many redirect URIs.")
    return [
        uris.require_redirect(uri, metadata.keeps_no_secret) for uri in metadata.post_logout_redirect_uris
    ]


def _localized(metadata: Metadata) -> dict[str, str]:
    """What people read, by language (RFC 7591 §2.2)."""
    require(len(metadata.localized) <= LONGEST_LIST, "There are too many languages.")
    for name, value in metadata.localized.items():
        what, _, language = name.partition("#")
        require(what in LOCALIZED and _LANGUAGE.fullmatch(language), f"{name[:100]!a} is not in a language.")
        if what == "client_name":
            _require_name(value)
        else:
            uris.require_web(value)
    return dict(metadata.localized)


Rule = Callable[[Metadata], object]


def _told(column: str) -> Rule:
    return lambda metadata: getattr(metadata, column)


def _one_of(column: str, allowed: Iterable[str], *, optional: bool = False) -> Rule:
    def rule(metadata: Metadata) -> object:
        value = getattr(metadata, column)
        require((optional and value is None) or value in allowed, f"{column} is one of {', '.join(allowed)}.")
        return value

    return rule


def _text(column: str, longest: int = 200) -> Rule:
    def rule(metadata: Metadata) -> object:
        value = getattr(metadata, column)
        require(value is None or len(value) <= longest, f"{column} is at most {longest} characters.")
        return value

    return rule


def _texts(column: str) -> Rule:
    def rule(metadata: Metadata) -> object:
        values = getattr(metadata, column)
        fits = len(values) <= LONGEST_LIST and all(0 < len(value) <= 200 for value in values)
        require(fits, f"{column} holds too much.")
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
    "scope": metadata_access.scope,
    "grant_types": metadata_access.grant_types,
    "exchange_audiences": _texts("exchange_audiences"),
    "auth_methods": metadata_access.auth_methods,
    "token_endpoint_auth_signing_alg": _one_of(
        "token_endpoint_auth_signing_alg", signed.ALGORITHMS, optional=True
    ),
    "jwks": metadata_access.jwks,
    "jwks_uri": _address("jwks_uri", uris.require_web),
    "profile": _told("profile"),
    "pkce_required": metadata_access.pkce_required,
    "id_token_claims": _told("id_token_claims"),
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
    "subject_type": _subject_type,
    "sector_identifier_uri": _address("sector_identifier_uri", uris.require_https),
    "sector": sectors.of,
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
    "organization": _organization,
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
