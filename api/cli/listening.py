"""How the server listens: address, processes, TLS. A certificate that will not do is refused in one sentence."""

import errno
import gc
import os
import signal
import socket
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.console import fail

if TYPE_CHECKING:
    import uvicorn

CIPHERS = "ECDHE+AESGCM"
"""Of TLS 1.2 (RFC 9325 §4.2); those of 1.3 are all good."""
_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_NO_SUCH_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


@dataclass(frozen=True)
class Listening:
    """Where the server listens, in how many processes, and what it speaks TLS with, if it does."""

    sockets: list[socket.socket]
    """Bound, and not yet listening: see `bind`."""
    workers: int
    certificate: Path | None = None
    key: Path | None = None


def require_certificate(certificate: Path | None, key: Path | None) -> None:
    """Require both files or neither, that they can be read and belong together."""
    if certificate is None or key is None:
        if certificate or key:
            fail(f"{'--key' if certificate else '--certificate'} is missing: TLS needs both.")
        return
    for path in (certificate, key):
        if not path.is_file():
            fail(f"{path}: No such file.")
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError:
        fail(f"{certificate} and {key} are no certificate in PEM and its key, without a password.")


def bind(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of this host, for `localhost` those of loopback; one sentence where one is taken.

    Connections are refused until the server listens on them.
    """
    sockets = [_bind(family, address, host) for family, address in _addresses(host, port)]
    return [bound for bound in sockets if bound] or fail(
        f"Cannot listen on {host}:{port}: it has no address here."
    )


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Families and addresses; what `localhost` is we know, whatever the machine's own table says (RFC 6761 §6.3)."""
    if host == "localhost":
        return [(family, (address, port)) for family, address in _LOOPBACKS]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        fail(f"Cannot listen on {host}:{port}: nobody knows this host.")
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _bind(family: int, address: Any, host: str) -> socket.socket | None:
    """The socket; None for a loopback that the machine does not have (IPv6, mostly)."""
    try:
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        if host == "localhost" and error.errno in _NO_SUCH_ADDRESS:
            return None
        fail(f"Cannot listen on {address[0]}:{address[1]}: {error.strerror}. Choose another with --port.")
    bound.set_inheritable(True)
    return bound


def run(listening: Listening) -> None:
    """Serve until told to stop."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    # uvicorn stops in good order and then raises the signal again, for the handler that stood before its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.disable()  # until the application stands: see api.app
    config = uvicorn.Config(
        "api.app:create_app",
        factory=True,
        workers=listening.workers,
        ssl_certfile=listening.certificate,
        ssl_keyfile=listening.key,
        ssl_ciphers=CIPHERS,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=30,  # a machine that is busy is not a worker that hangs
    )
    with _figures_of(listening.workers), suppress(KeyboardInterrupt):
        if listening.workers > 1:
            Multiprocess(config, listening.sockets).run()
        else:
            _run_alone(uvicorn.Server(config), listening.sockets)


def _run_alone(server: "uvicorn.Server", sockets: list[socket.socket]) -> None:
    try:
        server.run(sockets)
    except OSError as error:  # somebody listened there between our binding and our listening
        fail(f"Cannot listen: {error.strerror}. Choose another port with --port.")


@contextmanager
def _figures_of(workers: int) -> Iterator[None]:
    """A folder where several processes add up what /metrics tells, as long as they run."""
    if workers == 1 or "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="parvis-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
