"""Every page: nobody frames it, keeps it or runs anything in it, and everybody can use it."""

import re
from collections.abc import Iterator

import pytest

from api.pages import rendering, words
from tests.oidc import person
from tests.oidc.person import Person
from tests.oidc.town import Town

ZOE = "zoe@exemple.fr"


@pytest.fixture
def pages(town: Town) -> list[Person]:
    """A browser on each page."""
    return list(_pages(town))


def _pages(town: Town) -> Iterator[Person]:
    town.register("portail", public=True)
    town.register(
        "mediatheque", public=True, first_party=False, frontchannel_logout_uri="https://portail.test/x"
    )
    person.settle(town, ZOE)
    yield person.at(town).authorize("portail")
    yield person.at(town).authorize("portail").press("login-submit")
    yield person.at(town).authorize("portail", redirect_uri="https://evil.test")
    yield person.at(town).authorize("portail").log_in(ZOE).open("/login")
    zoe = person.at(town).authorize("portail").log_in(ZOE)
    yield zoe.authorize("mediatheque")
    zoe = person.at(town).authorize("portail").log_in(ZOE).authorize("mediatheque").press("consent-accept")
    yield zoe.open("/logout")
    zoe = person.at(town).authorize("portail").log_in(ZOE).authorize("mediatheque")
    yield zoe.open("/logout").press("logout-confirm")
    yield person.at(town).open("/logout", id_token_hint="x")
    yield person.at(town).open("/services")


def test_a_page_is_framed_by_nobody_kept_by_nobody_and_runs_nothing(pages: list[Person]) -> None:
    for shown in pages:
        headers = shown.response.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, shown.path
        assert "base-uri 'none'" in policy and "script-src" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert not re.search(r"<script|<style|style=|\son\w+=|javascript:", shown.response.text)


def test_a_form_may_lead_to_the_service_that_asks_and_to_no_other(town: Town) -> None:
    town.register("portail", public=True)
    shown = person.at(town).authorize("portail")
    assert "form-action 'self' https://portail.test;" in shown.response.headers["content-security-policy"]
    assert "form-action 'self';" in shown.open("/login").response.headers["content-security-policy"]


def test_a_policy_names_where_a_redirect_leads_and_nothing_more() -> None:
    for uri, source in (
        ("https://a.test/x?y", "https://a.test"),
        ("https://A.test:8443/x", "https://a.test:8443"),
        ("http://127.0.0.1:5000/x", "http://127.0.0.1:5000"),
        ("http://[::1]:5000/x", "http:"),
        ("fr.exemple.app:/retour", "fr.exemple.app:"),
        ("https://a.test;script-src *", "https:"),
        ("https://a.test evil.test/", "https:"),
        (" x", "'none'"),
    ):
        assert rendering.source(uri) == source


def test_every_page_says_its_language_its_title_and_one_heading(pages: list[Person]) -> None:
    for shown in pages:
        text = shown.response.text
        assert '<html lang="fr">' in text
        assert re.search(r"<title>\S.* – .+</title>", text), shown.path
        assert text.count("<h1>") == 1
        assert 'name="viewport" content="width=device-width, initial-scale=1"' in text


def test_every_field_has_a_label_and_every_description_exists(pages: list[Person]) -> None:
    for shown in pages:
        text = shown.response.text
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), shown.path
        for field in re.findall(r"<input [^>]*>", text):
            if 'type="hidden"' not in field:
                (name,) = re.findall(r'\sid="([^"]+)"', field)
                assert f'<label for="{name}">' in text
        for described in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', text):
            assert described in ids


def test_the_names_that_automation_relies_on_are_there(town: Town) -> None:
    town.register("mediatheque", public=True, first_party=False)
    person.settle(town, ZOE)
    zoe = person.at(town).authorize("mediatheque")
    form, _ = zoe.page.button("login-submit")
    assert (zoe.path, {"email", "password"} <= form.fields.keys()) == ("/login", True)
    zoe.log_in(ZOE)
    assert zoe.path == "/consent"
    assert zoe.page.button("consent-accept") and zoe.page.button("consent-deny")
    assert zoe.open("/logout").page.button("logout-confirm")
    assert zoe.press("logout-confirm").path == "/logout/done"


def test_every_sentence_is_in_both_languages_with_the_same_facts() -> None:
    for name, (french, english) in words._WORDS.items():
        assert french and english, name
        assert set(re.findall(r"{\w+}", french)) == set(re.findall(r"{\w+}", english)), name


def test_the_style_sheet_is_served_and_asked_for_again_cheaply(town: Town) -> None:
    first = town.http.get("/pages.css")
    assert (first.status_code, first.headers["content-type"]) == (200, "text/css; charset=utf-8")
    again = town.http.get("/pages.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
