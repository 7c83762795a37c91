"""What an operator's agent does to a citizen's account at the desk: look, lock, unlock, send again."""

from typing import Any

from identity.accounts import account as accounts
from identity.accounts import contracts, pending, pending_letter, sessions
from identity.accounts.account import Account
from identity.foundation import audit, emails
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork


def describe(work: UnitOfWork, email: str) -> dict[str, Any]:
    """What the desk may see of an account, or of a registration that waits; NotFound."""
    folded = emails.fold(email)
    waiting = pending.waiting_for(work, folded)
    account = accounts.find_by_email(work, folded)
    if account is None and not waiting:
        raise NotFound(f"No account and no registration for {email}.")
    return {
        "email": account.email if account else waiting[0].email,
        "state": _state(account),
        "name": f"{account.given_name} {account.family_name}" if account else None,
        "contracts": [held.subscriber.contract_number for held in contracts.of_account(work, account.id)]
        if account
        else [],
        "sessions": len(sessions.of_account(work, account.id)) if account else 0,
        "created_at": account.created_at if account else None,
        "waiting_until": waiting[0].expires_at if waiting else None,
    }


def lock(work: UnitOfWork, email: str) -> None:
    """Keep an account from signing in, and end for good its sessions and tokens; NotFound."""
    account = _get(work, email)
    account.locked_at = account.locked_at or work.now
    work.session.add(account)
    accounts.void_credentials(work, account)
    sessions.close_all(work, account.id)
    audit.record(work, "account.locked", account_id=account.id)


def unlock(work: UnitOfWork, email: str) -> None:
    """Let an account sign in again; NotFound."""
    account = _get(work, email)
    account.locked_at = None
    work.session.add(account)
    audit.record(work, "account.unlocked", account_id=account.id)


def resend(work: UnitOfWork, email: str) -> None:
    """Mail the newest waiting registration of an address anew; NotFound where none waits."""
    waiting = pending.waiting_for(work, emails.fold(email))
    newest = pending.hold(work, waiting[0].id) if waiting else None
    if newest is None or not newest.waits(work.now):
        raise NotFound(f"No registration waits for {email}.")
    pending_letter.post(work, newest)
    audit.record(work, "registration.resent", operator_id=newest.operator_id)


def _get(work: UnitOfWork, email: str) -> Account:
    account = accounts.find_by_email(work, emails.fold(email))
    if account is None:
        raise NotFound(f"No account for {email}.")
    return account


def _state(account: Account | None) -> str:
    if account is None:
        return "unconfirmed"
    return "locked" if account.locked_at else "open"
