"""The servers that are measured: each a process of its own on one core, the load on another. Ends what it began."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVER_CORE, LOAD_CORE = 0, 1
SECRET = secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    url: str
    pid: int
    seconds_to_answer: float

    @property
    def megabytes(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all its threads, the system's on its behalf included, since it began."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stay_on_load_core() -> None:
    """Leave the server's core to the server."""
    os.sched_setaffinity(0, {LOAD_CORE} if (os.cpu_count() or 1) > 1 else {0})


@contextmanager
def parvis(folder: Path, **settings: str) -> Iterator[Server]:
    """Parvis with these settings, on its core, in this folder."""
    port = free_port()
    with running(
        [sys.executable, "-m", "api.cli", "serve", "--port", str(port)], port, environment(folder, **settings)
    ) as server:
        yield server


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """The bare Strawberry mutation, on the same uvicorn and core."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", str(port), "--loop", "uvloop", "--http",
               "httptools", "--ws", "none", "--no-access-log", "--log-level", "error"]  # fmt: skip
    with running(command, port, environment(folder)) as server:
        yield server


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """What a server of the bench is given: one secret, one database, and nothing of the caller's PARVIS_*."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
    ours = {
        "PYTHONPATH": str(ROOT),
        "PARVIS_SECRET_KEY": SECRET,
        "PARVIS_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "PARVIS_TRUSTED_PROXIES": "127.0.0.1",
        "PARVIS_CHALLENGE": "off",
        "PARVIS_COURIER": "off",
    }
    return inherited | ours | settings


@contextmanager
def running(command: list[str], port: int, env: Mapping[str, str]) -> Iterator[Server]:
    """This command on the server's core, from the moment it answers on this port of loopback."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_pin
    )
    try:
        url = f"http://127.0.0.1:{port}"
        while not _answers(f"{url}/healthz"):
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit(f"{' '.join(command)} did not start.")
            time.sleep(0.005)
        yield Server(url, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _pin() -> None:
    os.sched_setaffinity(0, {SERVER_CORE})


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).read()  # noqa: S310 - our own, on loopback
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
