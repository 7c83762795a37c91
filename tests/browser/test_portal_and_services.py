"""The portal and the services that federate: to a service and back, registration on the way, accesses withdrawn."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import provider_pages
from tests.browser.demo import KEYS, Demo
from tests.browser.portal import (
    arrive,
    fill_in,
    follow,
    new_address,
    press,
    require_built,
    show_key,
    sign_in,
)
from tests.browser.provider_pages import authorization


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


def test_whoever_is_signed_in_on_the_portal_is_known_to_a_service_by_consent_alone(
    page: Page, town: Demo
) -> None:
    sign_in(page, town.settle())
    page.goto(town.library)
    page.click("#login")
    page.click("#consent-accept")
    expect(page.locator("#sub")).to_be_visible()


def test_an_access_that_was_withdrawn_is_asked_for_again(page: Page, town: Demo) -> None:
    sign_in(page, town.settle())
    page.goto(f"{town.library}/entrer")
    page.click("#consent-accept")
    expect(page.locator("#sub")).to_be_visible()
    page.goto(f"{town.url}/account")
    follow(page, re.compile("Voir et retirer les accès"))
    arrive(page, "account-services")
    expect(page.get_by_role("heading", name="Bibliothèque municipale")).to_be_visible()
    press(page, "Retirer l’accès")
    press(page, "Oui, retirer l’accès")
    expect(page.get_by_text("Aucun service n’a accès à votre compte.")).to_be_visible()
    page.goto(f"{town.library}/entrer")
    expect(page.locator("#consent-accept")).to_be_visible()


def test_who_signs_out_on_the_portal_is_out_of_the_services(page: Page, town: Demo) -> None:
    sign_in(page, town.settle())
    page.goto(f"{town.canteen}/entrer")
    page.click("#consent-accept")
    expect(page.locator("#sub")).to_be_visible()
    page.goto(f"{town.url}/account")
    press(page, "Me déconnecter")
    arrive(page, "sign-in")
    page.goto(f"{town.canteen}/entrer")
    expect(page.locator("#login-submit")).to_be_visible()


def test_who_comes_from_a_service_to_open_an_account_goes_back_to_it(page: Page, town: Demo) -> None:
    """`prompt=create`; the service and the operator are both kept in mind."""
    email = new_address()
    page.goto(authorization(page, town, "create"))
    open_account(page, town, email)
    page.goto(town.link(email, "/confirm"))
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    follow(page, "Continuer vers Bibliothèque municipale")
    known = provider_pages.Known(email)
    provider_pages.sign_in(page, known)
    page.click("#consent-accept")
    expect(page.locator("#sub")).to_be_visible()
    assert page.url == f"{town.library}/"
    expect(page.locator("body")).to_contain_text(email)


def test_the_way_from_the_sign_in_page_to_a_new_account_leads_back_too(page: Page, town: Demo) -> None:
    """Confirmed by the code, in the tab that waits."""
    email = new_address()
    page.goto(f"{town.library}/entrer")
    page.click("#login-register")
    open_account(page, town, email)
    page.get_by_label("Code à six chiffres de l’e-mail").fill(town.code(email))
    press(page, "Confirmer mon adresse")
    arrive(page, "check-mail-confirmed")
    expect(page.get_by_role("link", name="Continuer vers Bibliothèque municipale")).to_be_visible()


def open_account(page: Page, town: Demo, email: str) -> None:
    """From the commune on, as a service sends one there."""
    arrive(page, "register-commune")
    page.get_by_role("searchbox", name="Votre commune").fill("loudun")
    page.get_by_role("link", name=re.compile("^Loudun ")).click()
    arrive(page, "register-operator")
    follow(page, "Continuer")
    arrive(page, "operators")
    follow(page, "J’ai une clé d’activation")
    arrive(page, "register")
    assert KEYS in page.url
    show_key(page, next(town.keys))
    fill_in(page, email)
    press(page, "Valider ma demande")
    arrive(page, "check-mail")
