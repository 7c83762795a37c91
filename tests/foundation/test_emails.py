"""Which addresses are well formed, and when two are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.foundation import emails

ONE_MAILBOX = [
    ("jean@exemple.fr", "Jean@Exemple.FR"),
    ("jean@exemple.fr", "  jean@exemple.fr\n"),
    ("jean@exemple.fr", "ｊean@exemple.fr"),
    ("hélène@exemple.fr", "he\u0301le\u0300ne@exemple.fr"),
    ("x@münchen.example", "x@xn--mnchen-3ya.example"),
]
TWO_MAILBOXES = [("jean@exemple.fr", "jeanne@exemple.fr"), ("strasse@exemple.fr", "straße@exemple.fr")]
NO_ADDRESS = [
    "jean", "jean@", "@exemple.fr", "jean@exemple", "jean@[192.0.2.1]", "a b@exemple.fr", '"a b"@exemple.fr',
    "a..b@exemple.fr", "a‥b@exemple.fr", "a\0b@exemple.fr", "a\ud800@exemple.fr", "ﷺ@exemple.fr",
    "jean@exemple.fr\nBcc: x@exemple.fr",
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE_MAILBOX)
def test_two_spellings_of_one_mailbox_fold_alike(one: str, other: str) -> None:
    assert emails.fold(one) == emails.fold(other)


@pytest.mark.parametrize(("one", "other"), TWO_MAILBOXES)
def test_two_mailboxes_never_fold_alike(one: str, other: str) -> None:
    assert emails.fold(one) != emails.fold(other)


@pytest.mark.parametrize("typed", NO_ADDRESS)
def test_what_is_no_address_is_invalid_and_folds_to_none(typed: str) -> None:
    fault = emails.fault(typed, "email")
    assert fault is not None
    assert (fault.path, fault.code) == (("email",), "INVALID")
    assert "@" not in emails.fold(typed)


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_is_required(typed: str) -> None:
    fault = emails.fault(typed, "newEmail")
    assert fault is not None
    assert fault.code == "REQUIRED"


@pytest.mark.parametrize(
    "typed", ["a" * 250 + "@x.fr", "a" * 100_000, "a" + "\u0301\u0323" * 60_000 + "@x.fr"]
)
def test_an_overlong_address_is_told_so_however_long_it_is(typed: str) -> None:
    """Normalising the last one would take half a minute."""
    fault = emails.fault(typed, "email")
    assert fault is not None
    assert (fault.code, fault.facts) == ("TOO_LONG", {"max": 254})
    assert "@" not in emails.fold(typed)


@given(st.text(max_size=300))
def test_any_text_can_be_folded_and_a_good_address_stays_the_same_address(typed: str) -> None:
    """What is kept and mailed to is judged and compared like what was typed."""
    assert emails.fold(emails.clean(typed)) == emails.fold(typed) or emails.fault(typed)
