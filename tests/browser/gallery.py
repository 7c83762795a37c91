"""Walks through screens: each yields the name of a state as soon as it is on the screen, and is looked at there.

One walk serves the measures (axe, room, targets) and the pictures of `make screenshots`, so that no screen is in one
and not in the other.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.support import looks

Walk = Callable[[Page, Demo, str], Iterator[str]]
"""Given a page, the demonstration and the language ("fr" or "en"), goes from state to state."""

LANGUAGES = {"fr": "Français", "en": "English"}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
FOLDER = os.environ.get("SCREENSHOTS")
"""Where pictures go; none are taken without it."""


def visit(page: Page, town: Demo, walk: Walk, language: str) -> list[str]:
    """Take the walk in one language and look at every state; what is wrong with them, a sentence each."""
    return [
        fault for state in _apart(page, walk(page, town, language)) for fault in _look(page, state, language)
    ]


def visit_in_both(page: Page, town: Demo, walk: Walk) -> list[str]:
    """Take the walk in French and look at every state in either language, chosen on the page itself."""
    faults = []
    for state in _apart(page, walk(page, town, "fr")):
        screen = page.locator("main").get_attribute("data-screen") or "nothing"
        assert state.startswith(screen), f"{state} is {screen}: the walk went astray"
        for language in LANGUAGES:
            speak(page, language)
            faults += _look(page, state, language)
        speak(page, "fr")
    return faults


def speak(page: Page, language: str) -> None:
    """Choose a language on a screen of the portal."""
    if page.locator("html").get_attribute("lang") != language:
        page.get_by_role("button", name=LANGUAGES[language], exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", language)


def _look(page: Page, state: str, language: str) -> list[str]:
    if FOLDER:
        looks.shoot(page, Path(FOLDER), f"{state}-{language}")
        return []
    found = [*looks.well_formed(page, language), *looks.roomy(page), *looks.accessible(page)]
    return [f"{state} ({language}): {fault}" for fault in found]


def _apart(page: Page, states: Iterator[str]) -> Iterator[str]:
    """The states, each other than all before it."""
    seen = dict[str, str]()
    for state in states:
        twin = seen.setdefault(page.locator("main").inner_text(), state)
        assert twin == state, f"{state} is {twin} again: the walk went astray"
        yield state
