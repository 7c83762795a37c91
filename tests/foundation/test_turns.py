"""Those who write to an embedded database stand in line; whoever fails lets the next one in."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine

from identity.foundation import audit, turns
from tests.proof.town import rows
from tests.support.people import Town

WRITERS, TIMES = 8, 10


def test_every_one_of_many_writers_gets_its_turn(town: Town) -> None:
    together = Barrier(WRITERS)

    def write(number: int) -> None:
        together.wait()
        for time in range(TIMES):
            with town.units.begin() as work:
                audit.record(work, f"{number}.{time}")

    threads = [Thread(target=write, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [row.action for row in rows(town.units, "select action from audit_events order by id")]
    assert sorted(written) == sorted(f"{number}.{time}" for number in range(WRITERS) for time in range(TIMES))


def test_a_turn_that_fails_is_passed_on(town: Town) -> None:
    with pytest.raises(ZeroDivisionError), town.units.begin():
        _ = 1 / 0
    with town.units.begin() as work:
        audit.record(work, "next")
    assert rows(town.units, "select action from audit_events") == [("next",)]


def test_writers_of_two_databases_do_not_wait_for_each_other() -> None:
    one, other = create_engine("sqlite://"), create_engine("sqlite://")
    with turns.writing(one), turns.writing(other):
        pass
