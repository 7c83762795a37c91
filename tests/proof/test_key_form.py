"""A key is recognised however it is typed, and a mistyped one is told from a key that could be."""

import unicodedata
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.foundation.errors import KeyMalformed
from identity.proof import key_form

SEPARATORS = " -\t\n\u00a0\u202f\u2009\u2010\u2011\u2013\u2014\u2212\u00ad\u200b\ufeff\uff0d\u3000_."
SPELLINGS = {"0": "0Oo０Ｏ", "1": "1IiLl１ＩＬｌ"}

keys = st.text(key_form.ALPHABET, min_size=15, max_size=15).map(key_form.complete)


def spellings(symbol: str) -> st.SearchStrategy[str]:
    """Every way to type one symbol."""
    full_width = chr(ord(symbol) + 0xFEE0)
    return st.sampled_from(SPELLINGS.get(symbol, symbol + symbol.lower() + full_width + full_width.lower()))


@st.composite
def typed_keys(draw: st.DrawFn) -> tuple[str, str]:
    """A key, and one way to type it."""
    key = draw(keys)
    noise = st.text(SEPARATORS, max_size=3)
    typed = [draw(noise) + draw(spellings(symbol)) for symbol in key]
    return key, "".join(typed) + draw(noise)


@given(typed_keys())
def test_every_spelling_of_a_key_is_the_same_key(example: tuple[str, str]) -> None:
    key, typed = example
    assert key_form.parse(typed) == key
    assert key_form.parse_foreign(typed) == key


@given(keys)
def test_every_single_wrong_symbol_is_seen(key: str) -> None:
    for place in range(key_form.LENGTH):
        for wrong in set(key_form.ALPHABET) - {key[place]}:
            assert not key_form.is_checked(key[:place] + wrong + key[place + 1 :])


@given(keys)
def test_every_two_symbols_that_changed_places_are_seen_neighbours_or_not(key: str) -> None:
    for left in range(key_form.LENGTH):
        for right in range(left + 1, key_form.LENGTH):
            if key[left] != key[right]:
                swapped = list(key)
                swapped[left], swapped[right] = key[right], key[left]
                assert not key_form.is_checked("".join(swapped))


def test_every_possible_pair_of_neighbours_is_seen_when_swapped_at_every_place() -> None:
    for place in range(key_form.LENGTH - 2):
        for first, second in permutations(key_form.ALPHABET, 2):
            key = key_form.complete("0" * place + first + second + "0" * (key_form.LENGTH - 3 - place))
            assert not key_form.is_checked(key[:place] + second + first + key[place + 2 :])


def test_a_new_key_is_printed_in_four_groups_without_look_alikes() -> None:
    key = key_form.new()
    assert key_form.is_checked(key.reveal())
    printed = key_form.printed(key.reveal())
    assert printed.reveal() == "-".join(key[start : start + 4] for start in (0, 4, 8, 12))
    assert not set(key) & set("ILOU")
    assert "***" == str(printed) == f"{key}"


@given(st.text(max_size=40))
def test_a_text_is_a_key_or_malformed_and_nothing_else_happens(text: str) -> None:
    try:
        folded = key_form.parse(text)
    except KeyMalformed:
        return
    assert key_form.parse(folded) == folded
    assert len(folded) == 16


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "1234",
        "1234-ABCD-5678-EFG",
        "1234-ABCD-5678-EFGHJ",
        "U" * 16,
        "É" * 16,
        "0" * 10_000,
        "\ud800" * 16,
    ],
)
def test_what_cannot_be_a_key_is_malformed(typed: str) -> None:
    with pytest.raises(KeyMalformed):
        key_form.parse(typed)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("abcd1234", "ABCD1234"),
        ("1234 – 5678", "12345678"),
        ("ouil-ouil", "0U110U11"),
        ("Z" * 32, "Z" * 32),
    ],
)
def test_keys_of_another_system_are_any_letters_and_digits(typed: str, folded: str) -> None:
    assert key_form.parse_foreign(typed) == folded


@pytest.mark.parametrize("typed", ["ABCD123", "Z" * 33, "ABCD/1234", "ÀBCD1234", "ABCD1234\0\0é"])
def test_keys_of_another_system_have_eight_to_thirty_two_of_them(typed: str) -> None:
    with pytest.raises(KeyMalformed):
        key_form.parse_foreign(typed)


def test_the_letters_are_thirty_two_and_ascii() -> None:
    assert len(set(key_form.ALPHABET)) == 32
    assert unicodedata.normalize("NFKC", key_form.ALPHABET) == key_form.ALPHABET
