"""The ONE hop from the event loop to the threads where flows run. Knows neither HTTP nor GraphQL.

An embedded database lets in one writer at a time, so its flows go down one lane: those that come while others are
under way are performed together, and wait for the disk once. Other databases take as many flows at a time as they
give connections. Flows that hash passwords have few places, so that a storm of logins starves nobody else.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

import structlog

from identity.accounts import passwords
from identity.foundation import faults, together
from identity.foundation.errors import RateLimited
from identity.foundation.settings import Settings
from identity.foundation.together import Errand
from identity.foundation.unit_of_work import UnitOfWork, Units

_log = structlog.get_logger("parvis.database")

T = TypeVar("T")
Flow = Callable[[UnitOfWork], T]

HASHERS_A_THREAD = 4
WAITING_HASHERS = 48
"""Flows that may wait for a hashing place; the next one is told to come back."""
MOST_TOGETHER = 64
"""Errands in one transaction: none waits longer than these take."""


class Workers:
    """The threads of this process."""

    def __init__(self, settings: Settings) -> None:
        hashing = passwords.thread_count(settings) * HASHERS_A_THREAD
        self._threads = ThreadPoolExecutor(settings.database_pool, "flow")
        self._lane = Lane() if settings.is_embedded else None
        self._hashing_threads = ThreadPoolExecutor(hashing, "hashing-flow")
        self._hashing, self._most_hashing = 0, hashing + WAITING_HASHERS

    async def perform(self, units: Units, flow: Flow[T]) -> T:
        """Run a flow in a unit of work of its own."""
        if self._lane:
            return await self._lane.perform(Errand(units, flow))
        return await self.run(partial(_perform, units, flow))

    def sharing(self, units: Units) -> Units:
        """The same, with `perform` going down the lane: for what runs in these threads and opens its units itself."""
        return replace(units, lane=self._lane.wait) if self._lane else units

    async def run(self, call: Callable[[], T]) -> T:
        """Run what opens its units of work itself, and does not hash."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def run_hashing(self, call: Callable[[], T]) -> T:
        """Run a flow that hashes; RateLimited when too many wait already."""
        if self._hashing >= self._most_hashing:
            raise RateLimited(5)
        self._hashing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hashing_threads, call)
        finally:
            self._hashing -= 1


def _perform(units: Units, flow: Flow[T]) -> T:
    with units.begin() as work:
        return flow(work)


class _Awaited(NamedTuple):
    """An errand, and who waits for it: a future of this loop, or, without a loop, a thread."""

    errand: Errand[Any]
    loop: asyncio.AbstractEventLoop | None
    done: "asyncio.Future[None] | Future[None]"


class Lane:
    """One thread that performs errands, together those that wait together."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[_Awaited] = SimpleQueue()
        self._starting = Lock()
        self._started = False

    async def perform(self, errand: Errand[T]) -> T:
        """What the errand's flow returns or raises, once it is committed."""
        self._start()
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        # At the end of the loop's turn: all that it read in one turn goes together.
        loop.call_soon(self._waiting.put, _Awaited(errand, loop, done))
        await done
        return errand.result()

    def wait(self, units: Units, flow: Flow[T]) -> T:
        """The same for a flow of a thread that has nothing else to do."""
        self._start()
        errand, done = Errand(units, flow), Future[None]()
        self._waiting.put(_Awaited(errand, None, done))
        done.result()
        return errand.result()

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                self._started = True
                Thread(target=self._work, name="lane", daemon=True).start()

    def _work(self) -> None:
        while True:
            some = [self._waiting.get()]
            try:
                with suppress(Empty):
                    while len(some) < MOST_TOGETHER:
                        some.append(self._waiting.get_nowait())
                together.perform([awaited.errand for awaited in some])
            except BaseException as error:  # nothing may end the only writer that there is
                _log.error("the writer of the database fell", **faults.described(error))
            finally:
                _answer(some)


def _answer(some: Sequence[_Awaited]) -> None:
    """Let everybody know that theirs has ended, however it did."""
    for loop, awaiting in groupby(some, lambda awaited: awaited.loop):
        told = list(awaiting)
        with suppress(RuntimeError):  # a loop that was closed meanwhile has nobody left to tell
            loop.call_soon_threadsafe(_tell, told) if loop else _tell(told)


def _tell(some: Sequence[_Awaited]) -> None:
    for awaited in some:
        if not awaited.done.done():
            awaited.done.set_result(None)
