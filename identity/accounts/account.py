"""Accounts: a confirmed e-mail, a password, a profile. Owns their table.

An account exists only once its e-mail is confirmed. What happens to one is told by the flows beside this file.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel, select

from identity.directory.subscribers import Civility, LegalNature
from identity.foundation.columns import enum_type
from identity.foundation.unit_of_work import UnitOfWork


class Account(SQLModel, table=True):
    """One citizen, or one organisation."""

    __tablename__ = "accounts"

    id: str = Field(primary_key=True, max_length=36)
    email: str = Field(max_length=320)
    """As its owner writes it: where mail goes."""
    email_folded: str | None = Field(default=None, max_length=320, unique=True)
    """As it is compared (see emails.fold); None once erased."""
    password_hash: str = Field(max_length=200)
    legal_nature: LegalNature = Field(sa_type=enum_type(LegalNature, "legal_nature"))
    civility: Civility | None = Field(default=None, sa_type=enum_type(Civility, "civility"))
    organization_name: str | None = Field(default=None, max_length=200)
    family_name: str = Field(max_length=100)
    given_name: str = Field(max_length=100)
    phone: str | None = Field(default=None, max_length=20)
    mobile: str | None = Field(default=None, max_length=20)
    language: str = Field(default="fr", max_length=2)
    created_at: datetime
    updated_at: datetime
    credentials_changed_at: datetime
    """Tokens and links older than this are worth nothing."""
    locked_at: datetime | None = None
    """By an agent; a locked account cannot sign in."""
    closed_at: datetime | None = None
    """By its owner; its personal data go 30 days later."""
    erased_at: datetime | None = None


def find(work: UnitOfWork, account_id: str) -> Account | None:
    """The open account of this id, or None."""
    account = work.session.get(Account, account_id)
    return account if account and not account.closed_at else None


def find_by_email(work: UnitOfWork, email_folded: str) -> Account | None:
    """The open account of this folded e-mail, or None."""
    statement = select(Account).where(Account.email_folded == email_folded)
    account = work.session.exec(statement).one_or_none()
    return account if account and not account.closed_at else None
