"""The portal, state by state, as a citizen meets it: what is drawn, and what is told where it goes wrong."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.demo import CONTRACTS, Demo
from tests.browser.portal import arrive, field, follow, press, told_what_is_wrong


def finding(page: Page, town: Demo, language: str) -> Iterator[str]:
    """My commune, and through it my operator."""
    page.goto("/")
    arrive(page, "home")
    yield "home"
    commune = page.get_by_role("searchbox", name="Votre commune")
    commune.fill("zzz")
    page.get_by_text("Aucune commune ne commence ainsi").wait_for()
    yield "home-nothing-found"
    commune.fill("chât")
    page.get_by_role("link", name="Châteauneuf-les-Martigues").wait_for()
    yield "home-found"
    page.goto("/?commune=75056")
    arrive(page, "home-commune")
    yield "home-commune-nobody"
    page.goto("/?commune=86137")
    arrive(page, "home-commune")
    yield "home-commune"
    follow(page, "Continuer")
    arrive(page, "operators")
    yield "operators-with-key"
    page.goto(f"/operators/{CONTRACTS}")
    arrive(page, "operators")
    yield "operators-with-contract"
    page.goto("/operators/nobody")
    arrive(page, "operators-unknown")
    yield "operators-unknown"


def signing_in(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The form as it stands, sent empty, refused; then the account, and out again."""
    known = town.settle()
    page.goto("/sign-in")
    arrive(page, "sign-in")
    yield "sign-in"
    press(page, "Connexion")
    told_what_is_wrong(page)
    yield "sign-in-empty"
    field(page, "Adresse e-mail").fill(known.email)
    field(page, "Mot de passe").fill("wrong")
    press(page, "Connexion")
    told_what_is_wrong(page)
    yield "sign-in-refused"
    field(page, "Mot de passe").fill(known.password)
    press(page, "Connexion")
    arrive(page, "account")
    yield "account"


WALKS = {walk.__name__: walk for walk in (finding, signing_in)}
