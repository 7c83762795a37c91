"""How often a thing may be tried: counters that every process sees. Owns their table.

A limit is a sliding window (this window's count plus the fading share of the one before), held in one row and
counted in one statement. With PARVIS_REDIS_URL the `limits` library counts in Redis instead, while Redis answers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Executable
from sqlmodel import Field, SQLModel

from identity.foundation import prepared, redis_counters
from identity.foundation.errors import RateLimited
from identity.foundation.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Rule:
    """So many times in so many seconds, under a name that keeps the counters apart."""

    name: str
    times: int
    seconds: int

    def of(self, *subject: object) -> "Limit":
        """This rule for one network, e-mail, contract …"""
        return Limit(self, "\x1f".join(map(str, subject)))


@dataclass(frozen=True)
class Limit:
    """A rule applied to one subject. The subject is digested before it is stored."""

    rule: Rule
    subject: str


class RateCounter(SQLModel, table=True):
    """The count of the current window and of the one before."""

    __tablename__ = "rate_counters"

    counter_digest: str = Field(primary_key=True, max_length=64)
    window: int = Field(sa_type=BigInteger)
    """Number of the window: epoch seconds divided by its length."""
    hits: int
    hits_before: int
    expires_at: datetime = Field(index=True)


_TABLE = RateCounter.__table__  # type: ignore[attr-defined]


_Insert = type[sqlite.Insert] | type[postgresql.Insert]
_INSERTS: dict[str, _Insert] = {"sqlite": sqlite.Insert, "postgresql": postgresql.Insert}


@cache
def _counting(dialect: str, counters: int) -> prepared.Statement:
    """Counts by so many counters at once; their parameters end in the counter's place."""
    rows = [
        {column.name: bindparam(f"{column.name}_of_{place}", type_=column.type) for column in _TABLE.columns}
        for place in range(counters)
    ]
    statement = _INSERTS[dialect](_TABLE).values(rows)
    new = statement.excluded
    same, next_ = _TABLE.c.window == new.window, _TABLE.c.window == new.window - 1
    # A machine whose clock is ahead, or a transaction that overtook this one, has begun the next window already:
    # going back to the former one would forget what both counted.
    ahead = _TABLE.c.window == new.window + 1
    counting = statement.on_conflict_do_update(
        index_elements=[_TABLE.c.counter_digest],
        set_={
            "hits": case((same | ahead, _TABLE.c.hits + new.hits), else_=new.hits),
            "hits_before": case((same | ahead, _TABLE.c.hits_before), (next_, _TABLE.c.hits), else_=0),
            "window": case((ahead, _TABLE.c.window), else_=new.window),
            "expires_at": case((ahead, _TABLE.c.expires_at), else_=new.expires_at),
        },
    )
    return prepared.Statement(counting.returning(*_TABLE.columns))


def _pausing(insert: _Insert, *, anew: bool) -> Executable:
    statement = insert(_TABLE).values(window=0, hits=1, hits_before=0)
    over = None if anew else _TABLE.c.expires_at <= bindparam("now", type_=_TABLE.c.expires_at.type)
    return statement.on_conflict_do_update(
        index_elements=[_TABLE.c.counter_digest],
        set_={"expires_at": statement.excluded.expires_at},
        where=over,
    ).returning(_TABLE.c.counter_digest)


_READ = prepared.Statement(select(_TABLE).where(_TABLE.c.counter_digest == bindparam("counter_digest")))
_FORGET = prepared.Statement(delete(_TABLE).where(_TABLE.c.counter_digest == bindparam("counter_digest")))
_PAUSE = {name: _pausing(insert, anew=False) for name, insert in _INSERTS.items()}
_RESTART = {name: _pausing(insert, anew=True) for name, insert in _INSERTS.items()}


def spend(work: UnitOfWork, *limits: Limit) -> None:
    """Count one attempt against every limit, or none and RateLimited where one is exhausted."""
    if work.settings.rate_limits == "off":
        return
    if url := work.settings.redis_url:
        with redis_counters.Asking(url):
            redis_counters.spend(url, _in_order(work, limits), work.now.timestamp())
            return
    counters = _in_order(work, limits)
    if wait := _count(work, counters, 1):
        _count(work, counters, -1)
        raise RateLimited(wait)


def count(work: UnitOfWork, limit: Limit) -> None:
    """Count one event against a limit without refusing: a failure that only later attempts feel."""
    if url := work.settings.redis_url:
        with redis_counters.Asking(url):
            redis_counters.count(url, _digest(work, limit), limit.rule)
            return
    _count(work, _in_order(work, [limit]), 1)


