"""Changing one's e-mail: the new address confirms, the old one is told and may undo for seven days."""

from collections import Counter
from datetime import timedelta

import pytest

from identity.accounts import account as accounts
from identity.accounts import contracts, email_change, recovery
from identity.foundation.errors import (
    Conflict,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    LoginRefused,
    RateLimited,
    Refusal,
)
from tests.proof.town import all_at_once
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town
from tests.support.residents import PASSWORD

NEW, NEWER = "jean.test@exemple.fr", "jean.newer@exemple.fr"


def confirm(browser: Browser, email: str = NEW) -> str:
    return browser.do(email_change.confirm, letters.token(browser.town, email, "confirm_new_email"))


def moved(town: Town, new_email: str = NEW) -> Browser:
    """Somebody whose account went to a new address."""
    jean = town.signed_in()
    jean.change_email(new_email)
    confirm(jean, new_email)
    return jean


def undo_link(town: Town, email: str = JEAN) -> str:
    return letters.token(town.units, email, "email_changed")


def test_nothing_changes_until_the_new_address_confirms(town: Town) -> None:
    jean = town.signed_in()
    assert jean.change_email(f"  {NEW}") == town.clock.now + timedelta(hours=48)
    assert jean.log_in(JEAN)
    assert confirm(town.browser("198.51.100.1")) == NEW
    with pytest.raises(LoginRefused):
        jean.log_in(JEAN)
    assert jean.log_in(NEW).account.email == NEW


def test_the_old_address_is_told_where_to_without_being_told_the_whole_address(town: Town) -> None:
    moved(town)
    letter = letters.newest(town.units, JEAN)
    assert letter.kind == "email_changed"
    assert "j•••@exemple.fr" in letter.text
    assert NEW not in letter.text + letter.html


def test_the_link_is_good_for_48_hours_and_once(town: Town) -> None:
    jean = town.signed_in()
    jean.change_email(NEW)
    town.clock.pass_(hours=48)
    with pytest.raises(LinkExpired):
        confirm(jean)
    jean.log_in()
    jean.change_email(NEW)
    confirm(jean)
    with pytest.raises(LinkUsed):
        confirm(jean)


def test_asking_again_replaces_the_former_wish_whatever_the_clocks_say(town: Town) -> None:
    """The link of one address never confirms another, even where a second machine's clock is behind."""
    jean = town.signed_in()
    jean.change_email(NEW)
    town.clock.pass_(seconds=-5)
    jean.change_email(NEWER)
    with pytest.raises(LinkUsed):
        confirm(jean, NEW)
    assert confirm(jean, NEWER) == NEWER


def test_wishes_made_at_once_leave_one_that_can_be_confirmed(town: Town) -> None:
    jean = town.signed_in()
    all_at_once(4, lambda n: jean.change_email(f"new{n}@exemple.fr"))

    def outcome(number: int) -> str:
        try:
            return confirm(jean, f"new{number}@exemple.fr")
        except LinkUsed:
            return "used"

    outcomes = [outcome(number) for number in range(4)]
    assert outcomes.count("used") == 3
    [index] = [number for number, one in enumerate(outcomes) if one != "used"]
    assert outcomes[index] == f"new{index}@exemple.fr"


def test_an_address_that_another_took_meanwhile_is_a_conflict_and_nothing_changes(town: Town) -> None:
    jean = town.signed_in()
    jean.change_email(NEW)
    town.settle(NEW)
    with pytest.raises(Conflict) as refused:
        confirm(jean)
    assert refused.value.reason == "email-taken"
    assert jean.log_in(JEAN).account.email == JEAN
    assert "email_changed" not in letters.kinds(town.units, JEAN)


def test_two_who_want_the_same_address_do_not_both_get_it(town: Town) -> None:
    for email in (JEAN, "jeanne@exemple.fr"):
        town.signed_in(email).change_email(NEW)
    tokens = [letters.token_of(letter) for letter in letters.to(town.units, NEW)]

    def outcome(number: int) -> str:
        try:
            return town.browser().do(email_change.confirm, tokens[number])
        except Refusal as refused:
            return refused.code

    assert Counter(all_at_once(2, outcome)) == {NEW: 1, "CONFLICT": 1}


def test_the_screen_does_not_tell_whether_an_address_is_taken(town: Town) -> None:
    jean = town.signed_in()
    town.settle(NEW)
    assert jean.change_email(NEW) == jean.change_email("nobody@exemple.fr")


def test_a_wrong_password_and_a_wrong_address_are_faults_of_their_fields(town: Town) -> None:
    jean = town.signed_in()
    for email, password, path in ((NEW, OTHER_PASSWORD, "password"), ("jean", "", "newEmail")):
        with pytest.raises(InvalidInput) as refused:
            jean.change_email(email, password)
        assert [fault.path for fault in refused.value.faults] == [(path,)]


def test_no_account_writes_to_strangers_without_end(town: Town) -> None:
    jean = town.signed_in()
    with pytest.raises(RateLimited):
        for number in range(6):
            jean.change_email(f"stranger{number}@exemple.fr")


