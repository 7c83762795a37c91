"""Changing one's e-mail: the new address confirms by link, the old one is told and may undo for 7 days.

Owns the table of changes. Undoing assumes the worst, that whoever moved the account knows its password: it ends
every session and the password with them, frees the contracts that came meanwhile, and mails a link to choose another.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select

from identity.accounts import account as accounts
from identity.accounts import actors, credentials, sessions
from identity.accounts.account import Account
from identity.accounts.actors import Actor, Identify
from identity.foundation import audit, emails, links, rate_limits, tokens
from identity.foundation.errors import Conflict, InvalidInput, LinkInvalid
from identity.foundation.links import Errand, Purpose
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import messages
from identity.mail.messages import Addressee
from identity.proof import awaited, contract
from identity.proof.awaited import Awaited

LIFETIME = timedelta(hours=48)
UNDO_LIFETIME = timedelta(days=7)
PER_ACCOUNT = Rule("change-email:account", 5, 86_400)


class EmailChange(SQLModel, table=True):
    """An account goes from one address to another."""

    __tablename__ = "email_changes"

    id: str = Field(primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="accounts.id", max_length=36, index=True)
    old_email: str = Field(max_length=320)
    new_email: str = Field(max_length=320)
    created_at: datetime
    confirmed_at: datetime | None = None
    undone_at: datetime | None = None


def request_change(units: Units, identify: Identify, new_email: str, password: str) -> datetime:
    """Mail a link to the new address; says until when it is good. The same answer whether or not it is taken."""
    if fault := emails.fault(new_email, "newEmail"):
        raise InvalidInput([fault])
    identify_again = actors.require_password(units, identify, password, ("password",))
    with units.begin() as work:
        account = identify_again(work).account
        rate_limits.spend(work, PER_ACCOUNT.of(account.id))
        work.execute(delete(EmailChange).where(*_unconfirmed(account.id)))
        change = EmailChange(
            id=tokens.new_id(),
            account_id=account.id,
            old_email=account.email,
            new_email=emails.clean(new_email),
            created_at=work.now,
        )
        work.session.add(change)
        token = links.issue(work, Errand(Purpose.CHANGE_EMAIL, account.id, change.new_email, LIFETIME))
        to = Addressee(change.new_email, account.language, account.given_name)
        expires_at = work.now + LIFETIME
        paper = credentials.letterhead_of(work, account)
        messages.confirm_new_email(work, paper, to, token=token, expires_at=expires_at)
        audit.record(work, "email.change_requested", account_id=account.id)
        return expires_at


def confirm(work: UnitOfWork, token: str) -> str:
    """Give the account its new address and tell the old one; Conflict where another account took it meanwhile."""
    account = _hold_owner(work, links.require(work, token, Purpose.CHANGE_EMAIL))
    links.redeem(work, token, Purpose.CHANGE_EMAIL)
    change = work.session.exec(select(EmailChange).where(*_unconfirmed(account.id))).one_or_none()
    if change is None:
        raise LinkInvalid
    _move(work, account, change.new_email)
    change.confirmed_at = work.now
    links.withdraw(work, Purpose.RESET_PASSWORD, account.id)
    token_ = links.issue(work, Errand(Purpose.UNDO_EMAIL_CHANGE, change.id, change.old_email, UNDO_LIFETIME))
    messages.email_changed(
        work,
        credentials.letterhead_of(work, account),
        Addressee(change.old_email, account.language, account.given_name),
        token=token_,
        new_email_masked=links.mask(change.new_email),
        expires_at=work.now + UNDO_LIFETIME,
    )
    audit.record(work, "email.changed", account_id=account.id)
    return account.email


def undo(work: UnitOfWork, token: str) -> str:
    """Give the account its old address back, end sessions and password, and mail the link to choose another there.

    Conflict where another account took the old address meanwhile.
    """
    change = work.session.get(EmailChange, links.require(work, token, Purpose.UNDO_EMAIL_CHANGE))
    if change is None:
        raise LinkInvalid
    account = _hold_owner(work, change.account_id)
    links.redeem(work, token, Purpose.UNDO_EMAIL_CHANGE)
    _move(work, account, change.old_email)
    change.undone_at = work.now
    _void_later_undos(work, change)
    # What the owner of the new address brought is not for the owner of the old one, who may have lured them.
    contract.free(work, account.id, linked_after=change.confirmed_at)
    credentials.forget_password(work, account)
    sessions.close_all(work, account.id)
    credentials.send_reset_link(work, account, messages.email_restored)
    audit.record(work, "email.change_undone", account_id=account.id)
    return account.email


def awaited_mail(work: UnitOfWork, actor: Actor) -> Awaited:
    """What to look for in the new mailbox: the same whether or not the address is taken."""
    paper = credentials.letterhead_of(work, actor.account)
    return awaited.under(paper, "confirm_new_email", actor.account.language)


def _hold_owner(work: UnitOfWork, account_id: str) -> Account:
    account = accounts.hold(work, account_id)
    if account is None:
        raise LinkInvalid
    return account


def _unconfirmed(account_id: str) -> tuple[ColumnElement[bool], ...]:
    """The one change that an account's open link is for: asking again replaces it."""
    return col(EmailChange.account_id) == account_id, col(EmailChange.confirmed_at).is_(None)


def _void_later_undos(work: UnitOfWork, undone: EmailChange) -> None:
    """Whoever took the account over may have moved it on: their own undo link must not bring it back to them."""
    later = select(EmailChange.id).where(
        EmailChange.account_id == undone.account_id, col(EmailChange.confirmed_at) >= undone.confirmed_at
    )
    for change_id in work.session.exec(later):
        links.withdraw(work, Purpose.UNDO_EMAIL_CHANGE, change_id)


def _move(work: UnitOfWork, account: Account, email: str) -> None:
    try:
        with work.session.begin_nested():
            account.email, account.email_folded = email, emails.fold(email)
            account.updated_at = work.now
            work.session.add(account)
    except IntegrityError:
        raise Conflict("email-taken") from None
