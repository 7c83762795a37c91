"""Several flows in one transaction of an embedded database: one commit, and each ends as if it were alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from identity.foundation import audit, together
from identity.foundation.challenge import SpentChallenge
from identity.foundation.errors import LoginRefused
from identity.foundation.together import Errand
from identity.foundation.unit_of_work import UnitOfWork
from tests.proof.town import rows
from tests.support import people
from tests.support.people import Town

WRITTEN = "select action from audit_events order by id"


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Town]:
    """A fresh town; only an embedded database performs flows together."""
    with people.open_town(sqlite_url) as town:
        yield town


def writing(action: str) -> Callable[[UnitOfWork], str]:
    """A flow that writes one event and returns its name."""

    def flow(work: UnitOfWork) -> str:
        audit.record(work, action)
        return action

    return flow


def refused(work: UnitOfWork) -> None:
    """A flow that writes and refuses."""
    audit.record(work, "refused")
    raise LoginRefused


def crashing(work: UnitOfWork) -> None:
    """A flow that writes and crashes."""
    audit.record(work, "lost")
    _ = 1 / 0


def doubled(work: UnitOfWork) -> None:
    """A flow whose entities no table takes."""
    audit.record(work, "lost")
    for _ in range(2):
        work.session.add(SpentChallenge(signature_digest="same", expires_at=work.now + timedelta(hours=1)))


def test_each_ends_as_if_it_were_alone_and_all_are_committed_at_once(town: Town) -> None:
    commits: list[object] = []
    event.listen(town.units.engine, "commit", commits.append)
    flows = [writing("first"), crashing, doubled, refused, writing("last")]
    errands = [Errand[object](town.units, flow) for flow in flows]
    together.perform(errands)
    assert [errands[0].result(), errands[4].result()] == ["first", "last"]
    for errand, error in zip(errands[1:4], [ZeroDivisionError, IntegrityError, LoginRefused], strict=True):
        with pytest.raises(error):
            errand.result()
    assert rows(town.units, WRITTEN) == [("first",), ("refused",), ("last",)]
    assert len(commits) == 1


def test_a_savepoint_inside_a_flow_is_its_own(town: Town) -> None:
    def flow(work: UnitOfWork) -> None:
        audit.record(work, "before")
        with pytest.raises(LoginRefused), work.session.begin_nested():
            refused(work)
        audit.record(work, "after")

    errands = [Errand[object](town.units, one) for one in (flow, crashing, flow)]
    together.perform(errands)
    assert rows(town.units, WRITTEN) == [("before",), ("after",)] * 2


def test_where_the_commit_fails_nothing_is_written_and_everybody_is_told(town: Town) -> None:
    rung: list[str] = []

    def full(_connection: object) -> None:
        raise OSError("No space left on device")

    def flow(work: UnitOfWork) -> None:
        audit.record(work, "lost")
        work.after_commit(lambda: rung.append("too early"))

    event.listen(town.units.engine, "commit", full)
    errands = [Errand[object](town.units, one) for one in (flow, refused)]
    together.perform(errands)
    event.remove(town.units.engine, "commit", full)
    for errand in errands:
        with pytest.raises(OSError, match="space"):
            errand.result()
    assert rows(town.units, WRITTEN) == []
    assert rung == []


def test_what_follows_a_commit_happens_after_it_and_not_for_a_crash(town: Town) -> None:
    seen: list[object] = []

    def flow(work: UnitOfWork) -> None:
        work.after_commit(lambda: seen.append(rows(town.units, WRITTEN)))
        audit.record(work, "written")

    def broken(work: UnitOfWork) -> None:
        work.after_commit(lambda: seen.append("never"))
        _ = 1 / 0

    together.perform([Errand[object](town.units, one) for one in (flow, broken)])
    assert seen == [[("written",)]]
