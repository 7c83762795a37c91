"""Reading an authorization request: the first half of the authorization endpoint.

A request is brought in the query, or was pushed, or waits under a handle (`pushed`); a signed or kept one
replaces what is beside it, which is held against it. First the client and where to answer it, without which nobody
is told anything but the person; then what is wrong whoever is at the browser (`well_formed`), told to that address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from authlib.oidc.core.errors import InvalidRequestObjectError
from joserfc.jwk import Key

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import (
    client_keys,
    clients,
    exchange,
    pushed,
    request_object,
    signed,
    signed_in,
)
from identity.oidc.asking import Asking
from identity.oidc.clients import Client
from identity.oidc.exchange import Arrival, Exchange
from identity.oidc.signed import NotSigned

LONGEST_QUERY = 2_000
"""Characters that every browser and proxy on the way lets through."""


class NowhereToGo(Exception):
    """The client or its redirect URI is not known: told to the person, never to that address."""


class NotWaiting(Exception):
    """The request of this `request_uri` waits no more, or never did for this client: told to the person."""

    def __init__(self, client: Client, request_uri: str) -> None:
        super().__init__(request_uri)
        self.client, self.request_uri = client, request_uri


@dataclass(frozen=True)
class Received:
    """A request before its transaction: what was sent, and the keys that had to be fetched to read it."""

    asked: Exchange
    keys: Sequence[Key] = ()

    @property
    def is_short_form(self) -> bool:
        """Is it a form that an address could hold as well?"""
        return self.asked.method == "POST" and len(urlencode(self.asked.pairs)) <= LONGEST_QUERY


def receive(units: Units, arrival: Arrival) -> Received:
    """Read what was sent, and fetch what it takes to understand it, outside any transaction.

    Authlib's InvalidRequestError where it is malformed.
    """
    asked = exchange.read(arrival, units.settings.public_url)
    if Received(asked).is_short_form:
        return Received(asked)  # read once it comes back as an address
    return Received(asked, keys_for(units, asked.parameters, asked.parameters.get("client_id", "")))


def keys_for(units: Units, parameters: dict[str, str], client_id: str) -> Sequence[Key]:
    """The keys that a signed request may be signed with; none where it is not signed or the client not known."""
    if "request" not in parameters:
        return ()
    with units.read() as work:
        client = clients.find(work, client_id)
    try:
        token = signed.read(parameters["request"])
    except NotSigned:
        return ()
    return client_keys.find(units, client, token.kid) if client else ()


def read(work: UnitOfWork, received: Received) -> Asking:
    """The request that a browser brings, of a known client that can be answered; NowhereToGo, NotWaiting."""
    parameters = received.asked.parameters
    client = clients.find(work, parameters.get("client_id", ""))
    if client is None:
        raise NowhereToGo
    person = signed_in.find(work)
    if parameters.get("request_uri", "").startswith(pushed.URN):
        kept = pushed.find(work, parameters["request_uri"])
        if kept is None or kept.client_id != client.id:
            raise NotWaiting(client, parameters["request_uri"])
        beside = received.asked.pairs
        asking = Asking(
            work, client, kept.parameters, person, kept, beside=beside, fault=_doubled(parameters)
        )
    else:
        asking = open_(Asking(work, client, received.asked.pairs, person), received.keys)
    return _answerable(asking)


def open_(asking: Asking, keys: Sequence[Key]) -> Asking:
    """The same, with the parameters of its request object where it has one; what is wrong with that is its fault."""
    text = asking.parameters.get("request")
    if text is None:
        return asking
    if fault := _doubled(asking.parameters):
        return replace(asking, fault=fault)
    issuer, now = asking.work.settings.public_url, asking.work.now
    try:
        opened = request_object.open_(text, asking.client, keys, issuer, now)
    except InvalidRequestObjectError as error:
        return replace(asking, fault=error)
    return replace(asking, pairs=opened, beside=asking.pairs, was_signed=True)


def is_answerable(asking: Asking) -> bool:
    """Has it one of the client's redirect URIs?"""
    return asking.client.check_redirect_uri(asking.parameters.get("redirect_uri", ""))


def _doubled(sent: Mapping[str, str]) -> OAuth2Error | None:
    """What is wrong with a request that is brought in two ways: each would hide the other (RFC 9101 §5)."""
    if "request" in sent and "request_uri" in sent:
        return InvalidRequestError("request and request_uri do not go together.")
    return None


def _answerable(asking: Asking) -> Asking:
    if not is_answerable(asking):
        raise NowhereToGo
    return asking
