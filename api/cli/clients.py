"""`parvis clients`: register applications and services, look at them, change them and their secrets, end them."""

import json
import sys
from datetime import timedelta
from typing import Annotated, Any

import typer

from api.cli import client_options, client_rows, product_rows
from api.cli import invitations as invitations_
from api.cli import resources as resources_
from api.cli.console import Json, fail, one_sentence, open_units, print_rows
from api.cli.products import Product
from api.cli.products.table import PRODUCTS
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Units
from identity.oidc import (
    client_keys,
    clients,
    editing,
    invitations,
    metadata_rules,
    refusals,
    registration,
    resources,
    sectors,
)
from identity.oidc.clients import Client
from identity.oidc.registration import Metadata

app = typer.Typer(help="Applications and services that log people in.", no_args_is_help=True)
app.add_typer(invitations_.app, name="invitations")
app.add_typer(resources_.app, name="resources")


@app.command(cls=product_rows.Listing)
@client_options.taken
def add(
    told: dict[str, Any],
    id: Annotated[
        str | None, typer.Option("--id", help="Its client_id; a product's name where not given.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What people read.")] = None,
    product: Annotated[
        str | None, typer.Option(help="A product that Parvis knows; alone it lists them.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the product is.")] = None,
    as_json: bool = Json,
) -> None:
    """Register a client; prints its secret, once, and a product's own configuration."""
    if product == product_rows.LIST:
        print_rows([product_rows.short(one) for one in PRODUCTS.values()], as_json)
        return
    chosen = product_rows.require(product, url) if product else None
    product_s = chosen.metadata(url or "") if chosen else {}
    metadata = Metadata(**(product_s | told | _named(chosen, id, name)))
    units = open_units()
    _require_sector(units, metadata)
    with units.begin() as work:
        registered = registration.add(work, metadata)
    _look_for_keys(units, registered.client)
    if chosen:
        product_rows.show(chosen, units.settings.public_url, url or "", registered, as_json)
    else:
        _print_secret(registered.client.id, registered.secret, as_json)


@app.command()
@client_options.taken
def edit(
    id: Annotated[str, typer.Option("--id", help="Its client_id.")],
    told: dict[str, Any],
    as_json: bool = Json,
) -> None:
    """Change what is given of a client and keep the rest; an empty option ("") takes away what was there."""
    units = open_units()
    with units.read() as work:
        metadata = editing.edited(registration.get(work, id), told)
    if {"redirect_uris", "sector_identifier_uri"} & told.keys():
        _require_sector(units, metadata)
    with units.begin() as work:
        registered = registration.edit(work, id, told)
    if {"jwks", "jwks_uri"} & told.keys():
        _look_for_keys(units, registered.client)
    print(f"Changed: {', '.join(registered.changed) or 'nothing'}.", file=sys.stderr)
    _print_secret(id, registered.secret, as_json)


@app.command()
def show(
    id: Annotated[str, typer.Option("--id", help="Its client_id.")],
    as_json: bool = Json,
) -> None:
    """Everything that is known of a client but its secrets; disabled or not."""
    with one_sentence(), open_units().read() as work:
        found = next((client for client in clients.all(work) if client.id == id), None)
        if found is None:
            fail(f"There is no client {id}.")
        told = client_rows.full(found) | {
            "serves": sorted(resources.own(work, id)),
            "may_ask_for": [one.uri for one in resources.of_client(work, id)],
            "refused": [client_rows.refusal(one) for one in refusals.latest(work, id)],
        }
    advice = client_rows.advice(found)
    if as_json:
        print(json.dumps(told | {"advice": advice}, ensure_ascii=False, indent=2))
        return
    print_rows(
        [{"what": name, "value": client_rows.words(value)} for name, value in told.items()], as_json=False
    )
    for sentence in advice:
        print(sentence, file=sys.stderr)


@app.command()
def refused(as_json: bool = Json) -> None:
    """The last requests that were refused, by client and cause; also of those that named no client of ours."""
    with one_sentence(), open_units().read() as work:
        told = refusals.latest(work)
    print_rows([{"client": one.client_id or "unknown"} | client_rows.refusal(one) for one in told], as_json)


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
    """Say which resources a client serves (RFC 8707); who may ask tokens for them, says `clients resources allow`."""
    with one_sentence(), open_units().begin() as work:
        resources.declare(work, registration.get(work, id).id, resource)


@app.command()
def disable(id: str) -> None:
    """End a client and every token that it holds."""
    with one_sentence(), open_units().begin() as work:
        registration.disable(work, id)


def _named(product: Product | None, id: str | None, name: str | None) -> dict[str, Any]:
    """What the client is called: as told, or as its product is."""
    if product is None and not (id and name):
        fail("Say --id and --name, or --product.", 2)
    usual = (product.name, product.title) if product else ("", "")
    return {"id": id or usual[0], "name": name or usual[1]}


def _print_secret(client_id: str, secret: Secret | None, as_json: bool) -> None:
    told = {"client_id": client_id} | ({"client_secret": secret.reveal()} if secret else {})
    print(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    if secret and not as_json:
        print("Keep the secret: it is not shown again.", file=sys.stderr)


def _require_sector(units: Units, metadata: Metadata) -> None:
    """What is wrong with the rest is told before the network is asked."""
    metadata_rules.check(metadata)
    sectors.require_proof(units.settings, metadata)


def _look_for_keys(units: Units, client: Client) -> None:
    if client.jwks_uri and not client_keys.find(units, client):
        print(
            f"{client.jwks_uri} shows no key yet: it is asked again when the client signs.", file=sys.stderr
        )
