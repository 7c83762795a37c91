"""Tells the couriers of this process that a letter was committed; those of other processes poll.

Owns nothing that lasts: a ring that is lost costs a courier one pause.
"""

import threading

_WAITING: list[threading.Event] = []


def hang(bell: threading.Event) -> None:
    """From now on, set this event whenever letters were committed."""
    _WAITING.append(bell)


def take_down(bell: threading.Event) -> None:
    """No longer set this event, if it was set at all."""
    if bell in _WAITING:
        _WAITING.remove(bell)


def ring() -> None:
    """Letters were committed."""
    for bell in tuple(_WAITING):
        bell.set()
