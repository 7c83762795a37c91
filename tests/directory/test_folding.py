"""Numbers and names as people type them: every spelling of one thing folds to the same text."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.directory.folding import fold_contract, fold_meter, fold_place, spellings

NOISE = st.text(" \t\u00a0\u202f.-–—\u2011\u200b\u00ad", max_size=3)


def noisy(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """A number, and the same with something that means nothing before each symbol."""

    def typed(number: str) -> st.SearchStrategy[tuple[str, str]]:
        gaps = st.lists(NOISE, min_size=len(number), max_size=len(number))
        return gaps.map(
            lambda found: (number, "".join(gap + s for gap, s in zip(found, number, strict=True)))
        )

    return numbers.flatmap(typed)


@given(st.text(), st.sampled_from([fold_contract, fold_meter, fold_place]))
def test_folding_twice_is_folding_once(typed: str, fold: Callable[[str], str]) -> None:
    """What is stored folded is found by what is typed folded, whatever the text."""
    assert fold(fold(typed)) == fold(typed)


@given(noisy(st.from_regex(r"[0-9]{7}[A-Za-z]?", fullmatch=True)))
def test_a_contract_number_is_its_seven_digits(number_and_typed: tuple[str, str]) -> None:
    """The letter after them, spaces, dots, dashes and what cannot be seen are forgiven."""
    number, typed = number_and_typed
    assert fold_contract(typed) == number[:7]


@given(noisy(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=20)))
def test_a_meter_number_is_its_letters_and_digits(number_and_typed: tuple[str, str]) -> None:
    """In any case, with any spaces and dashes, in letters of any width."""
    number, typed = number_and_typed
    wide = "".join(chr(ord(symbol) + 0xFEE0) for symbol in number)
    assert fold_meter(typed) == number
    assert fold_meter(number.lower()) == number
    assert fold_meter(wide) == number


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("1234567A", "1234567"),
        ("1234567AB", "1234567AB"),
        ("12345678", "12345678"),
        ("A1234567", "A1234567"),
        ("CCPL-0001", "CCPL0001"),
        ("2024/17_b", "2024/17_B"),
    ],
)
def test_only_a_letter_after_seven_digits_is_dropped(typed: str, folded: str) -> None:
    """Other shapes of contract numbers keep all that they say."""
    assert fold_contract(typed) == folded


def test_a_place_is_spelt_with_saint_or_st_and_with_or_without_its_article() -> None:
    """Each Saint of a name on its own."""
    assert set(spellings("Les Saintes-Maries-de-Saint-Jean")) == {
        ("lessaintesmariesdesaintjean", False),
        ("lessaintesmariesdestjean", False),
        ("lesstesmariesdesaintjean", False),
        ("lesstesmariesdestjean", False),
        ("saintesmariesdesaintjean", True),
        ("saintesmariesdestjean", True),
        ("stesmariesdesaintjean", True),
        ("stesmariesdestjean", True),
    }
