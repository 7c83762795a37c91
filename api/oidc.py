"""The OAuth and OpenID endpoints over HTTP: a Request becomes an Arrival, a Reply a Response. Decides
nothing.

Each request makes one hop to a worker thread, here. Endpoints that other sites' pages may call answer CORS
without credentials: a token or a secret in the request says who asks, never a cookie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import public_address, refused, unavailable, visitors
from api.pages import rendering
from identity.foundation.unit_of_work import Units
from identity.oidc import authorize, device, discovery, dynamic, exchange, provider, pushing, serving
from identity.oidc.exchange import Arrival, Reply
from schema.workers import Workers


@dataclass(frozen=True)
class Endpoint:
    """Where an endpoint stands, how it is called, what answers; `shared`: any origin's pages may call it."""

    path: str
    methods: tuple[str, ...]
    answer: Callable[[Units, Arrival], Reply]
    shared: bool = True

    @property
    def accepted(self) -> tuple[str, ...]:
        """HEAD beside GET; not where a GET gives a code to be followed."""
        return (*self.methods, "HEAD") if self.shared and "GET" in self.methods else self.methods


ENDPOINTS = (
    Endpoint("/.well-known/openid-configuration", ("GET",), discovery.metadata),
    Endpoint(discovery.WELL_KNOWN, ("GET",), discovery.metadata),
    Endpoint(discovery.WELL_KNOWN + "/{issuer_path:path}", ("GET",), discovery.located),
    Endpoint(provider.PATHS["jwks_uri"], ("GET",), discovery.jwks),
    Endpoint(provider.PATHS["authorization_endpoint"], ("GET", "POST"), authorize.authorize, shared=False),
    Endpoint(provider.PATHS["token_endpoint"], ("POST",), serving.token),
    Endpoint(provider.PATHS["pushed_authorization_request_endpoint"], ("POST",), pushing.push),
    Endpoint(provider.PATHS["introspection_endpoint"], ("POST",), serving.introspect),
    Endpoint(provider.PATHS["userinfo_endpoint"], ("GET", "POST"), serving.userinfo),
    Endpoint(provider.PATHS["revocation_endpoint"], ("POST",), serving.revoke),
    Endpoint(provider.PATHS["device_authorization_endpoint"], ("POST",), device.authorize),
    Endpoint(provider.PATHS["registration_endpoint"], ("POST",), dynamic.register),
    Endpoint(
        provider.PATHS["registration_endpoint"] + "/{client_id}",
        ("GET", "PUT", "DELETE"),
        dynamic.configuration,
    ),
)

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Expose-Headers": "WWW-Authenticate, DPoP-Nonce, ETag",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, DPoP, If-None-Match",
    "Access-Control-Max-Age": "7200",
}


def routes(units: Units, workers: Workers) -> list[BaseRoute]:
    """The provider's routes on this database, each request in one of these threads."""
    return [_route(endpoint, workers.sharing(units), workers) for endpoint in ENDPOINTS]


def _route(endpoint: Endpoint, units: Units, workers: Workers) -> Route:
    cors = CORS if endpoint.shared else {}

    async def handle(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_preflight(endpoint))
        if request.method not in endpoint.accepted:
            return Response(status_code=405, headers={"Allow": ", ".join(endpoint.methods)})
        visited = units.visited_by(visitors.visitor(request, units.settings))
        arrival = await _arrival(request)
        try:
            reply = await workers.run(partial(endpoint.answer, visited, arrival))
        except Exception as error:
            reply = unavailable.reply(error, is_page=not endpoint.shared)
        refused.note(visited, arrival, reply)
        if reply.page:
            return rendering.respond(units.settings, visited.visitor.language, reply)
        return _respond(reply, cors)

    methods = [*endpoint.methods, *(["OPTIONS"] if endpoint.shared else [])]
    # Where no other site's page may call it, a browser is sent.
    navigated = [] if endpoint.shared else public_address.pages(units.settings)
    return Route(endpoint.path, handle, methods=methods, middleware=navigated)


async def _arrival(request: Request) -> Arrival:
    return Arrival(
        method=request.method,
        path=request.scope["path"],
        query=request.scope["query_string"],
        headers=_headers(request),
        body=await _body(request),
    )


def _headers(request: Request) -> dict[str, str]:
    """Header names in lower case; one that comes twice with both its values (RFC 9110 §5.3)."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _body(request: Request) -> bytes | None:
    """The body, or None where it is longer than any request to a provider needs to be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > exchange.LONGEST_BODY:
            return None
    return bytes(body)


def _respond(reply: Reply, headers: Mapping[str, str]) -> Response:
    if isinstance(reply.body, Mapping):
        body, media = orjson.dumps(reply.body), "application/json"
    else:
        body, media = reply.body or b"", None
    response = Response(body, reply.status, headers=dict(headers), media_type=media)
    for name, value in reply.headers:
        response.headers[name] = value
    return response


def _preflight(endpoint: Endpoint) -> dict[str, str]:
    return CORS | PREFLIGHT | {"Access-Control-Allow-Methods": ", ".join(endpoint.methods)}
