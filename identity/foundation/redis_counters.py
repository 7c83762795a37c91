"""The rate limits of a deployment that keeps them in Redis, by the `limits` library. Knows digests, no subject.

Where Redis does not answer, the database counts instead (`rate_limits`): limits hold, from nothing, and people get in.
A process that met silence leaves Redis alone for PAUSE, so that nobody waits for it at each attempt.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

import structlog

from identity.foundation.errors import RateLimited

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

    from identity.foundation.rate_limits import Rule

PAUSE = 10.0
"""Seconds before Redis is asked again."""
PATIENCE = 1.0
"""Seconds that it has to answer: a transaction may be open meanwhile."""

_log = structlog.get_logger("parvis.limits")
_silent_until: dict[str, float] = {}


class Silent(Exception):
    """Redis did not answer a moment ago."""


@dataclass(frozen=True)
class Asking:
    """What is done with Redis inside is done, or left to what stands behind where Redis does not answer."""

    url: str

    def __enter__(self) -> None:
        """Nothing: what is inside finds out."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Swallow the silence of Redis, and nothing else."""
        if error is None or isinstance(error, RateLimited):
            return False
        from limits.errors import StorageError

        if isinstance(error, StorageError):
            _silent_until[self.url] = time.monotonic() + PAUSE
            cause = type(error.__cause__ or error).__name__
            _log.warning("limits.redis_silent", cause=cause, counted_in="database", seconds=PAUSE)
            return True
        return isinstance(error, Silent)


def spend(url: str, counters: Sequence[tuple[str, "Rule"]], now: float) -> None:
    """Count one attempt by each digest, or none and RateLimited; `now` in epoch seconds."""
    limiter = _limiter(url)
    # Asked first, so that what one limit refuses is not counted by another.
    for attempt in (limiter.test, limiter.hit):
        for digest, rule in counters:
            item = _item(rule)
            if not attempt(item, digest):
                ends = limiter.get_window_stats(item, digest).reset_time
                raise RateLimited(max(1, math.ceil(ends - now)))


def count(url: str, digest: str, rule: "Rule") -> None:
    """Count one event without refusing."""
    _limiter(url).hit(_item(rule), digest)


def is_exhausted(url: str, digest: str, rule: "Rule") -> bool:
    """Is nothing left? Counts nothing."""
    return not _limiter(url).test(_item(rule), digest)


def forget(url: str, digest: str, rule: "Rule") -> None:
    """Give the whole limit back."""
    _limiter(url).clear(_item(rule), digest)


def _item(rule: "Rule") -> "RateLimitItem":
    from limits import RateLimitItemPerSecond

    return RateLimitItemPerSecond(rule.times, rule.seconds, namespace=f"parvis/{rule.name}")


def _limiter(url: str) -> "RateLimiter":
    if time.monotonic() < _silent_until.get(url, 0.0):
        raise Silent
    return _connected(url)


@lru_cache(maxsize=4)
def _connected(url: str) -> "RateLimiter":
    from limits.storage import storage_from_string
    from limits.strategies import SlidingWindowCounterRateLimiter
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 1),  # a connection that Redis closed while nobody used it is opened anew
    }
    return SlidingWindowCounterRateLimiter(storage_from_string(url, wrap_exceptions=True, **options))
