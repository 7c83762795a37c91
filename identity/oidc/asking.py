"""An authorization request as it was read: who asks for what, and who is signed in there. The reading half of
the authorization endpoint; what a person must do first is the business of `obstacles`.

A request is brought in the query, or was pushed, or waits under a handle (`pushed`); a signed or kept one
replaces what is beside it, which is held against it. First the client and where to answer it, without which nobody
is told anything but the person; then what is wrong whoever is at the browser (`well_formed`), told to that address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from authlib.oauth2.rfc6749 import (
    InvalidRequestError,
    OAuth2Error,
)
from authlib.oidc.core.errors import (
    InvalidRequestObjectError,
)
from joserfc.jwk import Key

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import (
    audiences,
    client_keys,
    clients,
    consents,
    exchange,
    hints,
    pushed,
    request_object,
    requested_claims,
    signed,
    signed_in,
    subjects,
)
from identity.oidc.clients import Client
from identity.oidc.consents import Asked
from identity.oidc.exchange import Arrival, Destination, Exchange, Pairs
from identity.oidc.hints import Hint
from identity.oidc.pushed import Kept
from identity.oidc.requested_claims import RequestedClaims
from identity.oidc.resources import Served
from identity.oidc.signed import NotSigned
from identity.oidc.signed_in import Person

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
RESPONSE_MODES = frozenset({"query", "form_post"})
LANGUAGES = ("fr", "en")
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


@dataclass(frozen=True)
class Asking:
    """Who asks for what: a known client with a redirect URI of its own, and who is signed in there."""

    work: UnitOfWork
    client: Client
    pairs: Pairs
    person: Person | None = None
    kept: Kept | None = None
    """The request under whose handle it came: pushed, or waiting for the person."""
    was_signed: bool = False
    pushing: bool = False
    """Is it being pushed now, so that nobody is at a browser?"""
    dpop_jkt: str | None = None
    """The key of the proof that it was pushed with."""
    beside: Pairs = ()
    """What was sent along with a signed request or a reference: never read, and it must not contradict."""
    fault: OAuth2Error | None = None
    """What was wrong with the way it was brought."""

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What was asked, each name once."""
        return dict(self.pairs)

    @cached_property
    def outside(self) -> dict[str, str]:
        """What was sent beside, each name once."""
        return dict(self.beside)

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that tokens shall be for."""
        return tuple(dict.fromkeys(value for name, value in self.pairs if name == "resource"))

    @cached_property
    def served(self) -> list[Served]:
        """Those of them that others serve, which this client may ask for; InvalidTarget."""
        return audiences.require(self.work, self.client, self.resources)

    @property
    def asked(self) -> Asked:
        """What the person is asked for."""
        return Asked(self.consent_scope, consents.named(self.served))

    @property
    def redirect_uri(self) -> str:
        """Where the answer goes, as it was asked."""
        return self.parameters["redirect_uri"]

    @property
    def destination(self) -> Destination:
        """Where and how the answer goes; by query where the mode is nonsense."""
        mode = self.parameters.get("response_mode", "query")
        return Destination(
            issuer=self.work.settings.public_url,
            uri=self.redirect_uri,
            state=self.parameters.get("state"),
            mode=mode if mode in RESPONSE_MODES and self.redirect_uri.startswith("http") else "query",
        )

    @property
    def scope(self) -> str:
        """Of the scopes asked for, those that the client may have."""
        return self.client.get_allowed_scope(self.parameters.get("scope"))

    @property
    def consent_scope(self) -> str:
        """What the person is asked for: the scope, and the scopes of claims that are asked for one by one."""
        return self.client.get_allowed_scope(" ".join([self.scope, *self.claims.scopes]))

    @cached_property
    def claims(self) -> RequestedClaims:
        """The claims asked for one by one; InvalidRequestError."""
        return requested_claims.parse(self.parameters.get("claims"))

    @property
    def prompts(self) -> set[str]:
        """What the client wants the person to be asked."""
        return set(self.parameters.get("prompt", "").split())

    @property
    def max_age(self) -> int | None:
        """Seconds since the sign-in that the client puts up with, now or as a rule."""
        value = self.parameters.get("max_age")
        return self.client.default_max_age if value is None else int(value)

    @property
    def login_hint(self) -> str:
        """What the person may want to sign in as; nothing of it is known to be true."""
        return self.parameters.get("login_hint", "")[:320]

    @property
    def language(self) -> str | None:
        """The first of our languages that the client asks for."""
        asked = (tag.partition("-")[0].lower() for tag in self.parameters.get("ui_locales", "").split())
        return next((language for language in asked if language in LANGUAGES), None)

    @cached_property
    def hint(self) -> Hint | None:
        """Whom the ID token that came as a hint spoke of; None without one; InvalidRequestError."""
        if "id_token_hint" not in self.parameters:
            return None
        found = hints.find(self.work, self.parameters["id_token_hint"])
        if found is None or found.client_id != self.client.id:
            raise InvalidRequestError("The id_token_hint is not an ID token of this client.")
        return found

    @property
    def wanted_subject(self) -> str | None:
        """The one person that will do, as the client knows them."""
        return self.claims.subject or (self.hint.subject if self.hint else None)

    @property
    def is_wanted(self) -> bool:
        """Is whoever is signed in the person that the client means, if it means one?"""
        wanted = self.wanted_subject
        if wanted is None or self.person is None:
            return wanted is None
        return subjects.of(self.work, self.client, self.person.account_id) == wanted


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
