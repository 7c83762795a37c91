"""Keys on their way from a file to the database: a private store on disk, gone when it is closed.

It keeps a million keys out of memory and out of the database, so that reading and judging them locks nothing.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType

from identity.proof.activation_key import NewKey

_CACHE = "PRAGMA cache_size = -32768"
_TABLE = """
    CREATE TABLE keys (
        digest TEXT PRIMARY KEY, subscriber_id INTEGER, contract_number TEXT, expires_at TEXT
    ) WITHOUT ROWID
"""


class KeySpool:
    """A context; what is put in comes out in the order of the digests, which an index takes best."""

    def __enter__(self) -> "KeySpool":
        # An empty name is a temporary file without one.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(_CACHE)
        self._database.execute(_TABLE)
        self._database.execute("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def holder(self, digest: str) -> tuple[int, str] | None:
        """Whose key is there already: subscriber and contract number."""
        query = "SELECT subscriber_id, contract_number FROM keys WHERE digest = ?"
        found: tuple[int, str] | None = self._database.execute(query, (digest,)).fetchone()
        return found

    def put(self, digest: str, holder: tuple[int, str], expires_at: datetime) -> None:
        """Keep a key that is not there yet."""
        row = (digest, *holder, expires_at.isoformat())
        self._database.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", row)

    def keys(self, operator_id: int, issued_at: datetime) -> Iterator[NewKey]:
        """All of them, for one operator."""
        query = "SELECT digest, subscriber_id, expires_at FROM keys ORDER BY digest"
        for digest, subscriber_id, expires_at in self._database.execute(query):
            yield NewKey(operator_id, subscriber_id, digest, issued_at, datetime.fromisoformat(expires_at))
