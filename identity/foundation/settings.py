"""The deployment's settings: one typed object read from `PARVIS_*`, refused with a sentence when wrong.

Owns the meaning of every variable and what is too insecure to start with. Never reads anything else from the
environment; the reference page in `docs/` is generated from the docstrings below.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from identity.foundation.networks import LOOPBACK_HOSTS
from identity.foundation.networks import is_loopback as is_loopback
from identity.foundation.setting_types import (
    DatabaseUrl,
    Mailbox,
    Networks,
    NetworksOrHosts,
    Origins,
    PublicUrl,
    RedisUrl,
    Secrets,
    SmtpUrl,
    Switch,
    starttls,
)
from identity.foundation.tokens import Keyring, new_id, new_token


class SettingsError(Exception):
    """One sentence that says which variable is wrong and what to do."""


class Settings(BaseModel):
    """Every variable that Parvis reads: `database_url` is PARVIS_DATABASE_URL, and so on."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, extra="forbid")

    database_url: DatabaseUrl = Field(default="sqlite:///var/parvis.sqlite3", repr=False)
    """Where everything is kept: `sqlite:///path` or `postgresql+psycopg://user:password@host/name`."""

    public_url: PublicUrl = "http://localhost:8000"
    """The address that citizens and services see; the issuer of tokens. Links are built from it, never from Host. Pages
    opened by an IP address of loopback are sent to it where it has a name; without a name there are no passkeys."""

    secret_key: Secrets = Field(default_factory=list, repr=False)
    """Secrets of at least 32 characters, separated by commas: the first writes, all verify."""

    smtp_url: SmtpUrl = Field(default="smtp://127.0.0.1:25", repr=False)
    """The mail relay: `smtp://` (STARTTLS where offered), `smtps://`, with user and password, `?starttls=required`."""

    mail_from: Mailbox = "ne-pas-repondre@localhost"
    """The sender of e-mails for operators that have none of their own."""

    allowed_origins: Origins = Field(default_factory=list)
    """Further origins whose pages may call the GraphQL endpoint, separated by commas."""

    trusted_proxies: Networks = Field(default_factory=list)
    """Addresses or networks whose `X-Forwarded-For` is believed, separated by commas."""

    rate_limits: Switch = "on"
    """`off` lifts limits, slow-downs and cool-downs, never the tries of a code. For measurements on loopback, and for
    conformance runs."""

    challenge: Literal["required", "off"] = "required"
    """Whether registration, requests and resets ask for a proof of work."""

    redis_url: RedisUrl | None = Field(default=None, repr=False)
    """Keeps the rate limits in Redis (`redis://…`) instead of the database."""

    demo: Switch = "off"
    """The demonstration: sample data, captured mail, challenges answered by `demo`. Loopback only; for `make run`."""

    graphiql: Switch = "off"
    """Whether browsers that open `/graphql` find GraphiQL. The demonstration has it unless this says `off`."""

    courier: Switch = "on"
    """Whether `parvis serve` also delivers mail; `off` leaves it to `parvis worker`."""

    metrics_token: str | None = Field(default=None, repr=False)
    """The Bearer token that `/metrics` asks for; without one, only loopback may read it."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged."""

    database_pool: int = Field(default=16, ge=1, le=200)
    """Connections a process keeps to PostgreSQL; also how many flows it runs at once."""

    outbound_allow: NetworksOrHosts = Field(default_factory=list)
    """Further hosts, addresses or networks that requests of ours may reach (logout notices, clients' keys), separated
    by commas: private ones are refused otherwise."""

    open_registration: Switch = "off"
    """`on` lets anybody register a client without an invitation. For conformance runs only; beyond loopback it is
    warned of, and with limits off refused where there is any citizen but the suite's."""

    hashing_threads: int = Field(default=0, ge=0, le=64)
    """Threads that hash passwords; 0 means one a core."""

    @cached_property
    def keyring(self) -> Keyring:
        """The deployment's secrets; SettingsError where there is none."""
        if not self.secret_key:
            raise SettingsError(
                "PARVIS_SECRET_KEY is missing: give it a secret of 32 characters or more, "
                'for example from: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return Keyring(self.secret_key)

    @property
    def is_demo(self) -> bool:
        """Is this the demonstration?"""
        return self.demo == "on"

    @property
    def secure(self) -> bool:
        """Is the public address https? Then cookies are `__Host-` and `Secure`."""
        return self.public_url.startswith("https://")

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of the public address, as browsers send it in `Origin`."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def own_origins(self) -> set[str]:
        """The public origin; on loopback under each of its names, for programs that call us by another."""
        parts = urlsplit(self.public_url)
        port = f":{parts.port}" if parts.port else ""
        names = ("localhost", *LOOPBACK_HOSTS) if is_loopback(parts.hostname or "") else ()
        return {self.public_origin} | {f"{parts.scheme}://{name}{port}" for name in names}

    @property
    def is_embedded(self) -> bool:
        """Is the database the embedded SQLite?"""
        return self.database_url.startswith("sqlite")


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings; SettingsError names the first variable that is wrong."""
    environ = os.environ if environ is None else environ
    values = {
        name: environ[variable]
        for name in Settings.model_fields
        if (variable := f"PARVIS_{name.upper()}") in environ and environ[variable] != ""
    }
    try:
        settings = Settings.model_validate(values | overrides)
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"PARVIS_{str(first['loc'][0]).upper()}"
        raise SettingsError(f"{variable} is wrong: {first['msg'].removeprefix('Value error, ')}.") from None
    if settings.is_demo and not settings.secret_key:
        settings = settings.model_copy(update={"secret_key": [kept_secret("demo-secret")]})
    if settings.is_demo:  # its library and its canteen are on this machine
        allowed = [*settings.outbound_allow, ip_network("127.0.0.1")]
        graphiql = settings.graphiql if "graphiql" in values | overrides else "on"
        settings = settings.model_copy(update={"outbound_allow": allowed, "graphiql": graphiql})
    return settings


def require_safe(settings: Settings, host: str) -> None:
    """Refuse to serve on insecure settings; SettingsError says what to do. `host` is the address to listen on.

    What only this machine can reach may be as open as its owner likes.
    """
    settings.keyring  # noqa: B018 - a missing secret is refused here, not at the first request
    public_host = urlsplit(settings.public_url).hostname or ""
    if settings.is_demo and not (is_loopback(host) and is_loopback(public_host)):
        raise SettingsError(
            "PARVIS_DEMO=on shows every e-mail to every visitor: it serves loopback only. "
            "Use --host localhost and a loopback PARVIS_PUBLIC_URL, or unset PARVIS_DEMO."
        )
    if is_local(settings, host):
        return
    if not is_loopback(public_host) and not settings.secure:
        raise SettingsError(
            f"PARVIS_PUBLIC_URL={settings.public_url} is plain http: passwords would travel in clear. "
            "Put Parvis behind TLS and set PARVIS_PUBLIC_URL=https://…"
        )
    conforming = (
        settings.open_registration == "on"
    )  # for the suite, and then no citizen may be there: see serve
    for variable, is_off in (
        ("PARVIS_RATE_LIMITS", settings.rate_limits == "off" and not conforming),
        ("PARVIS_CHALLENGE", settings.challenge == "off"),
    ):
        if is_off:
            raise SettingsError(
                f"{variable}=off is for measurements on loopback: unset it to serve {public_host} on {host}."
            )
    relay = urlsplit(settings.smtp_url)
    if relay.scheme == "smtp" and starttls(relay) == "off" and not is_loopback(relay.hostname or ""):
        raise SettingsError(
            f"PARVIS_SMTP_URL sends links and keys in clear to {relay.hostname}: "
            "use smtps://…, or ?starttls=required."
        )


def is_local(settings: Settings, host: str) -> bool:
    """Can only this machine reach what listens on `host` under the public address?"""
    return is_loopback(host) and is_loopback(urlsplit(settings.public_url).hostname or "")


def kept_secret(name: str) -> str:
    """A secret made once and kept beside the embedded database, so that what it seals outlives a restart."""
    path = Path("var") / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: another process that starts at the same moment must not read half a secret.
        draft = path.with_name(f"{path.name}-{new_id()}")
        draft.touch(mode=0o600)
        draft.write_text(new_token().reveal())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()
