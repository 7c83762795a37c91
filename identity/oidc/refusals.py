"""Requests of services that were refused, kept so that an agent can help: which client, where, why, how often.

Owns their table. On the way of an answer a refusal is only counted in memory; `flush` writes, beside the requests,
each client and cause at most once a minute. Nothing of it speaks of a person, and what anybody may say of
themselves, such as the name of a client that is none, is not kept.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.columns import BIG_ID
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import clients, signed
from identity.oidc.exchange import Arrival, Refusal, Reply

UNKNOWN = ""
"""The client of every request that names none that is registered."""
NO_FAULTS = frozenset({"authorization_pending", "slow_down", "use_dpop_nonce"})
"""Steps of a protocol that looks like errors (RFC 8628 §3.5, RFC 9449 §8)."""
WRITTEN_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(days=30)
MOST_CAUSES = 50
"""Rows for each client, the latest."""
MOST_WAITING = 500
"""Causes that wait in memory; more are counted as one for each endpoint and error."""
LONGEST = 200
SHOWN = 20

_PERSONAL = re.compile(r"\S+@\S+|\+?[0-9][0-9 .-]{5,}[0-9]")
"""What looks like an e-mail address or a number of somebody's."""
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\uffff]+")
_log = structlog.get_logger("parvis.oidc")


class RefusedRequest(SQLModel, table=True):
    """One cause for which one client was refused."""

    __tablename__ = "oidc_refusals"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    key: str = Field(max_length=64, unique=True)
    """Digest of the client and the cause."""
    client_id: str = Field(max_length=128, index=True)
    """`UNKNOWN`, or a client that is registered, or was."""
    endpoint: str = Field(max_length=64)
    error: str = Field(max_length=64)
    description: str = Field(max_length=LONGEST)
    times: int
    first_at: datetime
    last_at: datetime = Field(index=True)


class Cause(NamedTuple):
    """Who was refused where and why; `client_id` is what the request says, believed once it is written."""

    client_id: str
    endpoint: str
    error: str
    description: str


@dataclass(frozen=True)
class Told:
    """A cause as an agent reads it."""

    client_id: str
    endpoint: str
    error: str
    description: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass
class _Heap:
    """What this process has counted and not yet written."""

    lock: Lock = field(default_factory=Lock)
    waiting: dict[Cause, int] = field(default_factory=dict)
    not_before: dict[Cause, datetime] = field(default_factory=dict)

    def add(self, cause: Cause, times: int = 1) -> None:
        with self.lock:
            if cause not in self.waiting and len(self.waiting) >= MOST_WAITING:
                cause = Cause(UNKNOWN, cause.endpoint, cause.error, "")
            self.waiting[cause] = self.waiting.get(cause, 0) + times

    def take(self, now: datetime) -> dict[Cause, int]:
        """What may be written now."""
        with self.lock:
            self.not_before = {cause: moment for cause, moment in self.not_before.items() if moment > now}
            due = [cause for cause in self.waiting if cause not in self.not_before]
            self.not_before |= dict.fromkeys(due, now + WRITTEN_EVERY)
            return {cause: self.waiting.pop(cause) for cause in due}


_TABLE = RefusedRequest.__table__  # type: ignore[attr-defined]
_heaps: WeakKeyDictionary[Engine, _Heap] = WeakKeyDictionary()
_LATEST = select(_TABLE).order_by(_TABLE.c.last_at.desc(), _TABLE.c.id.desc()).limit(SHOWN)


def note(units: Units, arrival: Arrival, reply: Reply) -> Cause | None:
    """Log and count a refusal, and leave it to be written; None where the answer is none.

    The client of what comes back is one that is registered, as far as this process knows, or UNKNOWN.
    """
    refusal = reply.refusal or _of_page(reply)
    if refusal is None or refusal.error in NO_FAULTS:
        return None
    claimed = refusal.client_id or claimed_by(arrival)
    cause = Cause(claimed, _endpoint(arrival.path), refusal.error[:64], _plain(refusal.description))
    _heaps.setdefault(units.engine, _Heap()).add(cause)
    told = cause if clients.is_known(claimed) else cause._replace(client_id=UNKNOWN)
    _log.info("federation.refused", client=told.client_id or "unknown", **_facts(told))
    return told


