"""What the page of a mailed link shows before anybody clicks: in whose name it was sent, who registered. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from identity.accounts import credentials, pending
from identity.accounts.email_change import EmailChange
from identity.directory.operators import Operator, ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation.links import Look, Purpose, Status
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof.account_request import AccountRequest

_ACCOUNT = (Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL)
_REQUEST = (Purpose.CONFIRM_REQUEST, Purpose.ACTIVATE_ACCOUNT)


@dataclass(frozen=True)
class Begun:
    """What whoever holds the link may be told of the registration behind it, so that they know it for theirs."""

    at: datetime
    is_here: bool
    """Was it this browser that registered?"""
    initials: str
    """Of the names that were typed: strangers' words are not repeated."""
    city: str | None
    """Of the contract; None where the proof did not show it, for numbers that can be guessed reveal no address."""


def begun(work: UnitOfWork, link: Look) -> Begun | None:
    """The registration that a usable link confirms or adds; None behind any other link."""
    if link.status is not Status.VALID or link.purpose not in pending.MAILED or not link.subject:
        return None
    registration = pending.find(work, link.subject)
    if registration is None:
        return None
    shown = registration.method is ProofMethod.ACTIVATION_KEY
    subscriber = work.session.get(Subscriber, registration.subscriber_id) if shown else None
    return Begun(
        registration.created_at,
        pending.is_of_this_browser(work, registration),
        _initials(registration.profile["given_name"], registration.profile["family_name"]),
        subscriber.city if subscriber else None,
    )


def operator_of(work: UnitOfWork, link: Look) -> Operator | None:
    """The operator that the letter spoke for; None where it was the deployment itself."""
    if account_id := _account_of(work, link):
        return credentials.operator_of(work, account_id)
    owner: pending.Registration | AccountRequest | None = None
    if link.subject and link.purpose in pending.MAILED:
        owner = pending.find(work, link.subject)
    elif link.subject and link.purpose in _REQUEST:
        owner = work.session.get(AccountRequest, int(link.subject))
    return work.session.get(Operator, owner.operator_id) if owner else None


def _account_of(work: UnitOfWork, link: Look) -> str | None:
    if link.purpose is not Purpose.UNDO_EMAIL_CHANGE:
        return link.subject if link.purpose in _ACCOUNT else None
    change = work.session.get(EmailChange, link.subject)
    return change.account_id if change else None


def _initials(*names: str) -> str:
    letters = (next(filter(str.isalpha, name), "") for name in names)
    return " ".join(f"{letter.upper()}." for letter in letters if letter)
