"""Who asks: from a request's headers, cookies and connection to a Visitor. Trusts only the proxies named."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from api import cookies
from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Visitor
from schema.context import CookieName


def visitor(request: Request, settings: Settings) -> Visitor:
    """The visitor of this request."""
    return Visitor(
        network=network(request, settings),
        user_agent=_header(request, "user-agent"),
        language=language(_header(request, "accept-language") or ""),
        request_id=request.scope.get("parvis.request_id"),
        origin=_header(request, "origin"),
        session_token=cookies.read(request, settings, CookieName.SESSION),
        browser_token=cookies.read(request, settings, CookieName.BROWSER),
        known_browser=cookies.read(request, settings, CookieName.KNOWN_BROWSER),
        bearer=_bearer(_header(request, "authorization") or ""),
    )


def network(request: Request, settings: Settings) -> str:
    """The nearest address that no trusted proxy bears, an IPv6 one by its /64."""
    hops = [request.client.host] if request.client else []
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] + hops
    for hop in reversed(hops):
        if not _is_trusted(hop, settings):
            return _network(hop)
    return _network(hops[0]) if hops else "unknown"


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


def _is_trusted(hop: str, settings: Settings) -> bool:
    try:
        address = ip_address(hop)
    except ValueError:
        return False
    return any(address in trusted for trusted in settings.trusted_proxies)


def _network(hop: str) -> str:
    try:
        address = ip_address(hop)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
    return str(address)


def _bearer(authorization: str) -> Secret | None:
    scheme, _, token = authorization.partition(" ")
    return Secret(token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def _header(request: Request, name: str) -> str | None:
    value = request.headers.get(name)
    return value[:2000] if value else None
