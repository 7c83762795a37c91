"""Password hashes: nothing is cut, nothing breaks them, and nobody's password takes as long as anybody's."""

import argon2
import pytest

from identity.accounts import passwords
from identity.foundation.settings import Settings

SETTINGS = Settings()


def opens(stored: str | None, password: str) -> bool:
    return passwords.verify(SETTINGS, stored, password)


@pytest.mark.parametrize("symbol", ["x", "é", "密", "😀"])
def test_no_symbol_of_a_long_password_is_cut(symbol: str) -> None:
    """Other hashes read 72 bytes and forget the rest."""
    password = "Aa1!" + symbol * 124
    stored = passwords.hash(SETTINGS, password)
    assert opens(stored, password)
    assert not opens(stored, password[:-1])
    assert not opens(stored, password[:-1] + "y")
    assert not opens(stored, password + symbol)
    assert not opens(stored, password[:72])


def test_the_same_keys_on_another_phone_are_the_same_password() -> None:
    """NFKC: composed or not, full-width or not."""
    stored = passwords.hash(SETTINGS, "Été-1234 ﬁn")
    assert opens(stored, "E\u0301te\u0301-1234 fin")
    assert opens(stored, "Été-１２３４ ﬁn")
    assert not opens(stored, "ete-1234 fin")


def test_nobody_has_a_password_and_checking_it_is_the_same_work() -> None:
    """The hash that stands for no account asks argon2 for what a fresh one asks."""
    fresh = argon2.extract_parameters(passwords.hash(SETTINGS, "Kx9#mPq2vL"))
    assert argon2.extract_parameters(passwords.NOBODYS) == fresh
    assert fresh.type is argon2.Type.ID
    assert (fresh.memory_cost, fresh.time_cost, fresh.parallelism) == (19_456, 2, 1)
    assert not opens(None, "Kx9#mPq2vL")
    assert not opens(None, "")


@pytest.mark.parametrize("typed", ["", "\0", "\ud800", "x" * 200_000, "a" + "\u0301\u0323" * 60_000])
def test_whatever_is_typed_is_a_wrong_password_at_worst(typed: str) -> None:
    assert not opens(passwords.hash(SETTINGS, "Kx9#mPq2vL"), typed)


@pytest.mark.parametrize(
    "stored", ["none", "", "$argon2id$v=19$m=8,t=1,p=1$", "$2b$12$abcdefghijklmnopqrstuv"]
)
def test_a_hash_that_is_none_opens_nothing(stored: str) -> None:
    assert not opens(stored, "Kx9#mPq2vL")


def test_a_hash_of_other_parameters_still_opens_and_is_outdated() -> None:
    former = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("Kx9#mPq2vL")
    assert opens(former, "Kx9#mPq2vL")
    assert passwords.is_outdated(former)
    assert not passwords.is_outdated(passwords.hash(SETTINGS, "Kx9#mPq2vL"))
