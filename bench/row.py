"""A line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure, what it should be, and whether it is."""

    name: str
    measured: float
    unit: str
    target: str
    met: bool | None
    """None where nothing is asked of it."""
    cpu: float | None = None
    """Milliseconds of the server's processor for one answer; in a ratio, how many of ours one of theirs costs."""
