"""The same limits, counted by a real Redis: skipped where the machine has none, save in CI."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import structlog

from identity.foundation import rate_limits, redis_counters
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Limit, Rule
from identity.foundation.unit_of_work import utc_now
from tests.proof.town import all_at_once, rows
from tests.support import people
from tests.support.people import Town

SERVER = shutil.which("redis-server")
JEAN = Rule("test", 3, 3600).of("jean@exemple.fr")

pytestmark = pytest.mark.skipif(
    SERVER is None and os.environ.get("CI") != "true", reason="this machine has no redis-server"
)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis that keeps nothing, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _serve(port, tmp_path_factory.mktemp("redis")):
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def _serve(port: int, folder: Path) -> Iterator[None]:
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([SERVER or "redis-server", *options], stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def town(redis_url: str, sqlite_url: str) -> Iterator[Town]:
    """A town whose limits are kept in Redis, each test under a secret of its own."""
    with people.open_town(
        sqlite_url, redis_url=redis_url, secret_key=[f"{Path(sqlite_url).parent.name:x<40}"]
    ) as town:
        yield town


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("Redis does not answer")


def spend(town: Town, *limits: Limit) -> int:
    try:
        with town.units.begin() as work:
            rate_limits.spend(work, *limits)
    except RateLimited as refused:
        return refused.retry_after
    return 0


def test_so_many_and_then_one_waits(town: Town) -> None:
    assert [bool(spend(town, JEAN)) for _ in range(5)] == [False, False, False, True, True]
    assert rows(town.units, "select * from rate_counters") == []


def test_threads_share_the_count(town: Town) -> None:
    ten = Rule("many", 10, 3600).of("jean")
    assert sum(all_at_once(8, lambda _: sum(spend(town, ten) == 0 for _ in range(4)))) == 10


def test_what_one_limit_refuses_is_not_counted_by_another(town: Town) -> None:
    network = Rule("network", 5, 3600).of("192.0.2.1")
    for _ in range(3):
        assert spend(town, network, JEAN) == 0
    for _ in range(4):
        assert spend(town, network, JEAN) > 0
    assert [bool(spend(town, network)) for _ in range(3)] == [False, False, True]


def test_a_success_gives_the_limit_back(town: Town) -> None:
    for _ in range(3):
        spend(town, JEAN)
    with town.units.begin() as work:
        assert rate_limits.exhausted(work, JEAN)
        rate_limits.forget(work, JEAN)
        assert not rate_limits.exhausted(work, JEAN)
    assert spend(town, JEAN) == 0


def test_where_redis_stops_the_database_counts_for_all_processes_and_later_redis_again(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"redis://127.0.0.1:{port}"
    with people.open_town(database_url, redis_url=url) as town:
        town.clock.now = utc_now()  # as other processes have it
        with _serve(port, tmp_path):
            assert [bool(spend(town, JEAN)) for _ in range(2)] == [False, False]
        with structlog.testing.capture_logs() as logs:
            assert [bool(spend(town, JEAN)) for _ in range(4)] == [False, False, False, True]
        (told,) = [entry for entry in logs if entry["event"] == "limits.redis_silent"]
        assert told["log_level"] == "warning" and str(port) not in str(told)
        other = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE, database_url, url, *town.units.settings.secret_key],
            capture_output=True,
            text=True,
            check=False,
        )
        assert other.stdout.splitlines()[-1:] == ["refused"], other.stderr
        with town.units.begin() as work:
            assert rate_limits.exhausted(work, JEAN)
            rate_limits.forget(work, JEAN)
            rate_limits.count(work, JEAN)
            assert not rate_limits.exhausted(work, JEAN)
        counted = rows(town.units, "select hits from rate_counters")
        with _serve(port, tmp_path):
            monkeypatch.setattr(redis_counters, "_silent_until", {})
            assert [bool(spend(town, JEAN)) for _ in range(4)] == [False, False, False, True]
            assert rows(town.units, "select hits from rate_counters") == counted


_ELSEWHERE = """
import sys
from identity.foundation import rate_limits
from identity.foundation.errors import RateLimited
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
database_url, redis_url, secret = sys.argv[1:]
settings = Settings(database_url=database_url, redis_url=redis_url, secret_key=[secret])
try:
    with Units(open_engine(settings), settings).begin() as work:
        rate_limits.spend(work, rate_limits.Rule("test", 3, 3600).of("jean@exemple.fr"))
except RateLimited:
    print("refused")
"""
