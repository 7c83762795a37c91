"""`parvis`: one command for whoever runs a server. Each group is read in only when it is named."""

import gc
import importlib
import sys

import typer

from api.cli.console import one_sentence

GROUPS = {
    "operators": "Communities and companies that manage contracts.",
    "subscribers": "Their subscribers, from their own files.",
    "keys": "Activation keys: issue, import, send, revoke.",
    "requests": "Requests for an account without a key.",
    "accounts": "Citizens' accounts.",
    "clients": "Services that federate by OpenID Connect.",
    "signing-keys": "The keys that sign tokens.",
}


def main() -> None:
    """Run the command line; a refusal is one sentence on stderr and status 1, a wrong option the same and 2."""
    gc.disable()  # what is read in stays: to look for garbage among it costs a tenth of the start
    with one_sentence():
        command = application(sys.argv[1:])
        gc.enable()
        sys.exit(command(standalone_mode=False))


def application(arguments: list[str]) -> typer.Typer:
    """The Typer application, with the groups that these arguments may need."""
    from api.cli import server

    named = {argument for argument in arguments if argument in GROUPS}
    app = typer.Typer(
        help="Parvis, the citizen-account server.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    server.register(app)
    for group in named or (GROUPS if not arguments or arguments[0].startswith("-") else ()):
        module = importlib.import_module(f"api.cli.{group.replace('-', '_')}")
        app.add_typer(module.app, name=group, help=GROUPS[group], no_args_is_help=True)
    return app
