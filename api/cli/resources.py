"""`parvis clients resources`: which resources there are, who serves each, and who may ask tokens for it."""

from typing import Annotated

import typer

from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.oidc import registration, resources

app = typer.Typer(help="Who may ask tokens for which resource (RFC 8707).", no_args_is_help=True)

Client = Annotated[str, typer.Argument(help="The client_id of who asks.")]
Uris = Annotated[list[str], typer.Argument(help="The URIs of the resources.")]


@app.command("list")
def list_(as_json: bool = Json) -> None:
    """List every resource: who serves it, and to whom it is allowed beside."""
    with one_sentence(), open_units().read() as work:
        rows = [vars(one) for one in resources.all(work)]
    shown = rows if as_json else [row | {"allowed_to": "\n".join(row["allowed_to"])} for row in rows]
    print_rows(shown, as_json)


@app.command()
def allow(id: Client, resource: Uris) -> None:
    """Let a client ask tokens for these resources; citizens are asked for their leave, resource by resource."""
    with one_sentence(), open_units().begin() as work:
        resources.allow(work, registration.get(work, id).id, resource)


@app.command()
def disallow(id: Client, resource: Uris) -> None:
    """Take it back: the client's next request for them is refused, renewals too."""
    with one_sentence(), open_units().begin() as work:
        resources.disallow(work, id, resource)