def flush(units: Units) -> int:
    """Write what was counted, each client and cause at most once a minute; how many were written."""
    heap = _heaps.get(units.engine)
    due = heap.take(units.clock()) if heap else {}
    if heap is None or not due:
        return 0
    with units.begin() as work:
        known = _registered(work, {cause.client_id for cause in due})
        counted: dict[Cause, int] = {}
        for cause, times in due.items():
            named = cause if cause.client_id in known else cause._replace(client_id=UNKNOWN)
            counted[named] = counted.get(named, 0) + times
        late = {cause: times for cause, times in counted.items() if not _write(work, cause, times)}
    for cause, times in late.items():
        heap.add(cause, times)
    return len(counted) - len(late)


def latest(work: UnitOfWork, client_id: str | None = None) -> list[Told]:
    """The last causes of this client, or of all, the latest first."""
    chosen = _LATEST if client_id is None else _LATEST.where(_TABLE.c.client_id == client_id)
    fields = Told.__dataclass_fields__
    return [Told(**{name: getattr(row, name) for name in fields}) for row in work.execute(chosen)]


def purge(work: UnitOfWork) -> None:
    """Forget what has not come again for long."""
    work.execute(delete(_TABLE).where(_TABLE.c.last_at < work.now - KEPT_FOR))


def claimed_by(arrival: Arrival) -> str:
    """The client that a request says it is from, believing nothing; UNKNOWN where it says none that could be one."""
    said = dict(parse_qsl(_text(arrival.body or b""))) | dict(parse_qsl(_text(arrival.query)))
    basic, own = _user(arrival.headers.get("authorization", "")), arrival.path.partition("/register/")[2]
    claimed = said.get("client_id") or basic or own or _asserted(said.get("client_assertion", ""))
    return claimed if len(claimed) <= 128 and signed.is_text(claimed) else UNKNOWN


def _of_page(reply: Reply) -> Refusal | None:
    if reply.page is None or reply.status < 400:
        return None
    return Refusal(f"page:{reply.page}", "Told to the person: there is nowhere to send them back to.")


def _endpoint(path: str) -> str:
    """The path without what a client put into it."""
    return "/" + path.strip("/").partition("/")[0][:60]


def _plain(description: str) -> str:
    """Without anything that looks like somebody's, since it may quote what was sent; on one line and of a measure."""
    return _UNPRINTABLE.sub(" ", _PERSONAL.sub("***", description))[:LONGEST]


def _facts(cause: Cause) -> dict[str, str]:
    return {"endpoint": cause.endpoint, "error": cause.error, "description": cause.description}


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _user(header: str) -> str:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return unquote(base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[0])
    except (binascii.Error, ValueError):
        return ""


def _asserted(text: str) -> str:
    try:
        return signed.read(text).claim("sub")
    except signed.NotSigned:
        return ""


def _registered(work: UnitOfWork, client_ids: set[str]) -> set[str]:
    return set(work.execute(select(clients.TABLE.c.id).where(clients.TABLE.c.id.in_(client_ids))).scalars())


def _write(work: UnitOfWork, cause: Cause, times: int) -> bool:
    """Add to the row of this cause, or make it; False where another process wrote it within the minute."""
    key = tokens.digest("\0".join(cause))
    due = update(_TABLE).where(_TABLE.c.key == key, _TABLE.c.last_at <= work.now - WRITTEN_EVERY)
    if work.execute(due.values(times=_TABLE.c.times + times, last_at=work.now)).rowcount:
        return True
    values: dict[str, Any] = {**cause._asdict(), "key": key, "times": times}
    try:
        with work.session.begin_nested():
            work.execute(insert(_TABLE), values | {"first_at": work.now, "last_at": work.now})
    except IntegrityError:
        return False
    _forget_oldest(work, cause.client_id)
    return True


def _forget_oldest(work: UnitOfWork, client_id: str) -> None:
    theirs = _TABLE.c.client_id == client_id
    kept = select(_TABLE.c.id).where(theirs).order_by(_TABLE.c.last_at.desc(), _TABLE.c.id.desc())
    work.execute(delete(_TABLE).where(theirs, _TABLE.c.id.not_in(kept.limit(MOST_CAUSES).scalar_subquery())))
