"""Both papers’ journeys and what branches off them, on a citizen’s telephone, by the real server and its mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.demo import KEYS, Demo
from tests.browser.portal import (
    NEXT_PASSWORD,
    accept_terms,
    arrive,
    field,
    fill_in,
    follow,
    give_password,
    new_address,
    press,
    register,
    request_account,
    require_built,
    show_key,
    sign_in,
    told_what_is_wrong,
)


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


def test_with_an_activation_key_from_the_commune_to_the_signed_in_account(page: Page, town: Demo) -> None:
    """Seed 000, all of its steps."""
    email = new_address()
    find_operator(page, "loudun", "Loudun")
    follow(page, "J’ai une clé d’activation")
    arrive(page, "register")
    show_key(page, next(town.keys).lower().replace("-", " "))
    arrive(page, "register-form")
    fill_in(page, email)
    press(page, "Valider ma demande")
    arrive(page, "check-mail")
    [mail] = town.mails(email)
    for told in (email, mail["subject"]):
        expect(page.locator("main")).to_contain_text(told)
    page.goto(town.link(email, "/confirm"))
    arrive(page, "confirm")
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    expect(page.get_by_text("Votre compte a été validé.")).to_be_visible()
    follow(page, "Accéder à mon compte")
    arrive(page, "sign-in")
    expect(field(page, "Adresse e-mail")).to_have_value(email)
    field(page, "Maintenir la connexion").check()
    give_password(page)
    arrive(page, "account")
    expect(page.locator("main")).to_contain_text("CCPL-N")


def test_with_a_contract_and_a_meter_from_the_commune_to_the_account(page: Page, town: Demo) -> None:
    """Seed 004, all of its steps."""
    email, (number, meter) = new_address(), next(town.contracts)
    find_operator(page, "châteauneuf-les-m", "Châteauneuf-les-Martigues")
    follow(page, "J’ai une facture")
    arrive(page, "register-contract")
    field(page, "Numéro de contrat").fill(number)
    field(page, "Numéro de compteur").fill("D00XX000000")
    press(page, "Continuer")
    expect(told_what_is_wrong(page)).to_contain_text(
        "Les informations saisies pour ce compte sont incorrectes. Veuillez vérifier votre saisie."
    )
    expect(field(page, "Numéro de contrat")).to_have_value(number)
    field(page, "Numéro de compteur").fill(meter.lower())
    press(page, "Continuer")
    arrive(page, "register-form")
    fill_in(page, email)
    press(page, "Valider ma demande")
    arrive(page, "check-mail")
    expect(page.locator("main")).to_contain_text("Votre compte a bien été créé.")
    page.goto(town.link(email, "/confirm"))
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    expect(page.get_by_text("Votre compte a été validé.")).to_be_visible()
    follow(page, "Voir mon compte")
    arrive(page, "account")
    expect(page.locator("main")).to_contain_text(number)
    assert len(town.mails(email, 2)) == 2, "a second e-mail says that the account is confirmed"


def test_the_tab_that_waits_moves_on_when_a_telephone_confirms(visitor: Visitor, town: Demo) -> None:
    desk, telephone, email = visitor(width=1280), visitor(), new_address()
    register(desk, town, email)
    telephone.goto(town.link(email, "/confirm"))
    arrive(telephone, "confirm")
    expect(telephone.get_by_text("Est-ce bien votre inscription ?")).to_be_visible()
    press(telephone, "Confirmer mon adresse")
    arrive(telephone, "confirm-done")
    arrive(desk, "check-mail-confirmed")
    follow(desk, "Accéder à mon compte")
    give_password(desk)
    arrive(desk, "account")


def test_the_code_of_the_mail_does_what_its_link_does(page: Page, town: Demo) -> None:
    email = new_address()
    register(page, town, email)
    code = field(page, "Code à six chiffres de l’e-mail")
    right = town.code(email)
    code.fill("000000" if right != "000000" else "111111")
    press(page, "Confirmer mon adresse")
    told_what_is_wrong(page)
    code.fill(f"{right[:3]} {right[3:]}")
    press(page, "Confirmer mon adresse")
    arrive(page, "check-mail-confirmed")


def test_a_wrong_address_is_corrected_where_one_waits(page: Page, town: Demo) -> None:
    wrong, right = new_address(), new_address()
    register(page, town, wrong)
    page.locator("summary").click()
    field(page, "La bonne adresse e-mail").fill(right)
    press(page, "Corriger l’adresse")
    expect(page.locator(".envelope")).to_contain_text(right)
    page.goto(town.link(right, "/confirm"))
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    page.goto(town.link(wrong, "/confirm"))
    arrive(page, "confirm-used")


def test_a_key_from_a_letter_is_in_its_field_and_no_longer_in_the_address(page: Page, town: Demo) -> None:
    key = next(town.keys)
    page.goto(f"/register#key={key}&operator={KEYS}")
    arrive(page, "register")
    expect(field(page, "Clé d’activation")).to_have_value(key)
    assert key not in page.url
    press(page, "Valider ma clé d’activation")
    arrive(page, "register-form")
    page.reload()
    arrive(page, "register-form")
    expect(field(page, "Nom")).to_have_value("ARRIVANT")


def test_a_forgotten_password_is_replaced(page: Page, town: Demo) -> None:
    """Seed 004, « Mot de passe oublié »."""
    known = town.settle()
    page.goto("/sign-in")
    follow(page, "J’ai oublié mon mot de passe")
    arrive(page, "forgot")
    field(page, "Adresse e-mail").fill(known.email)
    press(page, "Valider")
    arrive(page, "forgot-sent")
    expect(page.get_by_text("Si votre compte existe, un e-mail vous a été adressé.")).to_be_visible()
    page.goto(town.link(known.email, "/reset", 3))
    arrive(page, "reset")
    field(page, "Nouveau mot de passe").fill(NEXT_PASSWORD)
    press(page, "Valider")
    arrive(page, "reset-done")
    expect(page.get_by_text("Votre mot de passe a été mis à jour.")).to_be_visible()
    follow(page, "Accéder à mon compte")
    field(page, "Adresse e-mail").fill(known.email)
    give_password(page, known.password)
    told_what_is_wrong(page)
    give_password(page, NEXT_PASSWORD)
    arrive(page, "account")


def test_a_mailed_link_may_be_looked_at_ten_times(visitor: Visitor, town: Demo) -> None:
    """By scanners that run scripts; it is used by a person's button alone, once."""
    page, email = visitor(), new_address()
    register(page, town, email)
    link = town.link(email, "/confirm")
    scanner = visitor()
    for _ in range(10):
        scanner.goto("about:blank")
        scanner.goto(link)
        arrive(scanner, "confirm")
    page.goto(link)
    press(page, "Confirmer mon adresse")
    arrive(page, "confirm-done")
    scanner.goto("about:blank")
    scanner.goto(link)
    arrive(scanner, "confirm-used")


