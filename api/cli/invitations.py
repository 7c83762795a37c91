"""`parvis clients invitations`: which invitations to register clients are out, and taking one back."""

from typing import Annotated, Any

import typer

from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.oidc import invitations
from identity.oidc.invitations import Invitation

app = typer.Typer(help="Invitations to register clients.", no_args_is_help=True)


@app.command("list")
def list_(as_json: bool = Json) -> None:
    """List the invitations, the oldest first; never the tokens themselves."""
    with one_sentence(), open_units().read() as work:
        print_rows([_row(one) for one in invitations.all(work)], as_json)


@app.command()
def revoke(number: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Take an invitation back; the clients that it has registered stay."""
    with one_sentence(), open_units().begin() as work:
        invitations.revoke(work, number)
    print(f"Invitation {number} is good for nothing any more.")


def _row(one: Invitation) -> dict[str, Any]:
    return {
        "number": one.id,
        "label": one.label,
        "scope": one.scope,
        "uses_left": one.uses_left,
        "created_at": one.created_at.isoformat(timespec="seconds"),
        "expires_at": one.expires_at.isoformat(timespec="seconds"),
    }
