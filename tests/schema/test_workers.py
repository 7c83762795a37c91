"""The hop from the event loop: everybody gets their own answer, and an embedded database commits once for many."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from itertools import count
from threading import Event
from typing import Any

import pytest
import structlog
from sqlalchemy import event

from identity.foundation import audit, together
from identity.foundation.errors import LoginRefused, RateLimited
from identity.foundation.outages import OutcomeUnknown
from identity.foundation.unit_of_work import UnitOfWork
from schema.workers import HASHERS_A_THREAD, WAITING_HASHERS, Workers
from tests.proof.town import rows
from tests.support import people
from tests.support.people import Town

MANY = 40
HASHERS = HASHERS_A_THREAD + WAITING_HASHERS
Performing = Callable[[Town], Coroutine[Any, Any, list[object]]]


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A fresh town on either engine."""
    with people.open_town(database_url) as town:
        yield town


def write(number: int, work: UnitOfWork) -> int:
    """A flow that every third visitor sees refused, and every fourth sees crash."""
    audit.record(work, f"{number}")
    if number % 3 == 1:
        raise LoginRefused
    if number % 4 == 2:
        raise ZeroDivisionError
    return number


async def perform_many(town: Town) -> list[object]:
    """What becomes of many visitors who come at the same moment."""
    workers = Workers(town.units.settings)
    flows = (workers.perform(town.units, partial(write, number)) for number in range(MANY))
    return await asyncio.gather(*flows, return_exceptions=True)


async def perform_many_in_threads(town: Town) -> list[object]:
    """The same where each first does something else in a thread, as at the token endpoint."""
    workers = Workers(town.units.settings)
    units = workers.sharing(town.units)
    flows = (workers.run(partial(units.perform, partial(write, number))) for number in range(MANY))
    return await asyncio.gather(*flows, return_exceptions=True)


@pytest.mark.parametrize("perform", [perform_many, perform_many_in_threads])
def test_everybody_gets_their_own_answer(town: Town, perform: Performing) -> None:
    answers = asyncio.run(perform(town))
    for number, answer in enumerate(answers):
        if number % 3 == 1:
            assert isinstance(answer, LoginRefused)
        elif number % 4 == 2:
            assert isinstance(answer, ZeroDivisionError)
        else:
            assert answer == number
    kept = {f"{number}" for number, answer in enumerate(answers) if not isinstance(answer, ZeroDivisionError)}
    assert {row.action for row in rows(town.units, "select action from audit_events")} == kept


def test_on_an_embedded_database_those_who_come_together_wait_for_one_commit(sqlite_url: str) -> None:
    with people.open_town(sqlite_url) as town:
        commits = count()
        event.listen(town.units.engine, "commit", lambda _connection: next(commits))
        asyncio.run(perform_many(town))
        assert next(commits) < MANY / 2


def test_one_after_the_other_each_sees_what_the_former_wrote(town: Town) -> None:
    async def perform() -> list[int]:
        workers = Workers(town.units.settings)
        return [await workers.perform(town.units, known) for _ in range(3)]

    def known(work: UnitOfWork) -> int:
        audit.record(work, "seen")
        return len(work.session.exec(audit.AuditEvent.__table__.select()).all())  # type: ignore[attr-defined]

    assert asyncio.run(perform()) == [1, 2, 3]


def test_past_the_queue_for_hashing_one_is_told_to_come_back(town: Town) -> None:
    workers = Workers(town.with_settings(hashing_threads=1).units.settings)
    hashed = Event()
    wait = partial(hashed.wait, 60)

    async def storm() -> None:
        tasks = [asyncio.create_task(workers.run_hashing(wait)) for _ in range(HASHERS + 1)]
        [refused], _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        assert isinstance(refused.exception(), RateLimited)
        hashed.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert answers.count(True) == HASHERS
        assert await workers.run_hashing(wait)

    asyncio.run(storm())


def test_what_fails_after_the_commit_is_told_and_stops_nobody(town: Town) -> None:
    def write_and_fall(work: UnitOfWork) -> str:
        audit.record(work, "kept")
        work.after_commit(lambda: [][1])
        return "done"

    async def perform() -> list[str]:
        workers = Workers(town.units.settings)
        return [await workers.perform(town.units, write_and_fall) for _ in range(2)]

    with structlog.testing.capture_logs() as logs:
        assert asyncio.run(asyncio.wait_for(perform(), 60)) == ["done", "done"]
    assert [line["event"] for line in logs] == ["after_commit failed"] * 2
    assert len(rows(town.units, "select action from audit_events")) == 2


def test_a_writer_that_falls_tells_those_who_wait_and_goes_on(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def perform(town: Town) -> int:
        workers = Workers(town.units.settings)
        with monkeypatch.context() as broken:
            broken.setattr(together, "perform", lambda _: sys.exit())
            with pytest.raises(OutcomeUnknown):
                await workers.perform(town.units, lambda work: 1)
        return await workers.perform(town.units, lambda work: 2)

    with people.open_town(sqlite_url) as town:
        assert asyncio.run(asyncio.wait_for(perform(town), 60)) == 2
