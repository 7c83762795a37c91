"""Colours that people can read: contrast as WCAG 2.2 measures it, and the nearest shade that has enough. Pure.

One rule serves both ways of using a colour: text in it on the page, and the page's own colour as text upon it. A
page is at least as light as PAPER, or at least as dark as NIGHT.
"""

import re
from functools import lru_cache

PAPER = "#eceeee"
NIGHT = "#2b3036"
ENOUGH = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of any size."""

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_STEPS = 256
_Channels = tuple[int, int, int]


def is_colour(text: str) -> bool:
    """Is it written `#rrggbb`?"""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, « contrast ratio »)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def is_readable(colour: str, page: str) -> bool:
    """Can it be read on that page, and that page's colour on it?"""
    return contrast(colour, page) >= ENOUGH


@lru_cache(maxsize=256)
def for_paper(colour: str) -> str:
    """The same colour, or the nearest darker shade that can be read on a light page."""
    return _nearest(colour, (0, 0, 0), PAPER)


@lru_cache(maxsize=256)
def for_night(colour: str) -> str:
    """The same colour, or the nearest lighter shade that can be read on a dark page."""
    return _nearest(colour, (255, 255, 255), NIGHT)


def _nearest(colour: str, towards: _Channels, page: str) -> str:
    """The first mix that is enough; the last one is black or white, which always is."""
    mixes = (_mixed(_channels(colour), towards, step) for step in range(_STEPS + 1))
    return next(mix for mix in mixes if is_readable(mix, page))


def _mixed(colour: _Channels, towards: _Channels, step: int) -> str:
    return "#" + "".join(
        f"{round(own + (other - own) * step / _STEPS):02x}"
        for own, other in zip(colour, towards, strict=True)
    )


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), from 0 to 1."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> _Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
