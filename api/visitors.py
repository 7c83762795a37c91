"""Who asks: from a request's headers, cookies and connection to a Visitor. Trusts only the proxies named."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

from api import cookies
from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Visitor
from schema.context import CookieName

Address = IPv4Address | IPv6Address


def visitor(request: Request, settings: Settings) -> Visitor:
    """The visitor of this request."""
    return Visitor(
        network=network(request, settings),
        user_agent=_header(request, "user-agent"),
        language=asked_language(request),
        request_id=request.scope.get("parvis.request_id"),
        origin=_header(request, "origin"),
        session_token=cookies.read(request, settings, CookieName.SESSION),
        browser_token=cookies.read(request, settings, CookieName.BROWSER),
        known_browser=cookies.read(request, settings, CookieName.KNOWN_BROWSER),
        bearer=_bearer(_header(request, "authorization") or ""),
    )


def asked_language(request: Request) -> str:
    """`fr` or `en`, as the request's Accept-Language has it."""
    return language(_header(request, "accept-language") or "")


def network(request: Request, settings: Settings) -> str:
    """The nearest address that no trusted proxy bears, an IPv6 one by its /64."""
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    hops += [request.client.host] if request.client else []
    address = None
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        address = _address(hop)
        if address is None or not _is_trusted(address, settings):
            break
    return _network(address)


def language(accept: str) -> str:
    """`fr` or `en`, whichever Accept-Language prefers; `fr` where it says neither (RFC 9110 §12.5.4)."""
    best, weight = "fr", 0.0
    for part in accept.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        spoken = tag.strip().lower()[:2]
        quality = _quality(parameters)
        if spoken in ("fr", "en") and quality > weight:
            best, weight = spoken, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


def _is_trusted(address: Address, settings: Settings) -> bool:
    return any(address in trusted for trusted in settings.trusted_proxies)


@lru_cache(maxsize=1024)
def _address(hop: str) -> Address | None:
    """The address alone: some proxies add a port, and a socket for both kinds writes IPv4 as IPv6."""
    bare = hop[1:].partition("]")[0] if hop.startswith("[") else hop
    try:
        address = ip_address(bare.partition(":")[0] if bare.count(":") == 1 else bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _network(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address) if address else "unknown"


def _bearer(authorization: str) -> Secret | None:
    scheme, _, token = authorization.partition(" ")
    return Secret(token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def _header(request: Request, name: str) -> str | None:
    value = request.headers.get(name)
    return value[:2000] if value else None
