"""The contracts that an account holds. Reads the directory's rows; claiming one belongs to the proof wing."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from identity.directory.operators import Operator
from identity.directory.subscribers import Subscriber
from identity.foundation.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Contract:
    """A contract, who manages it, and since when the account has it."""

    subscriber: Subscriber
    operator: Operator
    linked_at: datetime


def of_account(work: UnitOfWork, account_id: str) -> list[Contract]:
    """The contracts of an account, the oldest first."""
    statement = (
        select(Subscriber, Operator)
        .join(Operator, col(Operator.id) == Subscriber.operator_id)
        .where(Subscriber.account_id == account_id)
        .order_by(col(Subscriber.linked_at), col(Subscriber.id))
    )
    return [
        Contract(subscriber, operator, subscriber.linked_at or work.now)
        for subscriber, operator in work.session.exec(statement)
    ]
