"""One transaction, one moment, one visitor: what every flow receives first.

Owns the engine's set-up and the rule "a refusal commits, a crash rolls back". Knows no table.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine, create_engine, exc
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.sql import Executable
from sqlmodel import Session, SQLModel

from identity.foundation import embedded, faults, outages, prepared, turns
from identity.foundation.errors import Refusal
from identity.foundation.settings import Settings
from identity.foundation.tokens import Keyring, Secret

_log = structlog.get_logger("parvis.database")

Record = TypeVar("Record", bound=SQLModel)
T = TypeVar("T")


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
    agent: str | None = None
    """Who is at the command line, for the audit."""


HELD = {"key_share": True}
"""FOR NO KEY UPDATE: rows that point at a held one can still be written."""


@dataclass(frozen=True)
class UnitOfWork:
    """One transaction at one moment for one visitor."""

    connection: Connection
    now: datetime
    settings: Settings
    visitor: Visitor
    shared: bool = False
    """Are there other units of work in this transaction, each behind a savepoint of its own?"""
    _afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def keyring(self) -> Keyring:
        """The deployment's secrets."""
        return self.settings.keyring

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.connection.dialect.name

    @cached_property
    def session(self) -> Session:
        """The entities of this transaction; made when a flow asks for it, and hot paths never do."""
        return Session(
            self.connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint" if self.shared else "rollback_only",
        )

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a prebuilt Core statement in this transaction, after what the session still holds back."""
        self._write_entities()
        return self.connection.execute(statement, parameters)

    def run(self, statement: prepared.Statement, **parameters: Any) -> list[prepared.Row]:
        """The rows of a statement made ready, after what the session still holds back."""
        self._write_entities()
        return statement.run(self.connection, parameters)

    def hold(self, record: type[Record], key: object) -> Record | None:
        """The row as it is now, kept from every other writer until this transaction ends; None where there is none.

        PostgreSQL's transactions run side by side, and what one of them read may be outdated before it writes.
        On SQLite they come one after the other, and this only reads.
        """
        self.session.flush()
        return self.session.get(record, key, with_for_update=HELD, populate_existing=True)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call once all of this is written for good; never where it is rolled back."""
        self._afterwards.append(call)

    def flush(self) -> None:
        """The flow has ended well: what the session still holds back is written."""
        if "session" in vars(self):
            self.session.commit()

    def close(self) -> None:
        """Let go of the entities; what was not flushed is lost."""
        if "session" in vars(self):
            self.session.close()

    def committed(self) -> None:
        """Everything is written for good; what is called then can undo nothing, and stops nobody."""
        for call in self._afterwards:
            try:
                call()
            except Exception as error:
                _log.error("after_commit failed", **faults.described(error))

    def _write_entities(self) -> None:
        if "session" in vars(self):
            self.session.flush()
            # A session sets its savepoint no sooner than it is asked for its connection.
            self.session.connection()


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
    lane: Callable[["Units", Callable[[UnitOfWork], Any]], Any] | None = None
    """What performs a flow where many come at once; see `perform`."""

    def visited_by(self, visitor: Visitor) -> "Units":
        """The same database for another visitor."""
        return Units(self.engine, self.settings, visitor, self.clock, self.lane)

    def perform(self, flow: Callable[[UnitOfWork], T]) -> T:
        """What a flow gives in a transaction as `begin` has it, shared with others' where the process has a lane.

        Never inside another unit of work: the lane would wait for it, and it for the lane.
        """
        if self.lane:
            given: T = self.lane(self, flow)
            return given
        with self.begin() as work:
            return flow(work)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A transaction that commits at the end and on a Refusal, and rolls back on anything else."""
        refusal: Refusal | None = None
        # The lock first, the clock next: whoever waits for a writer must not act in the past.
        with (
            turns.writing(self.engine),
            transaction(self.engine) as connection,
            closing(self.unit(connection)) as work,
        ):
            try:
                yield work
            except Refusal as error:
                refusal = error
            work.flush()
        work.committed()
        if refusal is not None:
            raise refusal

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that only reads: on SQLite it waits for no writer."""
        with self.engine.connect().execution_options(read_only=True) as connection:
            connection.begin()
            with closing(self.unit(connection)) as work:
                yield work

    def unit(self, connection: Connection, *, shared: bool = False) -> UnitOfWork:
        """A unit of work in a transaction that somebody else begins and ends."""
        return UnitOfWork(connection, self.clock(), self.settings, self.visitor, shared)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the end; OutcomeUnknown where the connection broke while it did."""
    is_committing = False
    try:
        with engine.begin() as connection:
            yield connection
            is_committing = True
    except exc.DBAPIError as error:
        if is_committing and outages.leaves_unknown(error):
            raise outages.OutcomeUnknown from error
        raise


BESIDE = 16
"""Connections beyond the pool, for what runs beside the flows: hashing, mail, upkeep. Closed when idle."""


def open_engine(settings: Settings, *, existing: bool = False) -> Engine:
    """The engine of this process, pooled as the settings say.

    An embedded database is made where it is missing; whoever wants an `existing` one is refused at the first use.
    """
    if not settings.is_embedded:
        return create_engine(
            settings.database_url,
            pool_size=settings.database_pool,
            max_overflow=BESIDE,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"application_name": "parvis", "connect_timeout": 10},
        )
    return embedded.open_engine(settings.database_url, settings.database_pool, BESIDE, existing=existing)
