"""A citizen with a browser, where Chromium and Playwright are installed: from the paper to the account."""

import http.client
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.support import server
from tests.support.server import Running

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

PASSWORD = "Fontaine-d-Adam-86!"
EMAIL = "jm@example.org"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with server.serve({"PARVIS_DEMO": "on"}) as running:
        yield running


@pytest.fixture
def page(running: Running) -> Iterator[Any]:
    """A phone; whatever its console complains of fails the test."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        phone = {"width": 320, "height": 640}
        page = browser.new_page(base_url=running.url, locale="fr-FR", viewport=phone)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        yield page
        browser.close()
        assert complaints == []


def test_a_citizen_registers_confirms_logs_in_and_chooses_another_password(
    page: Any, running: Running
) -> None:
    key = re.search(r"(?:\w{4}-){3}\w{4}", running.log)
    assert key
    page.goto(f"/register#key={key[0]}&operator=pays-loudunais")
    press(page, "Valider ma clé d’activation")
    assert page.get_by_label("Prénom").input_value() == "Jean-Michel"
    press(page, "Valider ma demande")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.get_by_label("Nature juridique").select_option("INDIVIDUAL")
    page.get_by_label("Civilité").select_option("SIR")
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    choose_password(page, PASSWORD)
    page.get_by_role("checkbox").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    press(page, "Valider ma demande")
    arrive(page, "Consultez votre messagerie")

    link = links(running, "/confirm#")[0]
    for _ in range(2):
        page.goto("about:blank")
        page.goto(link)
        arrive(page, "Confirmer mon adresse e-mail")
        assert page.url == f"{running.url}/confirm"
    press(page, "Confirmer mon adresse")
    arrive(page, "Votre compte a été validé.")

    page.goto("/")
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    press(page, "Connexion")
    arrive(page, "Jean-Michel Test")
    press(page, "Me déconnecter")
    arrive(page, "Mon espace usager")

    page.goto("/forgot")
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    press(page, "Valider")
    page.get_by_text("Si votre compte existe, un e-mail vous a été adressé.").wait_for()
    page.goto(links(running, "/reset#")[0])
    choose_password(page, "Une-Autre-Porte-42", "Nouveau mot de passe")
    press(page, "Valider")
    arrive(page, "Votre mot de passe a été mis à jour.")


def test_a_link_that_never_was_says_so_kindly_and_offers_the_way_on(page: Any) -> None:
    page.goto("/reset#token=never")
    arrive(page, "Lien inutilisable")
    assert page.get_by_role("link", name="J’ai oublié mon mot de passe").is_visible()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def arrive(page: Any, title: str) -> None:
    """Wait for this page; its title has the focus."""
    page.get_by_role("heading", name=title, level=1, exact=True).wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"


def choose_password(page: Any, password: str, label: str = "Mot de passe") -> None:
    page.get_by_label(label, exact=True).fill(password)
    page.get_by_label("Confirmez le mot de passe").fill(password)


def links(running: Running, part: str) -> list[str]:
    """The links of the newest mail that holds one of this kind, once it has arrived."""
    for _ in range(100):
        with closing(
            http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=10)
        ) as connection:
            connection.request("GET", "/demo/mailbox", headers={"Accept": "application/json"})
            mails = json.loads(connection.getresponse().read())
        for mail in mails:
            if part in mail["text"]:
                return list(mail["links"])
        time.sleep(0.1)
    raise AssertionError(f"no mail holds {part}")
