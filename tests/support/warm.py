"""`parvis` as a process of its own, a hundred times cheaper: forked from one that has read everything in.

Starting Python and importing the server takes a second; what a command does, a few milliseconds.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.support import server

PATIENCE = 60
READ_IN = [
    "alembic.command", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "schema.root", "identity.tables",
    *(f"api.cli.{group}" for group in ("accounts", "clients", "keys", "operators", "requests", "server")),
    *(f"api.cli.{group}" for group in ("signing_keys", "subscribers")), __name__,
]  # fmt: skip

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(READ_IN)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int | None
    """Negative where a signal ended it."""
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on stderr of a command that failed and printed nothing else."""
        assert self.status == 1 and self.out == "", self
        (line,) = self.err.splitlines()
        return line


def run(*arguments: str, env: Mapping[str, str], folder: Path | None = None) -> Done:
    """One `parvis` command to its end, in a folder of its own unless one is given."""
    with tempfile.TemporaryDirectory(prefix="parvis-command-") as own:
        said = Path(own)
        workplace = folder or said / "workplace"
        workplace.mkdir(exist_ok=True)
        process = _forks.Process(
            target=_become, args=(arguments, server.environment(env), workplace, said), daemon=True
        )
        process.start()
        process.join(PATIENCE)
        process.kill()
        process.join()
        return Done(process.exitcode, (said / "out").read_text(), (said / "err").read_text())


def succeed(*arguments: str, env: Mapping[str, str], folder: Path | None = None) -> str:
    """One `parvis` command that must end well; what it printed."""
    done = run(*arguments, env=env, folder=folder)
    assert done.status == 0, f"parvis {' '.join(arguments)}: {done}"
    return done.out


def _become(arguments: tuple[str, ...], env: dict[str, str], workplace: Path, said: Path) -> NoReturn:
    for stream, name in ((sys.stdin, os.devnull), (sys.stdout, said / "out"), (sys.stderr, said / "err")):
        flags = os.O_RDONLY if stream is sys.stdin else os.O_WRONLY | os.O_CREAT
        os.dup2(os.open(name, flags, 0o600), stream.fileno())
    os.environ.clear()
    os.environ.update(env)
    os.chdir(workplace)
    sys.argv = ["parvis", *arguments]

    from api import cli

    cli.main()
    raise SystemExit(0)
