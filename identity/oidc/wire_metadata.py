"""Client metadata as they travel: JSON by the names of RFC 7591, OpenID Connect and their kin, typed one by one.

Owns that vocabulary, both ways. Members that nobody knows are left out, as RFC 7591 §2 has it; those that we know
and shall never honour are refused, so that nobody counts on them. Judges nothing else: `metadata_rules` does.
"""

from collections.abc import Callable, Mapping
from typing import Any

from identity.oidc import uris
from identity.oidc.clients import Client
from identity.oidc.metadata import LOCALIZED, Metadata
from identity.oidc.uris import MetadataRefused, RedirectRefused

Kind = Callable[[Any], Any]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...] | None:
    fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return tuple(value) if fits else None


def _switch(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


_KINDS: dict[Kind, str] = {
    _text: "a text",
    _texts: "an array of texts",
    _switch: "true or false",
    _number: "a whole number",
    _object: "an object",
}

WORDS: dict[str, tuple[str, Kind]] = {
    "client_name": ("name", _text),
    "redirect_uris": ("redirect_uris", _texts),
    "grant_types": ("grant_types", _texts),
    "scope": ("scope", _text),
    "token_endpoint_auth_method": ("auth_method", _text),
    "token_endpoint_auth_signing_alg": ("token_endpoint_auth_signing_alg", _text),
    "jwks": ("jwks", _object),
    "jwks_uri": ("jwks_uri", _text),
    "require_pushed_authorization_requests": ("require_par", _switch),
    "require_signed_request_object": ("require_signed_request", _switch),
    "dpop_bound_access_tokens": ("dpop_bound", _switch),
    "id_token_signed_response_alg": ("signature_alg", _text),
    "request_object_signing_alg": ("request_object_signing_alg", _text),
    "userinfo_signed_response_alg": ("userinfo_signed_response_alg", _text),
    "introspection_signed_response_alg": ("introspection_signed_response_alg", _text),
    "subject_type": ("subject_type", _text),
    "sector_identifier_uri": ("sector_identifier_uri", _text),
    "application_type": ("application_type", _text),
    "initiate_login_uri": ("initiate_login_uri", _text),
    "default_max_age": ("default_max_age", _number),
    "require_auth_time": ("require_auth_time", _switch),
    "default_acr_values": ("default_acr_values", _texts),
    "post_logout_redirect_uris": ("post_logout_redirect_uris", _texts),
    "backchannel_logout_uri": ("backchannel_logout_uri", _text),
    "backchannel_logout_session_required": ("backchannel_session_required", _switch),
    "frontchannel_logout_uri": ("frontchannel_logout_uri", _text),
    "frontchannel_logout_session_required": ("frontchannel_session_required", _switch),
    "client_uri": ("client_uri", _text),
    "logo_uri": ("logo_uri", _text),
    "policy_uri": ("policy_uri", _text),
    "tos_uri": ("tos_uri", _text),
    "contacts": ("contacts", _texts),
    "software_id": ("software_id", _text),
    "software_version": ("software_version", _text),
}
"""Each member, the metadata that it is, its type."""

NEVER = (
    *("id_token_encrypted_response_alg", "userinfo_encrypted_response_alg", "request_object_encryption_alg"),
    *("introspection_encrypted_response_alg", "authorization_encrypted_response_alg"),
    "tls_client_certificate_bound_access_tokens",
)
"""What we know and shall not honour."""


def read(client_id: str, document: Mapping[str, Any], ceiling: str) -> Metadata:
    """What a client asks to be, with no more scope than the ceiling; MetadataRefused for a wrong type.

    It asks for the defaults of RFC 7591 §2 where it says nothing.
    """
    told = {name: value for name, value in document.items() if value is not None}
    for name in NEVER:
        if told.get(name):
            raise MetadataRefused(f"{name} is not supported.")
    values = {WORDS[name][0]: _typed(name, value) for name, value in told.items() if name in WORDS}
    _settle(values, told, ceiling)
    return Metadata(id=client_id, **values)


def show(client: Client) -> dict[str, Any]:
    """What a client is, without its secrets; nothing null, nothing empty."""
    by_word = {word: getattr(client, _COLUMNS.get(name, name)) for word, (name, _) in WORDS.items()}
    by_word["response_types"] = ["code"] if "authorization_code" in client.grant_types else []
    shown = {word: value for word, value in by_word.items() if value not in (None, "", [], {}, False)}
    return (
        {"client_id": client.id, "client_id_issued_at": int(client.created_at.timestamp())}
        | shown
        | client.localized
    )


_COLUMNS = {"auth_method": "token_endpoint_auth_method"}
"""Where a client calls a piece of its metadata otherwise."""


def _typed(name: str, value: Any) -> Any:
    kind = WORDS[name][1]
    typed = kind(value)
    if typed is None:
        refused = RedirectRefused if name == "redirect_uris" else MetadataRefused
        raise refused(f"{name} is {_KINDS[kind]}.")
    return typed


def _settle(values: dict[str, Any], told: Mapping[str, Any], ceiling: str) -> None:
    """Fill in what was left out, and leave out what says nothing."""
    for name in ("userinfo_signed_response_alg", "request_object_signing_alg"):
        if values.get(name) == "none":
            del values[name]
    values.setdefault("grant_types", ("authorization_code",))
    values.setdefault("auth_method", "client_secret_basic")
    if "name" not in values:
        values["name"] = _usual_name(values.get("redirect_uris", ()))
    values["localized"] = _localized(told)
    values["scope"] = _scope(values.get("scope"), ceiling)
    _require_code(told.get("response_types", []))


def _localized(told: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name: value for name, value in told.items() if name.partition("#")[0] in LOCALIZED and "#" in name
    }
    for name, value in found.items():
        if not isinstance(value, str):
            raise MetadataRefused(f"{name[:100]!a} is a text.")
    return found


def _scope(asked: str | None, ceiling: str) -> str:
    if asked is None:
        return ceiling
    allowed = set(ceiling.split())
    scope = " ".join(word for word in asked.split() if word in allowed)
    if not scope:
        raise MetadataRefused("Nothing of that scope can be had.")
    return scope


def _require_code(response_types: Any) -> None:
    """Require that nothing but a code is wanted from the authorization endpoint."""
    if not isinstance(response_types, list) or any(kind != "code" for kind in response_types):
        raise MetadataRefused("The response type is code.")


def _usual_name(redirect_uris: tuple[str, ...]) -> str:
    """Something for people to read where the client says nothing: its host."""
    try:
        return next((host for uri in redirect_uris if (host := uris.split(uri).hostname)), "Service")[:200]
    except MetadataRefused:
        return "Service"  # a redirect URI that is none is told as such, later
