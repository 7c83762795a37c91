"""Registrations that wait for their e-mail to be confirmed. Owns their table, their codes and their tries.

A waiting registration holds neither the key nor the contract: the first to confirm has it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from identity.directory.operators import ProofMethod
from identity.foundation import links, tokens
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT, enum_type
from identity.foundation.links import Purpose
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork

LIFETIME = timedelta(hours=48)
TRIES_A_MAIL = 5
TRIES_A_REGISTRATION = 15
REMEMBERED = timedelta(days=7)
MAILED = (Purpose.CONFIRM_REGISTRATION, Purpose.LINK_CONTRACT)
"""What the links in the letters of a registration are for."""


class Registration(SQLModel, table=True):
    """Somebody registered, and has not confirmed yet."""

    __tablename__ = "registrations"

    id: str = Field(primary_key=True, max_length=36)
    operator_id: int = Field(foreign_key="operators.id", sa_type=BIG_ID)
    subscriber_id: int = Field(foreign_key="subscribers.id", sa_type=BIG_ID)
    key_id: int | None = Field(default=None, sa_type=BIG_ID)
    method: ProofMethod = Field(sa_type=enum_type(ProofMethod, "method"))
    proof_id: str = Field(max_length=36, index=True)
    """Registering again with the same proof replaces the former registration."""
    email: str = Field(max_length=320)
    email_folded: str = Field(max_length=320, index=True)
    existing_account: bool = False
    """The e-mail has an account already: the mailbox is told so, the screen is not."""
    password_hash: str = Field(max_length=200)
    profile: dict[str, Any] = Field(sa_type=JSON_DOCUMENT)
    language: str = Field(max_length=2)
    continue_with: str | None = Field(default=None, max_length=64)
    """What the person was about before, as whoever sent them here calls it; means nothing to this wing."""
    terms_version: str = Field(max_length=32)
    network: str = Field(max_length=64)
    browser_digest: str = Field(max_length=64, index=True)
    """Of the cookie of the browser that registered."""
    code_digest: str | None = Field(default=None, max_length=64)
    tries: int = 0
    tries_before: int = 0
    """Wrong codes against this mail, and against the mails before it."""
    created_at: datetime
    expires_at: datetime = Field(index=True)
    resend_available_at: datetime
    confirmed_at: datetime | None = None
    voided_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Can it still be confirmed?"""
        return self.status(now) == "WAITING"

    def status(self, now: datetime) -> Literal["WAITING", "CONFIRMED", "EXPIRED"]:
        """How far it is; one that was replaced or disowned has expired."""
        if self.confirmed_at is not None:
            return "CONFIRMED"
        return "WAITING" if self.voided_at is None and now < self.expires_at else "EXPIRED"


@dataclass(frozen=True)
class Typed:
    """A code as typed, with the address that it was sent to."""

    email_folded: str
    code: str


_TABLE = Registration.__table__  # type: ignore[attr-defined]


def find(work: UnitOfWork, registration_id: str) -> Registration | None:
    """The registration of this id, whatever its state, or None."""
    return work.session.get(Registration, registration_id)


def hold(work: UnitOfWork, registration_id: str) -> Registration | None:
    """The same as it is now; nobody else changes it until this transaction ends."""
    return work.hold(Registration, registration_id)


def of_browser(work: UnitOfWork) -> Registration | None:
    """What the visitor's browser registered last, or None."""
    if not work.visitor.browser_token:
        return None
    digest = tokens.digest(work.visitor.browser_token.reveal())
    return work.session.exec(_newest().where(Registration.browser_digest == digest)).first()


def is_of_this_browser(work: UnitOfWork, registration: Registration) -> bool:
    """Is the visitor's browser the one that registered?"""
    here = work.visitor.browser_token
    return here is not None and tokens.equal(tokens.digest(here.reveal()), registration.browser_digest)


