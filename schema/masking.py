"""Faults of the server: told to the operator's log, never to the client.

Owns what is logged of an error and what a client reads instead. Never logs a variable, an exception's message
(databases quote their parameters in it), or an error that the client's own document caused.
"""

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.types import ExecutionContext

from identity.foundation import faults, outages
from identity.foundation.errors import Refusal
from identity.foundation.outages import Outage
from schema.problems import outage_sentence, problem

MESSAGE = "Internal server error"
CODE = "INTERNAL"
UNAVAILABLE = "UNAVAILABLE"

_log = structlog.get_logger("parvis.graphql")


class Schema(strawberry.Schema):
    """A schema whose errors are safe to send: unexpected exceptions are logged and masked, the others stay.

    Strawberry alone would log every error, and those about variables quote their values (passwords).
    """

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        # In place: this is the one list that every path to a response goes through.
        errors[:] = [_as_sent(error, execution_context) for error in errors]


def _as_sent(error: GraphQLError, execution: ExecutionContext | None) -> GraphQLError:
    """The error as a client may read it. A query has no Problem to answer with: its refusal comes here."""
    refusal = error.original_error
    if outage := outages.find(refusal):
        return _unavailable(error, outage, execution.context.language if execution else "fr")
    if not isinstance(refusal, Refusal) or execution is None:
        return _masked(error) if is_fault(error) else error
    told = problem(refusal, execution.context.language)
    extensions = {"code": refusal.code, "retryAfter": told.retry_after}
    return GraphQLError(told.message, error.nodes, path=error.path, extensions=extensions)


def is_unavailable(error: GraphQLError) -> bool:
    """Does this error stand for an outage?"""
    return (error.extensions or {}).get("code") == UNAVAILABLE


def told(outage: Outage, language: str) -> tuple[str, dict[str, object]]:
    """What a client reads of an outage: a sentence, and `extensions`."""
    return outage_sentence(outage, language), {"code": UNAVAILABLE, "retryAfter": outages.RETRY_AFTER}


def _unavailable(error: GraphQLError, outage: Outage, language: str) -> GraphQLError:
    _log.warning("graphql.outage", path=error.path, cause=outage.cause)
    message, extensions = told(outage, language)
    return GraphQLError(message, error.nodes, path=error.path, extensions=extensions)


def is_fault(error: GraphQLError) -> bool:
    """Was this an exception that nobody expected? (Values that do not coerce have nodes, no path.)"""
    cause = error.original_error
    expected = cause is None or isinstance(cause, GraphQLError)
    return not expected and (error.path is not None or not error.nodes)


def is_masked(error: GraphQLError) -> bool:
    """Does this error stand for a fault of the server?"""
    return error.message == MESSAGE and (error.extensions or {}).get("code") == CODE


def _masked(error: GraphQLError) -> GraphQLError:
    _log.error("graphql.fault", path=error.path, **faults.described(error.original_error))
    return GraphQLError(MESSAGE, error.nodes, path=error.path, extensions={"code": CODE})