def test_undoing_gives_the_old_address_back_signs_everybody_out_and_sends_a_reset_link(town: Town) -> None:
    thief = moved(town)
    town.clock.pass_(days=6, hours=23)
    assert town.browser("198.51.100.1").do(email_change.undo, undo_link(town)) == JEAN
    assert not thief.is_signed_in()
    with pytest.raises(LoginRefused):
        thief.log_in(NEW)
    owner = town.browser()
    owner.reset(letters.token(town.units, JEAN, "email_restored"))
    assert owner.log_in(JEAN, OTHER_PASSWORD).account.email == JEAN
    with pytest.raises(LinkUsed):
        owner.do(email_change.undo, undo_link(town))


def test_after_undoing_the_former_password_opens_nothing(town: Town) -> None:
    """Whoever moved the account knows it; the owner chooses another by the mailed link, and only so."""
    moved(town)
    browser = town.browser()
    browser.do(email_change.undo, undo_link(town))
    for password in (PASSWORD, "", "2"):
        with pytest.raises(LoginRefused):
            browser.log_in(JEAN, password)
    browser.reset(letters.token(town.units, JEAN, "email_restored"))
    assert browser.log_in(JEAN, OTHER_PASSWORD).account.email == JEAN


def test_contracts_that_came_to_the_new_address_do_not_go_to_the_old_one(town: Town) -> None:
    """A stranger who moves their own account to somebody's address does not take their contract back with it."""
    stranger = town.signed_in(number="1000001")
    town.clock.pass_(minutes=1)
    stranger.change_email(NEW)
    confirm(stranger)
    victim = town.browser()
    victim.do(recovery.request_reset, NEW, None)
    victim.reset(letters.token(town.units, NEW, "reset_password"))
    victim.log_in(NEW, OTHER_PASSWORD)
    town.clock.pass_(minutes=1)
    victim.link_contract(town.proof("1000002"))
    stranger.do(email_change.undo, undo_link(town))
    with town.units.read() as work:
        account = accounts.find_by_email(work, JEAN)
        assert account is not None
        held = [one.subscriber.contract_number for one in contracts.of_account(work, account.id)]
    assert held == ["1000001"]


def test_whose_link_lapsed_asks_for_another_as_for_any_forgotten_password(town: Town) -> None:
    moved(town)
    owner = town.browser()
    owner.do(email_change.undo, undo_link(town))
    town.clock.pass_(hours=1)
    with pytest.raises(LinkExpired):
        owner.reset(letters.token(town.units, JEAN, "email_restored"))
    owner.do(recovery.request_reset, JEAN, None)
    owner.reset(letters.token(town.units, JEAN, "reset_password"))
    assert owner.log_in(JEAN, OTHER_PASSWORD).account.email == JEAN


def test_after_seven_days_it_can_no_longer_be_undone(town: Town) -> None:
    moved(town)
    town.clock.pass_(days=7)
    with pytest.raises(LinkExpired):
        town.browser().do(email_change.undo, undo_link(town))


def test_whoever_moved_the_account_on_cannot_undo_the_owners_undoing(town: Town) -> None:
    """The thief's own mailbox was told too, when the account went on to a third address."""
    thief = moved(town)
    town.clock.pass_(hours=1)
    thief.change_email(NEWER)
    confirm(thief, NEWER)
    thiefs_link = undo_link(town, NEW)
    assert town.browser().do(email_change.undo, undo_link(town)) == JEAN
    with pytest.raises(LinkUsed):
        thief.do(email_change.undo, thiefs_link)
    owner = town.browser()
    owner.reset(letters.token(town.units, JEAN, "email_restored"))
    assert owner.log_in(JEAN, OTHER_PASSWORD).account.email == JEAN


def test_the_owner_can_still_undo_after_the_thief_undid_a_later_move(town: Town) -> None:
    thief = moved(town)
    town.clock.pass_(hours=1)
    thief.change_email(NEWER)
    confirm(thief, NEWER)
    thief.do(email_change.undo, undo_link(town, NEW))
    assert town.browser().do(email_change.undo, undo_link(town)) == JEAN


def test_an_old_address_that_another_took_meanwhile_cannot_be_taken_back(town: Town) -> None:
    moved(town)
    town.settle(JEAN)
    with pytest.raises(Conflict):
        town.browser().do(email_change.undo, undo_link(town))
    assert town.browser().log_in(NEW).account.email == NEW


def test_reset_links_sent_to_the_former_address_are_void(town: Town) -> None:
    jean = town.signed_in()
    town.browser().do(recovery.request_reset, JEAN, None)
    jean.change_email(NEW)
    confirm(jean)
    with pytest.raises(LinkUsed):
        jean.reset(letters.token(town.units, JEAN, "reset_password"))


def test_a_password_that_changes_voids_a_wish_that_waits(town: Town) -> None:
    """A thief's wish does not survive the owner's reset."""
    jean = town.signed_in()
    jean.change_email(NEW)
    jean.change_password()
    with pytest.raises(LinkUsed):
        confirm(jean)


def test_a_closed_account_moves_nowhere(town: Town) -> None:
    jean = town.signed_in()
    jean.change_email(NEW)
    jean.close_account()
    with pytest.raises(LinkInvalid):
        confirm(jean)
    with pytest.raises(LinkInvalid):
        jean.do(email_change.undo, "garbage")