def exhausted(work: UnitOfWork, limit: Limit) -> bool:
    """Is nothing left of this limit? Counts nothing."""
    if work.settings.rate_limits == "off":
        return False
    if url := work.settings.redis_url:
        with redis_counters.Asking(url):
            return redis_counters.is_exhausted(url, _digest(work, limit), limit.rule)
    rows = work.run(_READ, counter_digest=_digest(work, limit))
    window, passed = _window(work.now, limit.rule)
    row = rows[0] if rows else None
    if row is None or abs(row.window - window) > 1:
        return False
    passed = passed if row.window <= window else 0.0
    hits, before = (row.hits, row.hits_before) if row.window >= window else (0, row.hits)
    return bool(hits + before * (1 - passed) >= limit.rule.times)


def forget(work: UnitOfWork, *limits: Limit) -> None:
    """Give these limits back, whole: a success wipes the failures before it."""
    for digest, rule in _in_order(work, limits):
        if url := work.settings.redis_url:
            with redis_counters.Asking(url):
                redis_counters.forget(url, digest, rule)
                continue
        work.run(_FORGET, counter_digest=digest)


def cool_down(work: UnitOfWork, name: str, subject: object, pause: timedelta) -> datetime:
    """Let a thing happen once a pause and tell when it may happen again; RateLimited before that.

    Kept in the database whatever counts the limits: the moment told to the person must be exact.
    """
    if work.settings.rate_limits == "off":
        return work.now
    row = _pause(work, name, subject, pause)
    started = work.execute(_PAUSE[work.dialect], row | {"now": work.now})
    if started.one_or_none() is None:
        ends = work.execute(
            select(_TABLE.c.expires_at).where(_TABLE.c.counter_digest == row["counter_digest"])
        )
        raise RateLimited(_ceil((ends.scalar_one() - work.now).total_seconds()))
    return work.now + pause


def restart_pause(work: UnitOfWork, name: str, subject: object, pause: timedelta) -> datetime:
    """Begin a cool-down anew because the thing just happened by another way; says when it may happen again."""
    if work.settings.rate_limits == "off":
        return work.now
    work.execute(_RESTART[work.dialect], _pause(work, name, subject, pause))
    return work.now + pause


def _pause(work: UnitOfWork, name: str, subject: object, pause: timedelta) -> dict[str, object]:
    limit = Rule(f"pause:{name}", 1, int(pause.total_seconds())).of(subject)
    return {"counter_digest": _digest(work, limit), "expires_at": work.now + pause}


def purge(work: UnitOfWork) -> None:
    """Drop the counters of windows that no longer weigh anything."""
    # Those that a flow holds at this moment are left for the next time: waiting for them could be waiting in a ring.
    over = (
        select(_TABLE.c.counter_digest)
        .where(_TABLE.c.expires_at < work.now)
        .with_for_update(skip_locked=True)
    )
    work.execute(delete(_TABLE).where(_TABLE.c.counter_digest.in_(over)))


def _count(work: UnitOfWork, counters: Sequence[tuple[str, Rule]], hits: int) -> int:
    """Count by every counter, in one statement; seconds to wait, 0 when within all limits."""
    rules, now = dict(counters), work.now
    given: dict[str, Any] = {}
    for place, (digest, rule) in enumerate(counters):
        window, _ = _window(now, rule)
        given[f"counter_digest_of_{place}"] = digest
        given[f"window_of_{place}"] = window
        given[f"hits_of_{place}"] = hits
        given[f"hits_before_of_{place}"] = 0
        given[f"expires_at_of_{place}"] = datetime.fromtimestamp((window + 2) * rule.seconds, UTC)
    rows = work.run(_counting(work.dialect, len(counters)), **given)
    return max((_wait(rules[row.counter_digest], now, row) for row in rows), default=0)


def _window(now: datetime, rule: Rule) -> tuple[int, float]:
    """The current window's number, and the share of it that has passed."""
    number, passed = divmod(now.timestamp(), rule.seconds)
    return int(number), passed / rule.seconds


def _wait(rule: Rule, now: datetime, row: prepared.Row) -> int:
    """Seconds until this attempt would fit: the former window fades, then this one does; 0 where it fits."""
    window, passed = _window(now, rule)
    passed = passed if row.window == window else 0.0
    hits, before = row.hits, row.hits_before
    if hits + before * (1 - passed) <= rule.times:
        return 0
    if hits <= rule.times:
        return _ceil(rule.seconds * (1 - (rule.times - hits) / before - passed))
    return _ceil(rule.seconds * (1 - passed + 1 - (rule.times - 1) / (hits - 1)))


def _ceil(seconds: float) -> int:
    return max(1, math.ceil(seconds))


def _digest(work: UnitOfWork, limit: Limit) -> str:
    return work.keyring.digest("rate-limit", f"{limit.rule.name}\x1f{limit.subject}")


def _in_order(work: UnitOfWork, limits: Sequence[Limit]) -> list[tuple[str, Rule]]:
    """One order for everybody: two flows that share counters never wait for each other in a ring."""
    return sorted({_digest(work, limit): limit.rule for limit in limits}.items())
