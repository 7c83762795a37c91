"""A name is what people see of it."""

import pytest

# ruff: noqa: E501
from identity.foundation import names


@pytest.mark.parametrize(
    "name",
    [
        "Médiathèque",
        "L’Haÿ-les-Roses",
        "Zoë d'Évry",
        "Ба́бушка",
        "王小明",
        "عائشة",
        "می\u200cخواهم",
        "क्\u200dष",
        "A & B, 3e",
    ],
)
def test_what_can_be_seen_is_a_name(name: str) -> None:
    assert names.is_plain(name)


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e", "\u2066", "\u200f", "\u200b", "\u2060", "\ufeff", "\u00ad", "\n", "\r", "\t", "\0", "\x85", "\u2028",
        "\u2029", "\u115f", "\u3164", "\uffa0", "\u2800", "\ue000", "\ud800", "\u200d", "\u200c", "\U000e0041", "\u0378",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["{}Mairie", "Mai{}rie", "Mairie{}"])
def test_what_cannot_be_seen_is_none(name: str, hidden: str) -> None:
    assert not names.is_plain(name.format(hidden))
