"""Who is signed in at the visitor's browser: the accounts wing's answer, in one statement for the hot path.

Owns no rule: `sessions` says what a live session is, and an account that is locked or closed is nobody's.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select

from identity.accounts import sessions
from identity.accounts.account import Account
from identity.accounts.sessions import SignInSession
from identity.foundation import prepared, tokens
from identity.foundation.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Person:
    """Who lets a client do something, and the session where they are signed in: since when, until when."""

    account_id: str
    session_id: str
    authenticated_at: datetime
    expires_at: datetime
    credentials_version: int
    """Of the session: a grant under it is worth nothing once the account's has moved on."""
    sid_key: str = field(repr=False)

    @classmethod
    def of(cls, session: SignInSession) -> "Person":
        """The person of this session."""
        return cls(
            account_id=session.account_id,
            session_id=session.id,
            authenticated_at=session.authenticated_at,
            expires_at=session.expires_at,
            credentials_version=session.credentials_version,
            sid_key=session.sid_key,
        )


_ACCOUNTS = Account.__table__  # type: ignore[attr-defined]
_SESSIONS = SignInSession.__table__  # type: ignore[attr-defined]
_FIND = prepared.Statement(
    select(_SESSIONS)
    .join(_ACCOUNTS, _ACCOUNTS.c.id == _SESSIONS.c.account_id)
    .where(
        _SESSIONS.c.token_digest == bindparam("digest"),
        _ACCOUNTS.c.locked_at.is_(None),
        _ACCOUNTS.c.closed_at.is_(None),
    )
)


def find(work: UnitOfWork) -> Person | None:
    """The person of the session cookie, their session marked as seen; None where nobody is signed in."""
    token = work.visitor.session_token
    if token is None:
        return None
    rows = work.run(_FIND, digest=tokens.digest(token.reveal()))
    session: SignInSession | None = rows[0] if rows else None  # a row has every column of the record
    if session is None or not sessions.is_live(session, work.now):
        return None
    if sessions.needs_touch(session, work.now):
        sessions.touch(work, work.session.get_one(SignInSession, session.id))
    return Person.of(session)
