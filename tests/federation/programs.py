"""Services of other people, as processes on loopback. Knows how to start and stop one; what it is, it is told."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import processes
from tests.support.server import free_port
from tests.support.site import HOST

FOLDER = Path(__file__).parent
NAME = "localhost"
PYTHON = sys.executable
SECONDS_TO_START = 60
OLDEST_NODE = 20
REQUIRED = os.environ.get("CI") == "true"


@dataclass(frozen=True)
class Address:
    """Where a service will be, before it is: clients are registered first."""

    port: int
    """Where it listens."""
    url: str
    """What a citizen's browser opens. Another host than the provider's, so that cookies are parted."""

    @classmethod
    def free(cls) -> "Address":
        """One that nobody has."""
        port = free_port()
        return cls(port, f"http://{NAME}:{port}")


@contextmanager
def run(command: Sequence[str], address: Address, folder: Path, env: Mapping[str, str]) -> Iterator[Path]:
    """Run a service in this folder until the end of the block, once it answers; the file that it prints to."""
    log = folder / f"{address.port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=os.environ | dict(env), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, preexec_fn=processes.die_with_parent(signal.SIGKILL),
        )  # fmt: skip
    try:
        _wait(process, address, log)
        yield log
    finally:
        processes.end(process, signal.SIGTERM)


def variables(issuer: str, address: Address, credentials: Mapping[str, str]) -> dict[str, str]:
    """The environment that every service of the handbook reads."""
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": credentials["client_id"],
        "OIDC_CLIENT_SECRET": credentials.get("client_secret", ""),
        "SERVICE_URL": address.url,
        "SERVICE_SECRET": secrets.token_urlsafe(32),
        "PORT": str(address.port),
    }


def require(present: object, sentence: str) -> None:
    """Skip where a client cannot run here, saying what is missing; in CI, fail."""
    if not present:
        pytest.fail(sentence) if REQUIRED else pytest.skip(sentence)


def node() -> str:
    """Node's command, its packages installed; skipped or failed where they are not."""
    command = shutil.which("node")
    require(
        command and _is_recent(command),
        f"Node {OLDEST_NODE} is missing: openid-client and oauth4webapi need it",
    )
    installed = (FOLDER / "node" / "node_modules" / "openid-client").is_dir()
    require(installed, "the clients for Node are missing: run `npm ci` in tests/federation/node")
    return str(command)


def _is_recent(node: str) -> bool:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    return int(told.removeprefix("v").split(".")[0]) >= OLDEST_NODE


def _wait(process: "subprocess.Popen[bytes]", address: Address, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(address.port):
        said = log.read_text(errors="replace")
        assert process.poll() is None, f"the service ended before it was ready:\n{said}"
        assert time.monotonic() < deadline, f"the service is not ready after {SECONDS_TO_START} s:\n{said}"
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except OSError:
        return False
    return True
