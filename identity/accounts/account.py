"""Accounts: a confirmed e-mail, a password, a profile. Owns their table.

An account exists only once its e-mail is confirmed. What happens to one is told by the flows beside this file.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, SQLModel, select

from identity.accounts.profiles import Profile
from identity.directory.subscribers import Civility, LegalNature
from identity.foundation import emails, prepared, tokens
from identity.foundation.columns import JSON_DOCUMENT, enum_type
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail.messages import Addressee


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
    further_claims: dict[str, Any] | None = Field(default=None, sa_type=JSON_DOCUMENT)
    """What else services may be told, by OpenID Connect's own names. Nobody is asked for it."""
    created_at: datetime
    updated_at: datetime
    credentials_version: int = 1
    """Counts what ends everything issued before: sessions and grants under another version are worth nothing.

    A count and no moment: the clocks of two machines cannot say which came first.
    """
    locked_at: datetime | None = None
    """By an agent; a locked account cannot sign in."""
    closed_at: datetime | None = None
    """By its owner; its personal data go 30 days later."""
    erased_at: datetime | None = None


@dataclass(frozen=True)
class Credentials:
    """What a new account signs in with, and the language it is spoken to in."""

    email: str
    password_hash: str
    language: str


def find_or_create(work: UnitOfWork, profile: Profile, credentials: Credentials) -> tuple[Account, bool]:
    """The account of this e-mail, held, and whether it is new.

    One that is being made at this very moment is not: of N who make one, one does.
    """
    if found := _hold_by_email(work, emails.fold(credentials.email)):
        return found, False
    account = Account(
        id=tokens.new_id(),
        email=credentials.email,
        email_folded=emails.fold(credentials.email),
        password_hash=credentials.password_hash,
        language=credentials.language,
        created_at=work.now,
        updated_at=work.now,
        **vars(profile),
    )
    try:
        with work.session.begin_nested():
            work.session.add(account)
    except IntegrityError:
        found = _hold_by_email(work, emails.fold(credentials.email))
        if found is None:
            raise
        return found, False
    return account, True


def hold(work: UnitOfWork, account_id: str) -> Account | None:
    """The open account of this id as it is now, or None; nobody else changes it until this transaction ends."""
    account = work.hold(Account, account_id)
    return account if account and not account.closed_at else None


def find_stored_password(work: UnitOfWork, email_folded: str) -> prepared.Row | None:
    """`id` and `password_hash` of the account of this folded e-mail that may sign in, or None."""
    return next(iter(work.run(_STORED_PASSWORD, email=email_folded)), None)


def hold_to_sign_in(work: UnitOfWork, account_id: str, password_hash: str) -> Account | None:
    """A copy to read from of the account that may sign in with this hash still, held; None where it may not."""
    rows = work.run(_SIGNING_IN, account_id=account_id, password_hash=password_hash)
    return prepared.copy_of(Account, rows[0]) if rows else None


def renew_hash(work: UnitOfWork, account_id: str, password_hash: str) -> None:
    """Store the same password under today's parameters; tokens and links stay as good as they were."""
    work.execute(update(_TABLE).where(_TABLE.c.id == account_id).values(password_hash=password_hash))


def void_credentials(work: UnitOfWork, account: Account) -> None:
    """End all that was issued under the account's credentials of before, even at this very moment."""
    version = work.execute(_VOID, {"account_id": account.id}).scalar_one()
    set_committed_value(account, "credentials_version", version)


def find(work: UnitOfWork, account_id: str) -> Account | None:
    """The open account of this id, or None."""
    account = work.session.get(Account, account_id)
    return account if account and not account.closed_at else None


def find_by_email(work: UnitOfWork, email_folded: str) -> Account | None:
    """The open account of this folded e-mail, or None."""
    return work.session.exec(_BY_EMAIL, params={"email": email_folded}).one_or_none()


def profile_of(account: Account) -> Profile:
    """The account's profile, apart from its credentials."""
    return Profile(**{name: getattr(account, name) for name in Profile.__dataclass_fields__})


def addressee(account: Account) -> Addressee:
    """Whom an e-mail to this account addresses."""
    return Addressee(account.email, account.language, account.given_name)


_TABLE = Account.__table__  # type: ignore[attr-defined]
# A closed account has no folded e-mail any more.
_STORED_PASSWORD = prepared.Statement(
    select(_TABLE.c.id, _TABLE.c.password_hash).where(
        _TABLE.c.email_folded == bindparam("email"), _TABLE.c.locked_at.is_(None)
    )
)
_SIGNING_IN = prepared.Statement(
    select(_TABLE)
    .where(
        _TABLE.c.id == bindparam("account_id"),
        _TABLE.c.password_hash == bindparam("password_hash"),
        _TABLE.c.locked_at.is_(None),
        _TABLE.c.closed_at.is_(None),
    )
    .with_for_update(key_share=True)
)
_VOID = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("account_id"))
    .values(credentials_version=_TABLE.c.credentials_version + 1)
    .returning(_TABLE.c.credentials_version)
)
_BY_EMAIL = select(Account).where(Account.email_folded == bindparam("email"))
_HELD_BY_EMAIL = _BY_EMAIL.with_for_update(key_share=True).execution_options(populate_existing=True)


def _hold_by_email(work: UnitOfWork, email_folded: str) -> Account | None:
    return work.session.exec(_HELD_BY_EMAIL, params={"email": email_folded}).one_or_none()
