"""Logging out because a service asked (OpenID Connect RP-Initiated Logout 1.0). Owns what such a request is
believed for.

An ID token of ours names the service and the person: then nothing is asked. Without one, the person is. The way
back is one of the service's own addresses, or there is none. What other services are told is the business of
`frontchannel` and `backchannel`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from identity.accounts import account as accounts
from identity.accounts import login
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, hints, sids, signed_in, subjects
from identity.oidc.clients import Client
from identity.oidc.hints import Hint
from identity.oidc.provider import PATHS
from identity.oidc.signed_in import Person

PATH = PATHS["end_session_endpoint"]
REMEMBERED = timedelta(hours=1)
"""How long the page that follows can be opened."""
_SEALED_FOR = "logout"


class Refused(Exception):
    """Not an ID token of ours, or of another service than said, or an address that is not the service's."""


@dataclass(frozen=True)
class Wish:
    """What a service asks for: `back` is a registered address, `state` behind it."""

    client: Client | None
    hint: Hint | None
    back: str | None


@dataclass(frozen=True)
class Onward:
    """What comes after a logout: the way back, whose it is, and the session that ended."""

    back: str | None = None
    client_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True)
class Asked:
    """A wish, and whoever is signed in where it arrived."""

    wish: Wish
    email: str | None
    is_settled: bool
    """Need nobody be asked: the service named the person, or nobody is signed in?"""


def ask(work: UnitOfWork, parameters: Mapping[str, str]) -> Asked:
    """What a request to log out comes to; Refused."""
    wish, person = _read(work, parameters), signed_in.find(work)
    account = accounts.find(work, person.account_id) if person else None
    return Asked(wish, account.email if account else None, person is None or _names(work, wish, person))


def end(work: UnitOfWork, onward: Onward) -> Onward:
    """End this browser's session; what comes after it."""
    person = signed_in.find(work)
    login.log_out(work)
    return Onward(onward.back, onward.client_id, person.session_id if person else None)


def onward_of(wish: Wish) -> Onward:
    """What comes after a logout that was asked for so."""
    return Onward(wish.back, wish.client.id if wish.client else None)


def seal(work: UnitOfWork, onward: Onward) -> str:
    """The same for an address or a form, so that nobody else can say where a logout leads."""
    until = int((work.now + REMEMBERED).timestamp())
    return work.keyring.seal_json(_SEALED_FOR, [onward.back, onward.client_id, onward.session_id, until])


def unseal(work: UnitOfWork, sealed: str) -> Onward:
    """What was sealed; nowhere in particular where it was not by us, or too long ago."""
    back, client_id, session_id, until = work.keyring.unseal_json(_SEALED_FOR, sealed) or (
        None,
        None,
        None,
        0,
    )
    return Onward(back, client_id, session_id) if work.now.timestamp() < until else Onward()


def _read(work: UnitOfWork, parameters: Mapping[str, str]) -> Wish:
    token, client_id = parameters.get("id_token_hint"), parameters.get("client_id")
    hint = hints.find(work, token) if token else None
    if (token and hint is None) or (hint and client_id and client_id != hint.client_id):
        raise Refused
    name = hint.client_id if hint else client_id
    client = clients.find(work, name) if name else None
    return Wish(client, hint, _back(client, parameters))


def _back(client: Client | None, parameters: Mapping[str, str]) -> str | None:
    """The address to go to afterwards; None where nobody says whose it is."""
    uri = parameters.get("post_logout_redirect_uri")
    if uri is None or client is None:
        return None
    if uri not in client.post_logout_redirect_uris:
        raise Refused
    if "state" not in parameters:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'state': parameters['state']})}"


def _names(work: UnitOfWork, wish: Wish, person: Person) -> bool:
    """Does the ID token speak of this person?"""
    if wish.hint is None or wish.client is None:
        return False
    if wish.hint.sid == sids.of(person.sid_key, wish.client.id):
        return True
    return subjects.of(work, wish.client, person.account_id) == wish.hint.subject
