"""What runs beside the requests: the courier, notices of ended sessions, erasure, and the upkeep of the house.

The same in `serve` and `worker`.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from functools import partial

import structlog

from identity import upkeep
from identity.foundation.unit_of_work import Units
from identity.mail.courier import Courier
from identity.oidc import backchannel, issued, refusals

SECONDS_BETWEEN_UPKEEPS = 600.0
SECONDS_BETWEEN_ERASURES = 5.0
"""How soon a sealed refresh token is erased once nobody can ask for it any more."""
SECONDS_BETWEEN_NOTICES = 1.0
"""How soon services are told of a session that ended, whichever process ended it."""

SECONDS_BETWEEN_REFUSALS = 2.0

_log = structlog.get_logger("parvis.background")


class Background:
    """Threads that begin with `start` and end with `stop`; harmless in any number of processes."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._courier = Courier(units)
        self._ended = threading.Event()
        self._started = False

    def start(self) -> None:
        """Begin to deliver mail, to tell services of logouts and to tidy up."""
        self._started = True
        self._courier.start()
        for name, seconds, call in (
            ("upkeep", SECONDS_BETWEEN_UPKEEPS, upkeep.run),
            ("erasure", SECONDS_BETWEEN_ERASURES, issued.erase_successors_if_any),
            ("logout notices", SECONDS_BETWEEN_NOTICES, backchannel.run),
        ):
            repeat(name, seconds, partial(call, self._units), self._ended)

    def stop(self) -> None:
        """End within a few seconds; what was under way is taken up again at the next start."""
        self._ended.set()
        if self._started:
            self._courier.stop()


def keep_writing_refusals(units: Units) -> threading.Event:
    """Write what this process counts, until the event is set; each process that answers needs it."""
    ended = threading.Event()
    repeat("refusals", SECONDS_BETWEEN_REFUSALS, partial(refusals.flush, units), ended)
    return ended


def repeat(name: str, seconds: float, call: Callable[[], object], ended: threading.Event) -> None:
    """Call in a thread, again and again with so long between, until the event is set; a failure is logged."""

    def work() -> None:
        while not ended.wait(seconds):
            try:
                call()
            except Exception:
                _log.exception(f"{name} failed")

    threading.Thread(target=work, name=f"parvis-{name.replace(' ', '-')}", daemon=True).start()


def end_with_supervisor() -> None:
    """Where `serve` runs several processes: stop this one when the one that started it is killed.

    It would go on listening otherwise, and nobody could serve on its port again.
    """
    if (supervisor := multiprocessing.parent_process()) is None:
        return

    def wait() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parvis-supervisor", daemon=True).start()
