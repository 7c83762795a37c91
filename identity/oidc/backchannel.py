"""Telling services behind the browser's back that a session ended (OpenID Connect Back-Channel Logout 1.0).

Owns the queue of notices. It is derived from what the accounts wing writes, the end of a session, whoever ended it
and however: no flow need remember to tell. A consent that is withdrawn ends no session, so that flow announces it. Run
beside the requests, in any number of processes.
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
HEARD = (200, 204)
PASSING = (408, 425, 429)
"""Of the answers 4xx, those that may be others in a moment (RFC 9110 §15.5.9, RFC 8470, RFC 6585)."""
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
    """Session and client, told of once; and the moment, where it was a consent that ended."""
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
_TOLD = exists().where(_TABLE.c.key == GRANTS.c.session_id + ":" + GRANTS.c.client_id)
_HELD = (
    select(GRANTS.c.session_id, GRANTS.c.client_id, GRANTS.c.subject, _SESSIONS.c.sid_key)
    .join(_SESSIONS, _SESSIONS.c.id == GRANTS.c.session_id)
    .join(clients.TABLE, clients.TABLE.c.id == GRANTS.c.client_id)
    .where(
        clients.TABLE.c.backchannel_logout_uri.is_not(None),
        clients.TABLE.c.disabled_at.is_(None),
    )
    .distinct()
)
_NEWS = _HELD.where(~_TOLD)
_CONSENTED = _HELD.where(GRANTS.c.revoked_at.is_(None), _SESSIONS.c.ended_at.is_(None))


def run(units: Units) -> int:
    """Find sessions that ended, and tell the services that are due to be told; how many were tried."""
    with units.read() as work:
        due = bool(_news(work)) or bool(work.execute(_due(work).limit(1)).all())
    if not due:
        return 0
    with units.begin() as work:
        for row in _news(work):
            _add(work, row, _key(row))
        claimed = [_claim(work, row) for row in work.execute(_due(work).limit(AT_ONCE)).all()]
    with ThreadPoolExecutor(THREADS, "parvis-logout") as pool:
        list(pool.map(lambda notice: _send(units, notice), filter(None, claimed)))
    return len(claimed)


def announce(work: UnitOfWork, account_id: str, client_id: str) -> None:
    """Let this client hear that its sessions of this person are over; before what was granted is revoked."""
    theirs = _CONSENTED.where(GRANTS.c.account_id == account_id, GRANTS.c.client_id == client_id)
    for row in work.execute(theirs).all():
        _add(work, row, f"{_key(row)}:{int(work.now.timestamp())}")


def purge(work: UnitOfWork) -> None:
    """Forget notices that no session could make anew."""
    work.execute(delete(_TABLE).where(_TABLE.c.created_at < work.now - 2 * LOOKED_BACK))


def _news(work: UnitOfWork) -> list[Any]:
    """Who is to be told of which session, and was not yet."""
    return list(work.execute(_NEWS.where(_SESSIONS.c.ended_at > work.now - LOOKED_BACK)))


def _key(row: Any) -> str:
    return f"{row.session_id}:{row.client_id}"


def _add(work: UnitOfWork, row: Any, key: str) -> None:
    values = {
        "session_id": row.session_id,
        "client_id": row.client_id,
        "subject": row.subject,
        "sid": sids.of(row.sid_key, row.client_id),
        "key": key,
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
    status = _deliver(units, notice)
    with units.begin() as work:
        work.execute(update(_TABLE).where(_TABLE.c.id == notice.id).values(**_settled(work, notice, status)))


def _deliver(units: Units, notice: _Claimed) -> int | None:
    """What the service answered (§2.8); None where nobody did."""
    try:
        status = outbound.post_form(units.settings, notice.uri, {"logout_token": notice.token}).status
    except outbound.Failed as failure:
        _log.warning("logout.not_delivered", client=notice.client_id, tries=notice.tries, reason=str(failure))
        return None
    if status not in HEARD:
        _log.warning("logout.not_delivered", client=notice.client_id, tries=notice.tries, status=status)
    return status


def _settled(work: UnitOfWork, notice: _Claimed, status: int | None) -> dict[str, Any]:
    if status in HEARD:
        return {"due_at": None, "delivered_at": work.now}
    if notice.tries >= MOST_TRIES or _is_final(status):
        return {"due_at": None}
    return {"due_at": work.now + FIRST_PAUSE * 2 ** (notice.tries - 1)}


def _is_final(status: int | None) -> bool:
    """Would the service answer the same another time: what it was sent is wrong, or nothing listens there?"""
    return status is not None and ((400 <= status < 500 and status not in PASSING) or status == 501)
