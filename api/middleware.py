"""What every response bears and every request leaves behind: headers, a request id, a log line, a measure."""

import re
import time
from collections.abc import Iterable

import structlog
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import hosts, metrics, unavailable
from identity.foundation import faults, outages, tokens
from identity.foundation.settings import Settings

Headers = list[tuple[bytes, bytes]]

_log = structlog.get_logger("parvis.http")
_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
"""Unless the response says otherwise; pages bring a policy of their own."""
_NO_HOST = PlainTextResponse("One Host is needed, and a valid one.\n", 400, {"cache-control": "no-store"})
_FAULT = PlainTextResponse("Internal Server Error", 500)
HSTS = "max-age=31536000; includeSubDomains"


class Manners:
    """Wraps the whole application. Pure ASGI: nothing of a body is held back."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        headers = ALWAYS | ({"strict-transport-security": HSTS} if settings.secure else {})
        self._app = app
        self._headers: Headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope["headers"])
        scope["parvis.request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def send_with_manners(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message, request_id)
            await send(message)

        # For the logs of this request alone: the server runs each in a task of its own.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        app = self._app if _has_host(scope["headers"]) else _NO_HOST
        try:
            await app(scope, receive, send_with_manners)
        except Exception as error:
            # Further out, the answer would bear no headers, and the server would cut the line behind it.
            answer = _answer(error)
            if status:
                raise
            await answer(scope, receive, send_with_manners)
        finally:
            seconds = time.perf_counter() - started
            metrics.observe(scope, status, seconds)
            ms = round(seconds * 1000, 1)
            _log.info("request", method=scope["method"], path=scope["path"], status=status, ms=ms)

    def _add_headers(self, message: Message, request_id: str) -> None:
        headers: Headers = list(message.get("headers", []))
        said = {name for name, _ in headers}
        ours = [pair for pair in self._headers if pair[0] not in said]
        message["headers"] = [*headers, *ours, (b"x-request-id", request_id.encode())]


def _answer(error: Exception) -> Response:
    """What is told of an exception that nobody caught: an outage, or a fault of ours."""
    if outages.find(error):
        return unavailable.text(error)
    _log.error("fault", **faults.described(error))
    return _FAULT


def _has_host(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Does it say once, and well-formed, by which name it was sent (RFC 9112 §3.2)? Nothing of ours lacks it."""
    said = [value.decode("latin-1") for name, value in headers if name == b"host"]
    return len(said) == 1 and hosts.name(said[0]) is not None


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The one a proxy gave, if it is well formed, or a new one."""
    given = next((value for name, value in headers if name == b"x-request-id"), b"")
    return given.decode() if _GOOD_ID.fullmatch(given) else tokens.new_id()
