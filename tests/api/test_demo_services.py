"""The demonstration: a citizen signs in once, meets two consents, is two people to two services, and leaves both."""

import random
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from tests.support import server
from tests.support.citizen import PASSWORD, Citizen, mailbox, token_of
from tests.support.html import Document

EMAIL = "zoe@example.org"


@dataclass
class Browser:
    """One browser: cookies by host name and port, names below `localhost` known as browsers know them."""

    http: dict[str, httpx2.Client] = field(default_factory=dict)
    url: str = ""
    text: str = ""

    def open(self, url: str, form: dict[str, str] | None = None) -> "Browser":
        """Go there, and wherever one is sent from there."""
        for _ in range(15):
            parts = urlsplit(url)
            client = self.http.setdefault(parts.netloc, httpx2.Client(trust_env=False, timeout=30))
            target = url.replace(parts.netloc, f"127.0.0.1:{parts.port}", 1)
            headers = {"host": parts.netloc}
            answer = (
                client.post(target, data=form, headers=headers)
                if form
                else client.get(target, headers=headers)
            )
            if not answer.has_redirect_location:
                self.url, self.text = url, answer.text
                return self
            url, form = urljoin(url, answer.headers["location"]), None
        raise AssertionError(f"sent around without end: {url}")

    def press(self, button: str, **typed: str) -> "Browser":
        """Fill the form of this button, and press it."""
        form, pressed = Document(self.text).button(button)
        named = {pressed.name: pressed.value} if pressed.name else {}
        return self.open(urljoin(self.url, form.action), form.fields | typed | named)

    def follow(self, link: str) -> "Browser":
        """Follow the link of this id."""
        return self.open(urljoin(self.url, Document(self.text).links[link]))

    @property
    def subject(self) -> str:
        """How the service names whoever is signed in there."""
        return re.findall(r'<code id="sub">([^<]+)</code>', self.text)[0]


@pytest.fixture(scope="module")
def demo() -> Iterator[server.Running]:
    """The demonstration as `make run` starts it, with room for its services beside it."""
    with server.serve({"PARVIS_DEMO": "on", "PARVIS_CHALLENGE": "off"}, _three_free_ports()) as running:
        yield running


def test_one_sign_in_two_consents_two_names_and_one_way_out(demo: server.Running) -> None:
    _settle(demo)
    port = urlsplit(demo.url).port or 0
    library, canteen = f"http://bibliotheque.localhost:{port + 1}/", f"http://cantine.localhost:{port + 2}/"
    browser = Browser()

    browser.open(library).follow("login")
    assert urlsplit(browser.url).path == "/login"
    browser.press("login-submit", email=EMAIL, password=PASSWORD)
    assert urlsplit(browser.url).path == "/consent"
    assert "Bibliothèque municipale" in browser.text
    browser.press("consent-accept")
    assert browser.url == library, browser.text
    at_library = browser.subject
    assert EMAIL in browser.text

    browser.open(canteen).follow("login")
    assert urlsplit(browser.url).path == "/consent"  # signed in already
    assert "Cantine scolaire" in browser.text
    browser.press("consent-accept")
    assert browser.url == canteen
    assert browser.subject != at_library
    assert EMAIL not in browser.text  # not asked for, not told

    browser.open(library).follow("logout")
    assert browser.url == library
    assert Document(browser.text).links["login"]
    _wait_until_out(browser, canteen)
    assert urlsplit(browser.open(library).follow("login").url).path == "/login"


def test_the_demonstration_says_where_its_services_are(demo: server.Running) -> None:
    assert "bibliotheque.localhost" in demo.log
    assert "cantine.localhost" in demo.log


def test_nobody_else_ends_a_visit(demo: server.Running) -> None:
    port = (urlsplit(demo.url).port or 0) + 1
    for form in ({"logout_token": "e30.e30.e30"}, {"logout_token": ""}, {}):
        answer = httpx2.post(f"http://127.0.0.1:{port}/adieu", data=form, trust_env=False)
        assert answer.status_code == 400


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(demo: server.Running) -> None:
    port = (urlsplit(demo.url).port or 0) + 1
    answer = httpx2.get(f"http://127.0.0.1:{port}/retour?code=x&state=y&iss={demo.url}", trust_env=False)
    assert answer.status_code == 400


def _three_free_ports() -> int:
    """The first of three that nobody uses, below those that systems give out for a moment."""
    for first in random.sample(range(20_000, 30_000), 50):
        try:
            for port in range(first, first + 3):
                socket.create_server((server.HOST, port)).close()
            return first
        except OSError:
            continue
    raise AssertionError("no three ports are free")


def _wait_until_out(browser: Browser, url: str) -> None:
    """The notice comes from behind, a moment later."""
    deadline = time.monotonic() + 20
    while "login" not in Document(browser.open(url).text).links:
        assert time.monotonic() < deadline, browser.text
        time.sleep(0.1)


def _settle(demo: server.Running) -> None:
    """An account, as the first screen of `make run` says how to have one."""
    found = re.search(r"contract and meter +(\S+) and (\S+) +operator (\S+)", demo.log)
    assert found
    citizen = Citizen(demo.url)
    contract = {"operator": found[3], "contractNumber": found[1], "meterNumber": found[2]}
    citizen.register(citizen.do("verifyContract", **contract)["proofToken"], EMAIL)
    (mail,) = mailbox(demo.url, EMAIL)
    assert (
        citizen.do("confirmRegistration", token=token_of(mail["links"][0]))["__typename"]
        == "RegistrationConfirmed"
    )
