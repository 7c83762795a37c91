"""The screens where mailed links lead: every state, in both languages, in light and dark, with little room."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import account_screens, gallery, mailed_screens, portal_screens
from tests.browser.demo import Demo
from tests.browser.mailed_screens import WALKS
from tests.browser.portal import require_built
from tests.support.server import ROOT

UNSEEN = {"not-found", "unloaded"}


@pytest.mark.parametrize("walk", WALKS)
def test_everybody_can_use_every_state(page: Page, town: Demo, walk: str) -> None:
    require_built()
    faults = gallery.visit_in_both(page, town, WALKS[walk])
    assert not faults, "\n".join(faults)


def test_no_screen_is_left_out_of_the_walks() -> None:
    drawn = {
        name
        for path in (ROOT / "web" / "src").rglob("*.tsx")
        for name in re.findall(r'[sS]creen[^>]*? name="([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    walked = {
        name
        for walks in (portal_screens, mailed_screens, account_screens)
        for name in re.findall(
            r'arrive\(page, "([a-z-]+)"\)', Path(walks.__file__).read_text(encoding="utf-8")
        )
    }
    assert len(drawn) > 40
    assert drawn - walked == set()
