"""One-time links: issued, looked at as often as one likes, redeemed once. Owns their table.

Only the SHA-256 of a token is stored. Reading a link changes nothing, so mail scanners leave it usable. Where
a link leads and what it does belongs to the flow that issued it; `subject` is that flow's own row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.columns import BIG_ID, enum_type
from identity.foundation.errors import LinkExpired, LinkInvalid, LinkUsed
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork

REMEMBERED = timedelta(days=28)
"""How long past its end a link can still say that it expired, rather than that it never was.

With the 48 hours of a registration's link, no longer than a closed account is kept: a masked e-mail tells too.
"""


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM_REGISTRATION = "CONFIRM_REGISTRATION"
    CONFIRM_REQUEST = "CONFIRM_REQUEST"
    ACTIVATE_ACCOUNT = "ACTIVATE_ACCOUNT"
    LINK_CONTRACT = "LINK_CONTRACT"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 - the name of a purpose
    CHANGE_EMAIL = "CHANGE_EMAIL"
    UNDO_EMAIL_CHANGE = "UNDO_EMAIL_CHANGE"


class Status(StrEnum):
    """What a link is worth."""

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    USED = "USED"
    UNKNOWN = "UNKNOWN"


_OPEN = text("ended_at IS NULL")


class OneTimeLink(SQLModel, table=True):
    """A link that was sent. `ended_at` is when it was used, or replaced by a newer one."""

    __tablename__ = "links"
    __table_args__ = (
        Index("uq_links_open", "purpose", "subject", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    """One open link of a purpose and subject, whoever issues at the same moment and whatever they hold."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    token_digest: str = Field(max_length=64, unique=True)
    purpose: Purpose = Field(sa_type=enum_type(Purpose, "purpose"))
    subject: str = Field(max_length=64, index=True)
    masked_email: str = Field(max_length=320)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Look:
    """What may be told of a link to whoever holds it."""

    status: Status
    purpose: Purpose | None = None
    masked_email: str | None = None
    expires_at: datetime | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Errand:
    """What a new link is for: the purpose, the flow's row, the address it goes to, how long it lives."""

    purpose: Purpose
    subject: str
    email: str
    lifetime: timedelta


_TABLE = OneTimeLink.__table__  # type: ignore[attr-defined]


def issue(work: UnitOfWork, errand: Errand) -> Secret:
    """A new link's token; former links of this purpose and subject are worth nothing from now on.

    Of N issued at the same moment the last one is good.
    """
    token = tokens.new_token()
    while not _replace(work, errand, token):
        pass  # another was issued meanwhile, and can be seen by now
    return token


def look(work: UnitOfWork, token: str) -> Look:
    """What a link is worth, changing nothing."""
    row = work.execute(select(_TABLE).where(_TABLE.c.token_digest == tokens.digest(token))).one_or_none()
    if row is None:
        return Look(Status.UNKNOWN)
    status = Status.USED if row.ended_at else Status.EXPIRED if row.expires_at <= work.now else Status.VALID
    return Look(status, row.purpose, row.masked_email, row.expires_at, row.subject)


def require(work: UnitOfWork, token: str, purpose: Purpose) -> str:
    """The subject of a usable link, without using it; LinkInvalid, LinkExpired or LinkUsed."""
    seen = look(work, token)
    if seen.purpose is not purpose or seen.subject is None:
        raise LinkInvalid
    if seen.status is Status.USED:
        raise LinkUsed
    if seen.status is Status.EXPIRED:
        raise LinkExpired
    return seen.subject


def redeem(work: UnitOfWork, token: str, purpose: Purpose) -> str:
    """Use the link up and give its subject; of N at the same moment one succeeds. Refuses as `require`."""
    subject = require(work, token, purpose)
    claim = update(_TABLE).where(_TABLE.c.token_digest == tokens.digest(token), _TABLE.c.ended_at.is_(None))
    if work.execute(claim.values(ended_at=work.now)).rowcount != 1:
        raise LinkUsed
    return subject


def _replace(work: UnitOfWork, errand: Errand, token: Secret) -> bool:
    """Put this link in the place of the open ones; False where another one was put there at the same moment."""
    withdraw(work, errand.purpose, errand.subject)
    link = OneTimeLink(
        token_digest=tokens.digest(token.reveal()),
        purpose=errand.purpose,
        subject=errand.subject,
        masked_email=mask(errand.email),
        created_at=work.now,
        expires_at=work.now + errand.lifetime,
    )
    try:
        with work.session.begin_nested():
            work.session.add(link)
    except IntegrityError:
        return False
    return True


def withdraw(work: UnitOfWork, purpose: Purpose, subject: str) -> None:
    """End every open link of this purpose and subject: they answer LINK_USED."""
    work.execute(
        update(_TABLE)
        .where(_TABLE.c.subject == subject, _TABLE.c.purpose == purpose, _TABLE.c.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def forget(work: UnitOfWork, subjects: Collection[str]) -> None:
    """Forget every link of these subjects: whoever holds one is told that it never was."""
    work.execute(delete(_TABLE).where(_TABLE.c.subject.in_(subjects)))


def purge(work: UnitOfWork) -> None:
    """Forget links that ended long ago."""
    work.execute(delete(_TABLE).where(_TABLE.c.expires_at < work.now - REMEMBERED))


def mask(email: str) -> str:
    """`j•••@exemple.fr`: enough to recognise one's own address, too little to learn another's."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"
