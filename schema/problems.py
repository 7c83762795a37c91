"""Refusals become Problems: the one place where a code meets its sentence."""

from enum import Enum

import strawberry
from strawberry.types.field import StrawberryField

from identity.foundation.errors import Fault, InvalidInput, RateLimited, Refusal
from identity.foundation.outages import Outage
from schema.context import Info
from schema.sentences import knows, say


def _code(code: str, description: str) -> str:
    return strawberry.enum_value(code, description=description)  # type: ignore[return-value]


@strawberry.enum(description="Why the answer is no.")
class ProblemCode(Enum):
    INVALID_INPUT = _code("INVALID_INPUT", "See `faults`.")
    ACTIVATION_KEY_MALFORMED = _code(
        "ACTIVATION_KEY_MALFORMED",
        "Cannot be a key (length, letters, check symbol): told before any look-up, costs no attempt.",
    )
    PROOF_REFUSED = _code(
        "PROOF_REFUSED",
        "Unknown, used, expired or revoked key; no such contract and meter: one wording for every cause.",
    )
    PROOF_EXPIRED = _code("PROOF_EXPIRED", "The proof token is older than its 30 minutes.")
    OPERATOR_NOT_FOUND = _code("OPERATOR_NOT_FOUND", "No operator bears this slug.")
    REQUESTS_CLOSED = _code("REQUESTS_CLOSED", "This operator takes no request without a key.")
    TERMS_OUTDATED = _code("TERMS_OUTDATED", "The accepted terms are not the current version.")
    CHALLENGE_FAILED = _code(
        "CHALLENGE_FAILED",
        "The proof of work is missing, wrong, expired or spent: fetch `challenge` and try again.",
    )
    LINK_INVALID = _code("LINK_INVALID", "Unknown link, or wrong code.")
    LINK_EXPIRED = _code("LINK_EXPIRED", "The link was good once: offer the way on.")
    LINK_USED = _code("LINK_USED", "The link was used, or a newer one replaced it.")
    LOGIN_REFUSED = _code("LOGIN_REFUSED", "Unknown, wrong, unconfirmed, locked: one wording, one duration.")
    LOGIN_REQUIRED = _code("LOGIN_REQUIRED", "Nobody is signed in.")
    REAUTHENTICATION_REQUIRED = _code("REAUTHENTICATION_REQUIRED", "The password must be given again.")
    NOT_ALLOWED = _code("NOT_ALLOWED", "The person or client may not do this.")
    NOT_FOUND = _code("NOT_FOUND", "What was named does not exist, for this person at least.")
    CONFLICT = _code("CONFLICT", "Another change came first.")
    RATE_LIMITED = _code("RATE_LIMITED", "See `retryAfter`.")


@strawberry.type(description="One field that does not fit.")
class FieldFault:
    path: list[str] = strawberry.field(
        description='Path below `input`: ["email"], ["password"], ["profile", "familyName"].'
    )
    code: str = strawberry.field(description="REQUIRED, INVALID, TOO_LONG, or a PasswordRule code.")
    message: str = strawberry.field(description="In the language of Accept-Language.")


@strawberry.type(description="The answer is no, and the person may be told why.")
class Problem:
    code: ProblemCode = strawberry.field(description="Why the answer is no.")
    message: str = strawberry.field(description="In the language of Accept-Language (fr by default, en).")
    faults: list[FieldFault] = strawberry.field(description="Every field that does not fit, all at once.")
    retry_after: int | None = strawberry.field(description="Seconds to wait, where waiting helps.")


class RefusalHandler(strawberry.ExceptionHandler[Refusal, Problem]):
    """Turns a refusal into the Problem of a mutation's union; elsewhere it stays a top-level error."""

    def handle(self, exception: Refusal, *, field: StrawberryField, info: Info) -> Problem:
        """The Problem in the visitor's language."""
        return problem(exception, info.context.language)


def problem(refusal: Refusal, language: str) -> Problem:
    """What a person is told of a refusal."""
    return Problem(
        code=ProblemCode[refusal.code],
        message=sentence(refusal, language),
        faults=[_fault(fault, language) for fault in refusal.faults]
        if isinstance(refusal, InvalidInput)
        else [],
        retry_after=refusal.retry_after if isinstance(refusal, RateLimited) else None,
    )


def sentence(refusal: Refusal, language: str) -> str:
    """The sentence of a refusal's code, or of its reason where that has one."""
    named = f"{refusal.code}.{refusal.reason}"
    return say(language, named if knows(named) else refusal.code)


def outage_sentence(outage: Outage, language: str) -> str:
    """What a person is told of an outage: that nothing was done, or that nobody knows."""
    return say(language, "UNAVAILABLE" if outage.is_outcome_known else "UNAVAILABLE.unknown")


def _fault(fault: Fault, language: str) -> FieldFault:
    return FieldFault(
        path=list(fault.path), code=fault.code, message=say(language, f"fault.{fault.code}", **fault.facts)
    )
