"""Several flows in one transaction, so that they wait for the disk once: for embedded databases alone.

A durable commit costs SQLite more than the flow before it. Each flow runs behind a savepoint of its own, with its
own moment and visitor: a refusal keeps what it wrote, a crash undoes its own writes and nobody else's. Nobody is
told of a thing before the commit that holds it has returned.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection

from identity.foundation import faults, outages, turns
from identity.foundation.errors import Refusal
from identity.foundation.unit_of_work import UnitOfWork, Units, transaction

_log = structlog.get_logger("parvis.database")

T = TypeVar("T")


class Errand(Generic[T]):
    """One flow to perform, and how it ended."""

    def __init__(self, units: Units, flow: Callable[[UnitOfWork], T]) -> None:
        self.units, self._flow = units, flow
        self._work: UnitOfWork | None = None
        self._value: T | None = None
        self._error: Exception | None = None
        self._settled = False

    def result(self) -> T:
        """What the flow returned, or what it raised; OutcomeUnknown where its writer died under it."""
        if not self._settled:
            raise outages.OutcomeUnknown
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value] # set where there is no error

    def attempt(self, connection: Connection) -> None:
        """Run the flow in the transaction that is open; raises where the transaction itself is lost."""
        driver: Any = connection.connection.dbapi_connection
        driver.execute("SAVEPOINT errand")
        work = self.units.unit(connection, shared=True)
        try:
            try:
                self._value = self._flow(work)
            except Refusal as refusal:
                self._error = refusal
            work.flush()
            self._work = work
        except Exception as error:
            self._error = error
            work.close()
            try:
                driver.execute("ROLLBACK TO errand")
            except sqlite3.Error:  # SQLite has undone the whole transaction: a full disk does that
                raise error from None
        driver.execute("RELEASE errand")

    def settle(self, failure: Exception | None) -> None:
        """Learn how the transaction ended."""
        self._error = failure or self._error
        self._settled = True
        if self._work:
            self._work.close()
            if failure is None:
                self._work.committed()


def perform(errands: Sequence[Errand[Any]]) -> None:
    """Perform errands on one database, one after the other, and commit; never raises, see Errand.result."""
    failure: Exception | None = None
    engine = errands[0].units.engine
    try:
        with turns.writing(engine), transaction(engine) as connection:
            for errand in errands:
                errand.attempt(connection)
    except Exception as error:
        failure = error
    for errand in errands:
        try:
            errand.settle(failure)
        except Exception as error:  # its fate is told already; the others' must be too
            _log.error("a unit of work could not be closed", **faults.described(error))
