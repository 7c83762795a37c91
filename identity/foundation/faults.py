"""An unexpected exception as a log may tell it: what kind and where, never what it says.

Databases quote a whole row in their messages, and parsers what a person typed.
"""

import traceback
from collections.abc import Iterator


def described(error: BaseException | None) -> dict[str, list[str]]:
    """The exception and its causes by name, and where each was raised."""
    chain = list(causes(error))
    return {
        "exceptions": [f"{type(cause).__module__}.{type(cause).__qualname__}" for cause in chain],
        "traceback": [line.strip() for cause in chain for line in traceback.format_tb(cause.__traceback__)],
    }


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it was raised from, the outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
