"""The one tree of refusals: codes and facts. Owns no sentence and no HTTP status.

Refusal                     the answer is no, and the person may be told why
├── InvalidInput            INVALID_INPUT              every field that does not fit, all at once
├── KeyMalformed            ACTIVATION_KEY_MALFORMED   cannot be a key; told before any look-up
├── ProofRefused            PROOF_REFUSED              one wording for every cause
├── ProofExpired            PROOF_EXPIRED
├── OperatorNotFound        OPERATOR_NOT_FOUND
├── RequestsClosed          REQUESTS_CLOSED
├── TermsOutdated           TERMS_OUTDATED
├── ChallengeFailed         CHALLENGE_FAILED
├── LinkRefused
│   ├── LinkInvalid         LINK_INVALID
│   ├── LinkExpired         LINK_EXPIRED
│   └── LinkUsed            LINK_USED
├── LoginRefused            LOGIN_REFUSED              unknown, wrong, unconfirmed, locked
├── LoginRequired           LOGIN_REQUIRED
├── ReauthenticationRequired REAUTHENTICATION_REQUIRED
├── NotAllowed              NOT_ALLOWED
├── NotFound                NOT_FOUND
├── Conflict                CONFLICT
└── RateLimited             RATE_LIMITED               see retry_after

A refusal commits what its flow wrote; any other exception rolls it back (see unit_of_work).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One field that does not fit: its path below `input`, a code, and the facts a sentence may need."""

    path: tuple[str, ...]
    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


class Refusal(Exception):
    """The answer is no. `reason` tells apart the sentences of one code; it is never a secret."""

    code: ClassVar[str] = "NOT_ALLOWED"
    reason: str | None = None

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(reason or self.code)
        self.reason = reason


class InvalidInput(Refusal):
    """Some fields do not fit; `faults` names every one of them."""

    code = "INVALID_INPUT"

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)


class KeyMalformed(Refusal):
    """These letters cannot be an activation key: length, alphabet or check symbol."""

    code = "ACTIVATION_KEY_MALFORMED"


class ProofRefused(Refusal):
    """No such key, or no such contract and meter, or already settled: one wording for every cause."""

    code = "PROOF_REFUSED"


class ProofExpired(Refusal):
    """The proof token is older than its 30 minutes."""

    code = "PROOF_EXPIRED"


class OperatorNotFound(Refusal):
    """No operator bears this slug."""

    code = "OPERATOR_NOT_FOUND"


class RequestsClosed(Refusal):
    """This operator takes no request without a key."""

    code = "REQUESTS_CLOSED"


class TermsOutdated(Refusal):
    """The accepted terms of service are not the current version."""

    code = "TERMS_OUTDATED"


class ChallengeFailed(Refusal):
    """The proof of work is missing, wrong, expired or already spent."""

    code = "CHALLENGE_FAILED"


class LinkRefused(Refusal):
    """A one-time link that cannot be used."""


class LinkInvalid(LinkRefused):
    """Unknown link, or wrong code."""

    code = "LINK_INVALID"


class LinkExpired(LinkRefused):
    """The link was good once."""

    code = "LINK_EXPIRED"


class LinkUsed(LinkRefused):
    """The link was used, or a newer one replaced it."""

    code = "LINK_USED"


class LoginRefused(Refusal):
    """Unknown, wrong, unconfirmed or locked: one wording, one duration."""

    code = "LOGIN_REFUSED"


class LoginRequired(Refusal):
    """Nobody is signed in."""

    code = "LOGIN_REQUIRED"


class ReauthenticationRequired(Refusal):
    """The password must be given again."""

    code = "REAUTHENTICATION_REQUIRED"


class NotAllowed(Refusal):
    """The person or client may not do this."""


class NotFound(Refusal):
    """What was named does not exist, for this person at least."""

    code = "NOT_FOUND"


class Conflict(Refusal):
    """Another change came first."""

    code = "CONFLICT"


class RateLimited(Refusal):
    """Too many attempts; waiting `retry_after` seconds helps."""

    code = "RATE_LIMITED"

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = max(1, retry_after)
