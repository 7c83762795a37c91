"""What the tab that waits for a confirmation shows: the browser's own registration, what to look for. Reads only."""

from dataclasses import dataclass

from identity.accounts import pending
from identity.accounts.pending import Registration
from identity.directory.operators import Operator
from identity.foundation import emails
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import awaited
from identity.proof.awaited import Awaited


@dataclass(frozen=True)
class Waiting:
    """A registration, whose it is, and how its e-mail shows in the mailbox."""

    registration: Registration
    operator: Operator
    mail: Awaited


def of_browser(work: UnitOfWork) -> Waiting | None:
    """What the visitor's browser registered last, or None."""
    registration = pending.of_browser(work)
    if registration is None:
        return None
    operator = work.session.get_one(Operator, registration.operator_id)
    return Waiting(registration, operator, awaited.confirmation(work, operator, registration.language))


def mail_to(work: UnitOfWork, email: str) -> Awaited | None:
    """The e-mail that this browser's own registration waits for at this address; None for any other address."""
    waiting = of_browser(work)
    own = waiting is not None and waiting.registration.email_folded == emails.fold(email)
    return waiting.mail if waiting and own else None
