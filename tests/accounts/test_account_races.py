"""Whatever one does with an account at the same moment, nobody waits in a ring and one truth remains."""

import random
from collections.abc import Callable

from identity.accounts import email_change, login, recovery
from identity.backoffice import agents
from identity.foundation.errors import Refusal
from identity.foundation.unit_of_work import UnitOfWork
from tests.proof.town import all_at_once, rows
from tests.support import letters
from tests.support.people import OTHER_PASSWORD, Browser, Town
from tests.support.residents import PASSWORD


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refused:
        return refused.code
    return "done"


def lock_and_unlock(work: UnitOfWork, email: str) -> None:
    agents.lock(work, email)
    agents.unlock(work, email)


def acts_of(town: Town, email: str, number: str) -> list[Callable[[], object]]:
    """What a person, a thief, an agent and a mail scanner may do to one account within one moment."""
    free = town.with_settings(rate_limits="off")
    jean, thief = free.browser(), free.browser("203.0.113.1")
    town.settle(email)
    jean.log_in(email)
    thief.log_in(email)
    jean.change_email(f"new-{email}")
    jean.do(recovery.request_reset, email, None)
    move = letters.token(town.units, f"new-{email}", "confirm_new_email")
    reset = letters.token(town.units, email, "reset_password")
    proof = town.proof(number)
    return [
        lambda: jean.do(email_change.confirm, move),
        lambda: free.browser().reset(reset, OTHER_PASSWORD),
        lambda: jean.do(recovery.request_reset, email, None),
        lambda: thief.change_password(new=OTHER_PASSWORD),
        lambda: login.log_in(free.browser().units, login.Attempt(email, PASSWORD)),
        lambda: jean.link_contract(proof),
        lambda: free.browser().do(lock_and_unlock, email),
        lambda: thief.close_account(),
    ]


def test_nobody_waits_in_a_ring(town: Town) -> None:
    """On PostgreSQL a ring is a deadlock, and a deadlock is no Refusal."""
    chance = random.Random(7)
    known = {
        "done",
        "LINK_USED",
        "LINK_INVALID",
        "LOGIN_REFUSED",
        "LOGIN_REQUIRED",
        "INVALID_INPUT",
        "NOT_FOUND",
    }
    for round_ in range(3):
        acts = acts_of(town, f"person{round_}@exemple.fr", f"100000{round_}")
        chance.shuffle(acts)
        outcomes = set(all_at_once(len(acts), lambda n, acts=acts: outcome(acts[n])))  # type: ignore[misc]
        assert outcomes <= known
    closed_holders = rows(
        town.units,
        "select subscribers.id from subscribers join accounts on accounts.id = account_id where closed_at is not null",
    )
    assert closed_holders == []


def test_a_reset_at_the_moment_of_a_change_leaves_no_session_of_the_other(town: Town) -> None:
    """Whoever came second is told; whoever was signed in elsewhere is out."""
    town.settle()
    owner, thief = town.browser(), town.browser("203.0.113.1")
    thief.log_in()
    owner.do(recovery.request_reset, "jean@exemple.fr", None)
    token = letters.token(town.units, "jean@exemple.fr", "reset_password")
    acts: list[Callable[[Browser], object]] = [
        lambda _: owner.reset(token, OTHER_PASSWORD),
        lambda _: thief.change_password(new=PASSWORD.replace("9", "8")),
    ]
    outcomes = all_at_once(2, lambda n: outcome(lambda: acts[n](owner)))
    if outcomes[0] == "done":
        assert owner.log_in(password=OTHER_PASSWORD)
        assert not thief.is_signed_in()
    else:
        assert outcomes == ["LINK_USED", "done"]
