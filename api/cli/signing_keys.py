"""`parvis signing-keys`: which keys sign tokens, and the change of keys."""

import typer

from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.oidc import signing_keys
from identity.oidc.signing_keys import SigningKey

app = typer.Typer(help="The keys that sign tokens.", no_args_is_help=True)


@app.command(name="list")
def list_(as_json: bool = Json) -> None:
    """Every key: the one that signs, the next, and those that did."""
    with one_sentence():
        units = open_units()
        signing_keys.ensure(units)
        with units.read() as work:
            print_rows([_row(key) for key in signing_keys.all(work)], as_json)


@app.command()
def rotate(as_json: bool = Json) -> None:
    """Sign with the next key from now on, and publish a new next one."""
    with one_sentence(), open_units().begin() as work:
        signing_keys.rotate(work)
        print_rows([_row(key) for key in signing_keys.all(work)], as_json)


def _row(key: SigningKey) -> dict[str, object]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.state.value,
        "created_at": key.created_at,
        "activated_at": key.activated_at,
        "retired_at": key.retired_at,
    }
