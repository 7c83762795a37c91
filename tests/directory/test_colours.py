"""Colours: measured as WCAG does, and moved to the nearest shade that can be read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.directory import colours

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # famous for being just too light
        ("#767676", "#ffffff", 4.54),  # and for being just dark enough
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_the_ratio_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(COLOURS)
def test_every_colour_has_a_shade_for_light_pages_and_one_for_dark(colour: str) -> None:
    assert colours.contrast(colours.for_paper(colour), colours.PAPER) >= 4.5
    assert colours.contrast(colours.for_night(colour), colours.NIGHT) >= 4.5


@given(COLOURS)
def test_a_page_lighter_than_paper_or_darker_than_night_reads_better_still(colour: str) -> None:
    assert colours.is_readable(colours.for_paper(colour), "#ffffff")
    assert colours.is_readable(colours.for_night(colour), "#000000")


@given(COLOURS)
def test_a_colour_that_can_be_read_stays_and_a_shade_is_its_own_shade(colour: str) -> None:
    for shade, page in ((colours.for_paper, colours.PAPER), (colours.for_night, colours.NIGHT)):
        assert shade(shade(colour)) == shade(colour)
        if colours.is_readable(colour, page):
            assert shade(colour) == colour


@given(COLOURS)
def test_the_shade_is_the_nearest_one(colour: str) -> None:
    """It exceeds what is needed by no more than one step of lightness does."""
    if not colours.is_readable(colour, colours.PAPER):
        assert colours.contrast(colours.for_paper(colour), colours.PAPER) < 4.8
    if not colours.is_readable(colour, colours.NIGHT):
        assert colours.contrast(colours.for_night(colour), colours.NIGHT) < 4.8


@pytest.mark.parametrize(
    "text", ["", "#fff", "005b8f", "#005b8", "#005b8g", "#005b8f\n", "red", "rgb(0,0,0)"]
)
def test_only_six_digits_are_a_colour(text: str) -> None:
    assert not colours.is_colour(text)
    assert colours.is_colour("#005b8F")


def test_the_portals_own_pages_are_as_light_and_as_dark_as_promised() -> None:
    """Every surface that an operator's colour may meet, in the portal's style sheet."""
    style = (Path(__file__).parents[2] / "web/src/theme/theme.css").read_text()
    light, dark = style.split("prefers-color-scheme: dark", 1)
    surface = re.compile(r"--(?:ground|paper|tint): (#[0-9a-f]{3,6});")
    for part, page, far in ((light, colours.PAPER, "#000000"), (dark, colours.NIGHT, "#ffffff")):
        found = [value if len(value) == 7 else f"#{value[1:] * 2}" for value in surface.findall(part)]
        assert len(found) == 3
        assert all(colours.contrast(one, far) >= colours.contrast(page, far) for one in found)
