"""Six digits can be guessed: five tries a mail, fifteen a registration, whatever is switched off."""

import pytest

from identity.accounts import confirmation, registration
from identity.foundation.errors import LinkInvalid, RateLimited
from tests.proof.town import all_at_once, rows
from tests.support import letters
from tests.support.people import JEAN, Browser, Town


def guess(browser: Browser, code: str) -> bool:
    try:
        browser.do(confirmation.by_code, JEAN, code)
    except LinkInvalid:
        return False
    return True


def wrong(town: Town) -> str:
    """A code that is not the one that was mailed."""
    return f"{(int(letters.code(town.units, JEAN)) + 1) % 1_000_000:06}"


def unlimited(town: Town) -> Town:
    """The town as measured, where nothing else is limited."""
    return town.with_settings(rate_limits="off")


@pytest.mark.parametrize("limits", ["on", "off"])
def test_the_fifth_try_of_a_mail_still_counts_the_sixth_is_worth_nothing(town: Town, limits: str) -> None:
    browsers = [town.with_settings(rate_limits=limits).browser() for _ in range(2)]
    for browser, wrong_ones, good in zip(browsers, (4, 5), (True, False), strict=True):
        browser.register(town.proof(f"100000{wrong_ones}"))
        for _ in range(wrong_ones):
            assert not guess(browser, wrong(town))
        assert guess(browser, letters.code(town.units, JEAN)) is good


def test_a_new_mail_gives_five_more_up_to_fifteen_a_registration(town: Town) -> None:
    browser = unlimited(town).browser()
    browser.register(town.proof())
    for _ in range(3):
        for _ in range(5):
            assert not guess(browser, wrong(town))
        browser.do(registration.resend, JEAN, None)
    assert not guess(browser, letters.code(town.units, JEAN))
    assert browser.confirm().email == JEAN  # the link asks for no luck


def test_a_corrected_address_gives_no_further_tries(town: Town) -> None:
    browser = unlimited(town).browser()
    browser.register(town.proof())
    for _ in range(3):
        for _ in range(5):
            assert not guess(browser, wrong(town))
        browser.do(registration.correct_email, JEAN, None)
    assert not guess(browser, letters.code(town.units, JEAN))


def test_guesses_made_at_once_share_no_try(town: Town) -> None:
    browser = unlimited(town).browser()
    browser.register(town.proof())
    assert not any(all_at_once(12, lambda _: guess(browser, wrong(town))))
    assert rows(town.units, "select tries, tries_before from registrations") == [(5, 0)]
    assert not guess(browser, letters.code(town.units, JEAN))


def test_guesses_made_while_mails_are_sent_again_are_all_counted(town: Town) -> None:
    """A try that a new mail forgot would be one more than fifteen."""
    browser = unlimited(town).browser()
    browser.register(town.proof())

    def act(number: int) -> None:
        if number == 0:
            browser.do(registration.resend, JEAN, None)
        else:
            guess(browser, "no digits")

    for _ in range(7):
        all_at_once(3, act)
    assert rows(town.units, "select tries + tries_before from registrations") == [(14,)]


def test_a_network_that_guesses_at_everybody_is_told_to_wait(town: Town, jean: Browser) -> None:
    with pytest.raises(RateLimited):
        for number in range(61):
            assert not guess(jean, str(number))
