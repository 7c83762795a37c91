"""Many rows at once, as fast as each database takes them: COPY, or one prepared INSERT. Knows no table."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table


def insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Stream rows into a table, in the transaction that is open; values are as the driver stores them."""
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.format_column(table.c[name]) for name in columns)
    target = f"{quote.format_table(table)} ({names})"
    # The raw cursors take an iterator: however many rows there are, few are in memory.
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _ in columns)
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608 - our own names
    finally:
        cursor.close()
