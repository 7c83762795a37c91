"""An authorization request as it was read: who asks for what, and who is signed in there. The reading half of
the authorization endpoint; what a person must do first is the business of `obstacles`.

A request is brought in the query, or was pushed, or waits under a handle (`pushed`); a signed one replaces what is
beside it. First the client and where to answer it, without which nobody is told anything but the person; then what
is wrong whoever is at the browser (WELL_FORMED), told to that address.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from authlib.oauth2.rfc6749 import (
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oidc.core.errors import (
    InvalidRequestObjectError,
    InvalidRequestURIError,
    RegistrationNotSupportedError,
    RequestURINotSupportedError,
)
from joserfc.jwk import Key

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import (
    audiences,
    client_keys,
    clients,
    exchange,
    hints,
    id_token,
    pushed,
    request_object,
    requested_claims,
    signed,
    signed_in,
    subjects,
)
from identity.oidc.clients import Client
from identity.oidc.exchange import Arrival, Destination, Exchange, Pairs
from identity.oidc.hints import Hint
from identity.oidc.pushed import Kept
from identity.oidc.requested_claims import RequestedClaims
from identity.oidc.signed import NotSigned
from identity.oidc.signed_in import Person

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
RESPONSE_MODES = frozenset({"query", "form_post"})
LANGUAGES = ("fr", "en")
LONGEST_NONCE = 512
LONGEST_STATE = 4096
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


class NowhereToGo(Exception):
    """The client or its redirect URI is not known: told to the person, never to that address."""


class UnmetRequirements(OAuth2Error):  # type: ignore[misc]
    """The client demands a way of signing in that we do not have (Unmet Authentication Requirements §2)."""

    error = "unmet_authentication_requirements"


@dataclass(frozen=True)
class Received:
    """A request before its transaction: what was sent, and the keys that had to be fetched to read it."""

    asked: Exchange
    keys: Sequence[Key] = ()


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
    fault: OAuth2Error | None = None
    """What was wrong with the way it was brought."""

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What was asked, each name once."""
        return dict(self.pairs)

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that tokens shall be for."""
        return tuple(dict.fromkeys(value for name, value in self.pairs if name == "resource"))

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

    @property
    def begun_at(self) -> datetime:
        """Since when the person has been asked; what they did later answers what the client wants asked anew."""
        return (self.kept and self.kept.waiting_since) or self.work.now


def receive(units: Units, arrival: Arrival) -> Received:
    """Read what was sent, and fetch what it takes to understand it, outside any transaction.

    Authlib's InvalidRequestError where it is malformed.
    """
    asked = exchange.read(arrival, units.settings.public_url)
    if asked.method != "GET":
        return Received(asked)
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
    """The request that a browser brings, of a known client that can be answered; NowhereToGo."""
    parameters = received.asked.parameters
    client = clients.find(work, parameters.get("client_id", ""))
    if client is None:
        raise NowhereToGo
    person = signed_in.find(work)
    if parameters.get("request_uri", "").startswith(pushed.URN):
        kept = pushed.find(work, parameters["request_uri"])
        if kept is None or kept.client_id != client.id:
            raise NowhereToGo
        asking = Asking(work, client, kept.parameters, person, kept)
    else:
        asking = open_(Asking(work, client, received.asked.pairs, person), received.keys)
    return _answerable(asking)


def open_(asking: Asking, keys: Sequence[Key]) -> Asking:
    """The same, with the parameters of its request object where it has one; what is wrong with that is its fault."""
    text = asking.parameters.get("request")
    if text is None:
        return asking
    issuer, now = asking.work.settings.public_url, asking.work.now
    try:
        opened = request_object.open_(text, asking.client, keys, issuer, now)
    except InvalidRequestObjectError as error:
        return replace(asking, fault=error)
    return replace(asking, pairs=opened, was_signed=True)


def check(asking: Asking) -> None:
    """Refuse what is wrong with the request whoever is at the browser; OAuth2Error."""
    for require in WELL_FORMED:
        require(asking)


def is_answerable(asking: Asking) -> bool:
    """Has it one of the client's redirect URIs?"""
    return asking.client.check_redirect_uri(asking.parameters.get("redirect_uri", ""))


