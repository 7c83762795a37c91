"""Running the server: serve, worker, migrate, demo, schema."""

import gc
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from api.cli.console import fail, one_sentence, progress
from identity.foundation import settings as settings_
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
from identity.mail import smtp


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (serve, worker, migrate, demo, schema):
        app.command()(command)


def serve(
    host: str = typer.Option("127.0.0.1", help="The address to listen on."),
    port: int = typer.Option(8000, min=1, max=65535, help="The port to listen on."),
    workers: int = typer.Option(1, min=1, help="Processes; more than one needs PostgreSQL to be of use."),
) -> None:
    """Serve citizens, single-page apps and services."""
    with one_sentence():
        _settle_public_url(host, port)
        settings = settings_.load()
        settings_.require_safe(settings, host)
        smtp.relay(settings.smtp_url)
        _require_free(host, port)
        _prepare(settings)
        if settings.rate_limits == "off":
            print("WARNING: PARVIS_RATE_LIMITS=off — anybody may guess without end.", file=sys.stderr)
        if settings.is_demo:
            _welcome(settings)
    _run(settings, host, port, workers)


def worker() -> None:
    """Deliver mail and tidy up, beside servers that run with PARVIS_COURIER=off."""
    with one_sentence():
        settings = settings_.load()
        settings.keyring  # noqa: B018 - mail cannot be unsealed without a secret
        smtp.relay(settings.smtp_url)
        _require_migrated(settings)
    from api import logs
    from api.background import Background

    logs.configure(settings.log_level)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    background = Background(Units(open_engine(settings), settings))
    background.start()
    ended.wait()
    background.stop()


def migrate() -> None:
    """Bring the database to the shape of this release, and load the communes of France."""
    with one_sentence():
        settings = settings_.load()
        _migrate(settings)
        print("The database is up to date.", file=sys.stderr)


def demo() -> None:
    """Load the demonstration: two operators, a few invented subscribers, a first-party client."""
    with one_sentence():
        settings = settings_.load()
        if settings.is_embedded:
            _migrate(settings)
        _require_migrated(settings)
        from identity import demonstration

        units = Units(open_engine(settings), settings)
        demonstration.load(units)
        print("\n".join(demonstration.hints(units)))


def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.root import build_schema

    print(build_schema().as_str())


def _settle_public_url(host: str, port: int) -> None:
    # Worker processes read the environment again, so what is derived from the options is written there.
    if not os.environ.get("PARVIS_PUBLIC_URL") and settings_.is_loopback(host):
        name = f"[{host}]" if ":" in host else host
        os.environ["PARVIS_PUBLIC_URL"] = f"http://{name}:{port}"


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port.")


def _prepare(settings: Settings) -> None:
    """Migrate the embedded database; ask for `parvis migrate` elsewhere."""
    if settings.is_embedded:
        _migrate(settings)
    _require_migrated(settings)
    if settings.is_demo:
        from identity import demonstration

        demonstration.load(Units(open_engine(settings), settings))


def _migrate(settings: Settings) -> None:
    from identity import migrations
    from identity.directory import communes

    engine = open_engine(settings)
    if not migrations.is_current(engine):
        migrations.upgrade(settings.database_url)
    with progress("Communes of France"), Units(engine, settings).begin() as work:
        communes.load(work)
    engine.dispose()


def _require_migrated(settings: Settings) -> None:
    from identity import migrations

    engine = open_engine(settings)
    migrations.require_current(engine)
    engine.dispose()


def _welcome(settings: Settings) -> None:
    from identity import demonstration

    units = Units(open_engine(settings), settings)
    print("\n".join(demonstration.hints(units)), flush=True)
    units.engine.dispose()


def _run(settings: Settings, host: str, port: int, workers: int) -> None:
    import uvicorn

    # uvicorn stops in good order and then raises the signal again, for the handler that stood before its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.disable()  # until the application stands: see api.app
    with _figures_of(workers):
        uvicorn.run(
            "api.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
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
