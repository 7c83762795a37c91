"""Parvis itself, a process of its own, as a citizen's browser meets it. Knows only its command and routes."""

import http.client
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.support import processes

ROOT = Path(__file__).parents[2]
HOST = "localhost"
"""Where it is served, on both loopbacks, and what browsers know it by."""
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Running:
    """A server that answers, or did until it was stopped or killed."""

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path
    """Its working folder: what it writes below `var/` is here."""

    @property
    def log(self) -> str:
        """Everything it has printed so far."""
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, patience: float = 20) -> int:
        """End it as an operator does (SIGTERM); its exit status."""
        return processes.end(self.process, signal.SIGTERM, patience)

    def kill(self) -> int:
        """End it as a power cut does (SIGKILL, its workers too); its exit status."""
        processes.kill_session(self.process)
        return self.process.wait()


@contextmanager
def serve(
    env: Mapping[str, str], port: int | None = None, arguments: Sequence[str] = ()
) -> Iterator[Running]:
    """A server on loopback with these PARVIS_* variables and no other, ready to answer; stopped at the end.

    The public URL and the secret key are made up where `env` has none: to start again after a kill, give both
    and the port. AssertionError with the log where it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="parvis-server-") as folder:
        running = _start(env, port or free_port(), arguments, Path(folder))
        try:
            _wait(running)
            yield running
        finally:
            running.stop()


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The tests' environment with these PARVIS_* variables instead of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
    return inherited | {"PYTHONPATH": str(ROOT)} | dict(env)


def run(*arguments: str, env: Mapping[str, str], stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """One `parvis` command to its end, its output captured."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment(env), input=stdin, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def _start(env: Mapping[str, str], port: int, arguments: Sequence[str], folder: Path) -> Running:
    url = f"{'https' if '--certificate' in arguments else 'http'}://{HOST}:{port}"
    defaults = {"PARVIS_PUBLIC_URL": url, "PARVIS_SECRET_KEY": secrets.token_urlsafe(48)}
    command = [sys.executable, "-m", "api.cli", "serve", "--host", HOST, "--port", str(port), *arguments]
    given = environment(defaults | dict(env))
    if given.get("PARVIS_DEMO") != "on" and _is_absent(given.get("PARVIS_DATABASE_URL")):
        migrate = [sys.executable, "-m", "api.cli", "migrate"]
        subprocess.run(migrate, env=given, cwd=folder, check=True, capture_output=True, timeout=120)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=given, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGKILL),
        )  # fmt: skip
    return Running(url, process, folder)


def _is_absent(url: str | None) -> bool:
    """Is this an embedded database that is not there, or the default one, which never is in a new folder?"""
    if url is None:
        return True
    database = make_url(url).database
    return url.startswith("sqlite") and database is not None and not Path(database).exists()


def _wait(running: Running) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _is_ready(running.url):
        assert running.process.poll() is None, f"parvis ended before it was ready:\n{running.log}"
        assert time.monotonic() < deadline, f"parvis is not ready after {SECONDS_TO_START} s:\n{running.log}"
        time.sleep(0.02)


def _is_ready(url: str) -> bool:
    # Not through a client library: those may ask the environment for a proxy.
    with closing(_connection(url)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _connection(url: str) -> http.client.HTTPConnection:
    scheme, _, address = url.partition("://")
    if scheme == "http":
        return http.client.HTTPConnection(address, timeout=5)
    # Whether its certificate is good is for the tests that look at it.
    return http.client.HTTPSConnection(address, timeout=5, context=ssl._create_unverified_context())  # noqa: S323
