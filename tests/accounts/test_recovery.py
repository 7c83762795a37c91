"""A forgotten password (seed 004): neutral on screen, one hour in the mailbox, one use, and everybody else out."""

from collections import Counter

import pytest

from identity.accounts import recovery
from identity.accounts.login import PER_EMAIL
from identity.backoffice import agents
from identity.foundation import links, rate_limits
from identity.foundation.errors import (
    ChallengeFailed,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    LoginRefused,
    RateLimited,
    Refusal,
)
from tests.proof.town import all_at_once, solve
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town
from tests.support.residents import PASSWORD

NOBODY = "nobody@exemple.fr"


def ask(town: Town, email: str = JEAN) -> str:
    """Ask for a link; its token."""
    town.browser().do(recovery.request_reset, email, None)
    return letters.token(town.units, email, "reset_password")


def test_the_link_sets_a_new_password(town: Town, jean: Browser) -> None:
    town.settle()
    jean.reset(ask(town))
    with pytest.raises(LoginRefused):
        jean.log_in()
    assert jean.log_in(password=OTHER_PASSWORD).account.email == JEAN


def test_it_ends_all_sessions_and_says_so_by_e_mail(town: Town, jean: Browser) -> None:
    elsewhere = town.signed_in()
    town.clock.pass_(minutes=1)
    jean.reset(ask(town))
    assert not elsewhere.is_signed_in()
    letter = letters.newest(town.units, JEAN)
    assert letter.kind == "password_changed"
    assert "Votre mot de passe a été mis à jour" in f"{letter.subject} {letter.text}".replace("’", "'")
    account = jean.log_in(password=OTHER_PASSWORD).account
    assert account.credentials_version == 2


def test_it_is_good_for_one_hour(town: Town, jean: Browser) -> None:
    town.settle()
    token = ask(town)
    town.clock.pass_(hours=1)
    with pytest.raises(LinkExpired):
        jean.reset(token)
    token = ask(town)
    town.clock.pass_(minutes=59, seconds=59)
    jean.reset(token)


def test_it_is_good_once(town: Town, jean: Browser) -> None:
    town.settle()
    token = ask(town)
    jean.reset(token)
    with pytest.raises(LinkUsed):
        jean.reset(token, PASSWORD)
    with pytest.raises(LinkInvalid):
        jean.reset("x" * 43)


def test_a_newer_link_voids_the_former(town: Town, jean: Browser) -> None:
    town.settle()
    former, newest = ask(town), ask(town)
    with pytest.raises(LinkUsed):
        jean.reset(former)
    jean.reset(newest)


def test_of_links_asked_for_at_once_one_works(town: Town, jean: Browser) -> None:
    """Whichever was sent last."""
    town.settle()
    free = town.with_settings(rate_limits="off")
    all_at_once(4, lambda _: free.browser().do(recovery.request_reset, JEAN, None))
    tokens = [letters.token_of(letter) for letter in letters.to(town.units, JEAN)]
    outcomes = []
    for token in tokens:
        with town.units.read() as work:
            outcomes.append(links.look(work, token).status.value)
    assert Counter(outcomes) == {"USED": 3, "VALID": 1}


def test_a_password_changed_by_another_way_voids_it(town: Town) -> None:
    jean = town.signed_in()
    token = ask(town)
    jean.change_password()
    with pytest.raises(LinkUsed):
        jean.reset(token, PASSWORD)


def test_a_weak_password_leaves_the_link_usable(town: Town, jean: Browser) -> None:
    town.settle()
    token = ask(town)
    for weak in ("", "short", "Password1!", "Xk7#michel-x", "x" * 129):
        with pytest.raises(InvalidInput) as refused:
            jean.reset(token, weak)
        assert {fault.path for fault in refused.value.faults} == {("password",)}
    jean.reset(token)


