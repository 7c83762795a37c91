"""Every e-mail, in both languages: who writes, what to follow first, and nothing that a stranger typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from inspect import isfunction

import pytest

from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import courier, messages
from identity.mail.messages import Addressee, Letterhead
from tests.support import smtp

TOKEN = Secret("tOkEn-with_43-characters-that-is-not-a-word")
CODE = Secret("042917")
KEY = Secret("1234-ABCD-5678-EFGH")
PORTAL = "https://eaux.example/espace"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what a letter says is decided before it is written."""
    return sqlite_url


@dataclass(frozen=True)
class Case:
    """How a message is posted, and the address that its text must show first (None: it has none)."""

    post: Callable[[UnitOfWork, Letterhead, Addressee, datetime], None]
    first_link: str | None
    named: bool
    """Has its reader confirmed the address, so that the name in it is theirs?"""


CASES = {
    "activation_key": Case(
        lambda w, head, to, end: messages.activation_key(w, head, to, key=KEY, expires_at=end),
        f"/register#key={KEY.reveal()}",
        True,
    ),
    "confirm_registration": Case(
        lambda w, head, to, end: messages.confirm_registration(
            w, head, to, token=TOKEN, code=CODE, expires_at=end
        ),
        f"/confirm#token={TOKEN.reveal()}",
        False,
    ),
    "account_exists": Case(
        lambda w, head, to, end: messages.account_exists(w, head, to, token=TOKEN, expires_at=end),
        f"/link-contract#token={TOKEN.reveal()}",
        False,
    ),
    "registration_confirmed": Case(
        lambda w, head, to, end: messages.registration_confirmed(w, head, to), "/", True
    ),
    "contract_linked": Case(
        lambda w, head, to, end: messages.contract_linked(w, head, to, contract_number="1234567"), "/", True
    ),
    "confirm_request": Case(
        lambda w, head, to, end: messages.confirm_request(
            w, head, to, token=TOKEN, reference="D-2026-7", expires_at=end
        ),
        f"/confirm-request#token={TOKEN.reveal()}",
        False,
    ),
    "request_approved": Case(
        lambda w, head, to, end: messages.request_approved(
            w, head, to, token=TOKEN, reference="D-2026-7", expires_at=end
        ),
        f"/activate#token={TOKEN.reveal()}",
        True,
    ),
    "request_rejected": Case(
        lambda w, head, to, end: messages.request_rejected(
            w, head, to, reference="D-2026-7", reason="Aucun contrat <à ce nom>"
        ),
        None,
        True,
    ),
    "reset_password": Case(
        lambda w, head, to, end: messages.reset_password(w, head, to, token=TOKEN, expires_at=end),
        f"/reset#token={TOKEN.reveal()}",
        True,
    ),
    "no_account": Case(lambda w, head, to, end: messages.no_account(w, head, to), "/register", False),
    "password_changed": Case(
        lambda w, head, to, end: messages.password_changed(w, head, to), "/forgot", True
    ),
    "confirm_new_email": Case(
        lambda w, head, to, end: messages.confirm_new_email(w, head, to, token=TOKEN, expires_at=end),
        f"/confirm-email#token={TOKEN.reveal()}",
        False,
    ),
    "email_changed": Case(
        lambda w, head, to, end: messages.email_changed(
            w, head, to, token=TOKEN, new_email_masked="j•••@example.net", expires_at=end
        ),
        f"/undo-email#token={TOKEN.reveal()}",
        True,
    ),
    "email_restored": Case(
        lambda w, head, to, end: messages.email_restored(w, head, to, token=TOKEN, expires_at=end),
        f"/reset#token={TOKEN.reveal()}",
        True,
    ),
    "account_closed": Case(
        lambda w, head, to, end: messages.account_closed(w, head, to, erased_on=end), None, True
    ),
}


class Outline(HTMLParser):
    """What a reader by ear gets of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: dict[str, str] = {}
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.words = ""
        self._link: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.tags.append(tag)
        self.attributes.setdefault(tag, dict(attrs))
        if tag == "a":
            self._link = dict(attrs)["href"]

    def handle_endtag(self, tag: str) -> None:
        """Note that a link has ended."""
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        """Note the words, and which of them are a link's."""
        self.words += data
        if self._link:
            self.links.setdefault(self._link, data)


def sent(units: Units, sink: smtp.Sink, case: Case, letterhead: Letterhead, to: Addressee) -> smtp.Received:
    """The message, as the SMTP server got it."""
    with units.begin() as work:
        case.post(work, letterhead, to, work.now + timedelta(hours=48))
    courier.deliver_due(units)
    return sink.wait_for(1)[-1]


def test_every_message_has_a_case_here() -> None:
    """A message that is added is tested too."""
    written = {
        name
        for name, value in vars(messages).items()
        if isfunction(value) and value.__module__ == messages.__name__ and not name.startswith("_")
    }
    assert written == set(CASES)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", CASES)
