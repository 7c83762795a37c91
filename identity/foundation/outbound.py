"""Requests to addresses that others gave us: clients' keys, sector files, logout notices. Owns what may be reached.

An address is resolved once, checked, and that very address is connected to, so that a name cannot change its
mind in between. Public addresses over https alone, unless PARVIS_OUTBOUND_ALLOW lists more; plain http only to
loopback that it lists. No redirect is followed, no proxy asked; time and size have limits. Never to be called
while a transaction is open.
"""

import http.client
import io
import json
import re
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from identity.foundation.settings import Settings

SECONDS = 5.0
"""For the whole: name, connection, handshake, answer."""
LARGEST_ANSWER = 64 * 1024
MOST_ADDRESSES = 4

Address = IPv4Address | IPv6Address

_URL = re.compile(r"https?://[\x21\x24-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]{1,2000}", re.IGNORECASE)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = (IPv6Network("2002::/16"), IPv6Network("2001::/23"))
"""Addresses that hide another one (6to4, Teredo)."""

# A resolver that hangs holds these threads, and nobody else's.
_resolvers = ThreadPoolExecutor(4, thread_name_prefix="parvis-resolver")


class Failed(Exception):
    """No answer that can be used; the sentence tells a developer why, and nothing of what stands behind us."""


@dataclass(frozen=True)
class Errand:
    """A request to make."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class _Target:
    """An address as it was read; what stands behind `name` is not looked up yet."""

    secure: bool
    name: str
    port: int
    path: str


def send(settings: Settings, errand: Errand) -> Answer:
    """Make a request and read its answer, whatever its status; Failed."""
    deadline = time.monotonic() + SECONDS
    target = _read(errand.url)
    addresses = _resolve(settings, target, deadline)
    try:
        with _connect(target, addresses, deadline) as wire:
            return _converse(target, errand, _Wire(wire, deadline))
    except TimeoutError:
        raise Failed(f"{target.name} is too slow.") from None
    except (OSError, http.client.HTTPException):
        raise Failed(f"{target.name} cannot be reached.") from None


def get_json(settings: Settings, url: str) -> Any:
    """The JSON document at this address; Failed where the answer is not 200 or not JSON."""
    answer = send(settings, Errand(url, headers={"Accept": "application/json"}))
    if answer.status != 200:
        raise Failed(f"{url} answers {answer.status}.")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Failed(f"{url} is not JSON.") from None


def post_form(settings: Settings, url: str, fields: Mapping[str, str]) -> Answer:
    """Send a form; Failed where nobody answers."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return send(settings, Errand(url, "POST", headers, urlencode(fields).encode()))


def is_public(address: Address) -> bool:
    """Is this an address of the public internet, hiding no other?"""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST or any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _read(url: str) -> _Target:
    if not _URL.fullmatch(url):
        raise Failed("That is not an http(s) address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Failed("That is not an http(s) address.") from None
    if not parts.hostname or "@" in parts.netloc:
        raise Failed("An address names a host, and no user.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(secure, parts.hostname, port or (443 if secure else 80), path)


def _resolve(settings: Settings, target: _Target, deadline: float) -> list[Address]:
    """Every address of the name; Failed where one of them may not be reached."""
    looking = _resolvers.submit(socket.getaddrinfo, target.name, target.port, type=socket.SOCK_STREAM)
    try:
        found = looking.result(deadline - time.monotonic())
    except (OSError, UnicodeError, TimeoutError):
        looking.cancel()
        raise Failed(f"{target.name} has no address.") from None
    addresses = list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
    if not addresses or not all(_may_reach(settings, target, address) for address in addresses):
        raise Failed(f"{target.name} may not be reached.")
    return addresses[:MOST_ADDRESSES]


def _may_reach(settings: Settings, target: _Target, address: Address) -> bool:
    listed = target.name in settings.outbound_allow or any(
        not isinstance(entry, str) and address in entry for entry in settings.outbound_allow
    )
    if not target.secure:
        return listed and address.is_loopback
    return listed or (is_public(address) and (target.port == 443 or target.port >= 1024))


def _connect(target: _Target, addresses: list[Address], deadline: float) -> socket.socket:
    """A connection to the first address that takes one, its certificate checked against the name."""
    for last, address in enumerate(addresses, 1 - len(addresses)):
        try:
            plain = socket.create_connection((str(address), target.port), _left(deadline))
            break
        except OSError:
            if last == 0:
                raise
    if not target.secure:
        return plain
    try:
        plain.settimeout(_left(deadline))
        # Made anew: whoever operates may change the authorities (SSL_CERT_FILE), and errands are rare.
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.name)
    except BaseException:
        plain.close()
        raise


def _converse(target: _Target, errand: Errand, wire: "_Wire") -> Answer:
    connection = http.client.HTTPConnection(target.name, target.port)
    connection.default_port = 443 if target.secure else 80  # what the Host header leaves out
    connection.sock = wire
    usual = {"User-Agent": "Parvis", "Accept-Encoding": "identity", "Connection": "close"}
    connection.request(errand.method, target.path, errand.body or None, {**usual, **errand.headers})
    response = connection.getresponse()
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise Failed(f"{target.name} answers too much.")
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


class _Wire(io.RawIOBase):
    """A socket whose every wait ends at one deadline, as http.client wants it: drops cannot add up to hours."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = wire, deadline

    def sendall(self, data: bytes) -> None:
        """Send."""
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What comes back; outlives this wire's own end, as with a socket."""
        return io.BufferedReader(_Wire(self._socket, self._deadline))

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Receive."""
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
