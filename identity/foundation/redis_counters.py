"""The rate limits of a deployment that keeps them in Redis, by the `limits` library. Knows digests, no subject."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from identity.foundation.errors import RateLimited

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

    from identity.foundation.rate_limits import Rule


def spend(url: str, counters: Sequence[tuple[str, "Rule"]], now: float) -> None:
    """Count one attempt by each digest, or none and RateLimited; `now` in epoch seconds."""
    limiter = _limiter(url)
    # Asked first, so that what one limit refuses is not counted by another.
    for attempt in (limiter.test, limiter.hit):
        for digest, rule in counters:
            item = _item(rule)
            if not attempt(item, digest):
                ends = limiter.get_window_stats(item, digest).reset_time
                raise RateLimited(max(1, int(-((now - ends) // 1))))


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


@lru_cache(maxsize=4)
def _limiter(url: str) -> "RateLimiter":
    from limits.storage import storage_from_string
    from limits.strategies import SlidingWindowCounterRateLimiter

    return SlidingWindowCounterRateLimiter(storage_from_string(url))
