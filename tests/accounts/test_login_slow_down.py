"""Guessing slows down for each address and each network; the owner's own browser always gets in."""

import pytest

from identity.accounts import known_browsers
from identity.accounts.login import PER_EMAIL, PER_EMAIL_A_DAY, PER_KNOWN_BROWSER, PER_NETWORK
from identity.foundation import rate_limits
from identity.foundation.errors import LoginRefused, RateLimited
from identity.foundation.rate_limits import Limit
from identity.foundation.tokens import Secret
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town


def guess(browser: Browser, times: int, email: str = JEAN) -> int:
    """How many of these guesses were looked at; the others were told to wait."""
    looked_at = 0
    for _ in range(times):
        try:
            browser.log_in(email, OTHER_PASSWORD)
        except LoginRefused:
            looked_at += 1
        except RateLimited as refused:
            assert refused.retry_after > 0
    return looked_at


def spend(town: Town, limit: Limit, times: int) -> None:
    """So many guesses were made already: hashing them again would prove nothing more."""
    with town.units.begin() as work:
        for _ in range(times):
            rate_limits.spend(work, limit)


def strangers(town: Town, count: int) -> list[Browser]:
    return [town.browser(f"203.0.113.{number}") for number in range(count)]


@pytest.mark.parametrize("email", [JEAN, "nobody@exemple.fr"])
def test_an_address_is_guessed_at_ten_times_in_a_quarter_hour_from_however_many_networks(
    town: Town, email: str
) -> None:
    town.settle()
    assert sum(guess(stranger, 3, email) for stranger in strangers(town, 5)) == 10
    town.clock.pass_(minutes=30)
    assert guess(town.browser("203.0.113.9"), 1, email) == 1


def test_other_spellings_of_the_address_count_as_one(town: Town) -> None:
    town.settle()
    spend(town, PER_EMAIL.of(JEAN), 7)
    spellings = [JEAN, "JEAN@exemple.fr", " jean@exemple.fr", "ｊean@exemple.fr"]
    assert [guess(town.browser(), 1, spelling) for spelling in spellings] == [1, 1, 1, 0]


def test_a_hundred_guesses_a_day_are_enough(town: Town) -> None:
    town.settle()
    spend(town, PER_EMAIL_A_DAY.of(JEAN), 95)
    town.clock.pass_(hours=3)
    assert guess(town.browser(), 7) == 5
    town.clock.pass_(hours=45)
    assert guess(town.browser(), 1) == 1


def test_the_owners_own_browser_gets_in_while_strangers_hammer_at_the_address(town: Town) -> None:
    jean = town.signed_in()
    spend(town, PER_EMAIL.of(JEAN), 10)
    with pytest.raises(RateLimited):
        town.browser("198.51.100.1").log_in()
    assert jean.log_in().account.email == JEAN


def test_the_owners_own_browser_gets_in_though_its_network_is_exhausted(town: Town) -> None:
    """A whole town behind one address, one of them a stranger."""
    jean = town.signed_in()
    neighbour = town.browser(jean.network)
    spend(town, PER_NETWORK.of(jean.network), 298)  # and the login above
    assert guess(neighbour, 2, "nobody@exemple.fr") == 1
    assert jean.log_in().account.email == JEAN


def test_a_known_browser_guesses_twenty_times_at_its_own_account_and_as_a_stranger_at_others(
    town: Town,
) -> None:
    jean = town.signed_in()
    town.settle("jeanne@exemple.fr")
    with jean.units.begin() as work:
        mark = known_browsers.find(work, JEAN)
    spend(town, PER_KNOWN_BROWSER.of(mark), 19)
    assert guess(jean, 2) == 1
    spend(town, PER_EMAIL.of("jeanne@exemple.fr"), 9)
    assert guess(jean, 2, "jeanne@exemple.fr") == 1


def test_a_forged_mark_makes_no_known_browser(town: Town) -> None:
    town.settle()
    stranger = town.browser()
    spend(town, PER_EMAIL.of(JEAN), 10)
    for mark in ("", "garbage", "\0", "\ud800", "A" * 4096):
        stranger.known = Secret(mark)
        assert guess(stranger, 1) == 0


def test_a_success_gives_the_tries_back(town: Town) -> None:
    town.settle()
    jean = town.browser()
    for _ in range(3):
        spend(town, PER_EMAIL.of(JEAN), 9)
        spend(town, PER_EMAIL_A_DAY.of(JEAN), 90)
        jean.log_in()
        jean.known = None
    spend(town, PER_EMAIL.of(JEAN), 9)
    assert guess(jean, 2) == 1


def test_switched_off_nobody_waits(town: Town) -> None:
    free = town.with_settings(rate_limits="off")
    for limit in (PER_EMAIL.of(JEAN), PER_NETWORK.of("192.0.2.1")):
        spend(town, limit, limit.rule.times)
    assert guess(free.browser(), 2) == 2
