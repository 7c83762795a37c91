"""`parvis demo --conformance`: all that a run of the OpenID Foundation's suite needs, printed once.

Decides where things are; what stands in the database is made by identity.conformance, what the suite reads by
api.cli.suite.
"""

import json
import os
import shlex
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from api import background
from api.cli import listening, suite
from api.cli.console import fail
from identity import conformance
from identity.conformance import Ready, Suite
from identity.foundation import settings as settings_
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine

PUBLIC_URL = "https://localhost:9443"
DATABASE = "var/conformance.sqlite3"
KEPT = ("PARVIS_LOG_LEVEL", "PARVIS_REDIS_URL", "PARVIS_TRUSTED_PROXIES")
"""Variables that a run takes over where they are set."""


@dataclass(frozen=True)
class Wanted:
    """Where the suite is, how it can trust us and we it, and the keys that FAPI's clients sign with."""

    url: str
    alias: str
    certificate: Path | None
    key: Path | None
    suite_certificate: Path | None = None
    jwks: Path | None = None
    rotate_every: int | None = None
    """Seconds."""

    @property
    def suite(self) -> Suite:
        """The suite, as the database's side knows it."""
        return Suite(self.url, self.alias)


def environment(wanted: Wanted, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of a run: limits off, registration open, the suite within reach, everything else as usual."""
    host = urlsplit(wanted.url).hostname
    if not host or not wanted.url.startswith("https://"):
        fail(f"{wanted.url} is not where a suite is: --suite https://host:port.")
    reachable = [word for word in (environ.get("PARVIS_OUTBOUND_ALLOW", ""), host) if word]
    trusted = {"SSL_CERT_FILE": str(wanted.suite_certificate.resolve())} if wanted.suite_certificate else {}
    return {
        "PARVIS_DATABASE_URL": environ.get("PARVIS_DATABASE_URL") or f"sqlite:///{Path(DATABASE).resolve()}",
        "PARVIS_PUBLIC_URL": environ.get("PARVIS_PUBLIC_URL") or PUBLIC_URL,
        "PARVIS_SECRET_KEY": environ.get("PARVIS_SECRET_KEY") or settings_.kept_secret("conformance-secret"),
        "PARVIS_RATE_LIMITS": "off",
        "PARVIS_OPEN_REGISTRATION": "on",
        "PARVIS_OUTBOUND_ALLOW": ",".join(reachable),
        **trusted,
        **{name: environ[name] for name in KEPT if environ.get(name)},
    }


def load(settings: Settings, wanted: Wanted) -> Ready:
    """The citizen and the clients, in the database of these settings."""
    units = Units(open_engine(settings), settings)
    return conformance.load(units, wanted.suite, _keys(wanted.jwks) if wanted.jwks else None)


def require_ready(wanted: Wanted, variables: Mapping[str, str]) -> Settings:
    """The settings of the run; SystemExit or SettingsError where they, or the certificate, will not do."""
    settings = settings_.load(variables)
    if not settings.secure:
        fail(f"PARVIS_PUBLIC_URL={settings.public_url}: the suite wants https.")
    if not wanted.certificate:
        fail("The suite wants https: give --certificate and --key.")
    listening.require_certificate(wanted.certificate, wanted.key)
    return settings


def told(wanted: Wanted, ready: Ready, variables: Mapping[str, str]) -> dict[str, Any]:
    """Everything, as one object."""
    issuer = variables["PARVIS_PUBLIC_URL"].rstrip("/")
    return {
        "environment": dict(variables),
        "serve": _serve(wanted, issuer),
        "citizen": {"email": conformance.EMAIL, "password": ready.password.reveal()},
        "plans": suite.PLANS,
        "configurations": suite.configurations(issuer, ready),
    }


def text(everything: Mapping[str, Any]) -> str:
    """The same for a person: lines for a shell, then the JSON of each configuration."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in everything["environment"].items()]
    citizen = everything["citizen"]
    lines = [
        "# 1. Serve. Everything below is shown this once; to have it made anew, run this again.",
        *exports,
        shlex.join(everything["serve"]),
        "",
        f"# 2. The citizen, for modules that are played by hand: {citizen['email']} {citizen['password']}",
    ]
    for name, configuration in everything["configurations"].items():
        plans = [f"#      {plan}" for plan, used in everything["plans"].items() if used == name]
        lines += [
            "",
            f"# 3. Configuration `{name}`, for",
            *plans,
            json.dumps(configuration, ensure_ascii=False, indent=2),
        ]
    return "\n".join(lines)


def _serve(wanted: Wanted, issuer: str) -> list[str]:
    parts = urlsplit(issuer)
    # Under another name than loopback's the suite comes from another machine, or from a container.
    host = "localhost" if settings_.is_loopback(parts.hostname or "") else "0.0.0.0"  # noqa: S104
    command = ["parvis", "serve", "--host", host, "--port", str(parts.port or 443)]
    files = {"--certificate": wanted.certificate, "--key": wanted.key}
    if wanted.rotate_every:
        command += ["--rotate-every", str(wanted.rotate_every)]
    return command + [word for name, path in files.items() if path for word in (name, str(path.resolve()))]


def _keys(path: Path) -> list[dict[str, Any]]:
    """The private JWKS of two clients: the file is a JSON array of both."""
    try:
        read = json.loads(path.read_text())
        sets = [{"keys": list(one["keys"])} for one in read]
    except (ValueError, TypeError, KeyError):
        sets = []
    if len(sets) != 2:
        fail(f"{path} is no JSON array of two private key sets (JWKS).")
    return sets


def variables_of(wanted: Wanted) -> dict[str, str]:
    """The run's variables, made of this process's own."""
    return environment(wanted, os.environ)


def keep_rotating(settings: Settings, seconds: int) -> None:
    """Rotate the signing keys so often, beside the server and as long as it runs; SettingsError where citizens live."""
    if settings.rate_limits == "on" or settings.open_registration == "off":
        fail("--rotate-every is for conformance runs: see parvis demo --conformance.")
    units = Units(open_engine(settings), settings)
    with units.read() as work:
        conformance.require_alone(work)

    background.repeat("key rotation", seconds, partial(conformance.rotate, units), threading.Event())
