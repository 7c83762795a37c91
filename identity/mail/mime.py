"""Packs a letter for the wire: headers that cannot be forged, bodies whose links stay whole. Knows no server.

Every header value is one line of printable text, whatever a person typed. Both bodies are quoted-printable,
so that no relay wraps or re-encodes them.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import idna

from identity.mail.outbox import Letter

LONGEST_NAME = 100

_LOCAL_PART = re.compile(r"[^\s\"<>()\[\]:;,\\@\x00-\x20\x7f-\x9f]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


class Malformed(ValueError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True)
class Parcel:
    """A letter as a relay is handed it: the envelope's addresses, their domains in ASCII, and the content."""

    letter: Letter
    message_id: str
    sender: str
    recipient: str
    content: bytes
    international: bool
    """An address has letters that only SMTPUTF8 (RFC 6531) can carry."""


def pack(letter: Letter, message_id: str, posted_at: datetime) -> Parcel:
    """The parcel of a letter, the same at every attempt; Malformed for an address that is none."""
    sender, recipient = _address(letter.sender_address), _address(letter.recipient)
    reply_to = _address(letter.reply_to) if letter.reply_to else None
    international = not f"{sender}{recipient}{reply_to}".isascii()
    message = EmailMessage(policy.SMTPUTF8 if international else policy.SMTP)
    message["From"] = _named(letter.sender_name, sender)
    message["To"] = _named(letter.recipient_name or "", recipient)
    if reply_to:
        message["Reply-To"] = _named(letter.sender_name, reply_to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(posted_at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday reply comes back
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language  # last: setting the content clears what describes it
    return Parcel(letter, message_id, sender, recipient, message.as_bytes(), international)


def one_line(text: str) -> str:
    """The text without line breaks, control, format and unassigned characters; runs of spaces become one."""
    printable = (" " if _is_unprintable(character) else character for character in text)
    return re.sub(" +", " ", "".join(printable)).strip()


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def _named(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name)[:LONGEST_NAME].strip(), local, domain)


def _address(typed: str) -> str:
    local, _, domain = typed.strip().rpartition("@")
    try:
        host = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise Malformed from None
    if not _LOCAL_PART.fullmatch(local) or not _HOST.fullmatch(host):
        raise Malformed
    return f"{local}@{host}"