def test_who_never_asked_for_an_account_says_so(visitor: Visitor, town: Demo) -> None:
    stranger, page, email = visitor(), visitor(), new_address()
    register(stranger, town, email)
    page.goto(town.link(email, "/disown"))
    arrive(page, "disown")
    press(page, "Annuler cette demande")
    arrive(page, "disown-disowned")
    arrive(stranger, "check-mail-expired")


def test_an_address_that_has_an_account_gets_the_contract_instead(page: Page, town: Demo) -> None:
    known = town.settle()
    register(page, town, known.email)
    page.goto(town.link(known.email, "/link-contract", 3))
    arrive(page, "link-contract")
    field(page, "Adresse e-mail").fill(known.email)
    give_password(page, known.password)
    arrive(page, "link-contract-signed-in")
    press(page, "Ajouter ce contrat")
    arrive(page, "link-contract-done")
    follow(page, "Voir mon compte")
    arrive(page, "account")
    expect(page.locator("main")).to_contain_text("CCPL-N")


def test_whoever_changes_their_address_can_take_it_back(visitor: Visitor, town: Demo) -> None:
    page, known, new = visitor(), town.settle(), new_address()
    sign_in(page, known)
    follow(page, "Changer d’adresse e-mail")
    arrive(page, "account-email")
    field(page, "Nouvelle adresse e-mail").fill(new)
    field(page, "Votre mot de passe, pour confirmer").fill(known.password)
    press(page, "Valider")
    arrive(page, "account-email-sent")
    page.goto(town.link(new, "/confirm-email"))
    arrive(page, "confirm-email")
    press(page, "Utiliser cette adresse")
    arrive(page, "confirm-email-done")
    page.goto(town.link(known.email, "/undo-email", 3))
    arrive(page, "undo-email")
    press(page, "Reprendre mon ancienne adresse")
    expect(page.locator("main")).not_to_have_attribute("data-screen", "undo-email")
    page.goto(town.link(known.email, "/reset", 4))
    arrive(page, "reset")


def test_without_a_key_an_agent_decides_and_the_account_opens(page: Page, town: Demo) -> None:
    """Seed 000, « Je n'ai pas de clé d'activation »."""
    email = new_address()
    find_operator(page, "86200", "Loudun")
    follow(page, "Je n’ai pas de clé d’activation")
    arrive(page, "request")
    reference = request_account(page, email)
    page.goto(town.link(email, "/confirm-request"))
    press(page, "Confirmer mon adresse et envoyer ma demande")
    arrive(page, "confirm-request-done")
    follow(page, "Suivre ma demande")
    arrive(page, "follow")
    expect(field(page, "Référence de la demande")).to_have_value(reference)
    field(page, "Adresse e-mail").fill(email)
    press(page, "Voir ma demande")
    arrive(page, "follow-submitted")
    number = next(town.keyless)
    town.command("requests", "approve", reference, "--contract", number)
    page.goto(town.link(email, "/activate", 2))
    arrive(page, "activate")
    field(page, "Mot de passe").fill(NEXT_PASSWORD)
    accept_terms(page)
    press(page, "Ouvrir mon compte")
    arrive(page, "activate-done")
    follow(page, "Accéder à mon compte")
    give_password(page, NEXT_PASSWORD)
    arrive(page, "account")
    expect(page.locator("main")).to_contain_text(number)


def find_operator(page: Page, typed: str, commune: str) -> None:
    """From the front door through the commune to its operator."""
    page.goto("/")
    arrive(page, "home")
    page.get_by_role("searchbox", name="Votre commune").fill(typed)
    page.get_by_role("link", name=re.compile(f"^{commune} ")).click()
    arrive(page, "home-commune")
    follow(page, "Continuer")
    arrive(page, "operators")
