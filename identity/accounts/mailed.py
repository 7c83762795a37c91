"""In whose name a mailed link was sent: what its page shows before anybody clicks. Reads only."""

from identity.accounts import pending
from identity.directory.operators import Operator
from identity.foundation.links import Look, Purpose
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof.account_request import AccountRequest

_REGISTRATION = (Purpose.CONFIRM_REGISTRATION, Purpose.LINK_CONTRACT)
_REQUEST = (Purpose.CONFIRM_REQUEST, Purpose.ACTIVATE_ACCOUNT)


def operator_of(work: UnitOfWork, link: Look) -> Operator | None:
    """The operator of the registration or request behind a link; None for links that concern an account alone."""
    owner: pending.Registration | AccountRequest | None = None
    if link.subject and link.purpose in _REGISTRATION:
        owner = pending.find(work, link.subject)
    elif link.subject and link.purpose in _REQUEST:
        owner = work.session.get(AccountRequest, int(link.subject))
    return work.session.get(Operator, owner.operator_id) if owner else None
