"""How the portal bears with what happens to people: tunnels, sessions that end, links that lead astray."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.portal import arrive, field, offline, press, require_built, sign_in, told_what_is_wrong


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


def test_a_lost_network_is_said_and_costs_nothing_that_was_typed(page: Page, town: Demo) -> None:
    known = town.settle()
    page.goto("/sign-in")
    field(page, "Adresse e-mail").fill(known.email)
    field(page, "Mot de passe").fill(known.password)
    with offline(page):
        press(page, "Connexion")
        expect(told_what_is_wrong(page)).to_contain_text("Vous n’êtes plus connecté à Internet")
    expect(field(page, "Adresse e-mail")).to_have_value(known.email)
    expect(field(page, "Mot de passe")).to_have_value(known.password)
    press(page, "Connexion")
    arrive(page, "account")


def test_a_screen_that_nothing_answers_is_there_at_the_second_try(page: Page, town: Demo) -> None:
    sign_in(page, town.settle())
    page.route("**/graphql", lambda route: route.abort())
    page.reload()
    arrive(page, "account-unanswered")
    page.unroute("**/graphql")
    press(page, "Réessayer")
    arrive(page, "account")


def test_whoever_is_signed_out_signs_in_and_is_back_where_they_were(page: Page, town: Demo) -> None:
    known = town.settle()
    sign_in(page, known)
    page.context.clear_cookies()
    page.reload()
    arrive(page, "sign-in")
    field(page, "Adresse e-mail").fill(known.email)
    field(page, "Mot de passe").fill(known.password)
    press(page, "Connexion")
    arrive(page, "account")


def test_a_session_that_ends_under_a_form_costs_nothing_that_was_typed(page: Page, town: Demo) -> None:
    known = town.settle()
    sign_in(page, known)
    page.goto("/account/profile")
    arrive(page, "account-profile")
    field(page, "Nom").fill("Durand")
    page.context.clear_cookies()
    press(page, "Enregistrer")
    arrive(page, "sign-in")
    field(page, "Adresse e-mail").fill(known.email)
    field(page, "Mot de passe").fill(known.password)
    press(page, "Connexion")
    arrive(page, "account-profile")
    expect(field(page, "Nom")).to_have_value("Durand")


@pytest.mark.parametrize(
    "elsewhere",
    ["//example.org/", "/.//example.org/", "https://example.org/", "/\\example.org", "javascript:alert(1)"],
)
def test_no_address_leads_elsewhere_after_the_sign_in(page: Page, town: Demo, elsewhere: str) -> None:
    known = town.settle()
    page.goto(f"/sign-in?back={elsewhere}")
    field(page, "Adresse e-mail").fill(known.email)
    field(page, "Mot de passe").fill(known.password)
    press(page, "Connexion")
    arrive(page, "account")
    assert page.url == f"{town.url}/account"


def test_a_password_is_shown_on_demand_and_hidden_again(page: Page) -> None:
    page.goto("/sign-in")
    password = field(page, "Mot de passe")
    password.fill("secret")
    press(page, "Afficher")
    expect(password).to_have_attribute("type", "text")
    press(page, "Masquer")
    expect(password).to_have_attribute("type", "password")
