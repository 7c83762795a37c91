"""Who is signed in: an account, and the session it came by. Owns no table.

A flow that needs somebody takes an Actor, or an Identify where it opens its own units of work.
"""

from collections.abc import Callable
from dataclasses import dataclass

from identity.accounts import account as accounts
from identity.accounts import passwords, sessions
from identity.accounts.account import Account
from identity.accounts.sessions import SignInSession
from identity.foundation import rate_limits
from identity.foundation.errors import Fault, InvalidInput, LoginRequired
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import UnitOfWork, Units

PASSWORD_TRIES = Rule("password:account", 10, 900)


@dataclass(frozen=True)
class Actor:
    """A signed-in person. `session` is None for a token that outlives its session."""

    account: Account
    session: SignInSession | None


Identify = Callable[[UnitOfWork], Actor]
"""Finds the actor of a unit of work; LoginRequired where there is none."""


def by_cookie(work: UnitOfWork) -> Actor:
    """The person of the session cookie; LoginRequired."""
    session = sessions.find(work)
    account = accounts.find(work, session.account_id) if session else None
    if session is None or account is None or account.locked_at:
        raise LoginRequired
    return Actor(account, session)


def require_password(units: Units, identify: Identify, password: str, path: tuple[str, ...]) -> Identify:
    """Ask the signed-in person's password again; InvalidInput on `path` where it is wrong. Counted by account.

    What it gives identifies the person once more, holds their account, and refuses likewise where the password
    was changed meanwhile.
    """
    with units.begin() as work:
        account = identify(work).account
        rate_limits.spend(work, PASSWORD_TRIES.of(account.id))
    if not passwords.verify(units.settings, account.password_hash, password):
        raise InvalidInput([Fault(path, "INVALID")])
    with units.begin() as work:
        rate_limits.forget(work, PASSWORD_TRIES.of(account.id))

    def identify_again(work: UnitOfWork) -> Actor:
        actor = hold(work, identify(work))
        if actor.account.password_hash != account.password_hash:
            raise InvalidInput([Fault(path, "INVALID")])
        return actor

    return identify_again


def hold(work: UnitOfWork, actor: Actor) -> Actor:
    """The same person, whose account nobody else changes until this transaction ends; LoginRequired if closed."""
    account = accounts.hold(work, actor.account.id)
    if account is None:
        raise LoginRequired
    return Actor(account, actor.session)
