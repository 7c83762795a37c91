"""A real browser before the real server. Where there is no Chromium these tests are skipped, but never by the gate."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import demo
from tests.browser.demo import Demo
from tests.support import chromium
from tests.support.chromium import Person, Watch

Visitor = Callable[..., Page]
"""Called with what distinguishes a Person, gives a page in a browser of their own."""


@pytest.fixture(scope="package")
def running_chromium() -> Iterator[Browser]:
    """One Chromium for all that is seen in it."""
    path = chromium.find()
    if path is None:
        assert os.environ.get("CI") != "true", "the gate has a browser: apt install chromium"
        pytest.skip("Chromium is not installed (apt install chromium)")
    with chromium.launch(path) as browser:
        yield browser


@pytest.fixture(scope="module")
def town() -> Iterator[Demo]:
    """The demonstration as `make run` starts it, its two services beside it."""
    with demo.serve() as running:
        yield running


@pytest.fixture
def visitor(running_chromium: Browser, town: Demo) -> Iterator[Visitor]:
    """Lets people in; whatever a page did wrong fails the test."""
    watch, pages = Watch(set(town.origins)), list[Page]()

    def let_in(**differences: object) -> Page:
        page = chromium.let_in(running_chromium, Person(**differences), watch, town.url)  # type: ignore[arg-type]
        pages.append(page)
        return page

    yield let_in
    for page in pages:
        page.context.close()
    assert watch.complaints == []


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """One person with a phone, in French."""
    return visitor()
