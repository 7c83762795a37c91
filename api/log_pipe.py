"""Log lines on their way to stderr: a bounded queue and a thread, so that a pipe that nobody reads stops no request.

Where the queue is full a line is dropped and counted; the next line that gets through is preceded by how many were.
"""

import atexit
import json
import sys
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread

from prometheus_client import Counter

MOST_WAITING = 10_000
"""Lines: some five megabytes."""
SECONDS_AT_EXIT = 2.0
DROPPED = Counter("parvis_log_lines_dropped_total", "Log lines that nobody read in time")


class Lines:
    """A file to write lines to, of bytes or of text. Never blocks, never raises."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._waiting: Queue[bytes] = Queue(most)
        self._starting, self._started, self._idle = Lock(), False, Event()
        self._dropped = 0

    def write(self, text: bytes | str) -> int:
        """Put a line in the queue, or drop it."""
        line = text if isinstance(text, bytes) else text.encode(errors="backslashreplace")
        self._start()
        self._idle.clear()
        try:
            self._waiting.put_nowait(line)
        except Full:
            self._dropped += 1
            DROPPED.inc()
        return len(text)

    def flush(self) -> None:
        """Nothing: the thread writes as fast as lines are read."""

    def drain(self, seconds: float = SECONDS_AT_EXIT) -> None:
        """Wait for what is in the queue to be written, this long at most."""
        if self._started:
            self._idle.wait(seconds)

    def _start(self) -> None:
        if self._started:
            return
        with self._starting:
            if not self._started:
                self._started = True
                atexit.register(self.drain)
                Thread(target=self._work, name="log", daemon=True).start()

    def _work(self) -> None:
        while True:
            _write(self._next())

    def _next(self) -> bytes:
        """All that waits, in one piece; the count of dropped lines first."""
        try:
            first = self._waiting.get_nowait()
        except Empty:
            self._idle.set()
            first = self._waiting.get()
        lines = [self._told(), first]
        while len(lines) < 100:
            try:
                lines.append(self._waiting.get_nowait())
            except Empty:
                break
        return b"".join(lines)

    def _told(self) -> bytes:
        dropped, self._dropped = self._dropped, 0
        if not dropped:
            return b""
        return (
            json.dumps({"event": "log lines dropped", "count": dropped, "level": "warning"}).encode() + b"\n"
        )


def _write(piece: bytes) -> None:
    try:
        sys.stderr.buffer.write(piece)
        sys.stderr.buffer.flush()
    except (OSError, ValueError):  # the reader is gone: there is nobody to tell
        return


LINES = Lines()
"""Where this process's logs go."""
