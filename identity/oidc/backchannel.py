"""Telling services behind the browser's back that a session ended (OpenID Connect Back-Channel Logout 1.0).

Owns the queue of notices. It is derived from what the accounts wing writes, the end of a session, whoever ended it
and however: no flow need remember to tell. Run beside the requests, in any number of processes.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.accounts.sessions import SignInSession
from identity.foundation import outbound
from identity.foundation.columns import BIG_ID
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import clients, logout_token, sids
from identity.oidc.granted import GRANTS

LOOKED_BACK = timedelta(days=1)
"""A session that ended longer ago is no news."""
LEASE = timedelta(seconds=30)
"""How long a notice belongs to the process that sends it: longer than any answer takes."""
MOST_TRIES = 9
FIRST_PAUSE = timedelta(seconds=10)
"""Doubled at each try: the last is some 40 minutes after the first."""
AT_ONCE = 20
THREADS = 5
"""One service's slow server delays one of them: twenty notices take as long as four slow answers, at most."""

_log = structlog.get_logger("parvis.oidc")


class LogoutNotice(SQLModel, table=True):
    """What one service must be told of one session."""

    __tablename__ = "oidc_logout_notices"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    session_id: str = Field(max_length=36, index=True)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True, ondelete="CASCADE")
    subject: str = Field(max_length=255)
    sid: str = Field(max_length=43)
    key: str = Field(max_length=180, unique=True)
    """Session and client: told of once."""
    tries: int = 0
    due_at: datetime | None = Field(default=None, index=True)
    """None once it was delivered, or given up."""
    created_at: datetime
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class _Claimed:
    """A notice that this process sends now."""

    id: int
    uri: str
    client_id: str
    tries: int
    token: str


_TABLE = LogoutNotice.__table__  # type: ignore[attr-defined]
_SESSIONS = SignInSession.__table__  # type: ignore[attr-defined]
_TOLD = exists().where(_TABLE.c.session_id == GRANTS.c.session_id, _TABLE.c.client_id == GRANTS.c.client_id)
_NEWS = (
    select(GRANTS.c.session_id, GRANTS.c.client_id, GRANTS.c.subject, _SESSIONS.c.sid_key)
    .join(_SESSIONS, _SESSIONS.c.id == GRANTS.c.session_id)
    .join(clients.TABLE, clients.TABLE.c.id == GRANTS.c.client_id)
    .where(
        clients.TABLE.c.backchannel_logout_uri.is_not(None),
        clients.TABLE.c.disabled_at.is_(None),
        ~_TOLD,
    )
    .distinct()
)


def run(units: Units) -> int:
    """Find sessions that ended, and tell the services that are due to be told; how many were tried."""
    with units.read() as work:
        due = bool(_news(work)) or bool(work.execute(_due(work).limit(1)).all())
    if not due:
        return 0
    with units.begin() as work:
        for row in _news(work):
            _add(work, row)
        claimed = [_claim(work, row) for row in work.execute(_due(work).limit(AT_ONCE)).all()]
    with ThreadPoolExecutor(THREADS, "parvis-logout") as pool:
        list(pool.map(lambda notice: _send(units, notice), filter(None, claimed)))
    return len(claimed)


def purge(work: UnitOfWork) -> None:
    """Forget notices that no session could make anew."""
    work.execute(delete(_TABLE).where(_TABLE.c.created_at < work.now - 2 * LOOKED_BACK))


def _news(work: UnitOfWork) -> list[Any]:
    """Who is to be told of which session, and was not yet."""
    return list(work.execute(_NEWS.where(_SESSIONS.c.ended_at > work.now - LOOKED_BACK)))


def _add(work: UnitOfWork, row: Any) -> None:
    values = {
        "session_id": row.session_id,
        "client_id": row.client_id,
        "subject": row.subject,
        "sid": sids.of(row.sid_key, row.client_id),
        "key": f"{row.session_id}:{row.client_id}",
        "tries": 0,
        "due_at": work.now,
        "created_at": work.now,
    }
    try:
        with work.session.begin_nested():
            work.execute(insert(_TABLE), values)
    except IntegrityError:
        return  # another process was first


def _due(work: UnitOfWork) -> Any:
    return (
        select(_TABLE, clients.TABLE.c.backchannel_logout_uri, clients.TABLE.c.disabled_at)
        .join(clients.TABLE, clients.TABLE.c.id == _TABLE.c.client_id)
        .where(_TABLE.c.due_at <= work.now)
        .order_by(_TABLE.c.due_at, _TABLE.c.id)
    )


def _claim(work: UnitOfWork, row: Any) -> _Claimed | None:
    """Take a notice for this process; None where another one did, or the service no longer wants it."""
    client = clients.find(work, row.client_id)
    taken = update(_TABLE).where(_TABLE.c.id == row.id, _TABLE.c.due_at == row.due_at)
    wanted = client is not None and client.backchannel_logout_uri
    values = {"due_at": work.now + LEASE if wanted else None, "tries": row.tries + 1}
    if work.execute(taken.values(**values)).rowcount != 1 or client is None or not wanted:
        return None
    token = logout_token.sign(work, client, row.subject, row.sid)
    return _Claimed(row.id, client.backchannel_logout_uri or "", client.id, row.tries + 1, token)


def _send(units: Units, notice: _Claimed) -> None:
    """Deliver it, outside any transaction, and write down what came of it."""
    settle = _delivered if _is_heard(units, notice) else _failed
    with units.begin() as work:
        work.execute(update(_TABLE).where(_TABLE.c.id == notice.id).values(**settle(work, notice)))


def _is_heard(units: Units, notice: _Claimed) -> bool:
    """Did the service say that its session is over (§2.8)?"""
    try:
        answer = outbound.post_form(units.settings, notice.uri, {"logout_token": notice.token})
    except outbound.Failed as failure:
        _log.warning("logout.not_delivered", client=notice.client_id, tries=notice.tries, reason=str(failure))
        return False
    if answer.status in (200, 204):
        return True
    _log.warning("logout.not_delivered", client=notice.client_id, tries=notice.tries, status=answer.status)
    return False


def _delivered(work: UnitOfWork, _: _Claimed) -> dict[str, Any]:
    return {"due_at": None, "delivered_at": work.now}


def _failed(work: UnitOfWork, notice: _Claimed) -> dict[str, Any]:
    pause = FIRST_PAUSE * 2 ** (notice.tries - 1)
    return {"due_at": None if notice.tries >= MOST_TRIES else work.now + pause}