def waiting_for(work: UnitOfWork, email_folded: str) -> list[Registration]:
    """The waiting registrations of an address, the newest first."""
    statement = _newest().where(
        Registration.email_folded == email_folded,
        col(Registration.confirmed_at).is_(None),
        col(Registration.voided_at).is_(None),
        Registration.expires_at > work.now,
    )
    return list(work.session.exec(statement))


def to_send_again(work: UnitOfWork, email_folded: str) -> Registration | None:
    """Of the waiting registrations of an address the one that this browser began, or else the newest.

    A stranger who registers with the same address must not slip theirs into the mail that somebody asked for.
    """
    waiting, own = waiting_for(work, email_folded), of_browser(work)
    return next((one for one in waiting if own and one.id == own.id), waiting[0] if waiting else None)


def of_proof(work: UnitOfWork, proof_id: str) -> list[Registration]:
    """The waiting registrations that were made with one proof token."""
    return [
        registration
        for registration in work.session.exec(_newest().where(Registration.proof_id == proof_id))
        if registration.waits(work.now)
    ]


def find_by_code(work: UnitOfWork, typed: Typed) -> Registration | None:
    """The registration that this code confirms; a wrong code costs every candidate one try.

    A row is counted by UPDATE before its code is compared, so that parallel guesses cannot share a try.
    """
    for registration in waiting_for(work, typed.email_folded):
        stored = _take_a_try(work, registration)
        if stored and _is_code(work, registration, typed.code, stored):
            return registration
    return None


def new_code(work: UnitOfWork, registration: Registration) -> Secret:
    """A fresh six-digit code for the next mail of a held registration; the former one is worth nothing."""
    code = tokens.new_code()
    registration.code_digest = _code_digests(work, registration, code.reveal())[0]
    registration.tries_before += registration.tries
    registration.tries = 0
    return code


def confirm(work: UnitOfWork, registration: Registration) -> None:
    """Mark a held registration, which waits, as confirmed."""
    registration.confirmed_at = work.now
    work.session.add(registration)


def void(work: UnitOfWork, registration: Registration) -> None:
    """End a waiting registration: its links answer LINK_USED, its code nothing."""
    work.execute(
        update(_TABLE)
        .where(_TABLE.c.id == registration.id, _TABLE.c.confirmed_at.is_(None), _TABLE.c.voided_at.is_(None))
        .values(voided_at=work.now)
    )
    withdraw_links(work, registration)


def withdraw_links(work: UnitOfWork, registration: Registration) -> None:
    """Make every link that was mailed for a registration worth nothing."""
    for purpose in MAILED:
        links.withdraw(work, purpose, registration.id)


def purge(work: UnitOfWork) -> None:
    """Forget registrations a week after their end, confirmed ones included."""
    work.execute(delete(_TABLE).where(_TABLE.c.expires_at < work.now - REMEMBERED))


def _newest() -> SelectOfScalar[Registration]:
    return select(Registration).order_by(col(Registration.created_at).desc(), col(Registration.id))


def _take_a_try(work: UnitOfWork, registration: Registration) -> str | None:
    """The digest that one more code may be compared with; None where there is none, or no try is left."""
    statement = update(_TABLE).where(
        _TABLE.c.id == registration.id,
        _TABLE.c.tries < TRIES_A_MAIL,
        _TABLE.c.tries + _TABLE.c.tries_before < TRIES_A_REGISTRATION,
    )
    taken = work.execute(statement.values(tries=_TABLE.c.tries + 1).returning(_TABLE.c.code_digest))
    stored: str | None = taken.scalar_one_or_none()
    return stored


def _is_code(work: UnitOfWork, registration: Registration, code: str, stored: str) -> bool:
    digits = "".join(symbol for symbol in code if symbol.isdigit())
    return any(tokens.equal(stored, digest) for digest in _code_digests(work, registration, digits))


def _code_digests(work: UnitOfWork, registration: Registration, code: str) -> list[str]:
    return work.keyring.digests("confirmation-code", f"{registration.id}\x1f{code}")
