"""`parvis clients`: register applications and services, list them, change their secrets, end them."""

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli import client_rows
from api.cli.console import Json, fail, one_sentence, open_units, print_rows
from identity.foundation.tokens import Secret
from identity.oidc import audiences, client_keys, clients, invitations, registration
from identity.oidc.registration import Metadata

app = typer.Typer(help="Applications and services that log people in.", no_args_is_help=True)


@app.command()
def add(
    id: Annotated[str, typer.Option("--id", help="Its client_id.")],
    name: Annotated[str, typer.Option(help="What people read.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Where people return to; may be repeated.")] = [],  # noqa: B006
    public: Annotated[bool, typer.Option("--public", help="Keeps no secret: a page or an app.")] = False,
    first_party: Annotated[bool, typer.Option("--first-party", help="Our own: asks no consent.")] = False,
    direct_login: Annotated[
        bool, typer.Option("--direct-login", help="May log people in by GraphQL.")
    ] = False,
    origin: Annotated[list[str], typer.Option(help="Where direct logins come from; may be repeated.")] = [],  # noqa: B006
    scope: Annotated[str | None, typer.Option(help="Scopes it may have, separated by spaces.")] = None,
    signature_alg: Annotated[str | None, typer.Option("--id-token-alg", help="ES256 or RS256.")] = None,
    sector: Annotated[str | None, typer.Option(help="Clients of one sector share a sub.")] = None,
    sector_identifier_uri: Annotated[
        str | None, typer.Option(help="A file that lists the sector's redirect URIs.")
    ] = None,
    subject_type: Annotated[str, typer.Option(help="pairwise or public.")] = "pairwise",
    pkce_optional: Annotated[bool, typer.Option("--pkce-optional", help="For older services.")] = False,
    profile: Annotated[str, typer.Option(help="fapi2: the FAPI 2.0 Security Profile.")] = "",
    auth_method: Annotated[
        str | None, typer.Option(help="client_secret_basic, client_secret_post or private_key_jwt.")
    ] = None,
    auth_signing_alg: Annotated[str | None, typer.Option(help="What it signs assertions with.")] = None,
    jwks: Annotated[Path | None, typer.Option(help="A file with its public keys (JWKS).")] = None,
    jwks_uri: Annotated[str | None, typer.Option(help="Where its public keys are.")] = None,
    access: Annotated[str, typer.Option("--access-token", help="opaque, or jwt (RFC 9068).")] = "opaque",
    dpop: Annotated[bool, typer.Option("--dpop", help="Its tokens are bound to a key.")] = False,
    require_par: Annotated[bool, typer.Option("--require-par", help="Requests come pushed.")] = False,
    require_signed_request: Annotated[
        bool, typer.Option("--require-signed-request", help="Requests come signed.")
    ] = False,
    request_object_alg: Annotated[str | None, typer.Option(help="What it signs requests with.")] = None,
    userinfo_alg: Annotated[str | None, typer.Option(help="ES256 or RS256: userinfo as a JWT.")] = None,
    introspection_alg: Annotated[
        str | None, typer.Option(help="ES256 or RS256: introspection as a JWT.")
    ] = None,
    device: Annotated[bool, typer.Option("--device", help="For desks and kiosks (RFC 8628).")] = False,
    exchange_audience: Annotated[
        list[str], typer.Option(help="A client it may call for the citizen (RFC 8693); may be repeated.")
    ] = [],  # noqa: B006
    post_logout_redirect_uri: Annotated[
        list[str], typer.Option(help="Where people return to once logged out; may be repeated.")
    ] = [],  # noqa: B006
    backchannel_logout_uri: Annotated[str | None, typer.Option(help="Where logouts are told.")] = None,
    frontchannel_logout_uri: Annotated[
        str | None, typer.Option(help="What the person's browser opens at logout.")
    ] = None,
    initiate_login_uri: Annotated[str | None, typer.Option(help="Where a login can be begun.")] = None,
    default_max_age: Annotated[
        int | None, typer.Option(help="Seconds since the sign-in, at most, unless it asks otherwise.")
    ] = None,
    require_auth_time: Annotated[
        bool, typer.Option("--require-auth-time", help="Always tell when the person signed in.")
    ] = False,
    organization: Annotated[str, typer.Option(help="Who runs it, as people read it.")] = "",
    client_uri: Annotated[str | None, typer.Option(help="Its home page.")] = None,
    logo_uri: Annotated[str | None, typer.Option(help="Its logo.")] = None,
    policy_uri: Annotated[str | None, typer.Option(help="How it treats personal data.")] = None,
    tos_uri: Annotated[str | None, typer.Option(help="Its terms of service.")] = None,
    contact: Annotated[list[str], typer.Option(help="Whom to write to; may be repeated.")] = [],  # noqa: B006
    as_json: bool = Json,
) -> None:
    """Register a client; prints its secret, once."""
    with one_sentence():
        metadata = Metadata(
            id=id,
            name=name,
            redirect_uris=tuple(redirect_uri),
            public=public,
            first_party=first_party,
            direct_login=direct_login,
            origins=tuple(origin),
            scope=scope,
            signature_alg=signature_alg,
            subject_type=subject_type,
            sector=sector,
            sector_identifier_uri=sector_identifier_uri,
            pkce_required=not pkce_optional,
            profile=profile,
            device=device,
            exchange_audiences=tuple(exchange_audience),
            auth_method=auth_method,
            token_endpoint_auth_signing_alg=auth_signing_alg,
            jwks=_read_jwks(jwks) if jwks else None,
            jwks_uri=jwks_uri,
            access_token_format=access,
            dpop_bound=dpop,
            require_par=require_par,
            require_signed_request=require_signed_request,
            request_object_signing_alg=request_object_alg,
            userinfo_signed_response_alg=userinfo_alg,
            introspection_signed_response_alg=introspection_alg,
            post_logout_redirect_uris=tuple(post_logout_redirect_uri),
            backchannel_logout_uri=backchannel_logout_uri,
            backchannel_session_required=backchannel_logout_uri is not None,
            frontchannel_logout_uri=frontchannel_logout_uri,
            frontchannel_session_required=frontchannel_logout_uri is not None,
            initiate_login_uri=initiate_login_uri,
            default_max_age=default_max_age,
            require_auth_time=require_auth_time,
            organization=organization,
            client_uri=client_uri,
            logo_uri=logo_uri,
            policy_uri=policy_uri,
            tos_uri=tos_uri,
            contacts=tuple(contact),
        )
        units = open_units()
        registration.require_sector(units.settings, metadata)
        with units.begin() as work:
            registered = registration.add(work, metadata)
        if jwks_uri and not client_keys.find(units, registered.client):
            print(f"{jwks_uri} shows no key yet: it is asked again when the client signs.", file=sys.stderr)
    _print_secret(registered.client.id, registered.secret, as_json)


