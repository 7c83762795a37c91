"""Delivers the outbox in the background: the threads, their beginning, their end, and the leases they hold.

A claim lasts ten seconds and is renewed here while a relay thinks, so what a dead courier had claimed soon
goes out by another. How a letter is delivered is told by the porter.
"""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from identity.foundation.unit_of_work import Units
from identity.mail import bell, outbox
from identity.mail.porter import Porter

THREADS = 2
"""One recipient's slow server delays one of them, not the mail of all."""
SECONDS_BETWEEN_BEATS = 3.0
PATIENCE = 2.0
"""Seconds that `stop` may take: half to finish the letter at hand, half after breaking the line."""

_log = structlog.get_logger("parvis.mail")


class Courier:
    """Delivers from `start` to `stop`; any number of them, in any number of processes, share one outbox."""

    def __init__(self, units: Units, threads: int = THREADS) -> None:
        """SettingsError where PARVIS_SMTP_URL makes no sense."""
        self._units = units
        self._porters = [Porter(units) for _ in range(threads)]
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to deliver, in daemon threads. A courier starts once."""
        for porter in self._porters:
            bell.hang(porter.bell)
        self._threads = [_thread(porter.walk, "parvis-courier") for porter in self._porters]
        _thread(lambda: _beat(self._units, self._porters, self._ended), "parvis-courier-lease")

    def stop(self) -> None:
        """End within two seconds, whatever the relay does.

        A letter whose conversation had to be broken stays in the outbox, due again at once. A thread that
        still waits for a connection is left behind: it holds no letter, and ends by itself.
        """
        for porter in self._porters:
            bell.take_down(porter.bell)
            porter.stop()
        self._join(PATIENCE / 2)
        for porter in self._porters:
            porter.abort()
        self._join(PATIENCE / 2)
        self._ended.set()

    def wake(self) -> None:
        """Look at once. Commits in this process ring by themselves; this is for those of others."""
        for porter in self._porters:
            porter.bell.set()

    def _join(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def deliver_due(units: Units) -> int:
    """Deliver in this thread until nothing is due; how many letters were taken.

    smtp.Unreachable where the relay is down, SettingsError where PARVIS_SMTP_URL makes no sense.
    """
    porter, ended = Porter(units), threading.Event()
    _thread(lambda: _beat(units, [porter], ended), "parvis-courier-lease")
    try:
        return porter.deliver_due()
    finally:
        ended.set()


def _beat(units: Units, porters: Sequence[Porter], ended: threading.Event) -> None:
    """Renew the claims of letters that are on their way, until the courier has ended."""
    while not ended.wait(SECONDS_BETWEEN_BEATS):
        held = [claim for porter in porters if (claim := porter.claim)]
        if not held:
            continue
        try:
            with units.begin() as work:
                outbox.renew(work, held)
        except Exception as error:
            _log.warning("mail.lease_not_renewed", exception=type(error).__qualname__)


def _thread(target: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread
