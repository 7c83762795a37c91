"""How Alembic meets our tables: one transaction, on the engine that the server itself would open."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, func, select, types
from sqlmodel.sql.sqltypes import AutoString

from identity import tables
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import open_engine

_LOCK = int.from_bytes(b"parvis")


def _as_plain_type(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's own types as they are stored, so that a revision needs SQLAlchemy alone."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and isinstance(item, types.TypeDecorator) and "UTCDateTime" in type(item).__name__:
        autogen_context.imports.add("from sqlmodel.sql.sqltypes import UTCDateTime")
        return "UTCDateTime()"
    return False


def _wait_for_others(connection: Connection) -> None:
    """One machine after the other: whoever comes second finds nothing left to do."""
    if connection.dialect.name == "postgresql":  # SQLite's transactions are alone from their beginning
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def run() -> None:
    """Run the revisions asked for."""
    engine = open_engine(Settings(database_url=context.config.attributes["url"]))
    with engine.begin() as connection:
        _wait_for_others(connection)
        context.configure(
            connection=connection,
            target_metadata=tables.load(),
            render_as_batch=True,
            compare_type=True,
            render_item=_as_plain_type,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
