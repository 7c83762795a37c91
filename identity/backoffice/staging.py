"""The rows of an import before they are anybody's subscribers. Owns a temporary table.

No other connection sees that table or waits for it, and it vanishes with its connection, however that ends.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from identity.backoffice.subscriber_rows import STORED
from identity.directory import bulk
from identity.directory.subscribers import Subscriber

_SUBSCRIBERS: Any = Subscriber.__table__  # type: ignore[attr-defined]
_STAGED = sa.Table(
    "subscriber_staging",
    sa.MetaData(),
    sa.Column("line", sa.Integer),
    *(sa.Column(name, sa.Date if name == "closed_on" else sa.String) for name in STORED),
    prefixes=["TEMPORARY"],
)
_BY_NUMBER = sa.Index("ix_subscriber_staging_contract_number", _STAGED.c.contract_number)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Difference:
    """What the staged rows would change."""

    added: int
    updated: int
    unchanged: int


def fill(connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Stream rows into a new table: the number of a line, then its values in the order of STORED."""
    embedded = connection.dialect.name == "sqlite"
    if embedded:
        # Memory to sort and to merge a million rows in; the connection is thrown away with the table.
        connection.exec_driver_sql("PRAGMA cache_size = -65536")
    connection.execute(CreateTable(_STAGED))
    bulk.insert(connection, _STAGED, ("line", *STORED), rows)
    _BY_NUMBER.create(connection)
    if not embedded:
        connection.exec_driver_sql("ANALYZE subscriber_staging")


def twins(connection: Connection) -> Iterator[tuple[int, int]]:
    """The lines whose contract number stood in the file before, each with the line that had it first."""
    first = (
        sa.select(_STAGED.c.contract_number, sa.func.min(_STAGED.c.line).label("line"))
        .group_by(_STAGED.c.contract_number)
        .having(sa.func.count() > 1)
        .subquery()
    )
    again = (
        sa.select(_STAGED.c.line, first.c.line)
        .join(first, first.c.contract_number == _STAGED.c.contract_number)
        .where(_STAGED.c.line != first.c.line)
        .order_by(_STAGED.c.line)
    )
    for line, earlier in connection.execute(again, execution_options={"yield_per": 1_000}):
        yield int(line), int(earlier)


def compare(connection: Connection, operator_id: int, columns: Sequence[str]) -> Difference:
    """Drop the staged rows that say what is known already in these columns, and count what is left."""
    same = sa.and_(*(_SUBSCRIBERS.c[name].is_not_distinct_from(_STAGED.c[name]) for name in columns))
    known = sa.exists().where(_is_subscriber(operator_id))
    unchanged = connection.execute(sa.delete(_STAGED).where(known.where(same))).rowcount
    count = sa.select(sa.func.count()).select_from(_STAGED)
    rows = connection.execute(count).scalar_one()
    updated = connection.execute(count.where(known)).scalar_one()
    return Difference(rows - updated, updated, unchanged)


def merge(connection: Connection, operator_id: int, columns: Sequence[str]) -> None:
    """Insert the staged rows, or update these columns of the subscribers that they name; never their account."""
    # In the order of the index that each row goes into.
    staged = sa.select(sa.literal(operator_id), *(_STAGED.c[name] for name in STORED)).where(sa.true())
    insert = _INSERT[connection.dialect.name](_SUBSCRIBERS)
    insert = insert.from_select(["operator_id", *STORED], staged.order_by(_STAGED.c.contract_number))
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[_SUBSCRIBERS.c.operator_id, _SUBSCRIBERS.c.contract_number],
            set_={name: insert.excluded[name] for name in columns},
        )
    )


def _is_subscriber(operator_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _SUBSCRIBERS.c.operator_id == operator_id,
        _SUBSCRIBERS.c.contract_number == _STAGED.c.contract_number,
    )
