"""Walks through screens: each yields the name of a state as soon as it is on the screen, and is looked at there.

One walk serves the measures (axe, room, targets) and the pictures of `make screenshots`, so that no screen is in one
and not in the other.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.demo import Demo
from tests.support import looks

Walk = Callable[[Page, Demo, str], Iterator[str]]
"""Given a page, the demonstration and the language ("fr" or "en"), goes from state to state."""

LOCALES = {"fr": "fr-FR", "en": "en-GB"}
FOLDER = os.environ.get("SCREENSHOTS")
"""Where pictures go; none are taken without it."""


def visit(page: Page, town: Demo, walk: Walk, language: str) -> list[str]:
    """Take the walk and look at every state; what is wrong with them, a sentence each."""
    faults, seen = [], dict[str, str]()
    for state in walk(page, town, language):
        twin = seen.setdefault(page.locator("main").inner_text(), state)
        assert twin == state, f"{state} is {twin} again: the walk went astray"
        if FOLDER:
            looks.shoot(page, Path(FOLDER), f"{state}-{language}")
            continue
        found = [*looks.well_formed(page, language), *looks.roomy(page), *looks.accessible(page)]
        faults += [f"{state}: {fault}" for fault in found]
    return faults
