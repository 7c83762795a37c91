"""What can be said of a client on the command line, in one table: `clients add` and `clients edit` take all of it.

An option that is not given says nothing; one that is given empty takes away what was there.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from api.cli.console import fail, one_sentence


@dataclass(frozen=True)
class Said:
    """An option: the piece of metadata that it is, what `--help` says, its type, its flags where not the piece's."""

    piece: str
    help: str
    kind: Any = str
    flags: tuple[str, ...] = ()


OPTIONS = (
    Said("name", "What people read."),
    Said("redirect_uris", "Where people return to; may be repeated.", list[str], ("--redirect-uri",)),
    Said("public", "Keeps no secret: a page or an app.", bool),
    Said("first_party", "Our own: asks no consent.", bool),
    Said("direct_login", "May log people in by GraphQL.", bool),
    Said("origins", "Where direct logins come from; may be repeated.", list[str], ("--origin",)),
    Said("scope", "Scopes it may have, separated by spaces."),
    Said("signature_alg", "ES256 or RS256.", str, ("--id-token-alg",)),
    Said("sector", "Clients of one sector share a sub: a host, or client/ID."),
    Said("sector_identifier_uri", "A file that lists the sector's redirect URIs."),
    Said("subject_type", "pairwise or public."),
    Said(
        "pkce_required",
        "Refuse it without PKCE, which public and native clients always need.",
        bool,
        ("--require-pkce/--pkce-optional",),
    ),
    Said("application_type", "web, or native: it runs on people's own machines."),
    Said("id_token_claims", "Its ID tokens tell what its scopes reveal, as userinfo does.", bool),
    Said("profile", "fapi2: the FAPI 2.0 Security Profile."),
    Said("auth_method", "client_secret_basic, client_secret_post or private_key_jwt."),
    Said("token_endpoint_auth_signing_alg", "What it signs assertions with.", str, ("--auth-signing-alg",)),
    Said("jwks", "A file with its public keys (JWKS).", Path),
    Said("jwks_uri", "Where its public keys are."),
    Said("access_token_format", "opaque, or jwt (RFC 9068).", str, ("--access-token",)),
    Said("dpop_bound", "Its tokens are bound to a key.", bool, ("--dpop/--no-dpop",)),
    Said("require_par", "Requests come pushed.", bool),
    Said("require_signed_request", "Requests come signed.", bool),
    Said("request_object_signing_alg", "What it signs requests with.", str, ("--request-object-alg",)),
    Said("userinfo_signed_response_alg", "ES256 or RS256: userinfo as a JWT.", str, ("--userinfo-alg",)),
    Said(
        "introspection_signed_response_alg",
        "ES256 or RS256: introspection as a JWT.",
        str,
        ("--introspection-alg",),
    ),
    Said("device", "For desks and kiosks (RFC 8628).", bool),
    Said(
        "exchange_audiences",
        "A client it may call for the citizen (RFC 8693); may be repeated.",
        list[str],
        ("--exchange-audience",),
    ),
    Said(
        "post_logout_redirect_uris",
        "Where people return to once logged out; may be repeated.",
        list[str],
        ("--post-logout-redirect-uri",),
    ),
    Said("backchannel_logout_uri", "Where logouts are told."),
    Said("frontchannel_logout_uri", "What the person's browser opens at logout."),
    Said("initiate_login_uri", "Where a login can be begun."),
    Said("default_max_age", "Seconds since the sign-in, at most, unless it asks otherwise."),
    Said("require_auth_time", "Always tell when the person signed in.", bool),
    Said(
        "default_acr_values",
        "A way of signing in that it wants unless it asks otherwise; may be repeated.",
        list[str],
        ("--default-acr",),
    ),
    Said("organization", "Who runs it, as people read it."),
    Said("client_uri", "Its home page."),
    Said("logo_uri", "Its logo."),
    Said("policy_uri", "How it treats personal data."),
    Said("tos_uri", "Its terms of service."),
    Said("contacts", "Whom to write to; may be repeated.", list[str], ("--contact",)),
)

NEVER_NONE = frozenset({"name", "organization", "profile", "scope", "subject_type", "access_token_format"})
"""Texts that are empty where there are none."""


def taken(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes every option of the table beside its own, and is called with what they say: `told`."""
    own = [one for one in inspect.signature(command).parameters.values() if one.name != "told"]
    shared = [option for option in OPTIONS if option.piece not in {one.name for one in own}]

    def run(**values: Any) -> None:
        with one_sentence():
            told = _told({option.piece: values.pop(option.piece) for option in shared})
            command(**values, told=told)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    parameters = [
        *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own),
        *map(_parameter, shared),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _parameter(option: Said) -> inspect.Parameter:
    return inspect.Parameter(
        option.piece,
        inspect.Parameter.KEYWORD_ONLY,
        default=typer.Option(None, *option.flags, help=option.help),
        annotation=option.kind | None,
    )


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The pieces of metadata that were given."""
    told = {piece: _read(piece, value) for piece, value in values.items() if value is not None}
    for channel in ("backchannel", "frontchannel"):
        if f"{channel}_logout_uri" in told:
            told[f"{channel}_session_required"] = told[f"{channel}_logout_uri"] is not None
    return told


def _read(piece: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(one for one in value if one)
    if isinstance(value, Path):
        return None if value == Path() else _read_jwks(value)
    if value == "" and piece not in NEVER_NONE:
        return None
    return _number(value) if piece == "default_max_age" else value


def _number(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        fail(f"{value} is not a number of seconds.", 2)


def _read_jwks(path: Path) -> Mapping[str, Any]:
    """The JSON object in this file."""
    try:
        found = json.loads(path.read_text())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        fail(f"{path} is not a JWKS.")
    return found
