"""Digests and sealed payloads under a list of secrets, and secrets that do not print."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.foundation import tokens
from identity.foundation.tokens import Keyring, Secret

OLD, NEW, FOREIGN = (letter * 40 for letter in "onf")
texts = st.text(st.characters(exclude_categories=[]))


@given(st.binary(max_size=200), texts)
def test_what_was_sealed_is_read_again_for_its_purpose_alone(payload: bytes, purpose: str) -> None:
    keyring = Keyring([OLD])
    purpose = purpose.encode("utf-8", "replace").decode()
    sealed = keyring.seal(purpose, payload)
    assert keyring.unseal(purpose, sealed) == payload
    assert keyring.unseal(purpose + "'", sealed) is None
    assert Keyring([FOREIGN]).unseal(purpose, sealed) is None


@given(st.binary(max_size=100), texts)
def test_a_new_secret_writes_and_the_former_one_still_reads(payload: bytes, text: str) -> None:
    former, changed = Keyring([OLD]), Keyring([NEW, OLD])
    assert changed.unseal("mail", former.seal("mail", payload)) == payload
    assert former.unseal("mail", changed.seal("mail", payload)) is None
    assert changed.digests("key", text) == [Keyring([NEW]).digest("key", text), former.digest("key", text)]


@given(st.binary(max_size=60), st.data())
def test_a_sealed_payload_that_was_touched_is_nothing(payload: bytes, data: st.DataObject) -> None:
    keyring = Keyring([OLD])
    sealed = keyring.seal("proof", payload)
    place = data.draw(st.integers(0, len(sealed) - 2))  # the last symbol has bits that count for nothing
    symbol = data.draw(st.sampled_from("AQgw-_059").filter(lambda drawn: drawn != sealed[place]))
    assert keyring.unseal("proof", sealed[:place] + symbol + sealed[place + 1 :]) is None


@given(texts)
def test_no_text_breaks_unsealing(text: str) -> None:
    assert Keyring([OLD]).unseal_json("proof", text) is None


@given(texts, texts)
def test_digests_tell_texts_and_purposes_apart(one: str, other: str) -> None:
    keyring = Keyring([OLD])
    assert (keyring.digest("a", one) == keyring.digest("a", other)) == (one == other)
    assert keyring.digest("a", one) != keyring.digest("b", one)
    assert tokens.equal(one, other) == (one == other)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_comes_back_as_it_went(value: Any) -> None:
    keyring = Keyring([OLD])
    assert keyring.unseal_json("mail", keyring.seal_json("mail", value)) == value


def test_a_keyring_without_secret_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Keyring([])


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__, "{!r:>3}".format, lambda s: f"{s}"])
def test_a_secret_prints_as_three_stars(show: Callable[[Secret], str]) -> None:
    assert show(Secret("hunter2")) == "***"
    assert Secret("hunter2").reveal() == "hunter2"


def test_random_tokens_codes_and_ids_have_their_shape() -> None:
    assert len(tokens.new_token().reveal()) == 43
    assert len(tokens.new_code().reveal()) == 6
    assert tokens.new_code().reveal().isdigit()
    assert len({tokens.new_id() for _ in range(50)}) == 50
