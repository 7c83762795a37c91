"""Prometheus: what is counted, and who may read it. Labels hold routes, never paths that people typed."""

import os
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from identity.foundation import tokens
from identity.foundation.settings import Settings, is_loopback

REQUESTS = Counter("parvis_http_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("parvis_http_request_seconds", "Time to answer", ["route"])
REFUSED = Counter(
    "parvis_federation_refusals_total", "Services' requests refused", ["client", "endpoint", "error"]
)
UP = Gauge("parvis_processes", "Server processes", multiprocess_mode="livesum")
UP.set(1)


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Count one answered request under its route."""
    route = getattr(scope.get("route"), "path", "other")
    method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "OPTIONS") else "other"
    requests, durations = _figures(method, route, status)
    requests.inc()
    durations.observe(seconds)


@cache
def _figures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """As many as there are routes and statuses: looking them up by their labels takes longer than counting."""
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(route)


def endpoint(request: Request, settings: Settings) -> Response:
    """The figures, to whoever holds PARVIS_METRICS_TOKEN; without one, to loopback alone."""
    if not _may_read(request, settings):
        return PlainTextResponse("Metrics need the token.\n", 401, {"www-authenticate": "Bearer"})
    return Response(
        generate_latest(_registry()), media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"}
    )


def _may_read(request: Request, settings: Settings) -> bool:
    if settings.metrics_token:
        return tokens.equal(request.headers.get("authorization", ""), f"Bearer {settings.metrics_token}")
    direct = "x-forwarded-for" not in request.headers and "forwarded" not in request.headers
    return direct and request.client is not None and is_loopback(request.client.host)


def _registry() -> CollectorRegistry:
    """This process's figures, or those of all workers together."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry
    from prometheus_client import REGISTRY

    return REGISTRY
