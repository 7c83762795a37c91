"""Tells the couriers of this process that a letter was committed; those of other processes poll.

Owns nothing that lasts: a ring that is lost costs a courier one pause.
"""

import threading
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

_WAITING: list[threading.Event] = []


def hang(bell: threading.Event) -> None:
    """From now on, set this event whenever letters were committed."""
    _WAITING.append(bell)


def take_down(bell: threading.Event) -> None:
    """No longer set this event, if it was set at all."""
    if bell in _WAITING:
        _WAITING.remove(bell)


def ring_after(session: Session) -> None:
    """Ring once the session's transaction has ended; asked for twice, it rings once."""
    event.listen(session, "after_transaction_end", _ring)


def _ring(_session: Session, transaction: Any) -> None:
    # A savepoint has a parent: what it holds is not committed yet.
    if transaction.parent is None:
        for bell in tuple(_WAITING):
            bell.set()
