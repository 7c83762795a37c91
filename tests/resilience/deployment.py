"""Parvis deployed on a database that is there already: one process or several, stopped, killed and started again.

What was posted and what was written is read in the database; nothing is written past Parvis once it runs.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL
from typing import Any

import httpx2
from sqlalchemy import text

from identity.foundation.unit_of_work import utc_now
from tests.support import people, server, smtp, warm
from tests.support.citizen import Citizen

SECRET = "the-secret-of-an-invented-town-0123456789"
METER = people.METER


@dataclass(frozen=True)
class Deployment:
    """What every process of it is told."""

    env: dict[str, str]

    @contextmanager
    def serve(self, *arguments: str, port: int | None = None, **env: str) -> Iterator["Running"]:
        """A server that answers, at its public address unless another port is given."""
        own = int(self.env["PARVIS_PUBLIC_URL"].rpartition(":")[2])
        with self._start("serve", "--port", str(port or own), *arguments, **env) as running:
            running = replace(running, url=f"http://{server.HOST}:{port or own}")
            until(running.is_ready, 90)
            yield running

    @contextmanager
    def work(self) -> Iterator["Running"]:
        """A `parvis worker`."""
        with self._start("worker") as running:
            yield running

    @contextmanager
    def _start(self, *arguments: str, **env: str) -> Iterator["Running"]:
        with tempfile.TemporaryDirectory(prefix="parvis-deployed-") as name:
            folder = Path(name)
            log = folder / "log"
            process = warm.start(*arguments, env=self.env | env, folder=folder, out=log, err=log)
            running = Running("", process, log)
            try:
                yield running
            finally:
                running.stop()

    def citizen(self, running: "Running") -> Citizen:
        """Somebody before the public address, met by one of its processes."""
        return Citizen(running.url, origin=self.env["PARVIS_PUBLIC_URL"])

    @contextmanager
    def town(self) -> Iterator[people.Town]:
        """The same town by its flows, for those who found it."""
        with people.open_town(self.env["PARVIS_DATABASE_URL"], secret_key=[SECRET]) as town:
            town.clock.now = utc_now()
            yield town

    def rows(self, query: str, **parameters: Any) -> list[Any]:
        """What the database holds."""
        with self.town() as town, town.units.read() as work:
            return list(work.execute(text(query), parameters).all())

    def count(self, query: str, **parameters: Any) -> int:
        """The one number that a query gives."""
        ((number,),) = self.rows(query, **parameters)
        return int(number)


@dataclass(frozen=True)
class Running:
    """One process of it."""

    url: str
    process: BaseProcess
    log: Path

    def is_ready(self) -> bool:
        """Does it answer, and can it serve? AssertionError where it has ended."""
        assert self.process.is_alive(), f"parvis ended before it was ready:\n{self.log.read_text()}"
        return _is_ready(self.url)

    def kill(self) -> None:
        """End it as a power cut does, and its workers too."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid or 0, SIGKILL)
        self.process.join()

    def stop(self) -> int | None:
        """End it as an operator does; its exit status."""
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(20)
        self.kill()
        return self.process.exitcode


def deploy(database_url: str, sink: smtp.Sink, **env: str) -> Deployment:
    """Found a town on a migrated database, and say how it is run."""
    deployment = Deployment(
        {
            "PARVIS_DATABASE_URL": database_url,
            "PARVIS_SECRET_KEY": SECRET,
            "PARVIS_PUBLIC_URL": f"http://{server.HOST}:{server.free_port()}",
            "PARVIS_SMTP_URL": sink.url,
            "PARVIS_CHALLENGE": "off",
            "PARVIS_TRUSTED_PROXIES": "127.0.0.1, ::1",
            **env,
        }
    )
    with deployment.town() as town:
        town.operator()
    return deployment


def _is_ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Return once the condition holds; AssertionError where it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
