"""Several flows in one transaction, so that they wait for the disk once: for embedded databases alone.

A durable commit costs SQLite more than the flow before it. Each flow runs behind a savepoint of its own, with its
own moment and visitor: a refusal keeps what it wrote, a crash undoes its own writes and nobody else's. Nobody is
told of a thing before the commit that holds it has returned.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from identity.foundation import turns
from identity.foundation.errors import Refusal
from identity.foundation.unit_of_work import UnitOfWork, Units

T = TypeVar("T")


class Errand(Generic[T]):
    """One flow to perform, and how it ended."""

    def __init__(self, units: Units, flow: Callable[[UnitOfWork], T]) -> None:
        self.units, self._flow = units, flow
        self._work: UnitOfWork | None = None
        self._value: T | None = None
        self._error: Exception | None = None

    def result(self) -> T:
        """What the flow returned, or what it raised."""
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
            driver.execute("ROLLBACK TO errand")
        driver.execute("RELEASE errand")

    def settle(self, failure: Exception | None) -> None:
        """Learn how the transaction ended."""
        self._error = failure or self._error
        if self._work:
            self._work.close()
            if failure is None:
                self._work.committed()


def perform(errands: Sequence[Errand[Any]]) -> None:
    """Perform errands on one database, one after the other, and commit; never raises, see Errand.result."""
    failure: Exception | None = None
    engine = errands[0].units.engine
    try:
        with turns.writing(engine), engine.begin() as connection:
            for errand in errands:
                errand.attempt(connection)
    except Exception as error:
        failure = error
    for errand in errands:
        errand.settle(failure)
