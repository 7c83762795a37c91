"""The ways to prove, as a table, and how a proof is used up. To add one: its file, a row, a mutation.

Requests without a key are no method: there a human decides (see `request`).
"""

from typing import Protocol

from sqlalchemy import select

from identity.directory.operators import ProofMethod
from identity.directory.subscribers import Subscriber
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import activation_key, contract, contract_meter
from identity.proof.ticket import Held


class Method(Protocol):
    """What a proof has of its own, beside the contract that it proves."""

    def stands(self, work: UnitOfWork, held: Held) -> bool:
        """Could it still be used up? Changes nothing."""

    def use_up(self, work: UnitOfWork, held: Held) -> bool:
        """Use it up; of N at the same moment one succeeds."""


_SUBSCRIBERS = Subscriber.__table__  # type: ignore[attr-defined]

METHODS: dict[ProofMethod, Method] = {
    ProofMethod.ACTIVATION_KEY: activation_key,
    ProofMethod.CONTRACT_AND_METER: contract_meter,
}


def standing(work: UnitOfWork, held: Held) -> bool:
    """Would `settle` succeed now? Changes nothing."""
    free = select(_SUBSCRIBERS.c.id).where(
        _SUBSCRIBERS.c.id == held.subscriber_id, contract.is_free(work.now)
    )
    return work.execute(free).first() is not None and METHODS[held.method].stands(work, held)


def settle(work: UnitOfWork, held: Held, account_id: str) -> bool:
    """Use a proof up for an account that is written already: both the contract and the key, or neither.

    False where another came first, or the contract closed meanwhile. Everybody takes the contract's row
    before the key's, so that two who settle at once wait for each other in one order.
    """
    savepoint = work.session.begin_nested()
    settled = contract.claim(work, held.subscriber_id, account_id) and METHODS[held.method].use_up(work, held)
    if settled:
        savepoint.commit()
    else:
        savepoint.rollback()
    return settled
