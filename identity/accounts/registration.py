"""Registering: from a proof to a confirmation in the mailbox (seed 000 steps 5 and 6, seed 004 step 3).

The screen says the same whether or not the e-mail already has an account; the truth is told in the mailbox.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.accounts import password_policy, passwords, pending, pending_letter, profiles, terms
from identity.accounts.pending import Registration
from identity.accounts.profiles import Profile
from identity.directory.operators import Operator
from identity.foundation import audit, challenge, emails, rate_limits, tokens
from identity.foundation.errors import Fault, InvalidInput, NotFound, ProofRefused
from identity.foundation.rate_limits import Rule
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import awaited, letterhead, methods, ticket
from identity.proof.awaited import Awaited
from identity.proof.ticket import Ticket

COOL_DOWN = timedelta(seconds=60)
PER_NETWORK = Rule("register:network", 60, 3600)
RESENDS_PER_EMAIL = Rule("resend:email", 12, 86_400)
_CONTINUATION = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True)
class Registering:
    """What a person gives to register."""

    proof_token: str
    profile: Profile
    email: str
    password: str
    accepted_terms_version: str
    challenge_solution: str | None = None
    continue_with: str | None = None
    """Given back once confirmed, on whichever device."""


@dataclass(frozen=True)
class Pending:
    """What the waiting page needs; `browser_token` goes into its cookie."""

    email: str
    expires_at: datetime
    resend_available_at: datetime
    operator: Operator
    mail: Awaited
    browser_token: Secret | None = None


@dataclass(frozen=True)
class _Checked:
    """What the first unit of work found good."""

    profile: Profile
    ticket: Ticket


def register(units: Units, wish: Registering) -> Pending:
    """Start a registration and mail its link and code.

    Refuses with InvalidInput (every fault at once), ProofExpired, ProofRefused, TermsOutdated, ChallengeFailed,
    RateLimited.
    """
    with units.begin() as work:
        checked = _check(work, wish)
    password_hash = passwords.hash(units.settings, wish.password)
    with units.begin() as work:
        return _start(work, wish, checked, password_hash)


def resend(work: UnitOfWork, email: str, challenge_solution: str | None) -> datetime:
    """Mail a waiting registration of an address anew; says when that may be asked again, whatever is true."""
    if fault := emails.fault(email, "email"):
        raise InvalidInput([fault])
    challenge.require(work, challenge_solution)
    folded = emails.fold(email)
    rate_limits.spend(work, PER_NETWORK.of(work.visitor.network), RESENDS_PER_EMAIL.of(folded))
    available_at = rate_limits.cool_down(work, "registration-mail", folded, COOL_DOWN)
    found = pending.to_send_again(work, folded)
    registration = pending.hold(work, found.id) if found else None
    if registration is not None and registration.waits(work.now):
        registration.resend_available_at = available_at
        pending_letter.post(work, registration)
    return available_at


def correct_email(work: UnitOfWork, email: str, challenge_solution: str | None) -> Pending:
    """Send the waiting registration of this browser to another address; NotFound where none waits."""
    if fault := emails.fault(email, "email"):
        raise InvalidInput([fault])
    begun = _require_waiting(work, pending.of_browser(work))
    challenge.require(work, challenge_solution)
    mails = (RESENDS_PER_EMAIL.of(subject) for subject in (begun.id, emails.fold(email)))
    rate_limits.spend(work, PER_NETWORK.of(work.visitor.network), *mails)
    available_at = _begin_cool_down(work, email)
    registration = _require_waiting(work, pending.hold(work, begun.id))
    registration.email, registration.email_folded = emails.clean(email), emails.fold(email)
    registration.resend_available_at = available_at
    pending_letter.post(work, registration)
    return _as_pending(work, registration)


def _require_waiting(work: UnitOfWork, registration: Registration | None) -> Registration:
    if registration is None or not registration.waits(work.now):
        raise NotFound("registration")
    return registration


def _check(work: UnitOfWork, wish: Registering) -> _Checked:
    profile, faults = profiles.check(wish.profile, "profile")
    faults += [fault] if (fault := emails.fault(wish.email, "email")) else []
    faults += (
        [Fault(("continueWith",), "INVALID")] if not _CONTINUATION.fullmatch(wish.continue_with or "") else []
    )
    faults += password_policy.faults(wish.password, ("password",), [*profile.names, wish.email])
    if faults:
        raise InvalidInput(faults)
    proof = ticket.require(work, wish.proof_token)
    if not methods.standing(work, proof):
        raise ProofRefused
    terms.require_current(_operator(work, proof.operator_id), wish.accepted_terms_version)
    challenge.require(work, wish.challenge_solution)
    mails = RESENDS_PER_EMAIL.of(emails.fold(wish.email))
    rate_limits.spend(work, PER_NETWORK.of(work.visitor.network), mails)
    return _Checked(profile, proof)


def _start(work: UnitOfWork, wish: Registering, checked: _Checked, password_hash: str) -> Pending:
    # First, so that two registrations of one address come one after the other.
    available_at = _begin_cool_down(work, wish.email)
    for former in pending.of_proof(work, checked.ticket.proof_id):
        pending.void(work, former)
    operator = _operator(work, checked.ticket.operator_id)
    browser_token = tokens.new_token()
    registration = Registration(
        id=tokens.new_id(),
        operator_id=checked.ticket.operator_id,
        subscriber_id=checked.ticket.subscriber_id,
        key_id=checked.ticket.key_id,
        method=checked.ticket.method,
        proof_id=checked.ticket.proof_id,
        email=emails.clean(wish.email),
        email_folded=emails.fold(wish.email),
        password_hash=password_hash,
        profile=profiles.to_json(checked.profile),
        language=letterhead.language(operator, work.visitor.language),
        continue_with=wish.continue_with or None,
        terms_version=wish.accepted_terms_version,
        network=work.visitor.network,
        browser_digest=tokens.digest(browser_token.reveal()),
        created_at=work.now,
        expires_at=work.now + pending.LIFETIME,
        resend_available_at=available_at,
    )
    work.session.add(registration)
    pending_letter.post(work, registration)
    audit.record(work, "registration.started", operator_id=registration.operator_id)
    return _as_pending(work, registration, browser_token)


def _begin_cool_down(work: UnitOfWork, email: str) -> datetime:
    return rate_limits.restart_pause(work, "registration-mail", emails.fold(email), COOL_DOWN)


def _operator(work: UnitOfWork, operator_id: int) -> Operator:
    return work.session.get_one(Operator, operator_id)


def _as_pending(work: UnitOfWork, registration: Registration, browser_token: Secret | None = None) -> Pending:
    operator = _operator(work, registration.operator_id)
    return Pending(
        registration.email,
        registration.expires_at,
        registration.resend_available_at,
        operator,
        awaited.confirmation(work, operator, registration.language),
        browser_token,
    )
