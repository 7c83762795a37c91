"""What every field says of itself to browsers, password managers and telephones' keyboards (WCAG 1.3.5, RGAA 11.13)."""

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.demo import CONTRACTS, KEYS, Demo
from tests.browser.portal import arrive, field, new_address, register, require_built, show_key, sign_in

PROFILE = {
    "Nom": "family-name text",
    "Prénom": "given-name text",
    "Téléphone (facultatif)": "home tel tel",
    "Mobile (facultatif)": "mobile tel tel",
}


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in", {"Adresse e-mail": "username email", "Mot de passe": "current-password"}),
        ("/forgot", {"Adresse e-mail": "username email"}),
        (f"/register?operator={KEYS}", {"Clé d’activation": "off"}),
        (
            f"/register?operator={CONTRACTS}",
            {"Numéro de contrat": "off numeric", "Numéro de compteur": "off"},
        ),
        (
            f"/request?operator={KEYS}",
            PROFILE
            | {
                "Adresse e-mail": "email email",
                "Numéro et rue": "street-address",
                "Code postal": "postal-code numeric",
                "Commune": "address-level2",
            },
        ),
    ],
)
def test_a_field_names_its_purpose_and_its_keyboard(page: Page, path: str, fields: dict[str, str]) -> None:
    page.goto(path)
    page.locator("form").first.wait_for()
    require(page, fields)


def test_those_of_a_registration_too(page: Page, town: Demo) -> None:
    page.goto(f"/register?operator={KEYS}")
    show_key(page, next(town.keys))
    arrive(page, "register-form")
    require(page, PROFILE | {"Adresse e-mail": "username email", "Mot de passe": "new-password"})


def test_a_telephone_offers_the_code_of_the_mail(page: Page, town: Demo) -> None:
    register(page, town, new_address())
    require(page, {"Code à six chiffres de l’e-mail": "one-time-code numeric"})


def test_a_password_manager_learns_whose_password_it_is(page: Page, town: Demo) -> None:
    known = town.settle()
    sign_in(page, known)
    page.goto("/account/password")
    arrive(page, "account-password")
    require(page, {"Mot de passe actuel": "current-password", "Nouveau mot de passe": "new-password"})
    assert page.locator("input[autocomplete=username]").input_value() == known.email


def require(page: Page, fields: dict[str, str]) -> None:
    """Each field's `autocomplete`, and the keyboard it asks for."""
    said = {name: " ".join(_told(field(page, name))) for name in fields}
    for name, wanted in fields.items():
        assert said[name].removesuffix(" text") == wanted.removesuffix(" text"), (name, said[name])


def _told(one: Locator) -> list[str]:
    return [value for name in ("autocomplete", "inputmode") if (value := one.get_attribute(name))]
