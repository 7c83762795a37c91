"""The way of those who have no key, state by state: the request, its mails, its answer, and the account."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.demo import KEYS, Demo
from tests.browser.mailed_screens import open_link
from tests.browser.portal import (
    NEXT_PASSWORD,
    accept_terms,
    arrive,
    field,
    new_address,
    press,
    request_account,
    told_what_is_wrong,
)


def requesting(page: Page, town: Demo, language: str) -> Iterator[str]:
    """An account without a key: asked for, confirmed, followed, approved, opened; and refused."""
    page.goto("/request")
    arrive(page, "request-commune")
    yield "request-commune"
    page.goto("/request?commune=86137")
    arrive(page, "request-operator")
    page.goto("/request?operator=eau-de-marseille")
    arrive(page, "request-closed")
    yield "request-closed"
    page.goto(f"/request?operator={KEYS}")
    arrive(page, "request")
    yield "request"
    press(page, "Envoyer ma demande")
    told_what_is_wrong(page)
    yield "request-empty"
    email = new_address()
    reference = request_account(page, email)
    yield "request-sent"
    page.goto("/follow")
    arrive(page, "follow")
    yield "follow"
    field(page, "Référence de la demande").fill("AAAAA-AAAAA")
    field(page, "Adresse e-mail").fill(email)
    press(page, "Voir ma demande")
    told_what_is_wrong(page)
    yield "follow-refused"
    field(page, "Référence de la demande").fill(reference)
    press(page, "Voir ma demande")
    arrive(page, "follow-unconfirmed")
    yield "follow-unconfirmed"
    link = town.link(email, "/confirm-request")
    open_link(page, link)
    arrive(page, "confirm-request")
    yield "confirm-request"
    press(page, "Confirmer mon adresse et envoyer ma demande")
    arrive(page, "confirm-request-done")
    yield "confirm-request-done"
    open_link(page, link)
    arrive(page, "confirm-request-used")
    yield "confirm-request-used"
    follow_request(page, reference, email)
    arrive(page, "follow-submitted")
    yield "follow-submitted"
    town.command("requests", "approve", reference, "--contract", next(town.keyless))
    follow_request(page, reference, email)
    arrive(page, "follow-approved")
    yield "follow-approved"
    link = town.link(email, "/activate", 2)
    open_link(page, link)
    arrive(page, "activate")
    yield "activate"
    press(page, "Ouvrir mon compte")
    told_what_is_wrong(page)
    yield "activate-empty"
    field(page, "Mot de passe").fill(NEXT_PASSWORD)
    accept_terms(page)
    press(page, "Ouvrir mon compte")
    arrive(page, "activate-done")
    yield "activate-done"
    open_link(page, link)
    arrive(page, "activate-used")
    yield "activate-used"
    other = new_address()
    page.goto(f"/request?operator={KEYS}")
    reference = request_account(page, other)
    open_link(page, town.link(other, "/confirm-request"))
    press(page, "Confirmer mon adresse et envoyer ma demande")
    arrive(page, "confirm-request-done")
    town.command("requests", "reject", reference, "--reason", "Adresse inconnue")
    follow_request(page, reference, other)
    arrive(page, "follow-rejected")
    yield "follow-rejected"


def follow_request(page: Page, reference: str, email: str) -> None:
    """Ask where a request has come to."""
    page.goto("/follow")
    field(page, "Référence de la demande").fill(reference)
    field(page, "Adresse e-mail").fill(email)
    press(page, "Voir ma demande")
    expect(page.locator("main")).not_to_have_attribute("data-screen", "follow")


WALKS = {walk.__name__: walk for walk in (requesting,)}
