"""What arrives at an endpoint and what leaves it, as data. Owns the checks that come before Authlib.

Authlib trusts its input: a NUL byte, a broken UTF-8 sequence or a repeated parameter would end as a fault of
the server. Here they end as the protocol's own `invalid_request`. Knows no endpoint, no client, no database.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError

from identity.foundation.errors import RateLimited

FORM = "application/x-www-form-urlencoded"
LONGEST_BODY = 65_536
"""Bytes; a request object of the largest kind fits four times."""
LONGEST_VALUE = 16_384
MOST_PARAMETERS = 64
REPEATABLE = frozenset({"resource", "audience"})
"""RFC 8707 §2 and RFC 8693 §2.1; everything else comes once (RFC 6749 §3.1, §3.2)."""
LONGEST_DESCRIPTION = 300
_NOT_PLAIN = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Arrival:
    """A request as it arrived: header names in lower case; `body` None where longer than LONGEST_BODY."""

    method: str
    path: str
    query: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = b""


@dataclass(frozen=True)
class Exchange:
    """A request that was read: well-formed text, no NUL, nothing repeated that may not be."""

    method: str
    uri: str
    """Below the issuer, never from the Host header."""
    query: Pairs
    form: Pairs
    headers: Mapping[str, str]

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What the endpoint goes by: the form of a POST, the query of a GET."""
        return dict(self.pairs)

    @property
    def pairs(self) -> Pairs:
        """The same, with every value of what may be repeated."""
        return self.form if self.method == "POST" else self.query


@dataclass(frozen=True)
class Refusal:
    """Why a request was refused: the protocol's word and a sentence for developers."""

    error: str
    description: str = ""
    client_id: str | None = None
    """Whose request it was, where that is certain."""

    @classmethod
    def of(cls, error: OAuth2Error) -> "Refusal":
        """The same as the error says it; one that has no word is a request without credentials (RFC 6750 §3.1)."""
        return cls(error.error or "credentials_missing", _plain(error))


@dataclass(frozen=True)
class Reply:
    """An answer: a JSON object, bytes, nothing, or `page`, the name of a page for the person, made of `body`."""

    status: int
    body: Mapping[str, Any] | bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    page: str | None = None
    refusal: Refusal | None = None
    """Set where a client's request was refused."""


def read(arrival: Arrival, issuer: str) -> Exchange:
    """Read the parameters; Authlib's InvalidRequestError says what is malformed."""
    query, form = _parse(arrival.query), _parse(_form_body(arrival))
    for pairs in (query, form):
        _refuse_repeated(name for name, _ in pairs)
    return Exchange(arrival.method, issuer + arrival.path, query, form, arrival.headers)


def document(text: str | bytes) -> Any:
    """JSON of somebody else; ValueError or RecursionError where it is none, or says a name twice.

    Of two values one would be checked and the other might be read, by the next program (RFC 8259 §4, RFC 7519 §4).
    NaN and the infinities are no JSON, whatever Python says.
    """
    return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)


def refuse(error: OAuth2Error) -> Reply:
    """An error as JSON (RFC 6749 §5.2), never kept by a cache."""
    error.redirect_uri = error.state = None  # Authlib would make a redirect of it
    status, body, headers = error()
    if not body:  # a bare challenge (RFC 6750 §3.1)
        return Reply(status, None, tuple(headers), refusal=Refusal.of(error))
    told = _plain(error)  # Authlib's body leaves out what it composes itself
    said = body | ({"error_description": told} if told else {})
    return Reply(status, said, tuple(headers), refusal=Refusal.of(error))


def busy(limited: RateLimited) -> Reply:
    """Too many from there, as JSON: when to try again (RFC 6749 §4.1.2.1 has the word)."""
    wait = ("Retry-After", str(limited.retry_after))
    headers = (("Cache-Control", "no-store"), ("Pragma", "no-cache"), wait)
    error = "temporarily_unavailable"
    return Reply(429, {"error": error}, headers, refusal=Refusal(error, "Too many from one network."))


def redirect(uri: str, parameters: Mapping[str, str] | Pairs, status: int = 302) -> Reply:
    """Send the browser to `uri` with more parameters behind its query, which stays as it is."""
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    location = f"{uri}{joint}{urlencode(parameters)}"
    return Reply(status, None, (("Location", location), ("Cache-Control", "no-store")))


@dataclass(frozen=True)
class Destination:
    """Where an authorization request is answered, and how: a checked redirect URI."""

    issuer: str
    uri: str
    state: str | None = None
    mode: str = "query"

    def send(self, answer: Mapping[str, str]) -> Reply:
        """Send the browser there with an answer, its `state`, and `iss` (RFC 9207)."""
        said = {**answer, **({} if self.state is None else {"state": self.state}), "iss": self.issuer}
        if self.mode == "form_post":
            form = {"action": self.uri, "fields": said}
            return Reply(200, form, (("Cache-Control", "no-store"),), page="form_post")
        return redirect(self.uri, said)

    def refuse(self, error: OAuth2Error) -> Reply:
        """Send the browser there with an error (RFC 6749 §4.1.2.1)."""
        said = {"error": error.error, "error_description": _plain(error)}
        reply = self.send({name: value for name, value in said.items() if value})
        return replace(reply, refusal=Refusal.of(error))


def _plain(error: OAuth2Error) -> str:
    """Its description, in letters that may be there: it may quote what was asked (RFC 6749 §4.1.2.1, §5.2)."""
    return _NOT_PLAIN.sub("?", (error.get_error_description() or "")[:LONGEST_DESCRIPTION])


def _form_body(arrival: Arrival) -> bytes:
    if arrival.body is None:
        raise InvalidRequestError("The body is too long.")
    media = arrival.headers.get("content-type", "").partition(";")[0].strip().lower()
    if arrival.body and media != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    return arrival.body


def _parse(raw: bytes) -> Pairs:
    """Names and values; those without a value are left out (RFC 6749 §3.1)."""
    if len(raw) > LONGEST_BODY:
        raise InvalidRequestError("The parameters are too long.")
    try:
        pairs = parse_qsl(raw.decode(), errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise InvalidRequestError("The parameters are not UTF-8, or too many.") from None
    if any("\0" in name or "\0" in value or len(value) > LONGEST_VALUE for name, value in pairs):
        raise InvalidRequestError("A parameter is too long or holds a NUL.")
    return tuple(pairs)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name comes twice")
    return made


def _refuse_constant(_: str) -> None:
    raise ValueError("no JSON")


def _refuse_repeated(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen and name not in REPEATABLE:
            raise InvalidRequestError("A parameter is repeated.")
        seen.add(name)
