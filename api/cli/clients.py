"""`parvis clients`: register applications and services, list them, change their secrets, end them."""

import json
import sys
from typing import Annotated

import typer

from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.foundation.tokens import Secret
from identity.oidc import clients, registration
from identity.oidc.clients import Client
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
    signature_alg: Annotated[str, typer.Option("--id-token-alg", help="ES256 or RS256.")] = "RS256",
    sector: Annotated[str | None, typer.Option(help="Clients of one sector share a sub.")] = None,
    subject_type: Annotated[str, typer.Option(help="pairwise or public.")] = "pairwise",
    pkce_optional: Annotated[bool, typer.Option("--pkce-optional", help="For older services.")] = False,
    as_json: bool = Json,
) -> None:
    """Register a client; prints its secret, once."""
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
        pkce_required=not pkce_optional,
    )
    with one_sentence(), open_units().begin() as work:
        registered = registration.add(work, metadata)
    _print_secret(registered.client.id, registered.secret, as_json)


@app.command(name="list")
def list_(as_json: bool = Json) -> None:
    """Every client, disabled ones too."""
    with one_sentence(), open_units().read() as work:
        row = _row if as_json else _short_row
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
def disable(id: str) -> None:
    """End a client and every token that it holds."""
    with one_sentence(), open_units().begin() as work:
        registration.disable(work, id)


def _print_secret(client_id: str, secret: Secret | None, as_json: bool) -> None:
    told = {"client_id": client_id} | ({"client_secret": secret.reveal()} if secret else {})
    print(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    if secret and not as_json:
        print("Keep the secret: it is not shown again.", file=sys.stderr)


def _row(client: Client) -> dict[str, object]:
    return {
        "id": client.id,
        "name": client.name,
        "public": client.is_public,
        "first_party": client.first_party,
        "direct_login": client.direct_login,
        "redirect_uris": client.redirect_uris,
        "origins": client.origins,
        "scope": client.scope,
        "sector": client.sector,
        "subject_type": client.subject_type,
        "id_token_alg": client.signature_alg,
        "created_at": client.created_at.isoformat(),
        "disabled_at": client.disabled_at.isoformat() if client.disabled_at else None,
    }


def _short_row(client: Client) -> dict[str, object]:
    """What fits on a terminal."""
    marks = {
        "public": client.is_public,
        "first-party": client.first_party,
        "direct login": client.direct_login,
        "disabled": client.disabled_at,
    }
    return {
        "id": client.id,
        "name": client.name,
        "kind": ", ".join(mark for mark, true in marks.items() if true),
        "redirect URIs": "\n".join(client.redirect_uris),
    }
