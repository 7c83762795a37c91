"""Addresses, networks and host names, as agents write them. Owns what each may look like; resolves none."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

LOOPBACK_HOSTS = ("127.0.0.1", "[::1]")
"""The addresses behind `localhost`, as URLs write them."""


def is_loopback(host: str) -> bool:
    """Does this host name or address stay on this machine (RFC 6761 §6.3 for `.localhost`)?"""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def network_or_host(entry: Network | str) -> Network | str:
    """A network where that is what is written, else a host name in lower case; ValueError for anything else."""
    if not isinstance(entry, str):
        return entry
    try:
        return ip_network(entry)
    except ValueError:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", entry.lower()):
            raise ValueError(f"{entry} is neither a host name nor a network") from None
        return entry.lower()
