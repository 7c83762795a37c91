"""One Session, one transaction, one moment: what every flow receives first.

Owns the engine's set-up and the rule "a refusal commits, a crash rolls back". Knows no table.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, CursorResult, make_url
from sqlalchemy.sql import Executable
from sqlmodel import Session, SQLModel

from identity.foundation.errors import Refusal
from identity.foundation.settings import Settings
from identity.foundation.tokens import Keyring, Secret

Record = TypeVar("Record", bound=SQLModel)


@dataclass(frozen=True)
class Visitor:
    """Who asks, as far as a request tells: never an identity, only where from and with which cookies."""

    network: str = "local"
    """The address, an IPv6 one by its /64: what limits count by."""
    user_agent: str | None = None
    language: str = "fr"
    """`fr` or `en`."""
    request_id: str | None = None
    origin: str | None = None
    session_token: Secret | None = None
    browser_token: Secret | None = None
    """The registration that this browser began."""
    known_browser: Secret | None = None
    """The mark of a browser that has logged in before."""
    bearer: Secret | None = None


HELD = {"key_share": True}
"""FOR NO KEY UPDATE: rows that point at a held one can still be written."""


@dataclass(frozen=True)
class UnitOfWork:
    """One transaction at one moment for one visitor."""

    session: Session
    now: datetime
    settings: Settings
    visitor: Visitor

    @property
    def keyring(self) -> Keyring:
        """The deployment's secrets."""
        return self.settings.keyring

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a prebuilt Core statement in this transaction, after what the session still holds back."""
        self.session.flush()
        return self.session.connection().execute(statement, parameters)

    def hold(self, record: type[Record], key: object) -> Record | None:
        """The row as it is now, kept from every other writer until this transaction ends; None where there is none.

        PostgreSQL's transactions run side by side, and what one of them read may be outdated before it writes.
        On SQLite they come one after the other, and this only reads.
        """
        self.session.flush()
        return self.session.get(record, key, with_for_update=HELD, populate_existing=True)


def utc_now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Units:
    """Opens units of work on one database. Flows that hash open two; all others are given one."""

    engine: Engine
    settings: Settings
    visitor: Visitor = field(default_factory=Visitor)
    clock: Callable[[], datetime] = utc_now

    def visited_by(self, visitor: Visitor) -> "Units":
        """The same database for another visitor."""
        return replace(self, visitor=visitor)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A transaction that commits at the end and on a Refusal, and rolls back on anything else."""
        with Session(self.engine, expire_on_commit=False) as session:
            # The lock first, the clock next: whoever waits for a writer must not act in the past.
            session.connection()
            try:
                yield UnitOfWork(session, self.clock(), self.settings, self.visitor)
            except Refusal:
                session.commit()
                raise
            session.commit()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that only reads: on SQLite it waits for no writer."""
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"read_only": True})
            yield UnitOfWork(session, self.clock(), self.settings, self.visitor)


def open_engine(settings: Settings) -> Engine:
    """The engine of this process, pooled as the settings say; makes the folder of an embedded database."""
    if not settings.is_embedded:
        return create_engine(
            settings.database_url,
            pool_size=settings.database_pool,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"application_name": "parvis", "connect_timeout": 10},
        )
    database = make_url(settings.database_url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        settings.database_url, pool_size=settings.database_pool, max_overflow=0, hide_parameters=True
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # FULL, because a promise made to a citizen survives a power cut too.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "busy_timeout=20000", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns writer midway is refused at once, or loses updates: take the lock first.
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
