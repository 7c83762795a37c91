"""Requests for an account by people who have no key. Owns their table and their reference numbers.

A request holds nothing of the directory until an agent approves it; what happens to one is told by `request`
and by the back office.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, SQLModel, col, select

from identity.foundation import tokens
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT, enum_type
from identity.foundation.errors import KeyMalformed
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail.messages import Addressee
from identity.proof import key_form

REFERENCE_HALF = 5
"""`XXXXX-XXXXX`: 50 bits, short enough to be said on the telephone."""
REMEMBERED = timedelta(days=365)
"""How long a decided request can still be asked about."""


class State(StrEnum):
    """How far a request has come."""

    UNCONFIRMED = "UNCONFIRMED"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class AccountRequest(SQLModel, table=True):
    """Somebody asks an operator for an account."""

    __tablename__ = "account_requests"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    operator_id: int = Field(foreign_key="operators.id", sa_type=BIG_ID, index=True)
    reference: str = Field(max_length=16, unique=True)
    """What the person quotes to the operator."""
    state: State = Field(default=State.UNCONFIRMED, sa_type=enum_type(State, "state"))
    email: str = Field(max_length=320)
    email_folded: str = Field(max_length=320)
    language: str = Field(max_length=2)
    profile: dict[str, Any] = Field(sa_type=JSON_DOCUMENT)
    """As accounts.profiles writes it."""
    address_lines: list[str] = Field(sa_type=JSON_DOCUMENT)
    postcode: str = Field(max_length=10)
    city: str = Field(max_length=100)
    contract_number: str | None = Field(default=None, max_length=64)
    comment: str | None = Field(default=None, max_length=2000)
    terms_version: str = Field(max_length=32)
    terms_accepted_at: datetime
    network: str = Field(max_length=64)
    """Where the terms were accepted from."""
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    """When the e-mail must be confirmed by."""
    reason: str | None = Field(default=None, max_length=1000)
    """Why it was rejected, as the person reads it."""
    subscriber_id: int | None = Field(default=None, foreign_key="subscribers.id", sa_type=BIG_ID)
    """Whom the agent recognised."""
    decided_by: str | None = Field(default=None, max_length=100)
    activated_at: datetime | None = None

    @property
    def addressee(self) -> Addressee:
        """To whom its e-mails go."""
        return Addressee(self.email, self.language, self.full_name or None)

    @property
    def full_name(self) -> str:
        """Given name and family name, as typed."""
        names = (self.profile.get("given_name"), self.profile.get("family_name"))
        return " ".join(name for name in names if name)


def new_reference() -> str:
    """A fresh reference, as it is quoted."""
    symbols = tokens.new_symbols(key_form.ALPHABET, 2 * REFERENCE_HALF)
    return f"{symbols[:REFERENCE_HALF]}-{symbols[REFERENCE_HALF:]}"


def find(work: UnitOfWork, quoted: str) -> AccountRequest | None:
    """The request of this reference, however it is spelt, or None."""
    reference = _read(quoted)
    return work.session.exec(
        select(AccountRequest).where(AccountRequest.reference == reference)
    ).one_or_none()


def purge(work: UnitOfWork) -> None:
    """Forget requests that were never confirmed, and those decided a year ago."""
    table = AccountRequest.__table__  # type: ignore[attr-defined]
    unconfirmed = col(AccountRequest.state) == State.UNCONFIRMED
    decided = col(AccountRequest.state).in_([State.APPROVED, State.REJECTED])
    work.execute(delete(table).where(unconfirmed, col(AccountRequest.expires_at) <= work.now))
    work.execute(delete(table).where(decided, col(AccountRequest.updated_at) < work.now - REMEMBERED))


def _read(quoted: str) -> str:
    """The reference that was meant; what cannot be one becomes the empty text, which nothing bears."""
    try:
        folded = key_form.fold(quoted)
    except KeyMalformed:
        return ""
    if len(folded) != 2 * REFERENCE_HALF or not set(folded) <= set(key_form.ALPHABET):
        return ""
    return f"{folded[:REFERENCE_HALF]}-{folded[REFERENCE_HALF:]}"