def test_a_message_says_what_to_do_first_and_who_writes(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee, name: str, language: str
) -> None:
    """Text and HTML hold the same links and the operator's name; the language is told to machines too."""
    case = CASES[name]
    received = sent(units, smtp_sink, case, letterhead, replace(to, language=language))
    page = Outline(received.html)
    assert received.links[:1] == ([PORTAL + case.first_link] if case.first_link else [])
    assert set(received.links) == set(page.links)
    assert letterhead.signature in received.text.replace("\xa0", " ")
    assert letterhead.signature in page.words.replace("\xa0", " ")
    assert page.attributes["html"]["lang"] == received.message["Content-Language"] == language
    assert received.message["From"].addresses[0].display_name == letterhead.sender_name
    assert received.message["Reply-To"].addresses[0].addr_spec == letterhead.support_email
    assert received.message["Auto-Submitted"] == "auto-generated"
    assert {line[:2] for line in received.text.splitlines()} & {"{{", "{%"} == set()


@pytest.mark.parametrize("name", CASES)
def test_a_message_is_readable_without_eyes_or_images(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee, name: str
) -> None:
    """One heading, links that say where they lead, no image, no table, nothing fetched from elsewhere."""
    received = sent(units, smtp_sink, CASES[name], letterhead, to)
    page = Outline(received.html)
    assert page.tags.count("h1") == 1
    assert not {"img", "table", "script", "link", "style", "iframe"} & set(page.tags)
    assert "url(" not in received.html
    for link, words in page.links.items():
        assert words != link, "the first words of a link say what it does"
        assert page.words.count(link) >= 1, "and the address can be read and copied"


@pytest.mark.parametrize("name", CASES)
def test_a_name_is_told_only_to_whoever_confirmed_the_address(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, name: str
) -> None:
    """Nobody can have the town write « Gagnez mille euros » to an address that is not theirs."""
    bait = Addressee("victim@example.org", "fr", "Gagnez mille euros")
    received = sent(units, smtp_sink, CASES[name], letterhead, bait)
    everything = received.text + received.html + str(received.message["To"])
    assert ("Gagnez mille euros" in everything) is CASES[name].named


def test_the_confirmation_offers_the_link_then_the_code_then_a_way_out(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee
) -> None:
    """In this order; the delay is told in the words of seed 004."""
    received = sent(units, smtp_sink, CASES["confirm_registration"], letterhead, to)
    assert received.links == [
        f"{PORTAL}/confirm#token={TOKEN.reveal()}",
        f"{PORTAL}/disown#token={TOKEN.reveal()}",
    ]
    text = received.text
    assert text.index("/confirm#") < text.index(CODE.reveal()) < text.index("Ce n’est pas moi")
    assert re.findall(r"\b\d{6}\b", text) == [CODE.reveal()]
    assert "ce lien n’est valable que 48 heures" in text
    assert "vous devrez recommencer entièrement la procédure" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("registration_confirmed", "Votre compte a été validé."),
        ("password_changed", "Votre mot de passe a été mis à jour."),
        ("activation_key", "composée de 16 caractères (lettres et chiffres)"),
        ("activation_key", KEY.reveal()),
    ],
)
def test_the_words_of_the_seeds_are_kept(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee, name: str, words: str
) -> None:
    """In the text and in the HTML."""
    received = sent(units, smtp_sink, CASES[name], letterhead, to)
    assert words in received.text
    assert words in Outline(received.html).words


def test_a_reset_link_says_that_it_lives_one_hour(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee
) -> None:
    """In words, and until when."""
    with units.begin() as work:
        messages.reset_password(work, letterhead, to, token=TOKEN, expires_at=work.now + timedelta(hours=1))
    courier.deliver_due(units)
    assert "valable une heure, jusqu’au " in smtp_sink.wait_for(1)[0].text


def test_what_an_agent_typed_stays_words(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee
) -> None:
    """Neither markup nor a paragraph of its own."""
    with units.begin() as work:
        messages.request_rejected(
            work, letterhead, to, reference="D-1", reason="<b>Non</b>\n\n    https://evil.example\r\nBcc: x"
        )
    courier.deliver_due(units)
    received = smtp_sink.wait_for(1)[0]
    assert "« <b>Non</b> https://evil.example Bcc: x »" in received.text.replace("\xa0", " ")
    assert "b" not in Outline(received.html).tags
    assert received.message["Bcc"] is None


def test_a_language_that_is_not_spoken_is_french(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee
) -> None:
    """Rather than no mail at all."""
    received = sent(units, smtp_sink, CASES["no_account"], letterhead, replace(to, language="de"))
    assert received.subject == "Aucun compte avec cette adresse"


def test_an_operator_without_support_address_asks_for_no_reply(
    units: Units, smtp_sink: smtp.Sink, letterhead: Letterhead, to: Addressee
) -> None:
    """And offers none."""
    alone = replace(letterhead, support_email=None)
    received = sent(units, smtp_sink, CASES["no_account"], alone, to)
    assert received.message["Reply-To"] is None
    assert "merci de ne pas y répondre" in received.text
