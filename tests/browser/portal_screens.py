"""The portal, state by state, as a citizen meets it: what is drawn, and what is told where it goes wrong."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.demo import Demo
from tests.browser.portal import arrive, field, press, told_what_is_wrong


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


WALKS = {walk.__name__: walk for walk in (signing_in,)}
