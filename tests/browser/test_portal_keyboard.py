"""Seed 000 by keyboard alone: Tab, Enter, Space, letters; the focus is seen, and stands where one reads on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.portal import arrive, field, new_address, require_built, told_what_is_wrong
from tests.support.citizen import PASSWORD
from tests.support.keyboard import Keyboard


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


def test_the_whole_journey_with_a_key(page: Page, town: Demo) -> None:
    keys, email = Keyboard(page), new_address()

    def button(name: str) -> None:
        keys.press(page.get_by_role("button", name=name, exact=True))

    def link(name: str) -> None:
        keys.press(page.get_by_role("link", name=name, exact=True))

    page.goto("/")
    arrive(page, "home")
    keys.type(page.get_by_role("searchbox", name="Votre commune"), "86200 ")
    link("Loudun 86200")
    arrive(page, "home-commune")
    link("Continuer")
    arrive(page, "operators")
    link("J’ai une clé d’activation")
    arrive(page, "register")
    button("Valider ma clé d’activation")
    told_what_is_wrong(page)
    keys.press(page.locator(".summary a").first)
    expect(field(page, "Clé d’activation")).to_be_focused()
    page.keyboard.type(next(town.keys))
    page.keyboard.press("Enter")
    arrive(page, "register-form")
    keys.choose(field(page, "Nature juridique"), "Particulier")
    keys.press(field(page, "Madame"), "ArrowDown")
    expect(field(page, "Monsieur")).to_be_checked()
    keys.type(field(page, "Nom"), "Test")
    keys.type(field(page, "Prénom"), "Jean-Michel")
    keys.type(field(page, "Adresse e-mail"), email)
    keys.type(field(page, "Mot de passe"), PASSWORD)
    keys.press(page.get_by_role("checkbox"), "Space")
    button("Valider ma demande")
    arrive(page, "check-mail")
    page.goto(town.link(email, "/confirm"))
    arrive(page, "confirm")
    button("Confirmer mon adresse")
    arrive(page, "confirm-done")
    link("Accéder à mon compte")
    arrive(page, "sign-in")
    keys.type(field(page, "Mot de passe"), PASSWORD)
    keys.press(field(page, "Maintenir la connexion"), "Space")
    button("Connexion")
    arrive(page, "account")


def test_the_first_press_of_tab_offers_the_way_past_the_header(page: Page) -> None:
    page.goto("/sign-in")
    arrive(page, "sign-in")
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")  # as before anything took the focus
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


def test_the_way_past_the_header_keeps_what_was_typed(page: Page) -> None:
    page.goto("/sign-in")
    arrive(page, "sign-in")
    field(page, "Adresse e-mail").fill("jean@example.org")
    skip = page.get_by_role("link", name="Aller au contenu")
    skip.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    expect(field(page, "Adresse e-mail")).to_have_value("jean@example.org")


def test_what_is_asked_twice_about_asks_in_its_own_place(page: Page, town: Demo) -> None:
    """« Déconnecter » is pressed, thought better of, and the focus is where it was."""
    known, keys = town.settle(), Keyboard(page)
    for _ in range(2):
        page.context.clear_cookies()
        page.goto("/sign-in")
        field(page, "Adresse e-mail").fill(known.email)
        field(page, "Mot de passe").fill(known.password)
        page.keyboard.press("Enter")
        arrive(page, "account")
    page.goto("/account/sessions")
    arrive(page, "account-sessions")
    first = page.get_by_role("button", name="Déconnecter", exact=True).first
    keys.press(first)
    expect(page.get_by_role("group")).to_be_visible()
    keys.press(page.get_by_role("button", name="Annuler"))
    expect(first).to_be_focused()
