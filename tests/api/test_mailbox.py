"""The demonstration's mailbox: read by people and by programs, and absent everywhere else."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import mailbox
from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Units, open_engine
from identity.mail import courier, messages
from identity.mail.messages import Addressee, Letterhead

JSON = {"accept": "application/json"}
TOWN = Letterhead("La <b>Régie</b>", "regie@example.org", "http://localhost:8000", None, "La <b>Régie</b>")

Send = Callable[..., None]


@pytest.fixture
def units(database_url: str) -> Iterator[Units]:
    """The demonstration's database."""
    settings = Settings(
        database_url=database_url, secret_key=["a secret of the demonstration" * 2], demo="on"
    )
    engine = open_engine(settings)
    yield Units(engine, settings)
    engine.dispose()


@pytest.fixture
def client(units: Units) -> TestClient:
    """A browser, or a program."""
    return TestClient(Starlette(routes=mailbox.routes(units)))


@pytest.fixture
def send(units: Units) -> Send:
    """Have a reset link delivered to each address, in this order."""

    def deliver(*recipients: str) -> None:
        for recipient in recipients:
            with units.begin() as work:
                messages.reset_password(
                    work,
                    TOWN,
                    Addressee(recipient, "fr", "Jean <script>alert(1)</script>"),
                    token=Secret("abc"),
                    expires_at=work.now + timedelta(hours=1),
                )
            courier.deliver_due(units)

    return deliver


def policy(header: str) -> dict[str, str]:
    """A content security policy, by directive."""
    return {name: value for name, _, value in (part.strip().partition(" ") for part in header.split(";"))}


def test_programs_read_every_mail_the_newest_first(client: TestClient, send: Send) -> None:
    """With exactly the fields that they are promised."""
    send("jean@example.org", "claire@example.org")
    response = client.get("/demo/mailbox", headers=JSON)
    mails = response.json()
    assert [mail["to"] for mail in mails] == ["claire@example.org", "jean@example.org"]
    assert set(mails[0]) == {"to", "subject", "text", "html", "links", "sentAt"}
    assert mails[0]["subject"] == "Choisissez un nouveau mot de passe"
    assert mails[0]["links"] == ["http://localhost:8000/reset#token=abc"]
    assert datetime.fromisoformat(mails[0]["sentAt"]).utcoffset() == timedelta(0)
    assert response.headers["cache-control"] == "no-store"


def test_a_program_may_ask_for_one_reader(client: TestClient, send: Send) -> None:
    """However the address is written; nobody's mail is an empty list."""
    send("jean@example.org", "claire@example.org")
    for to, found in (("Jean@EXAMPLE.org", ["jean@example.org"]), ("nobody@example.org", [])):
        mails = client.get("/demo/mailbox", params={"to": to}, headers=JSON).json()
        assert [mail["to"] for mail in mails] == found


def test_people_go_from_the_list_to_a_mail_and_its_link(client: TestClient, send: Send) -> None:
    """Without a script: list, mail, framed HTML; what the mail holds is shown, not obeyed."""
    send("jean@example.org")
    listed = client.get("/demo/mailbox").text
    [path] = re.findall(r'href="(/demo/mailbox/\d+)"', listed)
    page = client.get(path).text
    assert 'href="http://localhost:8000/reset#token=abc"' in page
    assert f'src="{path}/html"' in page
    assert re.search(r'<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"', page)
    assert "<script" not in page + listed
    assert "<b>" not in page + listed
    html = client.get(f"{path}/html")
    assert '<base target="_blank">' in html.text
    assert "<script" not in html.text


def test_pages_run_nothing_and_fetch_nothing(client: TestClient, send: Send) -> None:
    """Their one style is named by its digest; a mail's own page is sandboxed wherever it is opened."""
    send("jean@example.org")
    response = client.get("/demo/mailbox")
    rules = policy(response.headers["content-security-policy"])
    [style] = re.findall("<style>(.*?)</style>", response.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert rules["style-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "script-src" not in rules
    assert " style=" not in response.text
    letter = client.get(re.findall(r'href="(/demo/mailbox/\d+)"', response.text)[0] + "/html")
    rules = policy(letter.headers["content-security-policy"])
    assert "allow-scripts" not in rules["sandbox"]
    assert "allow-same-origin" not in rules["sandbox"]
    assert rules["default-src"] == "'none'"


def test_a_mail_that_is_not_there_is_not_found(client: TestClient) -> None:
    """Neither its page nor its HTML."""
    for path in ("/demo/mailbox/7", "/demo/mailbox/7/html", "/demo/mailbox/x"):
        assert client.get(path).status_code == 404
    assert client.get("/demo/mailbox/7", headers=JSON).status_code == 404


def test_a_strange_number_or_address_is_no_fault_of_the_server(client: TestClient) -> None:
    """Longer than any key, or than any address; with characters that a database cannot hold."""
    assert client.get("/demo/mailbox/99999999999999999999").status_code == 404
    assert client.get("/demo/mailbox", params={"to": "x" * 5000 + "\0é"}, headers=JSON).json() == []


def test_outside_the_demonstration_there_is_no_mailbox(units: Units) -> None:
    """Not even a route."""
    town = replace(units, settings=units.settings.model_copy(update={"demo": "off"}))
    assert mailbox.routes(town) == []