@app.command()
def invite(
    label: Annotated[str, typer.Option(help="Whom it is for, to tell it again in the list.")],
    scope: Annotated[str | None, typer.Option(help="Scopes that its clients may have at most.")] = None,
    uses: Annotated[int, typer.Option(help="How many clients it may register.")] = 1,
    days: Annotated[int, typer.Option(help="How long it is good for.")] = 7,
    as_json: bool = Json,
) -> None:
    """Let somebody register clients by themselves (RFC 7591): prints an initial access token, once."""
    with one_sentence(), open_units().begin() as work:
        token = invitations.issue(work, invitations.Terms(label, scope, uses, timedelta(days=days)))
    print(json.dumps({"initial_access_token": token.reveal()}) if as_json else token.reveal())


@app.command(name="list")
def list_(as_json: bool = Json) -> None:
    """Every client, disabled ones too."""
    with one_sentence(), open_units().read() as work:
        row = client_rows.full if as_json else client_rows.short
        print_rows([row(client) for client in clients.all(work)], as_json)


@app.command()
def rotate_secret(
    id: str,
    end_former: Annotated[bool, typer.Option("--end-former", help="The former secret ends now.")] = False,
    as_json: bool = Json,
) -> None:
    """Give a client a new secret; the one before stays good until the next rotation."""
    with one_sentence(), open_units().begin() as work:
        secret = registration.rotate_secret(work, id, end_former=end_former)
    _print_secret(id, secret, as_json)


@app.command()
def serves(
    id: str,
    resource: Annotated[list[str], typer.Argument(help="The URIs, none to take them all back.")] = [],  # noqa: B006
) -> None:
    """Say which resources a client serves: others name them to get tokens for it (RFC 8707)."""
    with one_sentence(), open_units().begin() as work:
        audiences.declare(work, registration.get(work, id).id, resource)


@app.command()
def disable(id: str) -> None:
    """End a client and every token that it holds."""
    with one_sentence(), open_units().begin() as work:
        registration.disable(work, id)


def _print_secret(client_id: str, secret: Secret | None, as_json: bool) -> None:
    told = {"client_id": client_id} | ({"client_secret": secret.reveal()} if secret else {})
    print(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    if secret and not as_json:
        print("Keep the secret: it is not shown again.", file=sys.stderr)


def _read_jwks(path: Path) -> Mapping[str, Any]:
    """The JSON object in this file."""
    try:
        found = json.loads(path.read_text())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        fail(f"{path} is not a JWKS.")
    return found
