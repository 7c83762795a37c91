"""A prepared statement says and hears what SQLAlchemy's own way does, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, event, insert, select, update

from identity.directory.subscribers import LegalNature, Subscriber
from identity.foundation import prepared
from identity.foundation.audit import AuditEvent
from tests.support import residents
from tests.support.people import Town

EVENTS: Any = AuditEvent.__table__  # type: ignore[attr-defined]
SUBSCRIBERS: Any = Subscriber.__table__  # type: ignore[attr-defined]
MOMENT = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)

INSERT = prepared.Statement(
    insert(EVENTS).returning(EVENTS.c.id, EVENTS.c.at, EVENTS.c.detail), ["at", "action", "detail"]
)
FIND = prepared.Statement(select(EVENTS).where(EVENTS.c.action == bindparam("action")).order_by(EVENTS.c.id))
ALL = prepared.Statement(select(SUBSCRIBERS).order_by(SUBSCRIBERS.c.id))
CLOSE = prepared.Statement(
    update(SUBSCRIBERS)
    .where(SUBSCRIBERS.c.id > bindparam("above"))
    .values(legal_nature=LegalNature.INDIVIDUAL, closed_on=bindparam("day"), phone=None)
)
FORGET = prepared.Statement(delete(EVENTS).where(EVENTS.c.action == "written"))


def test_moments_and_documents_come_back_as_they_were_given(town: Town) -> None:
    with town.units.begin() as work:
        [row] = work.run(INSERT, at=MOMENT, action="written", detail={"causes": ["é", 1, None]})
        assert (row.at, row.detail) == (MOMENT, {"causes": ["é", 1, None]})
        [bare] = work.run(INSERT, at=MOMENT, action="written", detail=None)
        assert [found.id for found in work.run(FIND, action="written")] == [row.id, bare.id]
        assert list(work.run(FIND, action="written")[1]) == list(
            work.execute(select(EVENTS).where(EVENTS.c.id == bare.id)).one()
        )
        assert work.run(FIND, action="' or 1=1 --") == []
        assert work.run(FORGET) == []
        assert work.run(FIND, action="written") == []


def test_every_type_of_a_row_is_read_as_sqlalchemy_reads_it(town: Town) -> None:
    with town.units.begin() as work:
        work.session.add(residents.subscriber(work, residents.operator(work, "loudun", {}), "1", {}))
        work.run(CLOSE, above=0, day=date(2026, 12, 31))
        theirs = work.execute(select(SUBSCRIBERS).order_by(SUBSCRIBERS.c.id)).all()
        ours = work.run(ALL)
    assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
    read = {(row.legal_nature, row.closed_on, row.phone) for row in ours}
    assert read == {(LegalNature.INDIVIDUAL, date(2026, 12, 31), None)}


def test_what_the_session_holds_back_is_written_first(town: Town) -> None:
    with town.units.begin() as work:
        work.session.add(AuditEvent(at=work.now, action="held back"))
        assert [row.action for row in work.run(FIND, action="held back")] == ["held back"]


def test_whoever_watches_the_engine_sees_it(town: Town) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(town.units.engine, "before_cursor_execute", hear)
    with town.units.begin() as work:
        [row] = work.run(INSERT, at=MOMENT, action="seen", detail=None)
        assert [found.id for found in work.run(FIND, action="seen")] == [row.id]
    assert [statement.split()[0] for statement in heard] == ["INSERT", "SELECT"]
