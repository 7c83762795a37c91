"""Where mailed links lead, state by state: good, expired, used, never heard of; and what pressing the button does."""

from collections.abc import Iterator
from secrets import token_hex

from playwright.sync_api import Page

from tests.browser.demo import Demo
from tests.browser.portal import (
    NEXT_PASSWORD,
    arrive,
    field,
    give_password,
    new_address,
    press,
    register,
    sign_in,
    told_what_is_wrong,
)


def waiting(page: Page, town: Demo, language: str) -> Iterator[str]:
    """« Consultez votre messagerie »: the code, the corrected address, another browser, the end."""
    page.goto("/check-mail")
    arrive(page, "check-mail-address")
    yield "check-mail-address"
    email = new_address()
    register(page, town, email)
    yield "check-mail"
    field(page, "Code à six chiffres de l’e-mail").fill("12")
    press(page, "Confirmer mon adresse")
    told_what_is_wrong(page)
    page.locator("summary").click()
    yield "check-mail-wrong-code"
    page.goto("/")
    page.get_by_text("Votre inscription attend").wait_for()
    yield "home-waiting"
    page.goto(town.link(email, "/confirm"))
    arrive(page, "confirm")
    yield "confirm"
    press(page, "Ce n’est pas moi")
    arrive(page, "confirm-disowned")
    yield "confirm-disowned"
    page.goto("/check-mail")
    arrive(page, "check-mail-expired")
    yield "check-mail-expired"


def confirming(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The link of a registration, on another device; then once more, too late, and invented."""
    email = new_address()
    register(page, town, email)
    link = town.link(email, "/confirm")
    page.context.clear_cookies()
    open_link(page, link)
    arrive(page, "confirm")
    yield "confirm-elsewhere"
    open_link(page, town.link(email, "/disown"))
    arrive(page, "disown")
    yield "disown"
    open_link(page, link)
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    yield "confirm-done"
    open_link(page, link)
    arrive(page, "confirm-used")
    yield "confirm-used"
    open_link(page, link.replace("/confirm", "/disown"))
    arrive(page, "disown-used")
    yield "disown-used"
    other = new_address()
    register(page, town, other)
    town.let_expire(link := town.link(other, "/confirm"))
    open_link(page, link)
    arrive(page, "confirm-expired")
    yield "confirm-expired"
    for path in (
        "confirm",
        "disown",
        "reset",
        "link-contract",
        "confirm-request",
        "activate",
        "confirm-email",
        "undo-email",
    ):
        open_link(page, f"/{path}#token=never")
        arrive(page, f"{path}-unknown")
        if path in ("confirm", "disown", "reset", "activate"):
            yield f"{path}-unknown"


def coming_second(page: Page, town: Demo, language: str) -> Iterator[str]:
    """Two people register with the key of one letter, in browsers of their own; one of them confirms first."""
    late = come_second(page, town)
    page.goto("/check-mail")
    field(page, "Adresse e-mail").fill(late)
    press(page, "Continuer")
    arrive(page, "check-mail-elsewhere")
    yield "check-mail-elsewhere"
    field(page, "Code à six chiffres de l’e-mail").fill(town.code(late))
    press(page, "Confirmer mon adresse")
    arrive(page, "check-mail-conflict")
    yield "check-mail-conflict"
    open_link(page, town.link(come_second(page, town), "/confirm"))
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-conflict")
    other = new_address()
    register(page, town, other)
    field(page, "Code à six chiffres de l’e-mail").fill(town.code(other))
    press(page, "Confirmer mon adresse")
    arrive(page, "check-mail-confirmed")
    yield "check-mail-confirmed"


def resetting(page: Page, town: Demo, language: str) -> Iterator[str]:
    """A forgotten password."""
    known = town.settle()
    page.goto("/forgot")
    arrive(page, "forgot")
    yield "forgot"
    press(page, "Valider")
    told_what_is_wrong(page)
    yield "forgot-empty"
    field(page, "Adresse e-mail").fill(known.email)
    press(page, "Valider")
    arrive(page, "forgot-sent")
    yield "forgot-sent"
    link = town.link(known.email, "/reset", 3)
    open_link(page, link)
    arrive(page, "reset")
    yield "reset"
    field(page, "Nouveau mot de passe").fill("court")
    press(page, "Valider")
    told_what_is_wrong(page)
    yield "reset-wrong"
    field(page, "Nouveau mot de passe").fill(NEXT_PASSWORD)
    press(page, "Valider")
    arrive(page, "reset-done")
    yield "reset-done"
    open_link(page, link)
    arrive(page, "reset-used")
    yield "reset-used"


def adding_by_link(page: Page, town: Demo, language: str) -> Iterator[str]:
    """Who registers with the address of an account is led to it."""
    # Told apart by what a masked address shows: its first letter.
    known, other = (town.settle(f"{first}{token_hex(4)}@example.org") for first in "ko")
    register(page, town, known.email)
    link = town.link(known.email, "/link-contract", 3)
    open_link(page, link)
    arrive(page, "link-contract")
    yield "link-contract"
    sign_in(page, other)
    open_link(page, link)
    arrive(page, "link-contract-another")
    yield "link-contract-another"
    press(page, "Me déconnecter")
    arrive(page, "link-contract")
    field(page, "Adresse e-mail").fill(known.email)
    give_password(page, known.password)
    arrive(page, "link-contract-signed-in")
    yield "link-contract-signed-in"
    press(page, "Ajouter ce contrat")
    arrive(page, "link-contract-done")
    yield "link-contract-done"
    open_link(page, link)
    arrive(page, "link-contract-used")
    yield "link-contract-used"


def open_link(page: Page, link: str) -> None:
    """As from a mailbox, in a document of its own."""
    page.goto("about:blank")
    page.goto(link)


def come_second(page: Page, town: Demo) -> str:
    """Register twice with one key, and confirm the later: the address of whoever was first, and is late now."""
    key, late, early = next(town.keys), new_address(), new_address()
    for email in (late, early):
        page.context.clear_cookies()
        register(page, town, email, key)
    open_link(page, town.link(early, "/confirm"))
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    page.context.clear_cookies()
    return late


WALKS = {walk.__name__: walk for walk in (waiting, confirming, coming_second, resetting, adding_by_link)}