def _answerable(asking: Asking) -> Asking:
    if not is_answerable(asking):
        raise NowhereToGo
    return asking


def _require_way(asking: Asking) -> None:
    """Brought as the client must bring it, pushed or signed (RFC 9126 §5, RFC 9101 §10.5)."""
    if asking.fault:
        raise asking.fault
    if asking.kept:
        return  # it was checked when it was pushed
    if asking.client.require_par and not asking.pushing:
        raise InvalidRequestError("This client pushes its requests.")
    if asking.client.require_signed_request and not asking.was_signed:
        raise InvalidRequestObjectError("This client signs its requests.")
    if asking.parameters.get("request_uri", "").startswith(pushed.URN):
        raise InvalidRequestURIError("A request is not pushed by reference.")
    for name, error in _UNSUPPORTED.items():
        if name in asking.parameters:
            raise error()


def _require_response(asking: Asking) -> None:
    """A code, in the query or a form."""
    response_type = asking.parameters.get("response_type")
    if response_type is None:
        raise InvalidRequestError("Missing 'response_type' in request.")
    if response_type != "code":
        raise UnsupportedResponseTypeError("code", "The response type must be code.")
    mode = asking.parameters.get("response_mode", "query")
    if mode not in RESPONSE_MODES or (mode == "form_post" and not asking.redirect_uri.startswith("http")):
        raise InvalidRequestError("The response mode is not supported.")


def _require_scope(asking: Asking) -> None:
    """Something that this client may have; a scope that it may not, or that nobody knows, is left out."""
    if not asking.scope:
        raise InvalidScopeError


def _require_small(asking: Asking) -> None:
    """What is stored until the code comes back has a measure."""
    if len(asking.parameters.get("nonce", "")) > LONGEST_NONCE:
        raise InvalidRequestError("The nonce is too long.")
    if len(asking.parameters.get("state", "")) > LONGEST_STATE:
        raise InvalidRequestError("The state is too long.")
    max_age = asking.parameters.get("max_age", "0")
    if not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        raise InvalidRequestError("max_age is a number of seconds.")


def _require_prompts(asking: Asking) -> None:
    """Prompts that we know; `none` alone."""
    if asking.prompts - PROMPTS or ("none" in asking.prompts and len(asking.prompts) > 1):
        raise InvalidRequestError("Invalid 'prompt' parameter.")


def _require_hints(asking: Asking) -> None:
    """Claims and a hint that can be read; a way of signing in that we have."""
    asking.wanted_subject  # noqa: B018 - reads both
    if asking.claims.acr and id_token.ACR not in asking.claims.acr:
        raise UnmetRequirements("We cannot authenticate so.")


def _require_key(asking: Asking) -> None:
    """The key that the code is bound to (RFC 9449 §10): a thumbprint, and that of the proof beside it."""
    jkt = asking.parameters.get("dpop_jkt")
    if jkt is not None and (not _THUMBPRINT.fullmatch(jkt) or asking.dpop_jkt not in (None, jkt)):
        raise InvalidRequestError("dpop_jkt is not the thumbprint of the key.")


def _require_resources(asking: Asking) -> None:
    """Resources that are known; InvalidTarget."""
    if asking.resources:
        audiences.require(asking.work, asking.resources)


_UNSUPPORTED: dict[str, Callable[[], OAuth2Error]] = {
    "request_uri": RequestURINotSupportedError,
    "registration": RegistrationNotSupportedError,
}

WELL_FORMED: tuple[Callable[[Asking], None], ...] = (
    _require_way,
    _require_response,
    _require_scope,
    _require_small,
    _require_prompts,
    _require_hints,
    _require_key,
    _require_resources,
)
"""What is wrong with the request whoever is at the browser, in the order that it is told."""
