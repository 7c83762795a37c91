"""Logging in and out: a session, its cookie, and a password that is hashed anew when it is time (seed 000 step 9)."""

import argon2
import pytest

from identity.accounts import actors, login, passwords, recovery
from identity.foundation.errors import LoginRefused, LoginRequired
from tests.proof.town import all_at_once
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town
from tests.support.residents import PASSWORD


def refused(browser: Browser, email: str = JEAN, password: str = PASSWORD) -> bool:
    try:
        browser.log_in(email, password)
    except LoginRefused:
        return True
    return False


def test_who_confirmed_logs_in_whatever_the_case_of_the_address(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    assert refused(jean)
    jean.confirm()
    logged_in = jean.log_in(" JEAN@Exemple.FR ")
    assert logged_in.account.email == JEAN
    assert jean.do(actors.by_cookie).account.id == logged_in.account.id


def test_another_password_is_refused(town: Town, jean: Browser) -> None:
    town.settle()
    for password in ("", "Kx9#mPq2v", "kx9#mpq2vl", "\0", "\ud800", "x" * 100_000):
        assert refused(jean, password=password)


def test_another_address_is_refused(town: Town, jean: Browser) -> None:
    town.settle()
    for email in ("", "jean", "nobody@exemple.fr", "\0", "\ud800@x.fr", "a" * 100_000, "jean@exemple.fr\0"):
        assert refused(jean, email)


def test_two_long_passwords_that_begin_alike_are_two(town: Town, jean: Browser) -> None:
    """Other hashes read the first 72 bytes alone."""
    long = "Kx9#" + "é" * 100
    jean.register(town.proof(), password=long)
    jean.confirm()
    assert refused(jean, password=long[:-1] + "e")
    assert refused(jean, password=long[:72])
    assert not refused(jean, password=long)


def test_the_session_is_a_new_one_at_each_login_and_the_former_ends(town: Town) -> None:
    jean = town.signed_in()
    former = jean.session
    jean.log_in()
    assert jean.session != former
    assert jean.is_signed_in()
    jean.session = former
    assert not jean.is_signed_in()


def test_a_session_that_somebody_else_chose_is_never_taken_over(town: Town, jean: Browser) -> None:
    """Whatever cookie the browser was given before."""
    town.settle("mallory@exemple.fr")
    mallory = town.browser()
    mallory.log_in("mallory@exemple.fr")
    town.settle()
    jean.session = mallory.session
    jean.log_in()
    assert jean.session != mallory.session
    assert not mallory.is_signed_in()


def test_logging_out_ends_the_session_and_says_nothing_where_there_is_none(town: Town) -> None:
    jean = town.signed_in()
    jean.do(login.log_out)
    assert not jean.is_signed_in()
    jean.do(login.log_out)
    jean.session = None
    jean.do(login.log_out)
    with pytest.raises(LoginRequired):
        jean.do(actors.by_cookie)


def test_a_hash_of_former_parameters_is_renewed_at_login_and_ends_nothing(town: Town, jean: Browser) -> None:
    former = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    account_id = town.settle(password_hash=former)
    assert refused(jean, password=OTHER_PASSWORD)
    assert town.account(account_id).password_hash == former
    jean.log_in()
    elsewhere = town.browser()
    elsewhere.log_in()
    renewed = town.account(account_id)
    assert not passwords.is_outdated(renewed.password_hash)
    assert renewed.credentials_version == 1
    assert jean.is_signed_in()


def test_many_browsers_log_in_at_once(town: Town) -> None:
    town.settle()
    browsers = [town.browser() for _ in range(4)]
    assert all_at_once(4, lambda n: refused(browsers[n])) == [False] * 4
    assert all(browser.is_signed_in() for browser in browsers)


def test_no_session_outlives_a_password_that_is_reset_at_the_same_moment(town: Town) -> None:
    """The one who logs in with the former password either is refused or is signed out."""
    town.settle()
    for password, new in ((PASSWORD, OTHER_PASSWORD), (OTHER_PASSWORD, PASSWORD)):
        owner, intruders = town.browser(), [town.browser(f"198.51.100.{n}") for n in range(3)]
        owner.do(recovery.request_reset, JEAN, None)
        token = letters.token(town.units, JEAN, "reset_password")

        def act(
            n: int,
            owner: Browser = owner,
            intruders: list[Browser] = intruders,
            token: str = token,
            words: tuple[str, str] = (password, new),
        ) -> bool | None:
            return refused(intruders[n], password=words[0]) if n < 3 else owner.reset(token, words[1])

        all_at_once(4, act)
        assert [browser.is_signed_in() for browser in intruders] == [False] * 3
