"""The portal before and after the sign-in: every state, in both languages, in light and dark, with little room."""

import pytest
from playwright.sync_api import Page

from tests.browser import account_screens, gallery, portal_screens
from tests.browser.demo import Demo
from tests.browser.portal import require_built

WALKS = portal_screens.WALKS | account_screens.WALKS


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


@pytest.mark.parametrize("walk", WALKS)
def test_everybody_can_use_every_state(page: Page, town: Demo, walk: str) -> None:
    faults = gallery.visit_in_both(page, town, WALKS[walk])
    assert not faults, "\n".join(faults)
