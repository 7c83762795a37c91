"""Authorization requests that wait for a person: sent to a page, looked at there, taken up again.

Which page is said by `obstacles`, how a request is kept by `pushed`. Its handle travels in addresses: it opens the
request and nothing else, so whoever holds it can do what the client's own link lets anybody do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from authlib.oauth2.rfc6749 import AccessDeniedError, OAuth2Error

from identity.accounts import account as accounts
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import claims, clients, consents, exchange, initiated_login, obstacles, pushed, signed_in
from identity.oidc.asking import Asking
from identity.oidc.clients import Client
from identity.oidc.exchange import Arrival, Refusal, Reply
from identity.oidc.obstacles import CHOSEN, CONSENTED, REGISTERED, REGISTRATION, SIGNED_IN, Obstacle
from identity.oidc.provider import PATHS
from identity.oidc.pushed import Cause, Kept
from identity.oidc.signed_in import Person

LIFETIME = timedelta(hours=1)
"""How long a page may be left open."""
REGISTRATION_LIFETIME = timedelta(hours=49)
"""As long as the link that confirms a registration, and an hour to fill the form."""


@dataclass(frozen=True)
class WayBack:
    """The service that a person came from, and where to go on."""

    client: Client
    url: str


@dataclass(frozen=True)
class Over:
    """A request that waits no more: why, and the service to go back to, where that may be told."""

    cause: Cause
    client: Client | None = None
    url: str | None = None
    """Where it begins a sign-in, or its site."""

    def reply(self) -> Reply:
        """The page that says so."""
        return Reply(400, {"over": self}, (("Cache-Control", "no-store"),), page=self.cause)


@dataclass(frozen=True)
class Waiting:
    """A request that a page is about: what was asked, who is signed in, what the person must do next."""

    handle: str
    kept: Kept
    asking: Asking
    email: str | None
    """Of the account that is signed in."""
    obstacle: Obstacle | None
    further: Sequence[str] = ()
    """Claims that the client would be told of this account beside the usual ones."""

    @property
    def client(self) -> Client:
        """Who asks."""
        return self.asking.client

    @property
    def person(self) -> Person | None:
        """Who is signed in."""
        return self.asking.person


def ask(asking: Asking, obstacle: Obstacle, request_uri: str | None) -> Reply:
    """Send the person to the page that removes the obstacle; the request is kept meanwhile.

    `request_uri` names a request that is kept already.
    """
    work, handle = asking.work, (request_uri or "").removeprefix(pushed.URN)
    if asking.kept is None:
        handle = pushed.keep(work, asking.client.id, asking.pairs, LIFETIME).reveal()
    if kept := asking.kept or pushed.find(work, handle):
        pushed.wait(work, kept, REGISTRATION_LIFETIME if obstacle is REGISTRATION else LIFETIME)
    return exchange.redirect(work.settings.public_url + obstacle.page, {"continue": handle}, 303)


def parameters(arrival: Arrival, issuer: str) -> dict[str, str]:
    """What a page's address or form says; nothing where it is malformed."""
    try:
        return exchange.read(arrival, issuer).parameters
    except OAuth2Error:
        return {}


def find(work: UnitOfWork, handle: str) -> Waiting | None:
    """The request that waits under this handle; None where none does, or its client is gone."""
    kept = pushed.find(work, handle)
    client = clients.find(work, kept.client_id) if kept else None
    if kept is None or client is None or kept.waiting_since is None:
        return None
    asking = Asking(work, client, kept.parameters, signed_in.find(work), kept)
    account = accounts.find(work, asking.person.account_id) if asking.person else None
    email, further = (account.email, claims.further(account, asking.consent_scope)) if account else (None, [])
    return Waiting(handle, kept, asking, email, _obstacle(asking), further)


def over(work: UnitOfWork, handle: str, client: Client | None = None) -> Over:
    """What to tell whoever brings a handle under which nothing waits.

    `client` is who they say the request is of: another's is not spoken of, not even that it is there.
    """
    ended = pushed.ended(work, handle)
    if client and ended.client_id != client.id:
        return Over("unknown", client, _begins(work, client))
    whose = client or (clients.find(work, ended.client_id) if ended.client_id else None)
    return Over(ended.cause, whose, _begins(work, whose)) if whose else Over("unknown")


def resumption(settings: Settings, waiting: Waiting) -> str:
    """Where the person goes on once a page has done its work: the authorization endpoint."""
    query = urlencode({"client_id": waiting.client.id, "request_uri": pushed.URN + waiting.handle})
    return f"{settings.public_url}{PATHS['authorization_endpoint']}?{query}"


def way_back(
    work: UnitOfWork, handle: str, *, elsewhere: bool = False, session_id: str | None = None
) -> WayBack | None:
    """Where the person goes on once they have an account; None where the request waits no more.

    A service that can begin a sign-in by itself is asked to on another device, where it does not know the person yet
    (OpenID Connect Core §4). `session_id`: the session that registering for this request has just opened.
    """
    waiting = find(work, handle)
    if waiting is None:
        return None
    if session_id:
        sign_in(work, waiting, session_id)
    if REGISTERED not in waiting.kept.progress:
        pushed.wait(work, waiting.kept, LIFETIME, **{REGISTERED: True})
    begins = initiated_login.url(work.settings, waiting.client) if elsewhere else None
    return WayBack(waiting.client, begins or resumption(work.settings, waiting))


def sign_in(work: UnitOfWork, waiting: Waiting, session_id: str) -> None:
    """Note that the person has just signed in for this request, in this session."""
    pushed.wait(work, waiting.kept, LIFETIME, **{SIGNED_IN: [session_id, work.now.isoformat()]})


def choose(work: UnitOfWork, waiting: Waiting) -> None:
    """Note that the person means the account that is signed in."""
    if waiting.person:
        pushed.wait(work, waiting.kept, LIFETIME, **{CHOSEN: waiting.person.session_id})


def accept(work: UnitOfWork, waiting: Waiting) -> None:
    """Remember the person's leave for all that was asked, and that they gave it, or confirmed, for this request."""
    if waiting.person:
        pushed.wait(work, waiting.kept, LIFETIME, **{CONSENTED: waiting.person.account_id})
        if waiting.obstacle is not obstacles.CONFIRMATION:
            consents.remember(work, waiting.person.account_id, waiting.client.id, waiting.asking.asked)


def deny(work: UnitOfWork, waiting: Waiting) -> Reply | None:
    """Tell the client that the person does not want to; None where the request was answered meanwhile."""
    if not pushed.take(work, waiting.kept):
        return None
    reply = waiting.asking.destination.refuse(AccessDeniedError())
    return replace(reply, refusal=Refusal("access_denied", "The citizen said no.", waiting.client.id))


def prolong(work: UnitOfWork, waiting: Waiting) -> None:
    """Keep it while the person opens an account and confirms it."""
    pushed.wait(work, waiting.kept, REGISTRATION_LIFETIME)


def _begins(work: UnitOfWork, client: Client) -> str | None:
    site = client.client_uri or ""
    return initiated_login.url(work.settings, client) or (
        site if site.startswith(("https://", "http://")) else None
    )


def _obstacle(asking: Asking) -> Obstacle | None:
    try:
        return obstacles.find(asking)
    except OAuth2Error:
        return None  # told to the client when the request is taken up again
