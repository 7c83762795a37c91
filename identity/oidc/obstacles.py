"""What stands between a good authorization request and its code: who must sign in, choose, consent.

A table that is read in order. Each obstacle looks at the request and gives None, or the page that removes it, or
refuses with the protocol's own error where no page may be shown (`prompt=none`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from authlib.oidc.core.errors import (
    AccountSelectionRequiredError,
    ConsentRequiredError,
    InteractionRequiredError,
    LoginRequiredError,
)

from identity.oidc.asking import Asking


@dataclass(frozen=True)
class Obstacle:
    """What the person must do first: the name of the page that asks."""

    page: str


def find(asking: Asking) -> Obstacle | None:
    """The first thing that the person must do before there is a code; the protocol's error without a page."""
    return next(filter(None, (obstacle(asking) for obstacle in OBSTACLES)), None)


def _login(asking: Asking) -> Obstacle | None:
    """Somebody who signed in, as lately as the client wants."""
    if "create" in asking.prompts:
        raise InteractionRequiredError
    if asking.person is None or "login" in asking.prompts:
        raise LoginRequiredError
    if asking.max_age is not None:
        age = asking.work.now - asking.person.authenticated_at
        if age >= timedelta(seconds=asking.max_age):
            raise LoginRequiredError
    return None


def _choice(asking: Asking) -> Obstacle | None:
    """One account; no page offers a choice yet."""
    if "select_account" in asking.prompts:
        raise AccountSelectionRequiredError
    return None


def _consent(asking: Asking) -> Obstacle | None:
    """The person's leave, which our own applications need not ask."""
    if not asking.client.first_party or "consent" in asking.prompts:
        raise ConsentRequiredError
    return None


OBSTACLES: tuple[Callable[[Asking], Obstacle | None], ...] = (_login, _choice, _consent)
"""In the order in which a person meets them."""
