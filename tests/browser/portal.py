"""The portal as a citizen handles it: by what is written on fields and buttons. Knows no screen's insides."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from api import built_files
from tests.browser.demo import KEYS, Demo, Known
from tests.support.citizen import PASSWORD

NEXT_PASSWORD = "Une-Autre-Porte-42"


def require_built() -> None:
    """Skip where the portal is not built; the gate always builds it."""
    if not (built_files.BUILT / "portal" / "index.html").is_file():
        assert os.environ.get("CI") != "true", "the gate builds the portal: make build"
        pytest.skip("The portal is not built (make build)")


def arrive(page: Page, screen: str) -> None:
    """Wait for this screen; its title has the focus and names the window."""
    expect(page.locator("main")).to_have_attribute("data-screen", screen)
    title = page.locator("h1")
    expect(title).to_be_focused()
    expect(page).to_have_title(re.compile(re.escape(title.inner_text())))


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """The button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """The link of this name."""
    page.get_by_role("link", name=name, exact=True).click()


def field(page: Page, name: str) -> Locator:
    """The field of this label."""
    return page.get_by_label(name, exact=True)


def told_what_is_wrong(page: Page) -> Locator:
    """The summary of faults, once it is there and has the focus."""
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    return summary


def sign_in(page: Page, known: Known) -> None:
    """Through the portal's own form, to the account."""
    page.goto("/sign-in")
    field(page, "Adresse e-mail").fill(known.email)
    give_password(page, known.password)
    arrive(page, "account")


def give_password(page: Page, password: str = PASSWORD) -> None:
    """The password of the sign-in form, and off."""
    field(page, "Mot de passe").fill(password)
    press(page, "Connexion")


def new_address() -> str:
    """An e-mail address that nobody has yet."""
    return f"{secrets.token_hex(4)}@example.org"


def show_key(page: Page, key: str) -> None:
    """Type an activation key and send it."""
    field(page, "Clé d’activation").fill(key)
    press(page, "Valider ma clé d’activation")


def register(page: Page, town: Demo, email: str, key: str | None = None) -> None:
    """Open an account with a key of one's own, as far as « Consultez votre messagerie »."""
    page.goto(f"/register?operator={KEYS}")
    show_key(page, key or next(town.keys))
    fill_in(page, email)
    press(page, "Valider ma demande")
    arrive(page, "check-mail")


def fill_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """What « Mes informations » still asks of Jean-Michel Test, whom the operator knows in part."""
    expect(page.locator("main")).to_have_attribute("data-screen", "register-form")
    field(page, "Nature juridique").select_option("INDIVIDUAL")
    field(page, "Monsieur").check()
    field(page, "Nom").fill("Test")
    field(page, "Prénom").fill("Jean-Michel")
    field(page, "Adresse e-mail").fill(email)
    field(page, "Mot de passe").fill(password)
    accept_terms(page)


def accept_terms(page: Page) -> None:
    """« J'accepte les conditions générales d'utilisation »."""
    page.get_by_role("checkbox", name=re.compile("conditions générales")).check()


def request_account(page: Page, email: str) -> str:
    """Fill the request of somebody without a key, and send it; its reference."""
    expect(page.locator("main")).to_have_attribute("data-screen", "request")
    field(page, "Nature juridique").select_option("INDIVIDUAL")
    field(page, "Monsieur").check()
    field(page, "Nom").fill("Test")
    field(page, "Prénom").fill("Jean-Michel")
    field(page, "Adresse e-mail").fill(email)
    field(page, "Numéro et rue").fill("99 rue de la Fontaine d’Adam")
    field(page, "Code postal").fill("86200")
    field(page, "Commune").fill("Loudun")
    accept_terms(page)
    press(page, "Envoyer ma demande")
    arrive(page, "request-sent")
    return page.locator(".reference").inner_text()


@contextmanager
def offline(page: Page) -> Iterator[None]:
    """As in a tunnel."""
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)
