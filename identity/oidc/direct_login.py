"""Tokens beside the cookie, for one of our own applications that logs people in by GraphQL.

Stands on `accounts.login`, which verifies the password: here only the client is judged, and the tokens are
made by the provider that serves the token endpoint.
"""

from dataclasses import dataclass

from identity.accounts import login
from identity.accounts.sessions import SignInSession
from identity.foundation.errors import Fault, InvalidInput, NotAllowed
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import clients
from identity.oidc.clients import Client
from identity.oidc.exchange import Exchange
from identity.oidc.provider import PATHS, Provider, Request
from identity.oidc.signed_in import Person


@dataclass(frozen=True)
class Wanted:
    """Which client wants tokens, for what; `scope` None: all that it may have, `offline_access` apart."""

    client_id: str
    scope: str | None = None


@dataclass(frozen=True)
class DirectLogin:
    """Who signed in, and for whom."""

    wanted: Wanted
    session: SignInSession


@dataclass(frozen=True)
class TokenSet:
    """A token response (RFC 6749 §5.1); `expires_in` in seconds."""

    access_token: Secret
    id_token: Secret | None
    refresh_token: Secret | None
    token_type: str
    expires_in: int
    scope: str


def log_in(
    units: Units, attempt: login.Attempt, wanted: Wanted | None
) -> tuple[login.LoggedIn, TokenSet | None]:
    """Log a person in, with tokens where a client wants them; refuses as `require` and as `login.log_in`."""
    if wanted is None:
        return login.log_in(units, attempt), None
    with units.read() as work:
        require(work, wanted)
    logged_in = login.log_in(units, attempt)
    with units.begin() as work:
        return logged_in, issue(work, DirectLogin(wanted, logged_in.session))


def require(work: UnitOfWork, wanted: Wanted) -> tuple[Client, str]:
    """The client that may log people in from the visitor's origin, and what it may have of the scope.

    To be asked before the password, so that a page that may not ask learns nothing from the answer.
    NotAllowed; InvalidInput on `scope` where it gives nothing.
    """
    client = require_client(work, wanted.client_id)
    default = " ".join(word for word in client.scope.split() if word != "offline_access")
    scope = client.get_allowed_scope(default if wanted.scope is None else wanted.scope)
    if not scope:
        raise InvalidInput([Fault(("scope",), "INVALID")])
    return client, scope


def require_client(work: UnitOfWork, client_id: str) -> Client:
    """The client of this name if it may log people in from the visitor's origin; NotAllowed."""
    client = None if "\0" in client_id else clients.find(work, client_id)
    if client is None or not (client.is_public and client.first_party and client.direct_login):
        raise NotAllowed("direct login")
    if client.dpop_bound:
        raise NotAllowed("direct login")  # no proof of possession comes with a mutation
    if (work.visitor.origin or "").lower() not in client.origins:
        raise NotAllowed("direct login")
    return client


def issue(work: UnitOfWork, done: DirectLogin) -> TokenSet:
    """The tokens of this login; refuses as `require`."""
    request = Request(Exchange("POST", work.settings.public_url + PATHS["token_endpoint"], (), (), {}))
    request.client, request.scope = require(work, done.wanted)
    request.user = Person.of(done.session)
    answer = Provider(work).issue_directly(request)
    return TokenSet(
        access_token=answer["access_token"],
        id_token=answer.get("id_token"),
        refresh_token=answer.get("refresh_token"),
        token_type=answer["token_type"],
        expires_in=answer["expires_in"],
        scope=answer["scope"],
    )
