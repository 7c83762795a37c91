"""A signed-in person's own profile and password."""

from dataclasses import replace

import pytest

from identity.accounts import actors, profile
from identity.foundation import rate_limits
from identity.foundation.errors import InvalidInput, LoginRefused, LoginRequired, RateLimited
from tests.proof.town import all_at_once
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town
from tests.support.residents import JEAN_MICHEL, PASSWORD


def faults(refused: pytest.ExceptionInfo[InvalidInput]) -> set[tuple[str, str]]:
    return {(".".join(fault.path), fault.code) for fault in refused.value.faults}


def test_a_profile_is_replaced_whole_and_cleaned(town: Town) -> None:
    jean = town.signed_in()
    wanted = replace(JEAN_MICHEL, family_name=" Le  Goff ", phone="06 12 34 56 78")
    account = jean.as_actor(profile.update, wanted, "en").account
    kept = town.account(account.id)
    assert (kept.family_name, kept.phone, kept.mobile, kept.language) == (
        "Le Goff",
        "+33612345678",
        None,
        "en",
    )
    jean.as_actor(profile.update, JEAN_MICHEL, None)
    assert (town.account(account.id).phone, town.account(account.id).language) == (None, "en")


def test_every_fault_of_a_profile_is_told_and_nothing_changes(town: Town) -> None:
    jean = town.signed_in()
    with pytest.raises(InvalidInput) as refused:
        jean.as_actor(
            profile.update, replace(JEAN_MICHEL, family_name="", civility=None, phone="1"), "\ud800"
        )
    assert faults(refused) == {
        ("profile.familyName", "REQUIRED"),
        ("profile.civility", "REQUIRED"),
        ("profile.phone", "INVALID"),
        ("locale", "INVALID"),
    }
    assert jean.do(actors.by_cookie).account.family_name == "Test"


def test_a_new_password_ends_the_other_sessions_and_this_one_stays(town: Town) -> None:
    jean, elsewhere = town.signed_in(), town.browser()
    elsewhere.log_in()
    town.clock.pass_(minutes=1)
    jean.change_password()
    assert (jean.is_signed_in(), elsewhere.is_signed_in()) == (True, False)
    assert letters.kinds(town.units, JEAN) == ["password_changed"]
    assert jean.do(actors.by_cookie).account.credentials_version == 2
    with pytest.raises(LoginRefused):
        elsewhere.log_in()
    elsewhere.log_in(password=OTHER_PASSWORD)


def test_a_wrong_password_is_told_on_its_own_field(town: Town) -> None:
    jean = town.signed_in()
    with pytest.raises(InvalidInput) as refused:
        jean.change_password(current=OTHER_PASSWORD)
    assert faults(refused) == {("currentPassword", "INVALID")}


def test_a_weak_password_is_told_rule_by_rule(town: Town) -> None:
    jean = town.signed_in()
    with pytest.raises(InvalidInput) as refused:
        jean.change_password(new="michel")
    assert faults(refused) == {
        ("newPassword", code) for code in ("MIN_LENGTH", "UPPERCASE", "DIGIT", "SPECIAL", "PERSONAL")
    }
    assert jean.log_in().account.email == JEAN


def test_whoever_borrowed_the_session_cannot_guess_the_password(town: Town) -> None:
    jean = town.signed_in()
    account_id = jean.do(actors.by_cookie).account.id
    with town.units.begin() as work:
        for _ in range(9):
            rate_limits.spend(work, actors.PASSWORD_TRIES.of(account_id))
    with pytest.raises(InvalidInput):
        jean.change_password(current=OTHER_PASSWORD)
    with pytest.raises(RateLimited):
        jean.change_password()
    town.clock.pass_(minutes=30)
    jean.change_password()


def test_of_two_who_change_it_at_once_the_second_is_told_that_it_is_no_longer_right(town: Town) -> None:
    """Otherwise a thief's password could overwrite the one that its owner just chose."""
    town.settle()
    browsers = [town.browser() for _ in range(4)]
    for browser in browsers:
        browser.log_in()
    chosen = [PASSWORD.replace("9", str(number)) for number in range(4)]

    def change(number: int) -> bool:
        try:
            browsers[number].change_password(new=chosen[number])
        except (InvalidInput, LoginRequired):
            return False
        return True

    changed = all_at_once(4, change)
    assert changed.count(True) == 1
    assert town.browser().log_in(password=chosen[changed.index(True)])
    assert letters.kinds(town.units, JEAN) == ["password_changed"]


def test_nobody_who_is_not_signed_in_does_any_of_it(town: Town, jean: Browser) -> None:
    town.settle()
    with pytest.raises(LoginRequired):
        jean.change_password()
    with pytest.raises(LoginRequired):
        jean.as_actor(profile.update, JEAN_MICHEL, None)
    with pytest.raises(LoginRequired):
        jean.change_email("other@exemple.fr")
    with pytest.raises(LoginRequired):
        jean.close_account()
