"""The tests' browser holds services and pages to what people's browsers do; here it is held to it itself."""

from collections.abc import Iterator

import pytest

from tests.support import site
from tests.support.browser import Browser
from tests.support.site import Site

FORM = '<form method="post" action="{}"><input name="word" value="ça"><button id="go">Go</button></form>'


@pytest.fixture
def parvis() -> Iterator[Site]:
    """A site at 127.0.0.1."""
    with site.serve() as opened:
        yield opened


@pytest.fixture
def library() -> Iterator[Site]:
    """Another, which the browser knows as localhost."""
    with site.serve() as opened:
        opened.url = opened.url.replace(site.HOST, "localhost")
        yield opened


def test_a_post_from_another_site_brings_strict_and_lax_cookies_to_nobody(
    parvis: Site, library: Site, browser: Browser
) -> None:
    parvis.pages["/"] = (200, {"Set-Cookie": "lax=1; Path=/; SameSite=Lax"}, FORM.format("/").encode())
    library.pages["/"] = (200, {}, FORM.format(f"{parvis.url}/").encode())
    browser.open(f"{parvis.url}/")
    browser.submit("go")
    assert parvis.asked[-1].headers["cookie"] == "lax=1"
    browser.open(f"{library.url}/")
    browser.submit("go", word="é")
    assert "cookie" not in parvis.asked[-1].headers
    assert parvis.asked[-1].body == b"word=%C3%A9"
    assert parvis.asked[-1].headers["sec-fetch-site"] == "cross-site"


def test_a_link_from_another_site_brings_lax_cookies_and_no_strict_ones(
    parvis: Site, library: Site, browser: Browser
) -> None:
    parvis.pages["/lax"] = (200, {"Set-Cookie": "lax=1; Path=/; SameSite=Lax"}, b"")
    parvis.pages["/strict"] = (200, {"Set-Cookie": "strict=1; Path=/; SameSite=Strict"}, b"")
    library.pages["/"] = (200, {}, f'<a href="{parvis.url}/lax">Parvis</a>'.encode())
    for path in ("/lax", "/strict"):
        browser.open(parvis.url + path)
    browser.open(f"{library.url}/")
    browser.follow("Parvis")
    assert parvis.asked[-1].headers["cookie"] == "lax=1"


@pytest.mark.parametrize("header", ["__Host-a=1; Path=/", "a=1; Secure", "a=1; SameSite=None"])
def test_a_cookie_that_browsers_refuse_over_http_is_refused(
    parvis: Site, browser: Browser, header: str
) -> None:
    parvis.pages["/"] = (200, {"Set-Cookie": header}, b"")
    browser.open(f"{parvis.url}/")
    browser.open(f"{parvis.url}/")
    assert "cookie" not in parvis.asked[-1].headers


def test_a_form_leads_nowhere_that_its_page_does_not_admit_redirects_included(
    parvis: Site, library: Site, browser: Browser
) -> None:
    policy = {"Content-Security-Policy": "default-src 'none'; form-action 'self'"}
    parvis.pages["/"] = (200, policy, FORM.format("/sent").encode())
    parvis.pages["/sent"] = (303, {"Location": f"{library.url}/callback"}, b"")
    library.pages["/callback"] = (200, {}, b"")
    browser.open(f"{parvis.url}/")
    with pytest.raises(AssertionError, match=r"form-action 'self' .* does not admit"):
        browser.submit("go")
    policy["Content-Security-Policy"] += f" {library.url}"
    browser.open(f"{parvis.url}/")
    assert browser.submit("go").url == f"{library.url}/callback"


@pytest.mark.parametrize(("policy", "shown"), [("no-referrer", "null"), ("same-origin", None)])
def test_a_page_that_hides_its_address_hides_the_origin_of_its_forms(
    parvis: Site, browser: Browser, policy: str, shown: str | None
) -> None:
    parvis.pages["/"] = (200, {"Referrer-Policy": policy}, FORM.format("/").encode())
    browser.open(f"{parvis.url}/")
    browser.submit("go")
    assert parvis.asked[-1].headers["origin"] == (shown or parvis.url)
