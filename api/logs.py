"""JSON logs, a line an event. Owns what may never be in one: e-mails and secrets are taken out here at the latest.

Lines leave by a thread (`log_pipe`): whoever reads them may stop, and nobody waits for that.
"""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, BinaryIO, TextIO, cast

import orjson
import structlog

from api import log_pipe
from identity.foundation import faults

_EMAIL = re.compile(r"[^\s@<>\"'=]{1,64}@[^\s@<>\"'=]{1,255}\.[^\s@<>\"'=.]{2,}")
_SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|code$|key$", re.IGNORECASE)


def configure(level: str) -> None:
    """Send every log of this process, the libraries' too, to stderr as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.BytesLoggerFactory(cast(BinaryIO, log_pipe.LINES)),
    )
    handler = logging.StreamHandler(cast(TextIO, log_pipe.LINES))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _as_text],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _without_messages(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception by its kind and place alone, the libraries' too: messages quote rows."""
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if error:
        event.update(faults.described(error if isinstance(error, BaseException) else sys.exception()))
    return event


def without_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank what is named like a secret and whatever looks like an e-mail."""
    for name, value in event.items():
        if _is_secret(name):
            event[name] = "***"
        elif isinstance(value, str) and "@" in value:
            event[name] = _EMAIL.sub("***", value)
    return event


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def _as_json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(event, default=repr)
    except TypeError:  # half a surrogate pair, or an integer of more than 64 bits: json writes both
        return json.dumps(event, default=repr).encode()


def _as_text(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    return _as_json(logger, method, event).decode()
