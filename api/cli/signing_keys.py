"""`parvis signing-keys`: which keys sign tokens, and the change of keys."""

from typing import Annotated

import typer

from api.cli.console import Json, fail, one_sentence, open_units, print_rows
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
            _print(signing_keys.all(work), as_json)


@app.command()
def rotate(as_json: bool = Json) -> None:
    """Sign with the next key from now on, and publish a new next one."""
    with one_sentence(), open_units().begin() as work:
        signing_keys.rotate(work)
        _print(signing_keys.all(work), as_json)


@app.command()
def revoke(
    kid: Annotated[str | None, typer.Option(help="The key's name, as the list has it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every key, for others made now.")] = False,
    as_json: bool = Json,
) -> None:
    """Forget a key that others may know, at once: what it signed proves nothing any more."""
    if (kid is None) is not everything:
        fail("Say which: --kid or --all.")
    with one_sentence(), open_units().begin() as work:
        if kid is None:
            signing_keys.revoke_all(work)
        else:
            signing_keys.revoke(work, kid)
        _print(signing_keys.all(work), as_json)


def _print(keys: list[SigningKey], as_json: bool) -> None:
    row = _row if as_json else _short_row
    print_rows([row(key) for key in keys], as_json)


def _row(key: SigningKey) -> dict[str, object]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.state.value,
        "created_at": key.created_at.isoformat(),
        "activated_at": key.activated_at.isoformat() if key.activated_at else None,
        "retired_at": key.retired_at.isoformat() if key.retired_at else None,
    }


def _short_row(key: SigningKey) -> dict[str, object]:
    """What fits on a terminal."""
    since = key.retired_at or key.activated_at or key.created_at
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.state.value,
        "since": f"{since:%Y-%m-%d}",
    }
