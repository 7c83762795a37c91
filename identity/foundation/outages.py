"""Is it the database that is gone, full, locked or cut off, or a fault of ours? Owns the answer, and how long to wait.

An outage is told apart by what the driver says (SQLite's primary result code, PostgreSQL's SQLSTATE class), never by
a message. What was asked was rolled back, save where the connection broke during COMMIT: then nobody knows.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exc

from identity.foundation import faults

RETRY_AFTER = 10
"""Seconds after which it is worth trying again."""

_SQLITE = {
    5: "locked", 6: "locked", 7: "out of memory", 8: "read-only", 9: "interrupted", 10: "failing", 11: "damaged",
    13: "full", 14: "missing", 15: "locked", 26: "damaged",
}  # fmt: skip
"""Primary result codes (sqlite.org/rescode.html) that say nothing about the statement."""
_POSTGRESQL = {
    "08": "unreachable", "53": "full", "57": "unreachable", "58": "failing",
    "55P03": "locked", "40001": "locked", "40P01": "locked", "25006": "read-only",
}  # fmt: skip
"""SQLSTATEs, or their classes (PostgreSQL, appendix A), likewise."""


class FileGone(Exception):
    """The embedded database's file is not there any more, or is another than the one that was opened."""


class OutcomeUnknown(Exception):
    """The connection broke while the transaction was committed: it may have been, or not."""


@dataclass(frozen=True)
class Outage:
    """What the database suffers from, and whether it is known that nothing was done."""

    cause: str
    is_outcome_known: bool = True


def find(error: BaseException | None) -> Outage | None:
    """The outage behind an exception; None where the fault is ours."""
    return next(filter(None, map(_of, faults.causes(error))), None)


def leaves_unknown(error: exc.DBAPIError) -> bool:
    """Did COMMIT end so that the transaction may or may not have been kept?"""
    outage = _of(error)
    return outage is not None and outage.cause in ("unreachable", "failing")


def _of(error: BaseException) -> Outage | None:
    if isinstance(error, OutcomeUnknown):
        return Outage("unreachable", is_outcome_known=False)
    if isinstance(error, FileGone):
        return Outage("missing")
    if isinstance(error, exc.TimeoutError):
        return Outage("busy")
    if isinstance(error, exc.PendingRollbackError):
        return Outage("unreachable")
    cause = _told_by(error.orig if isinstance(error, exc.DBAPIError) else error)
    return Outage(cause) if cause else None


def _told_by(error: Any) -> str | None:
    """What a driver's error says; None for anything else."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    if not hasattr(error, "sqlstate"):
        return None
    if error.sqlstate is None:  # psycopg's own: there was no server to give a state
        return "unreachable" if type(error).__name__ in ("OperationalError", "ConnectionTimeout") else None
    return _POSTGRESQL.get(error.sqlstate) or _POSTGRESQL.get(error.sqlstate[:2])
