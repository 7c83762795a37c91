"""One request, one operation, one response. Owns statuses, CORS and headers; knows nothing of the schema."""

import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from strawberry.schema.base import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api import visitors
from api.graphql import explorer, media, wire
from identity.foundation import outages
from schema import masking

Context = TypeVar("Context")

METHODS = "GET, HEAD, POST, OPTIONS"
_READ = frozenset({OperationType.QUERY})
_WRITE = frozenset({OperationType.QUERY, OperationType.MUTATION})
_OFFERED = (media.GRAPHQL, media.JSON)
_WITH_PAGE = (*_OFFERED, media.HTML)
_ALWAYS = [(b"cache-control", b"no-store"), (b"vary", b"Origin, Accept")]
_SHARED = (b"cross-origin-resource-policy", b"cross-origin")
_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type, authorization, accept-language",
    "access-control-max-age": "7200",
}


def graphql_endpoint(
    schema: BaseSchema,
    make_context: Callable[[Request], Context],
    *,
    allowed_origins: Callable[[str], Awaitable[bool]],
    graphiql: bool,
    finish: Callable[[Context, Response], None] = lambda _context, _response: None,
    middleware: Sequence[Middleware] = (),
) -> list[BaseRoute]:
    """The routes of /graphql and of its explorer.

    `make_context` may raise HTTPException, answered as a GraphQL error; `finish` sees the response of every
    operation before it leaves (cookies); `middleware` wraps the endpoint. `allowed_origins` judges the Origin
    header, the server's own too.
    """
    endpoint = Endpoint(schema, make_context, finish, allowed_origins, graphiql)
    # `wire` bounds the body: the application's own limit, wider, would answer in plain text.
    route = Route("/graphql", endpoint, max_body_size=sys.maxsize, middleware=middleware)
    return [route, *(explorer.routes() if graphiql else [])]


@dataclass(frozen=True)
class Endpoint(Generic[Context]):
    """An ASGI application that speaks GraphQL over HTTP."""

    schema: BaseSchema
    make_context: Callable[[Request], Context]
    finish: Callable[[Context, Response], None]
    allowed_origins: Callable[[str], Awaitable[bool]]
    graphiql: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The response to any request; faults of the server alone escape."""
        cors: list[tuple[bytes, bytes]] = []
        try:
            cors = await self._cors(_header(request, "origin"))
            response = await self._answer(request)
        except HTTPException as refusal:
            response = _refusal(refusal, _media(request) or media.JSON)
        except Exception as error:
            response = _outage(error, request)
        response.raw_headers.extend(_ALWAYS + cors)
        return response

    async def _cors(self, origin: str) -> list[tuple[bytes, bytes]]:
        if not origin:
            return []  # not a page of another site: a browser says the origin of every POST
        if origin == "null" or not await self.allowed_origins(origin):
            raise HTTPException(403, "This origin may not call this server.")
        allowed = (b"access-control-allow-origin", origin.encode("latin-1"))
        return [allowed, (b"access-control-allow-credentials", b"true"), _SHARED]

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": METHODS, **_PREFLIGHT})
        if request.method not in ("GET", "HEAD", "POST"):
            raise HTTPException(405, "GraphQL takes GET and POST.", {"allow": METHODS})
        accepted = _media(request, page=self.graphiql and request.method != "POST")
        if accepted is None:
            raise HTTPException(406, f"The answers are {media.GRAPHQL} or {media.JSON}.")
        if accepted == media.HTML:
            return explorer.page()
        if request.method != "POST":
            return await self._execute(request, wire.from_query_string(request), accepted)
        if not media.is_json(_header(request, "content-type")):
            raise HTTPException(415, f"The body is {media.JSON} in UTF-8.", {"accept": media.JSON})
        return await self._execute(request, await wire.from_body(request), accepted)

    async def _execute(self, request: Request, operation: wire.Operation, accepted: str) -> Response:
        allowed = _WRITE if request.method == "POST" else _READ
        context = self.make_context(request)
        try:
            result = await self.schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=context,
                operation_name=operation.name,
                allowed_operation_types=allowed,
            )
        except InvalidOperationTypeError as error:
            raise _not_here(error.operation_type) from None
        except CannotGetOperationTypeError as error:
            raise HTTPException(400, _which(error.operation_name)) from None
        response = _response(result, accepted)
        self.finish(context, response)
        return response


def asks_for_page(request: Request) -> bool:
    """Does a browser open the endpoint, rather than a program call it?"""
    return request.method != "POST" and _media(request, page=True) == media.HTML


def _header(request: Request, name: str) -> str:
    # Several of one name are joined, as RFC 9110 says; an origin or a type written twice then fits nothing.
    return ",".join(request.headers.getlist(name))


def _media(request: Request, *, page: bool = False) -> str | None:
    return media.negotiate(_header(request, "accept") or "*/*", _WITH_PAGE if page else _OFFERED)


def _response(result: ExecutionResult, accepted: str) -> Response:
    content: dict[str, Any] = {}
    errors = result.errors or []
    if errors:
        content["errors"] = [error.formatted for error in errors]
    # Errors without a path came before the execution: then there is no `data`, not even null.
    executed = result.data is not None or any(error.path is not None for error in errors)
    if executed and _is_unanswered(result):
        return _unavailable(content["errors"], accepted)
    if executed:
        content["data"] = result.data
    if result.extensions:
        content["extensions"] = result.extensions
    if executed:
        status = 200
    elif any(masking.is_masked(error) for error in errors):
        status = 500
    else:
        status = 200 if accepted == media.JSON else 400  # GraphQL over HTTP, section 6.4
    return _json(content, status, accepted)


def _is_unanswered(result: ExecutionResult) -> bool:
    """Did an outage leave nothing at all to answer with? What was answered in part is worth having."""
    nothing = result.data is None or not any(value is not None for value in result.data.values())
    return nothing and any(masking.is_unavailable(error) for error in result.errors or [])


def _unavailable(errors: list[Any], accepted: str) -> Response:
    response = _json({"errors": errors}, 503, accepted)
    response.headers["retry-after"] = str(outages.RETRY_AFTER)
    return response


def _outage(error: Exception, request: Request) -> Response:
    """The answer to what an outage kept from being executed; any other error is raised again."""
    outage = outages.find(error)
    if outage is None:
        raise error
    language = visitors.asked_language(request)
    message, extensions = masking.told(outage, language)
    return _unavailable([{"message": message, "extensions": extensions}], _media(request) or media.JSON)


def _refusal(refusal: HTTPException, accepted: str) -> Response:
    response = _json({"errors": [{"message": refusal.detail}]}, refusal.status_code, accepted)
    response.headers.update(refusal.headers or {})
    return response


def _json(content: dict[str, Any], status: int, accepted: str) -> Response:
    try:
        body = orjson.dumps(content)
    except TypeError:  # a lone surrogate or an integer of more than 64 bits: json writes both
        body = json.dumps(content).encode()
    return Response(body, status, media_type=f"{accepted}; charset=utf-8")


def _not_here(kind: OperationType) -> HTTPException:
    if kind is OperationType.MUTATION:
        return HTTPException(405, "Mutations are sent by POST.", {"allow": "POST"})
    return HTTPException(400, "Subscriptions are not offered.")


def _which(name: str | None) -> str:
    if name is None:
        return "Which operation? `operationName` is needed where the document does not hold exactly one."
    return f"The document has no operation named {name!r}."
