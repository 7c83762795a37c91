"""Confirming: the mailbox answers, and the account is made (seed 000 steps 7 and 8, seed 004 step 4).

The proof is used up here and nowhere earlier: of two people with one key, the first to confirm has it. On
another device the link confirms without opening a session there.

An account that is there already may be a stranger's, who registered with this address and whose link was followed
first: it is given nothing but by its owner, signed in (docs/decisions/0013).
"""

from dataclasses import dataclass

from identity.accounts import opening, pending, pending_letter, profiles, sessions
from identity.accounts.account import Account, Credentials
from identity.accounts.opening import Newcomer
from identity.accounts.pending import Registration
from identity.directory.operators import Operator
from identity.foundation import audit, emails, links, rate_limits
from identity.foundation.errors import Conflict, LinkInvalid, LinkUsed
from identity.foundation.links import Purpose
from identity.foundation.rate_limits import Rule
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import methods

CODES_PER_NETWORK = Rule("code:network", 60, 3600)
ACCOUNT_EXISTS = "account-exists"


@dataclass(frozen=True)
class Confirmed:
    """An account that now exists, and the session that this browser was given, if any."""

    email: str
    session_token: Secret | None = None
    continue_with: str | None = None
    """What the person was about when they registered."""
    is_elsewhere: bool = False
    """Is this another browser than the one that registered?"""
    session_id: str | None = None
    """Of that session."""


def by_link(work: UnitOfWork, token: str) -> Confirmed:
    """Make the account of a confirmation link.

    LinkInvalid, LinkExpired, LinkUsed, or Conflict: another has the contract, or the address has an account, and a
    letter tells how to add the contract to it.
    """
    registration = _hold(work, links.require(work, token, Purpose.CONFIRM_REGISTRATION))
    links.redeem(work, token, Purpose.CONFIRM_REGISTRATION)
    return _confirm(work, registration)


def by_code(work: UnitOfWork, email: str, code: str) -> Confirmed:
    """The same with the six digits of the e-mail; a wrong code is LinkInvalid whatever is true."""
    rate_limits.spend(work, CODES_PER_NETWORK.of(work.visitor.network))
    found = pending.find_by_code(work, pending.Typed(emails.fold(email), code))
    if found is None:
        audit.record(work, "registration.code_refused")
        raise LinkInvalid
    registration = _hold(work, found.id)
    links.withdraw(work, Purpose.CONFIRM_REGISTRATION, registration.id)
    return _confirm(work, registration)


def disown(work: UnitOfWork, token: str) -> None:
    """« Ce n'est pas moi »: the registration behind a mailed link is void."""
    purpose = links.look(work, token).purpose
    if purpose not in pending.MAILED:
        raise LinkInvalid
    registration = _hold(work, links.require(work, token, purpose))
    links.redeem(work, token, purpose)
    pending.void(work, registration)
    audit.record(work, "registration.disowned", operator_id=registration.operator_id)


def _hold(work: UnitOfWork, registration_id: str) -> Registration:
    registration = pending.hold(work, registration_id)
    if registration is None:
        raise LinkInvalid
    return registration


def _confirm(work: UnitOfWork, registration: Registration) -> Confirmed:
    if not registration.waits(work.now):
        raise LinkUsed
    operator = work.session.get_one(Operator, registration.operator_id)
    newcomer = Newcomer(
        operator=operator,
        profile=profiles.from_json(registration.profile),
        credentials=Credentials(registration.email, registration.password_hash, registration.language),
        terms_version=registration.terms_version,
        terms_accepted_at=registration.created_at,
        network=registration.network,
    )
    try:
        account = opening.open(
            work,
            newcomer,
            meet=lambda account: _require_signed_in(work, account),
            settle=lambda account: methods.settle(work, registration, account.id),
        )
    except Conflict as refused:
        _give_up(work, registration, refused)
        raise
    pending.confirm(work, registration)
    audit.record(work, "registration.confirmed", account_id=account.id, operator_id=operator.id)
    here = pending.is_of_this_browser(work, registration)
    # Whoever is signed in already gave a password then, not now: that session stays as it is.
    may_enter = here and operator.login_on_confirmation and not _is_signed_in(work, account)
    session, token = sessions.open(work, account.id) if may_enter else (None, None)
    session_id = session.id if session else None
    return Confirmed(account.email, token, registration.continue_with, not here, session_id)


def _require_signed_in(work: UnitOfWork, account: Account) -> None:
    if account.locked_at or not _is_signed_in(work, account):
        raise Conflict(ACCOUNT_EXISTS)


def _is_signed_in(work: UnitOfWork, account: Account) -> bool:
    here = sessions.find(work)
    return here is not None and here.account_id == account.id


def _give_up(work: UnitOfWork, registration: Registration, refused: Conflict) -> None:
    """Nothing was attached: the registration waits for the owner of the account, or for nobody any more."""
    if refused.reason == ACCOUNT_EXISTS:
        pending_letter.post(work, registration)
        audit.record(work, "registration.account_exists", operator_id=registration.operator_id)
    else:
        pending.void(work, registration)
        audit.record(work, "registration.came_second", operator_id=registration.operator_id)
