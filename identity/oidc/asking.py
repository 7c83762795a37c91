"""An authorization request as it was read: who asks for what, and who is signed in there. The reading half of
the authorization endpoint; what a person must do first is the business of `obstacles`.

A request is read in this order: the client and where to answer it, without which nobody is told anything but
the person; then what is wrong whoever is at the browser (WELL_FORMED), told to that address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749 import (
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oidc.core.errors import (
    RegistrationNotSupportedError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import clients, exchange, grants, signed_in
from identity.oidc.clients import Client
from identity.oidc.exchange import Arrival, Exchange
from identity.oidc.signed_in import Person

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
RESPONSE_MODES = frozenset({"query"})


class NowhereToGo(Exception):
    """The client or its redirect URI is not known: told to the person, never to that address."""


@dataclass(frozen=True)
class Received:
    """A request before its transaction: what was sent, and whatever had to be fetched to read it."""

    asked: Exchange


@dataclass(frozen=True)
class Asking:
    """Who asks for what: a known client with a redirect URI of its own, and who is signed in there."""

    work: UnitOfWork
    client: Client
    parameters: dict[str, str]
    person: Person | None = field(default=None)

    @property
    def redirect_uri(self) -> str:
        """Where the answer goes, as it was asked."""
        return self.parameters["redirect_uri"]

    @property
    def state(self) -> str | None:
        """What the client wants back."""
        return self.parameters.get("state")

    @property
    def scope(self) -> str:
        """Of the scopes asked for, those that the client may have."""
        return self.client.get_allowed_scope(self.parameters.get("scope"))

    @property
    def prompts(self) -> set[str]:
        """What the client wants the person to be asked."""
        return set(self.parameters.get("prompt", "").split())

    @property
    def max_age(self) -> int | None:
        """Seconds since the sign-in that the client puts up with."""
        value = self.parameters.get("max_age")
        return None if value is None else int(value)


def receive(units: Units, arrival: Arrival) -> Received:
    """Read what was sent, outside any transaction; Authlib's InvalidRequestError where it is malformed."""
    return Received(exchange.read(arrival, units.settings.public_url))


def read(work: UnitOfWork, received: Received) -> Asking:
    """The request of a known client that can be answered; NowhereToGo."""
    parameters = received.asked.parameters
    client = clients.find(work, parameters.get("client_id", ""))
    if client is None or not client.check_redirect_uri(parameters.get("redirect_uri", "")):
        raise NowhereToGo
    return Asking(work, client, parameters, signed_in.find(work))


def check(asking: Asking) -> None:
    """Refuse what is wrong with the request whoever is at the browser; OAuth2Error."""
    for require in WELL_FORMED:
        require(asking)


def _require_response(asking: Asking) -> None:
    """A code, in the query."""
    response_type = asking.parameters.get("response_type")
    if response_type is None:
        raise InvalidRequestError("Missing 'response_type' in request.")
    if response_type != "code":
        raise UnsupportedResponseTypeError("code", "The response type must be code.")
    if asking.parameters.get("response_mode", "query") not in RESPONSE_MODES:
        raise InvalidRequestError("The response mode is not supported.")


def _require_plain_request(asking: Asking) -> None:
    """Parameters by value (OpenID Connect Core §6.1, §6.2, §7.2.1)."""
    for name, error in _UNSUPPORTED.items():
        if name in asking.parameters:
            raise error()


def _require_scope(asking: Asking) -> None:
    """Something that this client may have; a scope that it may not, or that nobody knows, is left out."""
    if not asking.scope:
        raise InvalidScopeError


def _require_small(asking: Asking) -> None:
    """What is stored until the code comes back has a measure."""
    if len(asking.parameters.get("nonce", "")) > grants.LONGEST_NONCE:
        raise InvalidRequestError("The nonce is too long.")
    max_age = asking.parameters.get("max_age", "0")
    if not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        raise InvalidRequestError("max_age is a number of seconds.")


def _require_prompts(asking: Asking) -> None:
    """Prompts that we know; `none` alone."""
    if asking.prompts - PROMPTS or ("none" in asking.prompts and len(asking.prompts) > 1):
        raise InvalidRequestError("Invalid 'prompt' parameter.")


_UNSUPPORTED: dict[str, Callable[[], OAuth2Error]] = {
    "request": RequestNotSupportedError,
    "request_uri": RequestURINotSupportedError,
    "registration": RegistrationNotSupportedError,
}

WELL_FORMED: tuple[Callable[[Asking], None], ...] = (
    _require_plain_request,
    _require_response,
    _require_scope,
    _require_small,
    _require_prompts,
)
"""What is wrong with the request whoever is at the browser, in the order that it is told."""
