"""Sign-in sessions: one browser, one account. Owns their table and their lifetimes.

The cookie holds a random token, the table its SHA-256. An ended session stays a while, so that the OpenID wing
can tell the services that it ended.
"""

from datetime import datetime, timedelta

from sqlalchemy import Update, bindparam, delete, insert, update
from sqlmodel import Field, SQLModel, col, select

from identity.accounts.account import Account
from identity.foundation import prepared, tokens
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
IDLE_PERSISTENT = timedelta(days=30)
ABSOLUTE_PERSISTENT = timedelta(days=180)
TOUCHED_EVERY = timedelta(minutes=5)
REMEMBERED = timedelta(days=30)


class SignInSession(SQLModel, table=True):
    """A browser where an account is signed in."""

    __tablename__ = "sessions"

    id: str = Field(primary_key=True, max_length=36)
    """Public: what its owner sees and `revokeSession` takes. No service is ever told."""
    account_id: str = Field(foreign_key="accounts.id", index=True, max_length=36)
    token_digest: str = Field(max_length=64, unique=True)
    sid_key: str = Field(max_length=43, repr=False)
    """Random: what each service knows the session by (`sid`) is a digest under it."""
    credentials_version: int
    """The account's, when its password was last given here or changed from here."""
    created_at: datetime
    authenticated_at: datetime
    """When the password was last given: `auth_time`."""
    last_seen_at: datetime
    idle_expires_at: datetime
    expires_at: datetime
    persistent: bool = False
    user_agent: str | None = Field(default=None, max_length=300)
    ended_at: datetime | None = Field(default=None, index=True)


def open(work: UnitOfWork, account_id: str, *, persistent: bool = False) -> tuple[SignInSession, Secret]:
    """A session to read from and the token for its cookie.

    Whoever signs in again as the same person goes on in the session that this browser had, under a new cookie, so that
    services are not told of an end; anybody else's ends. The caller holds the account.
    """
    token = tokens.new_token()
    former = find(work)
    if former and former.account_id == account_id and _renew(work, former, token, persistent):
        return former, token
    if work.visitor.session_token:
        close_by_token(work, work.visitor.session_token)
    idle, absolute = (IDLE_PERSISTENT, ABSOLUTE_PERSISTENT) if persistent else (IDLE, ABSOLUTE)
    row = {
        "id": tokens.new_id(),
        "account_id": account_id,
        "token_digest": tokens.digest(token.reveal()),
        "sid_key": tokens.new_token().reveal(),
        "credentials_version": _version(work, account_id),
        "created_at": work.now,
        "authenticated_at": work.now,
        "last_seen_at": work.now,
        "idle_expires_at": work.now + idle,
        "expires_at": work.now + absolute,
        "persistent": persistent,
        "user_agent": "".join(filter(str.isprintable, work.visitor.user_agent or ""))[:300] or None,
        "ended_at": None,
    }
    work.run(_OPEN, **row)
    return prepared.copy_of(SignInSession, row.values()), token


def find(work: UnitOfWork) -> SignInSession | None:
    """The visitor's live session, or None. Reads only: see `touch`."""
    if not work.visitor.session_token:
        return None
    digest = tokens.digest(work.visitor.session_token.reveal())
    session = work.session.exec(
        select(SignInSession).where(SignInSession.token_digest == digest)
    ).one_or_none()
    return session if session and is_live(session, work.now) else None


def is_live(session: SignInSession, now: datetime) -> bool:
    """Neither ended, nor idle too long, nor too old?"""
    return session.ended_at is None and now < session.idle_expires_at and now < session.expires_at


def needs_touch(session: SignInSession, now: datetime) -> bool:
    """Was it last marked as seen long enough ago to write again?"""
    return now - session.last_seen_at >= TOUCHED_EVERY


def touch(work: UnitOfWork, session: SignInSession) -> None:
    """Mark a session as seen now, at most every five minutes, so that reading costs no write."""
    if not needs_touch(session, work.now):
        return
    session.last_seen_at = work.now
    session.idle_expires_at = work.now + (IDLE_PERSISTENT if session.persistent else IDLE)
    work.session.add(session)


def of_account(work: UnitOfWork, account_id: str) -> list[SignInSession]:
    """The live sessions of an account, the latest seen first."""
    statement = (
        select(SignInSession)
        .where(SignInSession.account_id == account_id, col(SignInSession.ended_at).is_(None))
        .order_by(col(SignInSession.last_seen_at).desc())
    )
    return [session for session in work.session.exec(statement) if is_live(session, work.now)]


def close(work: UnitOfWork, session_id: str, account_id: str) -> bool:
    """End one session of an account; False where it has no such live session."""
    if not session_id.isprintable():  # NUL and half a surrogate pair are no text to a database
        return False
    ended = work.execute(_end(work).where(_TABLE.c.id == session_id, _TABLE.c.account_id == account_id))
    return ended.rowcount == 1


def close_by_token(work: UnitOfWork, token: Secret) -> None:
    """End the session of this cookie, if it is live."""
    work.execute(_end(work).where(_TABLE.c.token_digest == tokens.digest(token.reveal())))


def close_all(work: UnitOfWork, account_id: str, *, but: str | None = None) -> None:
    """End every session of an account, save one."""
    work.execute(_end(work).where(_TABLE.c.account_id == account_id, _TABLE.c.id != (but or "")))


def keep(work: UnitOfWork, session: SignInSession, credentials_version: int) -> None:
    """Let the session where the credentials were changed go on under the new ones."""
    session.credentials_version = credentials_version
    work.session.add(session)


def purge(work: UnitOfWork) -> None:
    """Forget sessions that ended or expired long ago."""
    work.execute(delete(_TABLE).where(_TABLE.c.expires_at < work.now - REMEMBERED))
    work.execute(delete(_TABLE).where(_TABLE.c.ended_at < work.now - REMEMBERED))


_TABLE = SignInSession.__table__  # type: ignore[attr-defined]
_ACCOUNTS = Account.__table__  # type: ignore[attr-defined]
_OPEN = prepared.Statement(insert(_TABLE), _TABLE.columns.keys())
_VERSION = prepared.Statement(
    select(_ACCOUNTS.c.credentials_version).where(_ACCOUNTS.c.id == bindparam("account_id"))
)


def _version(work: UnitOfWork, account_id: str) -> int:
    (row,) = work.run(_VERSION, account_id=account_id)
    return int(row.credentials_version)


def _renew(work: UnitOfWork, session: SignInSession, token: Secret, persistent: bool) -> bool:
    """The password was given again: the same session, another cookie, the time begins anew.

    False where it was ended at this very moment, by its owner from elsewhere: it stays so.
    """
    idle, absolute = (IDLE_PERSISTENT, ABSOLUTE_PERSISTENT) if persistent else (IDLE, ABSOLUTE)
    renewed = work.execute(
        update(_TABLE)
        .where(_TABLE.c.id == session.id, _TABLE.c.ended_at.is_(None))
        .values(
            token_digest=tokens.digest(token.reveal()),
            credentials_version=_version(work, session.account_id),
            authenticated_at=work.now,
            last_seen_at=work.now,
            idle_expires_at=work.now + idle,
            expires_at=work.now + absolute,
            persistent=persistent,
        )
    )
    work.session.refresh(session)
    return renewed.rowcount == 1


def _end(work: UnitOfWork) -> Update:
    return update(_TABLE).where(_TABLE.c.ended_at.is_(None)).values(ended_at=work.now)
