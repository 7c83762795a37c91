"""A forgotten password (seed 004, « Mot de passe oublié »).

The answer is neutral whatever is true; the mailbox is told. A link lives one hour, is used once, and is void as
soon as a newer one is sent or the password changes by another way.
"""

from datetime import timedelta

from identity.accounts import account as accounts
from identity.accounts import credentials, known_browsers, password_policy, passwords
from identity.accounts.account import Account
from identity.foundation import audit, challenge, emails, links, rate_limits
from identity.foundation.errors import InvalidInput, LinkInvalid, RateLimited
from identity.foundation.links import Purpose
from identity.foundation.rate_limits import Rule
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import messages
from identity.mail.messages import Addressee
from identity.proof import letterhead

PER_EMAIL = Rule("reset:email", 6, 3600)
PER_NETWORK = Rule("reset:network", 60, 3600)
UNKNOWN_TOLD_EVERY = timedelta(days=1)


def request_reset(work: UnitOfWork, email: str, challenge_solution: str | None) -> None:
    """Mail a reset link to the account of this address; to an unknown address, a kind word once a day."""
    if fault := emails.fault(email, "email"):
        raise InvalidInput([fault])
    challenge.require(work, challenge_solution)
    folded = emails.fold(email)
    rate_limits.spend(work, PER_NETWORK.of(work.visitor.network), PER_EMAIL.of(folded))
    account = accounts.find_by_email(work, folded)
    if account is None:
        _tell_nobody(work, email, folded)
    else:
        credentials.send_reset_link(work, account)
    audit.record(work, "reset.requested", account_id=account.id if account else None)


def reset(units: Units, token: str, password: str) -> Secret:
    """Set the new password and mark this browser as its owner's.

    Refuses with LinkInvalid, LinkExpired, LinkUsed, or InvalidInput, which leaves the link usable.
    """
    with units.begin() as work:
        account = _hold_owner(work, links.require(work, token, Purpose.RESET_PASSWORD))
        personal = [*accounts.profile_of(account).names, account.email]
        if faults := password_policy.faults(password, ("password",), personal):
            raise InvalidInput(faults)
    password_hash = passwords.hash(units.settings, password)
    with units.begin() as work:
        account = _hold_owner(work, links.require(work, token, Purpose.RESET_PASSWORD))
        links.redeem(work, token, Purpose.RESET_PASSWORD)
        credentials.replace_password(work, account, password_hash)
        audit.record(work, "password.reset", account_id=account.id)
        return known_browsers.mark(work, account)


def _hold_owner(work: UnitOfWork, account_id: str) -> Account:
    account = accounts.hold(work, account_id)
    if account is None:
        raise LinkInvalid
    return account


def _tell_nobody(work: UnitOfWork, email: str, folded: str) -> None:
    try:
        rate_limits.cool_down(work, "no-account", folded, UNKNOWN_TOLD_EVERY)
    except RateLimited:
        return
    paper = letterhead.of(work, None)
    messages.no_account(work, paper, Addressee(emails.clean(email), work.visitor.language, None))
