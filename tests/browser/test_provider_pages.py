"""The provider's pages in a real browser: every state, in both languages, in light and dark, on a narrow screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import gallery
from tests.browser.conftest import Visitor
from tests.browser.demo import Demo
from tests.browser.provider_pages import WALKS, sign_in
from tests.support.keyboard import Keyboard


@pytest.mark.parametrize("language", gallery.LOCALES)
@pytest.mark.parametrize("walk", WALKS)
def test_everybody_can_use_every_state(visitor: Visitor, town: Demo, walk: str, language: str) -> None:
    page = visitor(locale=gallery.LOCALES[language])
    faults = gallery.visit(page, town, WALKS[walk], language)
    assert not faults, "\n".join(faults)


def test_without_scripts_a_person_signs_in_at_a_service_and_out_again(visitor: Visitor, town: Demo) -> None:
    page, known = visitor(scripts=False), town.settle()
    page.goto(town.library)
    page.click("#login")
    sign_in(page, known)
    page.click("#consent-accept")
    expect(page.locator("#sub")).to_be_visible()
    assert page.url == f"{town.library}/"
    page.goto("/logout")
    page.click("#logout-confirm")
    page.wait_for_url("**/logout/done**")
    page.goto(f"{town.library}/entrer")
    expect(page.locator("#login-submit")).to_be_visible()


def test_a_person_who_refuses_is_sent_back_and_signed_in_nowhere(page: Page, town: Demo) -> None:
    known = town.settle()
    page.goto(f"{town.canteen}/entrer")
    sign_in(page, known)
    page.click("#consent-deny")
    expect(page.locator("#refused")).to_contain_text("access_denied")


def test_a_person_who_does_not_want_to_sign_in_is_sent_back_without_scripts(
    visitor: Visitor, town: Demo
) -> None:
    page = visitor(scripts=False)
    page.goto(f"{town.canteen}/entrer")
    page.click("#login-cancel")
    expect(page.locator("#refused")).to_contain_text("access_denied")


def test_keys_alone_lead_from_a_service_to_a_consent_and_back(page: Page, town: Demo) -> None:
    known, keys = town.settle(), Keyboard(page)
    page.goto(town.library)
    keys.press(page.locator("#login"))
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type(known.email)
    keys.type(page.locator("#password"), known.password)
    keys.press(page.locator("#stay"), "Space")
    expect(page.locator("#stay")).to_be_checked()
    keys.press(page.locator("#login-submit"))
    keys.press(page.locator("#consent-accept"))
    expect(page.locator("#sub")).to_be_visible()


def test_what_is_wrong_leads_to_the_field_and_what_was_typed_stays(page: Page) -> None:
    page.goto("/login")
    page.fill("#email", "nobody@example.org")
    page.check("#stay")
    page.click("#login-submit")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#email")).to_have_value("nobody@example.org")
    expect(page.locator("#stay")).to_be_checked()
    expect(page.locator("#password")).to_have_accessible_description(
        page.locator("#password-fault").inner_text()
    )
    page.locator("#summary a").click()
    expect(page.locator("#password")).to_be_focused()


@pytest.mark.parametrize(("field", "purpose"), [("email", "username"), ("password", "current-password")])
def test_password_managers_know_the_fields(page: Page, field: str, purpose: str) -> None:
    page.goto("/login")
    expect(page.locator(f"#{field}")).to_have_attribute("autocomplete", purpose)
