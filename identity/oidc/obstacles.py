"""What stands between a good authorization request and its code: who must sign in, choose, consent, register.

A table that is read in order. Each obstacle looks at the request and gives None, or the page that removes it;
with `prompt=none` no page may be shown, and the client is told instead. What a person did on the pages of this request
is noted on it and not asked twice; what they did elsewhere meanwhile, for another request or for none, counts for
nothing here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Error
from authlib.oidc.core.errors import (
    AccountSelectionRequiredError,
    ConsentRequiredError,
    InteractionRequiredError,
    LoginRequiredError,
)

from identity.oidc import consents, uris
from identity.oidc.asking import Asking

CHOSEN = "chosen"
"""The note on a waiting request that its person means the account of this session."""
REGISTERED = "registered"
"""The note that its person has opened an account, here or elsewhere."""
SIGNED_IN = "signed_in"
"""The note of the last sign-in that was made for it: the session's id, and the moment in ISO 8601."""
CONSENTED = "consented"
"""The note of the account that consented, or confirmed, for it."""
FRESH_FOR = timedelta(minutes=10)
"""How long a sign-in that was made for a request is new enough for it, so that a consent may be read."""


@dataclass(frozen=True)
class Obstacle:
    """What the person must do first: the page that asks, and what a client is told that wants no page."""

    page: str
    error: type[OAuth2Error]


REGISTRATION = Obstacle("/register", InteractionRequiredError)
LOGIN = Obstacle("/login", LoginRequiredError)
CHOICE = Obstacle("/login", AccountSelectionRequiredError)
CONSENT = Obstacle("/consent", ConsentRequiredError)
CONFIRMATION = Obstacle("/consent", InteractionRequiredError)


def find(asking: Asking) -> Obstacle | None:
    """The first thing that the person must do before there is a code; the protocol's error where no page may ask."""
    obstacle = next(filter(None, (look(asking) for look in OBSTACLES)), None)
    if obstacle and "none" in asking.prompts:
        raise obstacle.error
    return obstacle


def _registration(asking: Asking) -> Obstacle | None:
    """An account of one's own, where the client sends somebody to open one."""
    if "create" not in asking.prompts or (asking.kept and REGISTERED in asking.kept.progress):
        return None
    return None if _has_acted(asking) else REGISTRATION


def _login(asking: Asking) -> Obstacle | None:
    """Somebody who signed in for this request, or as lately as the client wants."""
    if asking.person is None:
        return LOGIN
    wanted = timedelta(seconds=asking.max_age) if asking.max_age is not None else None
    made_at = _signed_in_at(asking)
    if made_at and asking.work.now - made_at <= max(FRESH_FOR, wanted or FRESH_FOR):
        return None
    if "login" in asking.prompts:
        return LOGIN
    age = asking.work.now - asking.person.authenticated_at
    # Another machine's clock may be ahead: no sign-in is younger than nothing.
    return LOGIN if wanted is not None and (not wanted or age >= wanted) else None


def _wanted(asking: Asking) -> Obstacle | None:
    """The person whom the client means, where it means one; who has signed in as another is told to the client."""
    if asking.is_wanted:
        return None
    if _has_acted(asking):
        raise LoginRequiredError
    return LOGIN


def _choice(asking: Asking) -> Obstacle | None:
    """The account that the person means."""
    return CHOICE if "select_account" in asking.prompts and not _has_acted(asking) else None


def _consent(asking: Asking) -> Obstacle | None:
    """The person's leave for all that is asked; our own applications need it only where they ask for it."""
    if asking.person is None or (asking.client.first_party and "consent" not in asking.prompts):
        return None
    asked = asking.asked  # read now: the page tells of it once this transaction is over
    given = consents.find(asking.work, asking.person.account_id, asking.client.id)
    if given is None or not given.covers(asked):
        return CONSENT
    return CONSENT if "consent" in asking.prompts and not _has_consented(asking) else None


def _confirmation(asking: Asking) -> Obstacle | None:
    """That the person wants to go to an application of their machine; any program there may ask in its name.

    RFC 8252 §8.6: a redirect URI on loopback or with a private scheme does not tell who listens.
    """
    if not asking.client.is_public or uris.web_host_of(asking.redirect_uri):
        return None
    return None if _has_consented(asking) or _has_acted(asking) else CONFIRMATION


def _has_consented(asking: Asking) -> bool:
    """Did whoever is signed in consent, or confirm, for this request?"""
    return asking.person is not None and _progress(asking).get(CONSENTED) == asking.person.account_id


def _has_acted(asking: Asking) -> bool:
    """Did whoever is signed in name this account, or sign in with it, for this request?"""
    if asking.person is None:
        return False
    return _progress(asking).get(CHOSEN) == asking.person.session_id or _signed_in_at(asking) is not None


def _signed_in_at(asking: Asking) -> datetime | None:
    """When whoever is signed in did so for this request; None where they did for something else."""
    session_id, moment = _progress(asking).get(SIGNED_IN, (None, ""))
    if asking.person is None or session_id != asking.person.session_id:
        return None
    return datetime.fromisoformat(moment)


def _progress(asking: Asking) -> dict[str, Any]:
    return asking.kept.progress if asking.kept else {}


OBSTACLES: tuple[Callable[[Asking], Obstacle | None], ...] = (
    _registration,
    _login,
    _wanted,
    _choice,
    _consent,
    _confirmation,
)
"""In the order in which a person meets them."""
