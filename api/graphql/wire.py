"""Reads one operation from a request: bounded, strict, refused with a sentence. Never looks into GraphQL."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MAX_BODY = 64 * 1024  # bytes
MAX_DISCARDED = 1024 * 1024  # bytes
MAX_QUERY_STRING = 16 * 1024  # bytes; proxies take less


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client wants executed."""

    query: str
    variables: dict[str, Any] | None
    name: str | None


async def from_body(request: Request) -> Operation:
    """The operation in a JSON body; HTTPException 400 or 413."""
    parameters = _loads(await _body(request))
    if not isinstance(parameters, dict):
        raise HTTPException(400, "The body is one JSON object; batches are not offered.")
    return _operation(parameters)


def from_query_string(request: Request) -> Operation:
    """The operation in the address of a GET; HTTPException 400 or 414."""
    raw: bytes = request.scope["query_string"]
    if len(raw) > MAX_QUERY_STRING:
        raise HTTPException(414, f"At most {MAX_QUERY_STRING} bytes are accepted; POST takes more.")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=16)
    except ValueError:
        raise HTTPException(400, "The query string is not valid.") from None
    if b"%00" in raw:
        raise HTTPException(400, "NUL characters are not accepted.")
    parameters: dict[str, Any] = _distinct(pairs)
    for name in ("variables", "extensions"):
        if text := parameters.pop(name, ""):
            parameters[name] = _loads(text.encode())
    return _operation(parameters)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise HTTPException(413, f"At most {MAX_BODY} bytes are accepted.", _farewell(request))
    except ClientDisconnect:
        raise HTTPException(400, "The client went away.") from None
    return bytes(body)


def _farewell(request: Request) -> dict[str, str]:
    # A rest that ends soon is thrown away, so that the answer arrives; any other ends the connection.
    declared = request.headers.get("content-length", "")
    return {} if declared.isdecimal() and int(declared) <= MAX_DISCARDED else {"connection": "close"}


def _loads(data: bytes) -> Any:
    # orjson is strict about UTF-8, surrogates and numbers; json alone tells of two equal names.
    try:
        value = orjson.loads(data)
        _NAMES.decode(data.decode())
    except (ValueError, RecursionError):
        raise HTTPException(400, "This is not valid JSON.") from None
    if b"\\u0000" in data and _holds_nul(value):  # no database keeps it; the walk is for those who tried
        raise HTTPException(400, "NUL characters are not accepted.")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise HTTPException(400, "A name is given twice.")
    return names


_NAMES = json.JSONDecoder(object_pairs_hook=_distinct)


def _holds_nul(value: Any) -> bool:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            return True
        if isinstance(value, (list, dict)):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return False


def _operation(parameters: dict[str, Any]) -> Operation:
    query = _typed(parameters, "query", str)
    if not query:
        raise HTTPException(400, "`query` is missing: the document to execute.")
    _typed(parameters, "extensions", dict)
    variables, name = _typed(parameters, "variables", dict), _typed(parameters, "operationName", str)
    return Operation(query, variables, name or None)


def _typed(parameters: dict[str, Any], name: str, kind: type) -> Any:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        raise HTTPException(400, f"`{name}` is {'a string' if kind is str else 'an object'} or null.")
    return value
