"""What goes over the wire: headers that nobody can forge, addresses and links that arrive whole."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.foundation.unit_of_work import Units
from identity.mail import courier, mime, outbox
from identity.mail.outbox import Letter, State
from tests.mail.stage import trace
from tests.support import smtp

WHEN = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
MESSAGE_ID = "<one@eaux.example>"
HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted",
    "MIME-Version", "Content-Type",
}  # fmt: skip
LINK = "https://eaux.example/espace/confirm#token=" + "x" * 200


def letter(**changes: str | None) -> Letter:
    """A letter, and what is unusual about it."""
    usual: dict[str, str | None] = {
        "kind": "test",
        "language": "fr",
        "sender_name": "Régie des eaux",
        "sender_address": "ne-pas-repondre@eaux.example",
        "recipient": "jean@example.org",
        "recipient_name": "Jean",
        "reply_to": "aide@eaux.example",
        "subject": "Confirmez",
        "text": "Bonjour",
        "html": "<p>Bonjour</p>",
    }
    return Letter(**(usual | changes))  # type: ignore[arg-type]


def read(letter: Letter) -> EmailMessage:
    """The packed letter, as a mail program reads it."""
    content = mime.pack(letter, MESSAGE_ID, WHEN).content
    return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


anything = st.text(max_size=120)
trouble = st.text(alphabet='\r\n\t\0\x0b\x85\u2028ab:<>@,;"\\=?é ', max_size=120)


@given(name=anything | trouble, sender=anything | trouble, subject=anything | trouble)
def test_no_name_and_no_subject_adds_a_header(name: str, sender: str, subject: str) -> None:
    """Whatever is typed: the headers are ours, once each, and the mail goes where it was sent."""
    message = read(letter(recipient_name=name, sender_name=sender, subject=subject))
    assert sorted(message.keys()) == sorted(HEADERS)
    assert [address.addr_spec for address in message["To"].addresses] == ["jean@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["ne-pas-repondre@eaux.example"]
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Bonjour"


@pytest.mark.parametrize(
    "injected", ["\r\nBcc: all@example.org", "\nBcc: all@example.org", "\r\n\r\nBonjour"]
)
def test_a_line_break_becomes_a_space(injected: str) -> None:
    """The words stay where they were typed."""
    message = read(letter(subject="Clé" + injected, recipient_name="Jean" + injected))
    assert message["Subject"] == " ".join(("Clé" + injected).split())
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "name",
    [
        "Éloïse Lefèvre",
        "Dupont, Jean",
        'Jean "le Grand"',
        "Régie (eaux) <usagers>",
        "株式会社",
        "O’Neill; fils",
    ],
)
def test_names_arrive_as_they_were_written(name: str) -> None:
    """Accents, commas, quotes and all."""
    message = read(letter(recipient_name=name, sender_name=name))
    assert message["To"].addresses[0].display_name == name
    assert message["From"].addresses[0].display_name == name


def test_a_long_link_arrives_whole() -> None:
    """In both parts, although no line on the wire is longer than mail allows."""
    written = letter(text=f"Ouvrez :\n\n    {LINK}\n", html=f'<a href="{LINK}">Ouvrir</a>')
    packed = mime.pack(written, MESSAGE_ID, WHEN)
    message = message_from_bytes(packed.content, _class=EmailMessage, policy=policy.default)
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert LINK in part.get_content()
    assert max(map(len, packed.content.split(b"\r\n"))) <= 78
    assert packed.content.isascii()


def test_the_same_letter_is_packed_the_same_way() -> None:
    """Message-ID and Date belong to the letter, not to the attempt."""
    message = read(letter())
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Date"].datetime == WHEN


@pytest.mark.parametrize(
    "address",
    [
        "jean@example.org\r\nBcc: all@example.org",
        "jean@example.org\r\nRCPT TO:<all@example.org>",
        "jean example@example.org",
        "jean@example.org, all@example.org",
        "<jean@example.org>",
        "jean@exa\0mple.org",
        "jean@",
        "@example.org",
        "jean",
        "jean@" + "é" * 70 + ".fr",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Whichever part of the letter it is in."""
    for field in ("recipient", "sender_address"):
        with pytest.raises(mime.Malformed):
            mime.pack(letter(**{field: address}), MESSAGE_ID, WHEN)


def test_an_address_that_is_none_is_settled_and_holds_up_nothing(units: Units, smtp_sink: smtp.Sink) -> None:
    """An old import may hold anything; the next letter leaves."""
    with units.begin() as work:
        outbox.post(work, letter(recipient="all@example.org, jean@example.org"))
        outbox.post(work, letter())
    assert courier.deliver_due(units) == 1
    assert trace(units, "all@example.org, jean@example.org").state is State.REFUSED


def test_a_domain_with_accents_travels_in_ascii(units: Units, smtp_sink: smtp.Sink) -> None:
    """Envelope and header alike: no relay needs to know more."""
    with units.begin() as work:
        outbox.post(
            work, letter(recipient="jean@châteauneuf.example", sender_address="mairie@châteauneuf.example")
        )
    courier.deliver_due(units)
    [received] = smtp_sink.wait_for(1)
    assert received.recipients == ["jean@xn--chteauneuf-44a.example"]
    assert received.sender == "mairie@xn--chteauneuf-44a.example"


def test_a_local_part_with_accents_goes_by_smtputf8(units: Units, smtp_sink: smtp.Sink) -> None:
    """The relay offers it."""
    with units.begin() as work:
        outbox.post(work, letter(recipient="éloïse@example.org", recipient_name="Éloïse"))
    courier.deliver_due(units)
    [received] = smtp_sink.wait_for(1)
    assert received.recipients == ["éloïse@example.org"]
    assert "éloïse@example.org" in str(received.message["To"])
    assert LINK not in received.text
