"""The demonstration's mailbox: captures mail instead of sending it. Owns the table of captured mail.

Outside the demonstration nothing is ever written here: these letters are in clear.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, delete, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import emails
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail.mime import Parcel, one_line

KEPT = 1000
"""Letters; older ones make room."""

LARGEST_ID = 2**63 - 1

_LINK = re.compile(r"https?://[^\s<>\"]+")


class CapturedMail(SQLModel, table=True):
    """A letter that would have been sent."""

    __tablename__ = "captured_mail"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    message_id: str = Field(max_length=320, unique=True)
    recipient: str = Field(max_length=320)
    recipient_folded: str = Field(max_length=320, index=True)
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    links: list[str] = Field(sa_type=JSON_DOCUMENT)
    sent_at: datetime


@dataclass(frozen=True)
class Captured:
    """A letter as its reader sees it; `links` are those of the text part, the one to follow first."""

    id: int
    to: str
    subject: str
    text: str
    html: str
    links: list[str]
    sent_at: datetime


_TABLE = CapturedMail.__table__  # type: ignore[attr-defined]
_READ = select(
    _TABLE.c.id,
    _TABLE.c.recipient.label("to"),
    _TABLE.c.subject,
    _TABLE.c.text,
    _TABLE.c.html,
    _TABLE.c.links,
    _TABLE.c.sent_at,
)


def capture(work: UnitOfWork, parcel: Parcel) -> None:
    """Keep one letter; the same letter again changes nothing."""
    letter = parcel.letter
    captured = CapturedMail(
        message_id=parcel.message_id,
        recipient=letter.recipient,
        recipient_folded=emails.fold(letter.recipient),
        subject=one_line(letter.subject),
        text=letter.text,
        html=letter.html,
        links=_LINK.findall(letter.text),
        sent_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(captured)
    except IntegrityError:
        return
    work.execute(delete(_TABLE).where(_TABLE.c.id <= (captured.id or 0) - KEPT))


def newest(work: UnitOfWork, limit: int = 100, to: str | None = None) -> list[Captured]:
    """The latest letters, the newest first; only those to one address where it is given."""
    chosen = _READ.order_by(_TABLE.c.id.desc()).limit(limit)
    if to is not None:
        chosen = chosen.where(_TABLE.c.recipient_folded == emails.fold(to.replace("\0", "")))
    return [Captured(**row) for row in work.execute(chosen).mappings()]


def find(work: UnitOfWork, mail_id: int) -> Captured | None:
    """One letter, or None."""
    if mail_id > LARGEST_ID:
        return None
    row = work.execute(_READ.where(_TABLE.c.id == mail_id)).mappings().one_or_none()
    return Captured(**row) if row else None


class Slot:
    """Takes letters in place of a relay's line."""

    letters_left = KEPT

    def __init__(self, units: Units) -> None:
        self._units = units

    def send(self, parcel: Parcel) -> None:
        """Keep one letter."""
        with self._units.begin() as work:
            capture(work, parcel)

    def close(self) -> None:
        """Nothing is open."""

    def abort(self) -> None:
        """Nothing waits."""
