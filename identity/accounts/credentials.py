"""What changing a password ends: other sessions, open reset links, every token of before.

Owns that rule for recovery, change and undo alike; the OpenID wing compares `credentials_version`.
"""

from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import col, select

from identity.accounts import account as accounts
from identity.accounts import passwords, sessions
from identity.accounts.account import Account
from identity.directory.operators import Operator
from identity.directory.subscribers import Subscriber
from identity.foundation import links
from identity.foundation.links import Errand, Purpose
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import messages
from identity.mail.messages import Addressee, Letterhead
from identity.proof import letterhead

RESET_LIFETIME = timedelta(hours=1)


class _ResetLetter(Protocol):
    """A letter that carries a reset link."""

    def __call__(
        self,
        work: UnitOfWork,
        letterhead: Letterhead,
        to: Addressee,
        /,
        *,
        token: Secret,
        expires_at: datetime,
    ) -> None: ...


def replace_password(work: UnitOfWork, account: Account, password_hash: str) -> None:
    """Store the new hash, end every other session and open link, and tell the owner by e-mail."""
    account.password_hash = password_hash
    void(work, account)
    messages.password_changed(work, letterhead_of(work, account), accounts.addressee(account))


def forget_password(work: UnitOfWork, account: Account) -> None:
    """End the password with all that it opened: nobody signs in until another is chosen by a mailed link."""
    account.password_hash = passwords.NOBODYS
    void(work, account)


def void(work: UnitOfWork, account: Account) -> None:
    """End all that was opened with the former credentials, save the session that is doing it."""
    here = sessions.find(work)
    account.updated_at = work.now
    work.session.add(account)
    accounts.void_credentials(work, account)
    sessions.close_all(work, account.id, but=here.id if here else None)
    if here:
        sessions.keep(work, here, account.credentials_version)
    links.withdraw(work, Purpose.RESET_PASSWORD, account.id)
    links.withdraw(work, Purpose.CHANGE_EMAIL, account.id)


def send_reset_link(
    work: UnitOfWork, account: Account, letter: _ResetLetter = messages.reset_password
) -> None:
    """Mail a link to choose a new password; former ones are void, even one that is being sent at this moment."""
    if accounts.hold(work, account.id) is None:
        return
    token = links.issue(work, Errand(Purpose.RESET_PASSWORD, account.id, account.email, RESET_LIFETIME))
    expires_at = work.now + RESET_LIFETIME
    to = accounts.addressee(account)
    letter(work, letterhead_of(work, account), to, token=token, expires_at=expires_at)


def letterhead_of(work: UnitOfWork, account: Account) -> Letterhead:
    """In whose name an account is written to: the operator of its first contract."""
    return letterhead.of(work, operator_of(work, account.id))


def operator_of(work: UnitOfWork, account_id: str) -> Operator | None:
    """The operator of an account's first contract; None where it holds none."""
    statement = (
        select(Operator)
        .join(Subscriber, col(Subscriber.operator_id) == Operator.id)
        .where(Subscriber.account_id == account_id)
        .order_by(col(Subscriber.linked_at))
    )
    return work.session.exec(statement).first()
