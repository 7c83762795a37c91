"""The authorization endpoint: a person who is signed in lets a client have a code (OpenID Connect Core
§3.1.2).

What stands in the way is a table: each obstacle looks at the request and refuses with the protocol's own
error. There are no pages yet, so every obstacle is told to the client, as with `prompt=none`. A client or
redirect URI that we do not know is told to the person, never to that address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from authlib.oauth2.rfc6749 import (
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oidc.core.errors import (
    AccountSelectionRequiredError,
    ConsentRequiredError,
    InteractionRequiredError,
    LoginRequiredError,
    RegistrationNotSupportedError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import exchange, grants, signed_in
from identity.oidc.clients import Client
from identity.oidc.exchange import Arrival, Exchange, Reply
from identity.oidc.provider import PATHS, Provider
from identity.oidc.signed_in import Person

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
RESPONSE_MODES = frozenset({"query"})


@dataclass(frozen=True)
class Asking:
    """Who asks for what: a known client with a redirect URI of its own, and who is signed in there."""

    parameters: dict[str, str]
    client: Client
    person: Person | None
    work: UnitOfWork

    @property
    def prompts(self) -> set[str]:
        """What the client wants the person to be asked."""
        return set(self.parameters.get("prompt", "").split())


def authorize(units: Units, arrival: Arrival) -> Reply:
    """A redirect with a code, or with an error; a page where there is nowhere to redirect to."""
    try:
        asked = exchange.read(arrival, units.settings.public_url)
    except OAuth2Error:
        return _page()
    if asked.method == "POST":
        # A POST from another site comes without Lax cookies; the GET that follows brings them.
        return exchange.redirect(
            units.settings.public_url + PATHS["authorization_endpoint"], asked.parameters, 303
        )
    with units.begin() as work:
        return _answer(work, asked)


def _answer(work: UnitOfWork, asked: Exchange) -> Reply:
    provider = Provider(work)
    client = provider.query_client(asked.parameters.get("client_id", ""))
    redirect_uri = asked.parameters.get("redirect_uri", "")
    if client is None or not client.check_redirect_uri(redirect_uri):
        return _page()
    request = provider.create_oauth2_request(asked)
    asking = Asking(asked.parameters, client, signed_in.find(work), work)
    try:
        for require in WELL_FORMED:
            require(asking)
        grant = provider.get_consent_grant(request)
        for require in OBSTACLES:
            require(asking)
    except OAuth2Error as error:
        error.redirect_uri, error.state = redirect_uri, asked.parameters.get("state")
        return provider.handle_error_response(request, error)
    reply: Reply = provider.create_authorization_response(grant.request, asking.person, grant=grant)
    return reply


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
    if not asking.client.get_allowed_scope(asking.parameters.get("scope")):
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


def _require_login(asking: Asking) -> None:
    """Somebody who signed in, as lately as the client wants."""
    if "create" in asking.prompts:
        raise InteractionRequiredError
    if asking.person is None or "login" in asking.prompts:
        raise LoginRequiredError
    if "max_age" in asking.parameters:
        age = asking.work.now - asking.person.authenticated_at
        if age >= timedelta(seconds=int(asking.parameters["max_age"])):
            raise LoginRequiredError


def _require_choice(asking: Asking) -> None:
    """One account; no page offers a choice yet."""
    if "select_account" in asking.prompts:
        raise AccountSelectionRequiredError


def _require_consent(asking: Asking) -> None:
    """The person's leave, which our own applications need not ask."""
    if not asking.client.first_party or "consent" in asking.prompts:
        raise ConsentRequiredError


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

OBSTACLES: tuple[Callable[[Asking], None], ...] = (_require_login, _require_choice, _require_consent)
"""What stands between a good request and its code: each will lead to a page where the client lets it."""


def _page() -> Reply:
    return Reply(400, None, (("Cache-Control", "no-store"),), page="error")
