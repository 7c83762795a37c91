"""Logging in with an e-mail and a password, and out again (seed 000 step 9).

Unknown, wrong, unconfirmed and locked take the same statements, the same hash and the same answer. Attempts are
counted by a digest of the e-mail, whether or not it has an account; a browser that has logged in before is
counted apart, so that no stranger can keep its owner out.
"""

from dataclasses import dataclass

from identity.accounts import account as accounts
from identity.accounts import known_browsers, passwords, sessions
from identity.accounts.account import Account
from identity.accounts.sessions import SignInSession
from identity.foundation import audit, emails, rate_limits
from identity.foundation.errors import LoginRefused
from identity.foundation.rate_limits import Limit, Rule
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units

PER_EMAIL = Rule("login:email", 10, 900)
PER_EMAIL_A_DAY = Rule("login:email:day", 100, 86_400)
PER_NETWORK = Rule("login:network", 300, 3600)
PER_KNOWN_BROWSER = Rule("login:browser", 20, 900)


@dataclass(frozen=True)
class Attempt:
    """What a person types."""

    email: str
    password: str
    stay_logged_in: bool = False


@dataclass(frozen=True)
class LoggedIn:
    """A session for the cookie, and the mark of a browser that has logged in before."""

    account: Account
    session: SignInSession
    session_token: Secret
    known_browser: Secret


@dataclass(frozen=True)
class _Candidate:
    """What the first unit of work read: None where no account may log in."""

    account_id: str | None
    password_hash: str | None


def log_in(units: Units, attempt: Attempt) -> LoggedIn:
    """Open a session; LoginRefused for every cause alike, RateLimited past the limits."""
    with units.begin() as work:
        candidate = _look_up(work, attempt)
    good = passwords.verify(units.settings, candidate.password_hash, attempt.password)
    renewed = _renewed_hash(units, candidate, attempt.password) if good else None
    with units.begin() as work:
        return _decide(work, attempt, candidate if good else _Candidate(None, None), renewed)


def log_out(work: UnitOfWork) -> None:
    """End the visitor's session; says nothing where there is none."""
    if work.visitor.session_token:
        sessions.close_by_token(work, work.visitor.session_token)
        audit.record(work, "logout")


def _look_up(work: UnitOfWork, attempt: Attempt) -> _Candidate:
    folded = emails.fold(attempt.email)
    _spend(work, folded)
    account = accounts.find_by_email(work, folded)
    if account is None or account.locked_at:
        return _Candidate(None, None)
    return _Candidate(account.id, account.password_hash)


def _decide(work: UnitOfWork, attempt: Attempt, proven: _Candidate, renewed: str | None) -> LoggedIn:
    """Open the session if nothing changed while the password was being checked."""
    account = accounts.hold(work, proven.account_id or "")
    if account is None or account.locked_at or account.password_hash != proven.password_hash:
        audit.record(work, "login.refused")
        raise LoginRefused
    account.password_hash = renewed or account.password_hash
    rate_limits.forget(work, *_personal_limits(work, emails.fold(attempt.email)))
    session, token = sessions.open(work, account.id, persistent=attempt.stay_logged_in)
    audit.record(work, "login.succeeded", account_id=account.id, subject=f"sessions:{session.id}")
    return LoggedIn(account, session, token, known_browsers.mark(work, account))


def _renewed_hash(units: Units, candidate: _Candidate, password: str) -> str | None:
    """The password under today's parameters, where it is stored under older ones."""
    if candidate.password_hash is None or not passwords.is_outdated(candidate.password_hash):
        return None
    return passwords.hash(units.settings, password)


def _spend(work: UnitOfWork, email_folded: str) -> None:
    """Count the attempt; a known browser's for itself alone, whoever hammers from the same network."""
    limits = _personal_limits(work, email_folded)
    if known_browsers.find(work, email_folded) is None:
        limits.append(PER_NETWORK.of(work.visitor.network))
    rate_limits.spend(work, *limits)


def _personal_limits(work: UnitOfWork, email_folded: str) -> list[Limit]:
    """What a success gives back."""
    if known := known_browsers.find(work, email_folded):
        return [PER_KNOWN_BROWSER.of(known)]
    return [PER_EMAIL.of(email_folded), PER_EMAIL_A_DAY.of(email_folded)]
