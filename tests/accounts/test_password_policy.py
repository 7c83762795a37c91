"""What a password must be: every rule on its own, all faults at once, no cut at any length."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.accounts import password_policy

JEAN = ["Test", "Jean-Michel", "Mairie de Loudun", "jm.dupont@exemple.fr"]
GOOD = [
    "Kx9#mPq2vL",
    "Aa1!xyzw",
    "Correct-Horse7",
    "Vélo-bleu-47",
    "É1é’ÉÉ-abc",
    "Mon chien adore 7 os !",
    "密码Aa1!xyzw",
    "Aa1!" * 32,
]
BROKEN = [
    ("Kx9#mPq", {"MIN_LENGTH"}),
    ("KX9#MPQ2VL", {"LOWERCASE"}),
    ("kx9#mpq2vl", {"UPPERCASE"}),
    ("Kxy#mPqzvL", {"DIGIT"}),
    ("Kx9dmPq2vL", {"SPECIAL"}),
    ("abc", {"MIN_LENGTH", "UPPERCASE", "DIGIT", "SPECIAL", "COMMON"}),
    ("P@ssw0rd", {"COMMON"}),
    ("Motdepasse1!", {"COMMON"}),
    ("Azerty123!", {"COMMON"}),
    ("Aa@123456", {"COMMON"}),
    ("Abcd1234!", {"COMMON"}),
    ("Marseille13!", {"COMMON"}),
    ("Aaaa1111!", {"COMMON"}),
    ("1qaz!QAZ", {"COMMON"}),
    ("Xk7#Dupont-x", {"PERSONAL"}),
    ("Xk7#DÜPÖNT-x", {"PERSONAL"}),
    ("Jm.dupont@exemple.fr9", {"PERSONAL"}),
    ("Xk7#michel-x", {"PERSONAL"}),
    ("Xk7#loudun-X", {"PERSONAL"}),
]


def codes(password: str) -> set[str]:
    faults = password_policy.faults(password, ("newPassword",), JEAN)
    assert {fault.path for fault in faults} <= {("newPassword",)}
    return {fault.code for fault in faults}


@pytest.mark.parametrize("password", GOOD)
def test_a_good_password_breaks_nothing(password: str) -> None:
    assert codes(password) == set()


@pytest.mark.parametrize(("password", "broken"), BROKEN)
def test_every_broken_rule_is_told_at_once(password: str, broken: set[str]) -> None:
    assert codes(password) == broken


@pytest.mark.parametrize("words", [["Li"], ["Ng", "a@b.fr"], [""]])
def test_names_too_short_to_tell_from_chance_are_no_fault(words: list[str]) -> None:
    assert password_policy.faults("Kx9#Li-Ngab", ("password",), words) == []


def test_nothing_is_required_and_nothing_else() -> None:
    assert codes("") == {"REQUIRED"}


@pytest.mark.parametrize("symbol", ["x", "é", "密", "😀", "ﬃ", "e\u0301"])
def test_128_characters_are_taken_and_129_refused_whatever_their_bytes(symbol: str) -> None:
    """Counted after NFKC: a ligature is three, an accent beside its letter none."""
    one = len(password_policy.normalize(symbol))
    filled = "Aa1!" + symbol * (124 // one) + "x" * (124 % one)
    assert codes(filled) == set()
    assert codes(filled + "x") == {"TOO_LONG"}


@pytest.mark.parametrize("password", ["Aa1!" + "\u0301\u0323" * 60_000, "x" * 250_000, "ﷺ" * 50_000])
def test_an_endless_password_is_too_long_at_once(password: str) -> None:
    """Normalising the first one would take half a minute."""
    assert codes(password) == {"TOO_LONG"}


def test_half_a_surrogate_pair_is_no_password() -> None:
    assert codes("Kx9#mPq2vL\ud800") == {"INVALID"}


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_no_text_breaks_the_policy_and_only_its_own_codes_are_told(password: str) -> None:
    known = {"REQUIRED", "TOO_LONG", "INVALID", *password_policy.RULE_CODES}
    assert codes(password) <= known


@given(st.text(min_size=1, max_size=150))
def test_a_page_that_checks_the_patterns_says_the_same_as_the_server(password: str) -> None:
    """ECMAScript's classes in Python's words: `\\p{Ll}` is a lower-case letter, and so on."""
    chosen = password_policy.normalize(password)
    if len(chosen) > password_policy.MAX_LENGTH:
        return
    page = {
        rule.code for rule in password_policy.RULES if rule.pattern and not _matches(rule.pattern, chosen)
    }
    assert page == codes(password) & {"MIN_LENGTH", "LOWERCASE", "UPPERCASE", "DIGIT", "SPECIAL"}


def _matches(pattern: str, text: str) -> bool:
    wanted = re.findall(r"\\p\{(\w+)\}", pattern)
    if not wanted:
        return re.search(pattern, text) is not None
    return any(unicodedata.category(symbol).startswith(tuple(wanted)) for symbol in text)
