"""The same limits, counted by a real Redis: skipped where the machine has none, save in CI."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from identity.foundation import rate_limits
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Limit, Rule
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
    folder = tmp_path_factory.mktemp("redis")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([SERVER or "redis-server", *options], stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"redis://127.0.0.1:{port}"
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
    deadline = time.monotonic() + 10
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
