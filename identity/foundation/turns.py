"""Writers of an embedded database take turns, in the order in which they come. Owns no table, opens nothing.

SQLite lets in one writer at a time and has the others look again, ever more seldom: one that is unlucky looks for a
second while others pass. Within a process they stand in line here instead; between processes SQLite's way remains.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from weakref import WeakKeyDictionary

from sqlalchemy import Engine


class Line:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and pass it on at the end."""
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    def _take(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_lines: WeakKeyDictionary[Engine, Line] = WeakKeyDictionary()


def writing(engine: Engine) -> AbstractContextManager[None]:
    """This process's turn to write to an embedded database; nobody waits for another database."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return (_lines.get(engine) or _lines.setdefault(engine, Line())).turn()
