"""Running the server: serve, worker, migrate, demo, schema."""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import listening
from api.cli.console import Json, fail, one_sentence, progress
from api.cli.listening import Listening
from identity.foundation import settings as settings_
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
from identity.mail import smtp

if TYPE_CHECKING:
    from api.cli.conformance import Wanted


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (serve, worker, migrate, demo, schema):
        app.command()(command)


def serve(
    host: str = typer.Option("localhost", help="The address to listen on; localhost is 127.0.0.1 and ::1."),
    port: int = typer.Option(8000, min=1, max=65535, help="The port to listen on."),
    workers: int = typer.Option(1, min=1, help="Processes; more than one needs PostgreSQL to be of use."),
    certificate: Annotated[Path | None, typer.Option(help="Speak TLS with this certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    rotate_every: Annotated[
        int | None,
        typer.Option(min=5, help="Rotate the signing keys so often, in seconds: for conformance runs."),
    ] = None,
) -> None:
    """Serve citizens, single-page apps and services."""
    with one_sentence():
        listening.require_certificate(certificate, key)
        _settle_public_url(host, port, "https" if certificate else "http")
        settings = settings_.load()
        settings_.require_safe(settings, host)
        if certificate and not settings.secure:
            fail(f"PARVIS_PUBLIC_URL={settings.public_url} is plain http, and --certificate speaks https.")
        smtp.relay(settings.smtp_url)
        sockets = listening.bind(host, port)
        _prepare(settings)
        _warn(settings, host)
        if rotate_every:
            from api.cli import conformance

            conformance.keep_rotating(settings, rotate_every)
        if settings.is_demo:
            _welcome(settings)
    listening.run(Listening(sockets, workers, certificate, key))


def worker() -> None:
    """Deliver mail and tidy up, beside servers that run with PARVIS_COURIER=off."""
    with one_sentence():
        settings = settings_.load()
        settings.keyring  # noqa: B018 - mail cannot be unsealed without a secret
        smtp.relay(settings.smtp_url)
        _require_usable(settings)
    from api import logs
    from api.background import Background

    logs.configure(settings.log_level)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    background = Background(Units(open_engine(settings, existing=True), settings))
    background.start()
    ended.wait()
    background.stop()


def migrate() -> None:
    """Bring the database to the shape of this release, and load the communes of France."""
    with one_sentence():
        settings = settings_.load()
        _migrate(settings)
        print("The database is up to date.", file=sys.stderr)


def demo(
    conformance: Annotated[
        bool,
        typer.Option("--conformance", help="For the OpenID Foundation's suite instead; prints its set-up."),
    ] = False,
    certificate: Annotated[Path | None, typer.Option(help="What to serve it with (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's private key (PEM).")] = None,
    suite: Annotated[str, typer.Option(help="Where the suite is.")] = "https://localhost.emobix.co.uk:8443",
    alias: Annotated[str, typer.Option(help="The name of the tests at the suite.")] = "parvis",
    suite_certificate: Annotated[
        Path | None, typer.Option(help="The suite's certificate, where no authority signed it (PEM).")
    ] = None,
    jwks: Annotated[
        Path | None, typer.Option(help="Two private key sets in a JSON array, instead of new ones.")
    ] = None,
    rotate_every: Annotated[
        int | None, typer.Option(min=5, help="Let the server rotate its signing keys so often, in seconds.")
    ] = None,
    as_json: bool = Json,
) -> None:
    """Load the demonstration: two operators, a few invented subscribers, a first-party client."""
    with one_sentence():
        if conformance:
            from api.cli.conformance import Wanted

            return _prepare_conformance(
                Wanted(suite, alias, certificate, key, suite_certificate, jwks, rotate_every), as_json
            )
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


def _prepare_conformance(wanted: "Wanted", as_json: bool) -> None:
    from api.cli import conformance

    variables = conformance.variables_of(wanted)
    settings = conformance.require_ready(wanted, variables)
    if settings.is_embedded:
        _migrate(settings)
    _require_migrated(settings)
    told = conformance.told(wanted, conformance.load(settings, wanted), variables)
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else conformance.text(told))


def _settle_public_url(host: str, port: int, scheme: str) -> None:
    # Worker processes read the environment again, so what is derived from the options is written there.
    if not os.environ.get("PARVIS_PUBLIC_URL") and settings_.is_loopback(host):
        # A browser that knows us by an address has no passkeys: see api.public_address.
        name = "localhost" if host in ("127.0.0.1", "::1") else f"[{host}]" if ":" in host else host
        os.environ["PARVIS_PUBLIC_URL"] = f"{scheme}://{name}:{port}"


def _prepare(settings: Settings) -> None:
    """Bring an embedded database to this release's shape; ask for `parvis migrate` elsewhere, and where there is none.

    A file that is missing may be a volume that is not mounted: only the demonstration begins a town by itself.
    """
    if settings.is_embedded:
        if not settings.is_demo:
            _require_begun(settings)
        _migrate(settings)
    _require_usable(settings)
    if settings.is_demo:
        from identity import demonstration

        demonstration.load(Units(open_engine(settings), settings))


def _warn(settings: Settings, host: str) -> None:
    """Say aloud what is open to whom; SettingsError where a conformance run would open it on citizens."""
    if settings.rate_limits == "off":
        print("WARNING: PARVIS_RATE_LIMITS=off — anybody may guess without end.", file=sys.stderr)
    if settings.open_registration == "off" or settings_.is_local(settings, host):
        return
    print(
        "WARNING: PARVIS_OPEN_REGISTRATION=on — anybody may register a service and ask citizens for their data. "
        "For conformance runs only.",
        file=sys.stderr,
    )
    if settings.rate_limits == "off":
        from identity import conformance

        units = Units(open_engine(settings), settings)
        with units.read() as work:
            conformance.require_alone(work)
        units.engine.dispose()


def _migrate(settings: Settings) -> None:
    from identity import migrations
    from identity.directory import communes

    engine = open_engine(settings)
    if not migrations.is_current(engine):
        migrations.require_known(engine)
        migrations.upgrade(settings.database_url)
    with progress("Communes of France"), Units(engine, settings).begin() as work:
        communes.load(work)
    engine.dispose()


def _require_begun(settings: Settings) -> None:
    from identity import migrations

    engine = open_engine(settings, existing=True)
    migrations.require_begun(engine)
    engine.dispose()


def _require_migrated(settings: Settings) -> None:
    from identity import migrations

    engine = open_engine(settings, existing=True)
    migrations.require_current(engine)
    engine.dispose()


def _require_usable(settings: Settings) -> None:
    """A database of this shape, and a secret that is its own: with another every token would fail, one by one."""
    from identity import migrations
    from identity.oidc import key_ring

    engine = open_engine(settings, existing=True)
    migrations.require_current(engine)
    with Units(engine, settings).read() as work:
        key_ring.require_openable(work)
    engine.dispose()


def _welcome(settings: Settings) -> None:
    from identity import demonstration

    units = Units(open_engine(settings), settings)
    print("\n".join(demonstration.hints(units)), flush=True)
    units.engine.dispose()
