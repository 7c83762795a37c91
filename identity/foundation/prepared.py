"""Core statements made ready once, for the few that every visitor costs. Knows no table.

SQLAlchemy asks itself at each execution what the dialect, the parameters and the types want of it: 30 µs and more,
where SQLite answers in 4. The answers never change, so a Statement keeps them. Same text, same types, same
connection and transaction. What it leaves out are SQLAlchemy's names for the driver's errors, so a statement that
is expected to fail is no case for it.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Dialect, inspect
from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

Row: TypeAlias = Any
"""A named tuple of the statement's columns."""
Convert: TypeAlias = Callable[[Any], Any]
Record = TypeVar("Record", bound=SQLModel)


class Statement:
    """A SELECT, or an INSERT, UPDATE or DELETE with or without RETURNING."""

    def __init__(self, core: Any, columns: Sequence[str] = ()) -> None:
        """`columns` are those that an INSERT without values is given."""
        self._core, self._columns = core, list(columns) or None
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, parameters: dict[str, Any]) -> list[Row]:
        """Execute; all rows, none where the statement gives none. The driver's own errors."""
        if connection.engine.dispatch.before_cursor_execute:
            # Somebody watches what is executed: then by SQLAlchemy's own way, where it can be seen.
            result = connection.execute(self._core, parameters)
            return list(result) if result.returns_rows else []
        dialect = connection.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._core, self._columns, dialect)
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.execute(form.text, form.arguments(parameters))
        return form.rows(cursor.fetchall()) if form.returns else []


def copy_of(kind: type[Record], row: Iterable[Any]) -> Record:
    """A record to read from, of a row that begins with all its columns; no session holds it.

    Made as a loader makes one: the model's own constructor takes 50 µs, a twentieth of a whole proof.
    """
    make, names = _maker(kind)
    record: Record = make()
    vars(record).update(zip(names, row, strict=False))
    return record


@cache
def _maker(kind: type[Record]) -> tuple[Callable[[], Record], list[str]]:
    # A copy may be the first thing that a process makes of a record: nothing has set the mappers up before.
    configure_mappers()
    mapper = inspect(kind)
    return mapper.class_manager.new_instance, mapper.local_table.columns.keys()


class _Form:
    """A statement as one dialect wants it."""

    def __init__(self, core: Any, columns: list[str] | None, dialect: Dialect) -> None:
        compiled = core.compile(dialect=dialect, column_keys=columns)
        shown = tuple(getattr(core, "exported_columns", ()))
        self.text, self.returns = str(compiled), bool(shown)
        self._order: list[str] | None = compiled.positiontup
        self._binders = dict(_binders(compiled.bind_names.items(), dialect))
        self._fixed = {
            name: self._bound(name, bind.effective_value)
            for bind, name in compiled.bind_names.items()
            if not bind.required
        }
        self._row: Any = namedtuple("Row", [column.key for column in shown])  # type: ignore[misc]
        self._readers = list(_readers(shown, dialect))

    def arguments(self, given: dict[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        values = self._fixed | given
        for name, convert in self._binders.items():
            if name in given:
                values[name] = convert(given[name])
        return values if self._order is None else [values[name] for name in self._order]

    def rows(self, raw: Iterable[Sequence[Any]]) -> list[Row]:
        """The driver's rows as the columns' types read them."""
        return [self._row._make(self._read(row)) for row in raw]

    def _read(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, convert in self._readers:
            values[place] = convert(values[place])
        return values

    def _bound(self, name: str, value: Any) -> Any:
        return self._binders[name](value) if name in self._binders else value


def _binders(binds: Iterable[tuple[Any, str]], dialect: Dialect) -> Iterable[tuple[str, Convert]]:
    for bind, name in binds:
        if convert := bind.type.dialect_impl(dialect).bind_processor(dialect):
            yield name, convert


def _readers(columns: Iterable[Any], dialect: Dialect) -> Iterable[tuple[int, Convert]]:
    for place, column in enumerate(columns):
        if convert := column.type.dialect_impl(dialect).result_processor(dialect, None):
            yield place, convert
