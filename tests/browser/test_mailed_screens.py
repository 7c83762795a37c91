"""The screens where mailed links lead: every state, in both languages, in light and dark, with little room."""

import inspect
import re

import pytest
from playwright.sync_api import Page

from tests.browser import account_screens, gallery, mailed_screens, portal_screens, request_screens
from tests.browser.demo import Demo
from tests.browser.portal import require_built
from tests.support.server import ROOT

WALKS = mailed_screens.WALKS | request_screens.WALKS
UNSEEN = {
    "not-found",  # no link leads there, and the server itself answers 404
    "activate-conflict",  # drawn by what draws confirm-conflict
}
DRAWN = re.compile(r'<(?:Screen|OwnScreen|Confirmed|CameSecond|Frame)\s[^>]*?name="([a-z-]+)"')
WALKED = re.compile(r'(?:arrive\(page,|yield) "([a-z-]+)"')


@pytest.mark.parametrize("walk", WALKS)
def test_everybody_can_use_every_state(page: Page, town: Demo, walk: str) -> None:
    require_built()
    faults = gallery.visit_in_both(page, town, WALKS[walk])
    assert not faults, "\n".join(faults)


def test_no_screen_is_left_out_of_the_walks() -> None:
    sources = (ROOT / "web" / "src").rglob("*.tsx")
    drawn = {name for path in sources for name in DRAWN.findall(path.read_text(encoding="utf-8"))}
    walks = (portal_screens, mailed_screens, request_screens, account_screens)
    walked = {name for one in walks for name in WALKED.findall(inspect.getsource(one))}
    assert len(drawn) > 40
    assert drawn - walked == UNSEEN
