"""What the other tests measure with is held to finding what it is for."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.support import chromium, looks, site
from tests.support.chromium import Person, Watch
from tests.support.keyboard import Keyboard

GOOD = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Bien</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head>
<body><main><h1>Bien</h1><p>{}</p></main></body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}
STRICT = HTML | {"Content-Security-Policy": "default-src 'self'; img-src data:"}


@contextmanager
def shown(browser: Browser, body: str, headers: dict[str, str] | None = None) -> Iterator[tuple[Page, Watch]]:
    """A page with this in its body, and who watches it."""
    with site.serve() as served:
        served.pages["/"] = (200, headers or HTML, GOOD.format(body).encode())
        watch = Watch({served.url})
        page = chromium.let_in(browser, Person(), watch, served.url)
        page.goto("/", wait_until="networkidle")
        yield page, watch
        page.context.close()


def test_nothing_is_said_of_a_page_that_does_no_wrong(running_chromium: Browser) -> None:
    with shown(running_chromium, '<a href="/">Accueil</a> et le reste', STRICT) as (page, watch):
        assert [*looks.well_formed(page, "fr"), *looks.roomy(page), *looks.accessible(page)] == []
        assert watch.complaints == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<script>console.error('oh')</script>", "oh"),
        ("<script>nothing()</script>", "nothing is not defined"),
        ("<img src='/missing.png' alt=''>", "404 for"),
        ("<img src='http://127.0.0.1:9/x.png' alt=''>", "asked another origin"),
        ("<script>fetch('https://example.org/').catch(() => {})</script>", "asked another origin"),
    ],
)
def test_what_a_page_does_wrong_is_told(running_chromium: Browser, body: str, complaint: str) -> None:
    with shown(running_chromium, body) as (_, watch):
        assert any(complaint in one for one in watch.complaints), watch.complaints


def test_what_a_policy_refuses_is_told(running_chromium: Browser) -> None:
    with shown(running_chromium, "<b style='color: red'>!</b>", STRICT) as (_, watch):
        assert any("style-src" in one for one in watch.complaints), watch.complaints


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<span style='color: #999; background: #fff'>pâle</span>", "color-contrast"),
        ("<input>", "label"),
    ],
)
def test_what_axe_forbids_is_found(running_chromium: Browser, body: str, fault: str) -> None:
    with shown(running_chromium, body) as (page, _):
        assert any(fault in one for one in looks.accessible(page))


def test_contrast_is_measured_in_the_dark_too(running_chromium: Browser) -> None:
    style = "<style>@media (prefers-color-scheme: dark) { body { background: #222; color: #333 } }</style>"
    with shown(running_chromium, f"{style}sombre") as (page, _):
        faults = looks.accessible(page)
        assert faults and all(one.startswith("dark: color-contrast") for one in faults)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<div style='width: 330px'>large</div>", "320 px"),
        ("<div style='width: 20rem; white-space: nowrap'>grand</div>", "200 %"),
        ("<button style='height: 30px; width: 90px'>petit</button>", "< 44"),
        ("<a href='/' style='font-size: 12px'>seul</a>", "< 24"),
    ],
)
def test_what_has_no_room_is_found(running_chromium: Browser, body: str, fault: str) -> None:
    with shown(running_chromium, body) as (page, _):
        assert any(fault in one for one in looks.roomy(page))


def test_a_document_in_another_language_or_without_a_title_is_found(running_chromium: Browser) -> None:
    with shown(running_chromium, "<h1>Encore</h1><i id='x'></i><i id='x'></i>") as (page, _):
        assert looks.well_formed(page, "en") == ["lang is 'fr'", "2 titles", "twice #x"]


def test_a_focus_that_cannot_be_seen_stops_the_keyboard(running_chromium: Browser) -> None:
    hidden = "<style>a { outline: none }</style><a href='/'>un</a> <button>deux</button>"
    with (
        shown(running_chromium, hidden) as (page, _),
        pytest.raises(AssertionError, match="cannot be seen"),
    ):
        Keyboard(page).reach(page.get_by_role("button"))


def test_what_tab_does_not_reach_stops_the_keyboard(running_chromium: Browser) -> None:
    with (
        shown(running_chromium, "<a href='/'>un</a> <button tabindex='-1'>deux</button>") as (page, _),
        pytest.raises(AssertionError, match="never reaches"),
    ):
        Keyboard(page).reach(page.get_by_role("button"))
