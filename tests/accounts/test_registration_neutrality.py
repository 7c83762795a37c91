"""An e-mail that has an account: the screen says the same, the mailbox tells the truth."""

from dataclasses import replace

import pytest

from identity.accounts import confirmation, pending, registration
from identity.foundation.errors import LinkInvalid
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town

STRANGER = "stranger@exemple.fr"


def test_the_answer_and_the_number_of_letters_are_the_same(town: Town, jean: Browser) -> None:
    town.settle(JEAN)
    other = town.browser()
    known, unknown = jean.register(town.proof("1000001")), other.register(town.proof("1000002"), STRANGER)
    assert replace(known, email="", browser_token=None) == replace(unknown, email="", browser_token=None)
    assert len(letters.to(town.units, JEAN)) == len(letters.to(town.units, STRANGER)) == 1
    waiting = [browser.do(pending.of_browser) for browser in (jean, other)]
    assert [one.status(town.clock()) for one in waiting if one] == ["WAITING", "WAITING"]


def test_the_letter_offers_to_log_in_and_link_the_contract(town: Town, jean: Browser) -> None:
    town.settle(JEAN)
    jean.register(town.proof())
    letter = letters.newest(town.units, JEAN)
    assert letter.kind == "account_exists"
    assert "/link-contract#token=" in letter.text.split("http")[1]
    assert "/forgot" in letter.text
    jean.log_in()
    assert jean.link_contract(letters.token_of(letter)).subscriber.contract_number == "1234567"
    waiting = jean.do(pending.of_browser)
    assert waiting is not None
    assert waiting.status(town.clock()) == "CONFIRMED"


def test_the_account_keeps_its_own_password_and_names(town: Town, jean: Browser) -> None:
    account_id = town.settle(JEAN)
    before = town.account(account_id)
    jean.register(town.proof(), password=OTHER_PASSWORD)
    jean.log_in()
    jean.link_contract(letters.token(town.units, JEAN, "account_exists"))
    after = town.account(account_id)
    assert (after.password_hash, after.family_name) == (before.password_hash, before.family_name)


def test_its_link_confirms_nothing_and_no_code_does(town: Town, jean: Browser) -> None:
    town.settle(JEAN)
    jean.register(town.proof())
    with pytest.raises(LinkInvalid):
        jean.confirm_by(letters.token(town.units, JEAN))
    with pytest.raises(LinkInvalid):
        jean.do(confirmation.by_code, JEAN, "123456")


def test_sending_again_says_the_same_whatever_is_true(town: Town, jean: Browser) -> None:
    """No account, an account, a waiting registration: the same moment, then the same wait."""
    town.settle(JEAN)
    jean.register(town.proof("1000001"))
    town.browser().register(town.proof("1000002"), STRANGER)
    town.clock.pass_(seconds=60)
    answers = {jean.do(registration.resend, email, None) for email in (JEAN, STRANGER, "nobody@exemple.fr")}
    assert len(answers) == 1
    assert letters.kinds(town.units, JEAN) == ["account_exists"] * 2
    assert letters.kinds(town.units, STRANGER) == ["confirm_registration"] * 2
    assert letters.kinds(town.units, "nobody@exemple.fr") == []


def test_an_address_whose_account_was_closed_meanwhile_is_confirmed_as_a_new_one(
    town: Town, jean: Browser
) -> None:
    owner = town.signed_in(JEAN)
    jean.register(town.proof())
    owner.close_account()
    town.clock.pass_(seconds=60)
    jean.do(registration.resend, JEAN, None)
    assert jean.confirm().email == JEAN
