"""Registering twice, sending again, correcting the address, disowning: which letter still works."""

from datetime import timedelta

import pytest

from identity.accounts import confirmation, pending, registration
from identity.foundation.errors import Conflict, InvalidInput, LinkInvalid, LinkUsed, NotFound, RateLimited
from tests.proof.town import rows
from tests.support import letters
from tests.support.people import JEAN, Browser, Town

RIGHT = "jean.test@exemple.fr"


def token(town: Town, email: str = JEAN) -> str:
    return letters.token(town.units, email, "confirm_registration")


def status(browser: Browser) -> str | None:
    found = browser.do(pending.of_browser)
    return found.status(browser.town.clock()) if found else None


def test_the_same_proof_again_replaces_the_former_registration(town: Town, jean: Browser) -> None:
    proof, other = town.proof(), town.browser()
    jean.register(proof)
    former_link, former_code = token(town), letters.code(town.units, JEAN)
    other.register(proof, RIGHT)
    assert status(jean) == "EXPIRED"
    with pytest.raises(LinkUsed):
        jean.confirm_by(former_link)
    with pytest.raises(LinkInvalid):
        jean.do(confirmation.by_code, JEAN, former_code)
    assert other.confirm(RIGHT).email == RIGHT


def test_another_proof_of_the_same_key_lives_beside_it_until_one_confirms(town: Town, jean: Browser) -> None:
    key, other = town.key(), town.browser()
    jean.register(town.prove(key))
    other.register(town.prove(key), RIGHT)
    assert (status(jean), status(other)) == ("WAITING", "WAITING")
    jean.confirm()
    with pytest.raises(Conflict) as refused:
        other.confirm(RIGHT)
    assert refused.value.reason == "settled"
    assert status(other) == "EXPIRED"


def test_a_letter_sent_again_works_and_the_former_says_that_it_is_used(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    former_link, former_code = token(town), letters.code(town.units, JEAN)
    town.clock.pass_(seconds=60)
    jean.do(registration.resend, JEAN, None)
    with pytest.raises(LinkUsed):
        jean.confirm_by(former_link)
    if former_code != letters.code(town.units, JEAN):
        with pytest.raises(LinkInvalid):
            jean.do(confirmation.by_code, JEAN, former_code)
    assert jean.confirm().email == JEAN


def test_a_strangers_registration_is_not_slipped_into_the_letter_that_one_asked_for(
    town: Town, jean: Browser
) -> None:
    """Each browser is sent its own again; one that began none, the newest."""
    stranger = town.browser("203.0.113.1")
    jean.register(town.proof("1000001"))
    town.clock.pass_(seconds=1)
    stranger.register(town.proof("1000002"))
    strangers_link = token(town)
    for browser in (jean, town.browser()):
        town.clock.pass_(seconds=60)
        browser.do(registration.resend, JEAN, None)
    with pytest.raises(LinkUsed):
        stranger.confirm_by(strangers_link)
    jean.confirm_by(letters.token_of(letters.to(town.units, JEAN)[2]))
    linked = rows(town.units, "select contract_number from subscribers where account_id is not null")
    assert linked == [("1000001",)]


def test_the_cool_down_is_told_truthfully_and_kept(town: Town, jean: Browser) -> None:
    told = jean.register(town.proof()).resend_available_at
    for _ in range(2):
        town.clock.now = told - timedelta(seconds=1)
        with pytest.raises(RateLimited) as refused:
            jean.do(registration.resend, JEAN, None)
        assert refused.value.retry_after == 1
        town.clock.now = told
        told = jean.do(registration.resend, JEAN, None)
        waiting = jean.do(pending.of_browser)
        assert waiting is not None
        assert waiting.resend_available_at == told == town.clock.now + timedelta(seconds=60)
    assert len(letters.to(town.units, JEAN)) == 3


def test_the_browser_that_registered_corrects_a_mistyped_address(town: Town, jean: Browser) -> None:
    jean.register(town.proof(), "jaen@exemple.fr")
    former_link, former_code = token(town, "jaen@exemple.fr"), letters.code(town.units, "jaen@exemple.fr")
    corrected = jean.do(registration.correct_email, RIGHT, None)
    assert (corrected.email, corrected.resend_available_at) == (RIGHT, town.clock.now + timedelta(seconds=60))
    with pytest.raises(LinkUsed):
        jean.confirm_by(former_link)
    with pytest.raises(LinkInvalid):
        jean.do(confirmation.by_code, "jaen@exemple.fr", former_code)
    assert jean.confirm(RIGHT).email == RIGHT
    assert jean.log_in(RIGHT).account.email == RIGHT


def test_no_other_browser_corrects_it_and_none_once_it_is_confirmed(town: Town, jean: Browser) -> None:
    with pytest.raises(NotFound):
        jean.do(registration.correct_email, RIGHT, None)
    jean.register(town.proof())
    with pytest.raises(NotFound):
        town.browser().do(registration.correct_email, RIGHT, None)
    with pytest.raises(InvalidInput):
        jean.do(registration.correct_email, "jean", None)
    jean.confirm()
    with pytest.raises(NotFound):
        jean.do(registration.correct_email, RIGHT, None)
    assert letters.to(town.units, RIGHT) == []


def test_correcting_to_an_address_that_has_an_account_tells_the_mailbox_alone(
    town: Town, jean: Browser
) -> None:
    town.settle(RIGHT)
    jean.register(town.proof(), "jaen@exemple.fr")
    assert jean.do(registration.correct_email, RIGHT, None).email == RIGHT
    assert letters.kinds(town.units, RIGHT) == ["account_exists"]
    jean.do(registration.correct_email, JEAN, None)
    assert jean.confirm().email == JEAN


def test_corrections_do_not_bury_an_address_under_letters(town: Town) -> None:
    """Whatever was counted for the registration counts for the address too."""
    browsers = [town.browser(f"198.51.100.{number}") for number in range(4)]
    with pytest.raises(RateLimited):
        for number, browser in enumerate(browsers):
            browser.register(town.proof(f"100000{number}"), f"person{number}@exemple.fr")
            for _ in range(4):
                browser.do(registration.correct_email, JEAN, None)
    assert len(letters.to(town.units, JEAN)) == 12


def test_it_was_not_me_voids_link_and_code(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    link, code = token(town), letters.code(town.units, JEAN)
    town.browser("198.51.100.1").do(confirmation.disown, link)
    assert status(jean) == "EXPIRED"
    with pytest.raises(LinkUsed):
        jean.confirm_by(link)
    with pytest.raises(LinkInvalid):
        jean.do(confirmation.by_code, JEAN, code)
    with pytest.raises(LinkUsed):
        jean.do(confirmation.disown, link)
    town.clock.pass_(seconds=60)
    jean.do(registration.resend, JEAN, None)
    assert len(letters.to(town.units, JEAN)) == 1


def test_what_was_confirmed_can_no_longer_be_disowned(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    link = token(town)
    jean.confirm()
    for wrong in (link, "garbage"):
        with pytest.raises((LinkUsed, LinkInvalid)):
            jean.do(confirmation.disown, wrong)
    assert jean.log_in().account.email == JEAN
