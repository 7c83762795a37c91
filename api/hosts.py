"""What `Host` says: the name or address by which this server was asked. Knows no setting; nothing is built from it."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

_HOST = re.compile(
    r"(?:\[(?P<literal>[0-9A-Fa-f:.]+)\]|(?P<name>[\w-]+(?:\.[\w-]+)*)\.?)(?::(?P<port>\d{0,5}))?", re.ASCII
)


@lru_cache(maxsize=256)
def name(header: str) -> str | None:
    """The host in lower case, an IPv6 address without brackets; None for what is no host (RFC 9110 §7.2)."""
    found = _HOST.fullmatch(header)
    if not found or int(found["port"] or 0) > 65535:
        return None
    if found["literal"] is None:
        return found["name"].lower()
    return found["literal"].lower() if _is_ipv6(found["literal"]) else None


def is_loopback_address(host: str) -> bool:
    """Is it an IP address of this machine, and not a name?"""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_ipv6(literal: str) -> bool:
    try:
        IPv6Address(literal)
    except ValueError:
        return False
    return True
