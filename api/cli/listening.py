"""How the server listens: address, processes, TLS. A certificate that will not do is refused in one sentence."""

import gc
import os
import signal
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.cli.console import fail

CIPHERS = "ECDHE+AESGCM"
"""Of TLS 1.2 (RFC 9325 §4.2); those of 1.3 are all good."""


@dataclass(frozen=True)
class Listening:
    """Where the server listens, in how many processes, and what it speaks TLS with, if it does."""

    host: str
    port: int
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


def run(listening: Listening) -> None:
    """Serve until told to stop."""
    import uvicorn

    # uvicorn stops in good order and then raises the signal again, for the handler that stood before its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.disable()  # until the application stands: see api.app
    with _figures_of(listening.workers):
        uvicorn.run(
            "api.app:create_app",
            factory=True,
            host=listening.host,
            port=listening.port,
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


@contextmanager
def _figures_of(workers: int) -> Iterator[None]:
    """A folder where several processes add up what /metrics tells, as long as they run."""
    if workers == 1 or "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="parvis-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
