"""What stands between a good authorization request and its code: who must sign in, choose, consent, register.

A table that is read in order. Each obstacle looks at the request and gives None, or the page that removes it;
with `prompt=none` no page may be shown, and the client is told instead. What a person did since the request began to
wait was done for this request: nothing is asked twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from authlib.oauth2.rfc6749 import OAuth2Error
from authlib.oidc.core.errors import (
    AccountSelectionRequiredError,
    ConsentRequiredError,
    InteractionRequiredError,
    LoginRequiredError,
)

from identity.oidc import consents
from identity.oidc.asking import Asking

CHOSEN = "chosen"
"""The note on a waiting request that its person means the account of this session."""
REGISTERED = "registered"
"""The note that its person has opened an account, here or elsewhere."""


@dataclass(frozen=True)
class Obstacle:
    """What the person must do first: the page that asks, and what a client is told that wants no page."""

    page: str
    error: type[OAuth2Error]


REGISTRATION = Obstacle("/register", InteractionRequiredError)
LOGIN = Obstacle("/login", LoginRequiredError)
CHOICE = Obstacle("/login", AccountSelectionRequiredError)
CONSENT = Obstacle("/consent", ConsentRequiredError)


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
    """Somebody who signed in, as lately as the client wants."""
    if asking.person is None:
        return LOGIN
    if _is_since(asking, asking.person.authenticated_at):
        return None
    if "login" in asking.prompts:
        return LOGIN
    age = asking.work.now - asking.person.authenticated_at
    return LOGIN if asking.max_age is not None and age >= timedelta(seconds=asking.max_age) else None


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
    given = consents.find(asking.work, asking.person.account_id, asking.client.id)
    if given is None or not given.covers(asking.consent_scope):
        return CONSENT
    return CONSENT if "consent" in asking.prompts and not _is_since(asking, given.granted_at) else None


def _has_acted(asking: Asking) -> bool:
    """Did the person sign in, name the account, or consent, since the request began to wait?"""
    person = asking.person
    if person is None or asking.kept is None:
        return False
    if asking.kept.progress.get(CHOSEN) == person.session_id or _is_since(asking, person.authenticated_at):
        return True
    given = consents.find(asking.work, person.account_id, asking.client.id)
    return given is not None and _is_since(asking, given.granted_at)


def _is_since(asking: Asking, moment: datetime) -> bool:
    """Was it while this request waited?"""
    waiting_since = asking.kept.waiting_since if asking.kept else None
    return waiting_since is not None and moment >= waiting_since


OBSTACLES: tuple[Callable[[Asking], Obstacle | None], ...] = (
    _registration,
    _login,
    _wanted,
    _choice,
    _consent,
)
"""In the order in which a person meets them."""
