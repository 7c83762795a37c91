"""An operator's subscribers, brought to what its file says: all of the file or nothing.

Reading and judging a million rows holds up nobody; only what differs is merged, in one short transaction. An
import never touches the account of a contract, and leaves alone the contracts that the file does not name.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from identity.backoffice import csv_files, staging, subscriber_rows
from identity.backoffice.csv_files import Rows, Tick
from identity.backoffice.staging import Difference
from identity.backoffice.subscriber_rows import BadCell, Layout, Rules
from identity.directory import communes, operators
from identity.directory.operators import Operator, ProofMethod
from identity.foundation import audit, turns
from identity.foundation.errors import Conflict
from identity.foundation.unit_of_work import Units

Report = Callable[[BadCell], None]

_OPERATORS: Any = Operator.__table__  # type: ignore[attr-defined]
_NOTHING = Difference(added=0, updated=0, unchanged=0)


@dataclass(frozen=True)
class Wish:
    """Whose subscribers, from which file, and whether only to look."""

    operator_slug: str
    path: Path
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a file changed, or would have; or how many of its cells are bad, and then it changed nothing."""

    difference: Difference
    bad: int = 0


def run(units: Units, wish: Wish, report: Report, tick: Tick = lambda done, total: None) -> Outcome:
    """Import a file: every bad cell is reported, with its line, and nothing is kept where there is one.

    NotAllowed for a file that cannot be read, OperatorNotFound, Conflict where another import of the same
    operator ended in between.
    """
    file = csv_files.examine(wish.path)
    with units.read() as work:
        operator = operators.get(work, wish.operator_slug)
        meter_required = operator.proof_methods == [ProofMethod.CONTRACT_AND_METER]
        layout = subscriber_rows.lay_out(file.header, Rules(meter_required, communes.known_codes(work)))
    with _own_connection(units) as connection:
        judge = _Judge(layout, report)
        _stage(connection, judge, csv_files.rows(file, tick))
        if judge.bad:
            return Outcome(_NOTHING, judge.bad)
        plan = _compare(connection, operator.id or 0, layout.stored)
        if not wish.dry_run:
            _merge(units, connection, plan)
        return Outcome(plan.difference)


@dataclass
class _Judge:
    """Reads rows, and reports and counts what is bad."""

    layout: Layout
    report: Report
    bad: int = 0

    def judged(self, rows: Rows) -> Iterator[Sequence[Any]]:
        """The rows as they are staged: those with bad cells too, so that a number that comes twice is seen."""
        for line, cells in rows:
            if cells is None:
                self.refuse(BadCell(line, "", "has quotes that are not closed or not doubled"))
                continue
            row, bad = self.layout.read(line, cells)
            for cell in bad:
                self.refuse(cell)
            if row[0] is not None:
                yield line, *row

    def refuse(self, cell: BadCell) -> None:
        """Report a bad cell."""
        self.bad += 1
        self.report(cell)


@dataclass(frozen=True)
class _Plan:
    """What to merge into which columns, if nobody else has imported since."""

    operator_id: int
    columns: Sequence[str]
    revision: int
    difference: Difference


@contextmanager
def _own_connection(units: Units) -> Iterator[Connection]:
    """A connection whose temporary table and settings nobody inherits."""
    with units.engine.connect() as connection:
        try:
            yield connection
        finally:
            connection.invalidate()


def _stage(connection: Connection, judge: _Judge, rows: Rows) -> None:
    # Only the temporary table is written, and that locks nothing: on SQLite too, registrations go on.
    connection.execution_options(read_only=True)
    staging.fill(connection, judge.judged(rows))
    for line, first in staging.twins(connection):
        judge.refuse(BadCell(line, "contract_number", f"is the same as in line {first}"))
    connection.commit()


def _compare(connection: Connection, operator_id: int, columns: Sequence[str]) -> _Plan:
    revision = select(_OPERATORS.c.subscribers_revision).where(_OPERATORS.c.id == operator_id)
    seen = connection.execute(revision).scalar_one()
    difference = staging.compare(connection, operator_id, columns)
    connection.commit()
    return _Plan(operator_id, columns, seen, difference)


def _merge(units: Units, connection: Connection, plan: _Plan) -> None:
    connection.execution_options(read_only=False)
    unseen = _OPERATORS.c.subscribers_revision == plan.revision
    with turns.writing(units.engine), connection.begin():
        work = units.unit(connection)
        turn = update(_OPERATORS).where(_OPERATORS.c.id == plan.operator_id, unseen)
        if work.execute(turn.values(subscribers_revision=plan.revision + 1)).rowcount == 0:
            raise Conflict("Another import of this operator has just ended: start this one again.")
        staging.merge(connection, plan.operator_id, plan.columns)
        audit.record(work, "subscribers.imported", operator_id=plan.operator_id, **asdict(plan.difference))
