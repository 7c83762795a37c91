"""Closing an account: at once for its owner, for good 30 days later."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from identity.accounts import account as accounts
from identity.accounts import actors, credentials, sessions
from identity.accounts.account import Account
from identity.accounts.actors import Identify
from identity.accounts.email_change import EmailChange
from identity.accounts.sessions import SignInSession
from identity.accounts.terms import TermsAcceptance
from identity.foundation import audit, emails, links
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import messages
from identity.proof import contract
from identity.proof.account_request import AccountRequest

KEPT = timedelta(days=30)


def close(units: Units, identify: Identify, password: str) -> datetime:
    """Close the account and free its contracts; says when its personal data go. InvalidInput on `password`."""
    identify_again = actors.require_password(units, identify, password, ("password",))
    with units.begin() as work:
        account = identify_again(work).account
        erased_at = work.now + KEPT
        _farewell(work, account, erased_at.date())
        account.closed_at = work.now
        account.email_folded = None
        work.session.add(account)
        sessions.close_all(work, account.id)
        contract.free(work, account.id)
        audit.record(work, "account.closed", account_id=account.id)
        return erased_at


def erase_due(work: UnitOfWork) -> int:
    """Erase the personal data of accounts that were closed 30 days ago; says how many."""
    statement = select(Account).where(
        col(Account.closed_at) < work.now - KEPT, col(Account.erased_at).is_(None)
    )
    # Another machine may be erasing some of them at this moment.
    due = work.session.exec(statement.with_for_update(skip_locked=True)).all()
    for account in due:
        _erase(work, account)
    return len(due)


def _farewell(work: UnitOfWork, account: Account, erased_on: date) -> None:
    paper = credentials.letterhead_of(work, account)
    messages.account_closed(work, paper, accounts.addressee(account), erased_on=erased_on)


def _erase(work: UnitOfWork, account: Account) -> None:
    """Leave a row that names nobody, so that audit rows still point somewhere."""
    changes = work.session.exec(select(EmailChange).where(EmailChange.account_id == account.id)).all()
    links.forget(work, [account.id, *(change.id for change in changes)])
    _forget_requests(work, account, [account.email, *(change.old_email for change in changes)])
    for table in (SignInSession, EmailChange, TermsAcceptance):
        work.execute(delete(table).where(col(table.account_id) == account.id))
    account.email = account.password_hash = account.family_name = account.given_name = ""
    account.civility = account.organization_name = account.phone = account.mobile = None
    account.further_claims = None
    account.erased_at = work.now
    work.session.add(account)
    audit.record(work, "account.erased", account_id=account.id)


def _forget_requests(work: UnitOfWork, account: Account, addresses: Iterable[str]) -> None:
    """What was asked from these addresses without a key, save by somebody who came back since."""
    theirs = select(AccountRequest).where(
        col(AccountRequest.email_folded).in_({emails.fold(address) for address in addresses}),
        col(AccountRequest.created_at) <= account.closed_at,
    )
    asked = work.session.exec(theirs).all()
    links.forget(work, [str(request.id) for request in asked])
    for request in asked:
        work.session.delete(request)