def test_two_who_follow_one_link_at_once_do_not_both_succeed(town: Town) -> None:
    town.settle()
    token = ask(town)
    passwords = [PASSWORD.replace("9", str(number)) for number in range(4)]

    def reset(number: int) -> str:
        try:
            town.browser().reset(token, passwords[number])
        except Refusal as refused:
            return refused.code
        return "done"

    outcomes = all_at_once(4, reset)
    assert Counter(outcomes) == {"done": 1, "LINK_USED": 3}
    assert letters.kinds(town.units, JEAN).count("password_changed") == 1
    assert town.browser().log_in(password=passwords[outcomes.index("done")])


def test_the_browser_that_reset_it_gets_in_while_strangers_hammer(town: Town, jean: Browser) -> None:
    town.settle()
    with town.units.begin() as work:
        for _ in range(10):
            rate_limits.spend(work, PER_EMAIL.of(JEAN))
    with pytest.raises(RateLimited):
        jean.log_in()
    jean.reset(ask(town))
    assert jean.log_in(password=OTHER_PASSWORD).account.email == JEAN


def test_the_link_goes_to_the_address_of_the_account_however_it_was_typed(town: Town, jean: Browser) -> None:
    town.settle()
    jean.do(recovery.request_reset, " JEAN@Exemple.fr", None)
    assert letters.newest(town.units, JEAN).recipient == JEAN


def test_an_unknown_address_is_told_so_kindly_and_at_most_once_a_day(town: Town) -> None:
    for network in ("198.51.100.1", "198.51.100.2", "198.51.100.3"):
        town.browser(network).do(recovery.request_reset, NOBODY, None)
    assert letters.kinds(town.units, NOBODY) == ["no_account"]
    town.clock.pass_(days=1)
    for spelling in (NOBODY, "ｎobody@exemple.fr", "NOBODY@exemple.fr"):
        town.browser().do(recovery.request_reset, spelling, None)
    assert letters.kinds(town.units, NOBODY) == ["no_account"] * 2


def test_the_answer_and_the_limits_are_the_same_for_every_address(town: Town) -> None:
    """Known, unknown, locked, waiting to be confirmed: six an hour."""
    town.settle()
    town.settle("locked@exemple.fr")
    with town.units.begin() as work:
        agents.lock(work, "locked@exemple.fr")
    town.browser().register(town.proof(), "waiting@exemple.fr")
    for number, email in enumerate((JEAN, NOBODY, "locked@exemple.fr", "waiting@exemple.fr")):
        browser = town.browser(f"198.51.100.{number}")
        assert [browser.do(recovery.request_reset, email, None) for _ in range(6)] == [None] * 6  # type: ignore[func-returns-value]
        with pytest.raises(RateLimited):
            browser.do(recovery.request_reset, email, None)


def test_a_locked_account_stays_locked(town: Town, jean: Browser) -> None:
    town.settle()
    with town.units.begin() as work:
        agents.lock(work, JEAN)
    jean.reset(ask(town))
    with pytest.raises(LoginRefused):
        jean.log_in(password=OTHER_PASSWORD)


def test_a_closed_account_is_not_reset(town: Town) -> None:
    jean = town.signed_in()
    token = ask(town)
    jean.close_account()
    with pytest.raises(LinkInvalid):
        jean.reset(token)


def test_no_robot_asks_for_links(town: Town) -> None:
    guarded = town.with_settings(challenge="required")
    browser, solution = guarded.browser(), solve(guarded.units)
    town.settle()
    with pytest.raises(ChallengeFailed):
        browser.do(recovery.request_reset, JEAN, None)
    browser.do(recovery.request_reset, JEAN, solution)
    with pytest.raises(ChallengeFailed):
        browser.do(recovery.request_reset, JEAN, solution)
    assert letters.kinds(town.units, JEAN) == ["reset_password"]


def test_what_is_no_address_is_a_fault_of_the_form(town: Town, jean: Browser) -> None:
    for typed in ("", "jean", "\0", "\ud800@x.fr", "a" * 100_000):
        with pytest.raises(InvalidInput) as refused:
            jean.do(recovery.request_reset, typed, None)
        assert [fault.path for fault in refused.value.faults] == [("email",)]
