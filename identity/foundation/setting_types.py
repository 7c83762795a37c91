"""What the values of PARVIS_* look like: read from text, refused with a sentence. Knows no variable.

A refusal never quotes an address that may hold a password.
"""

import re
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import AfterValidator, BeforeValidator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from identity.foundation.networks import Network, network_or_host

SHORTEST_SECRET = 32
_MAILBOX = re.compile(r"[^\s@<>,;\"]+@[A-Za-z0-9.-]+")
_REDIS = re.compile(r"(redis|rediss|redis\+\w+)://\S+")


def starttls(relay: SplitResult) -> str:
    """`offered` (taken where the relay offers it), `required` or `off`."""
    return parse_qs(relay.query).get("starttls", ["offered"])[-1]


def _words(value: Any) -> Any:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _secrets(value: list[str]) -> list[str]:
    if any(len(secret) < SHORTEST_SECRET for secret in value):
        raise ValueError(f"every secret needs at least {SHORTEST_SECRET} characters")
    return value


def _networks(value: Any) -> list[IPv4Network | IPv6Network]:
    return [ip_network(word) for word in _words(value)]


def _networks_or_hosts(value: Any) -> list[Network | str]:
    return [network_or_host(word) for word in _words(value)]


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("it begins with sqlite:/// or postgresql+psycopg://")
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("it is postgresql+psycopg://user:password@host:port/name") from None
    return value


def _dialled(value: str) -> SplitResult:
    """The parts of an address that can be dialled."""
    with suppress(ValueError):
        parts = urlsplit(value)
        if parts.hostname and parts.port != 0 and not any(symbol.isspace() for symbol in value):
            return parts
    raise ValueError("it names a host, and a port from 1 to 65535 if any")


def _public(value: str) -> str:
    parts = _dialled(value)
    if parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise ValueError("it is an http(s) address without query or fragment")
    if "@" in parts.netloc:
        raise ValueError("everybody reads it: it holds no user and no password")
    return value.rstrip("/")


def _origins(value: list[str]) -> list[str]:
    for origin in value:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(f"{origin} is not an origin (https://host, without a path)")
        _dialled(origin)
    return [origin.lower() for origin in value]


def _relay(value: str) -> str:
    if not value.startswith(("smtp://", "smtps://")):
        raise ValueError("it begins with smtp:// or smtps://")
    if starttls(_dialled(value)) not in ("offered", "required", "off"):
        raise ValueError("?starttls= is `required` or `off`")
    return value


def _mailbox(value: str) -> str:
    if not _MAILBOX.fullmatch(value):
        raise ValueError("it is a bare address: name@example.org")
    return value


def _redis(value: str) -> str:
    if not _REDIS.fullmatch(value):
        raise ValueError("it begins with redis:// or rediss:// and names a host")
    return value


Switch = Literal["on", "off"]
Secrets = Annotated[list[str], BeforeValidator(_words), AfterValidator(_secrets)]
Networks = Annotated[list[IPv4Network | IPv6Network], BeforeValidator(_networks)]
NetworksOrHosts = Annotated[list[IPv4Network | IPv6Network | str], BeforeValidator(_networks_or_hosts)]
Origins = Annotated[list[str], BeforeValidator(_words), AfterValidator(_origins)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
PublicUrl = Annotated[str, AfterValidator(_public)]
SmtpUrl = Annotated[str, AfterValidator(_relay)]
RedisUrl = Annotated[str, AfterValidator(_redis)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
