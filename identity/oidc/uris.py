"""The addresses that a client may name, and how they are written. Owns the rule for each kind; fetches none."""

import re
from urllib.parse import SplitResult, urlsplit

from identity.foundation.errors import NotAllowed
from identity.foundation.settings import is_loopback

_URI = re.compile(r"[\x21\x23-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]{1,2000}")
"""RFC 3986's characters: printable ASCII without quotes, backslash, angle brackets, braces, caret."""


class MetadataRefused(NotAllowed):
    """A client cannot be so; `reason` tells a developer which metadata and why (RFC 7591 §3.2.2)."""

    error = "invalid_client_metadata"


class RedirectRefused(MetadataRefused):
    """A redirect URI cannot be one."""

    error = "invalid_redirect_uri"


def require(condition: object, reason: str) -> None:
    """MetadataRefused, for this reason, unless it is so."""
    if not condition:
        raise MetadataRefused(reason)


def require_redirect(uri: str, public: bool) -> str:
    """https; http on loopback; for an application a scheme of its own, a domain reversed (RFC 8252 §7)."""
    try:
        parts = _require_bare(uri)
        if parts.scheme in ("http", "https"):
            _require_safe(uri, parts)
        elif not (public and "." in parts.scheme and not parts.netloc):
            raise MetadataRefused(
                f"{uri}: use https, or for a public client a scheme of its own such as fr.exemple.app:/callback."
            )
    except MetadataRefused as refused:
        raise RedirectRefused(refused.reason) from None
    return uri


def require_web(uri: str) -> str:
    """A page or an endpoint: https, or http on loopback, without user or fragment."""
    parts = _require_bare(uri)
    if parts.scheme not in ("http", "https"):
        raise MetadataRefused(f"{uri}: use https.")
    _require_safe(uri, parts)
    return uri


def require_https(uri: str) -> str:
    """What OpenID Connect wants to be https and nothing else."""
    if not require_web(uri).lower().startswith("https:"):
        raise MetadataRefused(f"{uri}: use https.")
    return uri


def require_origin(origin: str) -> str:
    """Scheme, host and port, in lower case."""
    parts = split(origin)
    bare = parts.netloc and origin.lower() == f"{parts.scheme}://{parts.netloc}".lower() and "@" not in origin
    if not bare:
        raise MetadataRefused(f"{origin} is not an origin (https://host, without a path).")
    if parts.scheme not in ("http", "https"):
        raise MetadataRefused(f"{origin}: use https.")
    _require_safe(origin, parts)
    return origin.lower()


def split(uri: str) -> SplitResult:
    """The parts of an address that is written as one."""
    if not _URI.fullmatch(uri):
        raise MetadataRefused(f"{uri[:100]!a} is not a URI of at most 2000 characters.")
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - refused here where it is not a number
    except ValueError:
        raise MetadataRefused(f"{uri} is not a URI.") from None
    return parts


def origin_of(uri: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}".lower()


def host_of(uri: str) -> str:
    """The host of an address, or its scheme where that is an application's own."""
    parts = urlsplit(uri)
    return parts.hostname or parts.scheme


def web_host_of(uri: str) -> str | None:
    """The host that alone receives what is sent to this address: https, and not the reader's own machine."""
    parts = urlsplit(uri)
    host = parts.hostname
    return host if parts.scheme == "https" and host and not is_loopback(host) else None


def _require_bare(uri: str) -> SplitResult:
    parts = split(uri)
    if "#" in uri:
        raise MetadataRefused(f"{uri}: it has no fragment.")
    if "@" in parts.netloc:
        raise MetadataRefused(f"{uri}: it has no user.")
    return parts


def _require_safe(uri: str, parts: SplitResult) -> None:
    if not parts.hostname:
        raise MetadataRefused(f"{uri}: the host is missing.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise MetadataRefused(f"{uri}: plain http is for loopback; use https.")
