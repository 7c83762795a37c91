"""The embedded database: how SQLite is opened, and that its file is still the one that was opened.

A file that is not there is no town that begins: who serves one asks for an `existing` file. One that was taken away or
replaced under a running server would swallow what is written, so each transaction looks first.
"""

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url

from identity.foundation.outages import FileGone

MEMORY = ":memory:"
PRAGMAS = ("journal_mode=WAL", "busy_timeout=20000", "foreign_keys=ON", "synchronous=FULL")
"""FULL, because a promise made to a citizen survives a power cut too."""


def open_engine(url: str, pool_size: int, overflow: int, *, existing: bool) -> Engine:
    """An engine on this SQLite URL; its folder and file are made where they are missing, unless they must exist."""
    path = file_of(url)
    given: dict[str, Any] = {}
    if path is not None and not existing:
        path.parent.mkdir(parents=True, exist_ok=True)
    if path is not None:
        given["creator"] = partial(_connect, path, "rw" if existing else "rwc")
    engine = create_engine(url, pool_size=pool_size, max_overflow=overflow, hide_parameters=True, **given)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    if path is not None:
        event.listen(engine, "begin", _Watch(path).require_same, insert=True)
    return engine


def file_of(url: str) -> Path | None:
    """Where the database of this SQLite URL is kept; None where it is in memory."""
    database = make_url(url).database
    return Path(database) if database and database != MEMORY else None


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Watch:
    """The file that this process opened first; no other will do until it starts again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None

    def require_same(self, _connection: Connection) -> None:
        """FileGone where the path leads nowhere, or to another file: a connection still holds the former one."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - on the way of every transaction
        except OSError:
            raise FileGone from None
        identity = found.st_dev, found.st_ino
        self._opened = self._opened or identity
        if identity != self._opened:
            raise FileGone


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns writer midway is refused at once, or loses updates: take the lock first.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN" if connection.get_execution_options().get("read_only") else "BEGIN IMMEDIATE")
