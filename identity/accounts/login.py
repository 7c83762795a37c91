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
from identity.foundation.prepared import Row
from identity.foundation.rate_limits import Limit, Rule
from identity.foundation.settings import Settings
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
class _Proven:
    """Whose password it is, as long as nothing changes."""

    account_id: str = ""
    password_hash: str = ""
    renewed_hash: str | None = None
    """The same password under today's parameters, where it is stored under older ones."""


_NOBODY = _Proven()


def log_in(units: Units, attempt: Attempt) -> LoggedIn:
    """Open a session; LoginRefused for every cause alike, RateLimited past the limits."""
    email_folded = emails.fold(attempt.email)
    with units.begin() as work:
        known = known_browsers.find(work, email_folded)
        personal = _personal_limits(known, email_folded)
        # A known browser is not refused for whoever hammers from the same network.
        rate_limits.spend(work, *personal, *([] if known else [PER_NETWORK.of(work.visitor.network)]))
        stored = accounts.find_stored_password(work, email_folded)
    proven = _prove(units.settings, stored, attempt.password)
    with units.begin() as work:
        account = _require_unchanged(work, proven)
        rate_limits.forget(work, *personal)
        session, token = sessions.open(work, account.id, persistent=attempt.stay_logged_in)
        audit.record(work, "login.succeeded", account_id=account.id, subject=f"sessions:{session.id}")
        return LoggedIn(account, session, token, known_browsers.mark(work, account))


def log_out(work: UnitOfWork) -> None:
    """End the visitor's session; says nothing where there is none."""
    if work.visitor.session_token:
        sessions.close_by_token(work, work.visitor.session_token)
        audit.record(work, "logout")


def _prove(settings: Settings, stored: Row | None, password: str) -> _Proven:
    """Whose password this is; takes as long where it is nobody's."""
    good = passwords.verify(settings, stored and stored.password_hash, password)
    if stored is None or not good:
        return _NOBODY
    outdated = passwords.is_outdated(stored.password_hash)
    return _Proven(stored.id, stored.password_hash, passwords.hash(settings, password) if outdated else None)


def _require_unchanged(work: UnitOfWork, proven: _Proven) -> Account:
    """The account, held, if nothing changed while the password was being checked."""
    account = accounts.hold_to_sign_in(work, proven.account_id, proven.password_hash)
    if account is None:
        audit.record(work, "login.refused")
        raise LoginRefused
    if proven.renewed_hash:
        accounts.renew_hash(work, account.id, proven.renewed_hash)
    return account


def _personal_limits(known_browser: str | None, email_folded: str) -> list[Limit]:
    """What every attempt spends, a known browser's for itself alone; a success gives them back."""
    if known_browser:
        return [PER_KNOWN_BROWSER.of(known_browser)]
    return [PER_EMAIL.of(email_folded), PER_EMAIL_A_DAY.of(email_folded)]
