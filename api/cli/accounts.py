"""`parvis accounts`: look at one, lock it, unlock it, send its confirmation again."""

import typer

from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.backoffice import agents

app = typer.Typer()

Email = typer.Argument(help="The account's e-mail address.")


@app.command()
def show(email: str = Email, as_json: bool = Json) -> None:
    """Show an account, its contracts and what waits for it."""
    with one_sentence(), open_units().read() as work:
        print_rows([agents.describe(work, email)], as_json)


@app.command()
def lock(email: str = Email) -> None:
    """Keep an account from signing in, and end its sessions."""
    with one_sentence(), open_units().begin() as work:
        agents.lock(work, email)
    print(f"{email} is locked: nobody signs in to it, and its sessions and tokens are over.")


@app.command()
def unlock(email: str = Email) -> None:
    """Let an account sign in again."""
    with one_sentence(), open_units().begin() as work:
        agents.unlock(work, email)
    print(f"{email} is unlocked: its holder can sign in again.")


@app.command()
def resend(email: str = Email) -> None:
    """Send the confirmation of a waiting registration again."""
    with one_sentence(), open_units().begin() as work:
        agents.resend(work, email)
    print(f"{email}: the confirmation is on its way again; the former link is void.")
