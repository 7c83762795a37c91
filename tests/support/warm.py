"""`parvis` as a process of its own, a hundred times cheaper: forked from one that has read everything in.

Starting Python and importing the server takes a second or two; what a command does, a few milliseconds.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL
from typing import NoReturn

from tests.support import processes, server

PATIENCE = 120
READ_IN = [
    "alembic.command", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "identity.tables",
    "api.app", "uvicorn.protocols.http.httptools_impl", "uvicorn.lifespan.on", "uvloop",
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


def start(*arguments: str, env: Mapping[str, str], folder: Path, out: Path, err: Path) -> BaseProcess:
    """A `parvis` command that runs in this folder, in a session of its own, and dies with the tests."""
    process = _forks.Process(target=_become, args=(arguments, server.environment(env), folder, out, err))
    process.start()
    return process


def run(*arguments: str, env: Mapping[str, str], folder: Path | None = None) -> Done:
    """One `parvis` command to its end, in a folder of its own unless one is given."""
    with tempfile.TemporaryDirectory(prefix="parvis-command-") as own:
        workplace = folder or Path(own) / "workplace"
        workplace.mkdir(exist_ok=True)
        out, err = Path(own) / "out", Path(own) / "err"
        process = start(*arguments, env=env, folder=workplace, out=out, err=err)
        process.join(PATIENCE)
        process.kill()
        process.join()
        return Done(process.exitcode, out.read_text(), err.read_text())


def succeed(*arguments: str, env: Mapping[str, str], folder: Path | None = None) -> str:
    """One `parvis` command that must end well; what it printed."""
    done = run(*arguments, env=env, folder=folder)
    assert done.status == 0, f"parvis {' '.join(arguments)}: {done}"
    return done.out


def _become(arguments: tuple[str, ...], env: dict[str, str], folder: Path, out: Path, err: Path) -> NoReturn:
    os.setsid()
    if ask_kernel := processes.die_with_parent(SIGKILL):
        ask_kernel()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = os.fdopen(0)  # not the one of multiprocessing, which no process that it spawns would inherit
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), stream.fileno())
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["parvis", *arguments]

    from api import cli

    cli.main()
    raise SystemExit(0)
