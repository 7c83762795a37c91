"""The proof token: what a good proof gives, sealed, for 30 minutes. Owns no table.

It holds no secret of the citizen and changes nothing: the key and the contract are used up by the
confirmation (see methods.settle), so a token that is lost or never used costs nobody anything.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from identity.directory.operators import Operator, ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation import tokens
from identity.foundation.errors import ProofExpired, ProofRefused
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork

LIFETIME = timedelta(minutes=30)
PURPOSE = "proof"
LONGEST = 1000


class Held(Protocol):
    """What holds a proof until it is settled: a ticket, or the registration that was made with it."""

    @property
    def method(self) -> ProofMethod: ...

    @property
    def subscriber_id(self) -> int: ...

    @property
    def key_id(self) -> int | None: ...


@dataclass(frozen=True)
class Ticket:
    """What a proof token says, to us alone."""

    proof_id: str
    """One a proof: registering again with the same token replaces the former registration."""
    method: ProofMethod
    operator_id: int
    subscriber_id: int
    key_id: int | None
    expires_at: datetime


@dataclass(frozen=True)
class Proven:
    """What the person is given. The records are copies to read from: no session holds them."""

    token: Secret
    expires_at: datetime
    operator: Operator
    subscriber: Subscriber | None
    """None after contract and meter: numbers that can be guessed reveal nothing."""


def issue(
    work: UnitOfWork, *, method: ProofMethod, operator_id: int, subscriber_id: int, key_id: int | None = None
) -> tuple[Secret, Ticket]:
    """A new proof token and what it says; nothing is written."""
    ticket = Ticket(tokens.new_id(), method, operator_id, subscriber_id, key_id, work.now + LIFETIME)
    said = [ticket.proof_id, method.value, operator_id, subscriber_id, key_id, ticket.expires_at.timestamp()]
    return Secret(work.keyring.seal_json(PURPOSE, said)), ticket


def require(work: UnitOfWork, token: str) -> Ticket:
    """What a proof token says; ProofExpired past its 30 minutes, ProofRefused for what we never sealed."""
    said = work.keyring.unseal_json(PURPOSE, token) if len(token) <= LONGEST else None
    if said is None:
        raise ProofRefused
    proof_id, method, operator_id, subscriber_id, key_id, expires_at = said
    ends = datetime.fromtimestamp(expires_at, UTC)
    if ends <= work.now:
        raise ProofExpired
    return Ticket(proof_id, ProofMethod(method), operator_id, subscriber_id, key_id, ends)
