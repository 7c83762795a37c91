"""The signed-in account, screen by screen and state by state."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.demo import CONTRACTS, KEYS, Demo
from tests.browser.mailed_screens import open_link
from tests.browser.portal import (
    NEXT_PASSWORD,
    arrive,
    field,
    new_address,
    press,
    show_key,
    sign_in,
    told_what_is_wrong,
)
from tests.support.citizen import PASSWORD


def looking_around(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The overview, the profile, the devices, the services."""
    known = town.settle()
    sign_in(page, known)
    yield "account"
    page.route("**/graphql", lambda route: route.abort())
    page.goto("/account")
    arrive(page, "account-unanswered")
    yield "account-unanswered"
    page.unroute("**/graphql")
    page.goto("/account/profile")
    arrive(page, "account-profile")
    yield "account-profile"
    field(page, "Nom").fill("")
    press(page, "Enregistrer")
    told_what_is_wrong(page)
    yield "account-profile-wrong"
    field(page, "Nom").fill("Durand")
    press(page, "Enregistrer")
    arrive(page, "account")
    page.get_by_text("Vos informations ont été enregistrées.").wait_for()
    yield "account-saved"
    page.context.clear_cookies()
    sign_in(page, known)
    page.goto("/account/sessions")
    arrive(page, "account-sessions")
    yield "account-sessions"
    page.get_by_role("button", name="Déconnecter").first.click()
    page.get_by_role("button", name="Oui, déconnecter").wait_for()
    yield "account-sessions-certain"
    page.goto("/account/services")
    arrive(page, "account-services")
    yield "account-services-none"
    page.goto(f"{town.library}/entrer")
    page.click("#consent-accept")
    page.wait_for_selector("#sub")
    page.goto(f"{town.url}/account/services")
    arrive(page, "account-services")
    yield "account-services"


def adding_a_contract(page: Page, town: Demo, language: str) -> Iterator[str]:
    """By key and by numbers, of the same operator or of another."""
    sign_in(page, town.settle())
    page.goto("/account/add-contract")
    arrive(page, "account-add-contract-commune")
    yield "account-add-contract-commune"
    page.goto("/account/add-contract?commune=86137")
    arrive(page, "account-add-contract-operator")
    yield "account-add-contract-operator"
    page.goto(f"/account/add-contract?operator={CONTRACTS}")
    arrive(page, "account-add-contract")
    yield "account-add-contract-by-contract"
    press(page, "Continuer")
    told_what_is_wrong(page)
    yield "account-add-contract-empty"
    page.goto(f"/account/add-contract?operator={KEYS}")
    arrive(page, "account-add-contract")
    yield "account-add-contract-by-key"
    show_key(page, next(town.keys))
    arrive(page, "account-add-contract-found")
    yield "account-add-contract-found"
    press(page, "Ajouter ce contrat")
    arrive(page, "account")
    page.get_by_text("Le contrat a été ajouté").wait_for()
    yield "account-with-two-contracts"


def changing(page: Page, town: Demo, language: str) -> Iterator[str]:
    """Another address, another password."""
    known, new = town.settle(), new_address()
    sign_in(page, known)
    page.goto("/account/email")
    arrive(page, "account-email")
    yield "account-email"
    press(page, "Valider")
    told_what_is_wrong(page)
    yield "account-email-empty"
    field(page, "Nouvelle adresse e-mail").fill(new)
    field(page, "Votre mot de passe, pour confirmer").fill(PASSWORD)
    press(page, "Valider")
    arrive(page, "account-email-sent")
    yield "account-email-sent"
    page.goto("/account")
    page.get_by_text("attend d’être confirmée").wait_for()
    yield "account-email-waits"
    link = town.link(new, "/confirm-email")
    open_link(page, link)
    arrive(page, "confirm-email")
    yield "confirm-email"
    press(page, "Utiliser cette adresse")
    arrive(page, "confirm-email-done")
    yield "confirm-email-done"
    for _ in range(3):
        page.go_back()
    arrive(page, "account-email-changed")
    yield "account-email-changed"
    open_link(page, link)
    arrive(page, "confirm-email-used")
    yield "confirm-email-used"
    page.goto("/account/password")
    arrive(page, "account-password")
    yield "account-password"
    field(page, "Mot de passe actuel").fill("wrong")
    field(page, "Nouveau mot de passe").fill(NEXT_PASSWORD)
    press(page, "Valider")
    told_what_is_wrong(page)
    yield "account-password-refused"
    field(page, "Mot de passe actuel").fill(PASSWORD)
    press(page, "Valider")
    arrive(page, "account-password-changed")
    yield "account-password-changed"
    link = town.link(known.email, "/undo-email", 3)
    open_link(page, link)
    arrive(page, "undo-email")
    yield "undo-email"
    press(page, "Reprendre mon ancienne adresse")
    arrive(page, "undo-email-done")
    yield "undo-email-done"
    open_link(page, link)
    arrive(page, "undo-email-used")
    yield "undo-email-used"


def closing(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The end."""
    known = town.settle()
    sign_in(page, known)
    page.goto("/account/close")
    arrive(page, "account-close")
    yield "account-close"
    press(page, "Fermer définitivement mon compte")
    told_what_is_wrong(page)
    yield "account-close-empty"
    field(page, "Votre mot de passe, pour confirmer").fill(known.password)
    press(page, "Fermer définitivement mon compte")
    arrive(page, "account-closed")
    yield "account-closed"


WALKS = {walk.__name__: walk for walk in (looking_around, adding_a_contract, changing, closing)}
