"""The letter that a registration waits for: its link and its code, or the way to an account that is there already.

Stands under registering, which sends it, and confirming, which may find that another letter is due. Owns no table.
"""

from identity.accounts import account as accounts
from identity.accounts import pending
from identity.accounts.pending import Registration
from identity.directory.operators import Operator
from identity.foundation import links
from identity.foundation.links import Errand, Purpose
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import messages
from identity.mail.messages import Addressee
from identity.proof import letterhead


def post(work: UnitOfWork, registration: Registration) -> None:
    """Post the link and the code of a new or held registration; its former ones are worth nothing.

    To an address that has an account, the way to add the contract to it.
    """
    registration.existing_account = accounts.find_by_email(work, registration.email_folded) is not None
    paper = letterhead.of(work, work.session.get_one(Operator, registration.operator_id))
    to = Addressee(registration.email, registration.language, registration.profile["given_name"])
    purpose = Purpose.LINK_CONTRACT if registration.existing_account else Purpose.CONFIRM_REGISTRATION
    code = pending.new_code(work, registration)
    pending.withdraw_links(work, registration)
    token = links.issue(
        work, Errand(purpose, registration.id, registration.email, registration.expires_at - work.now)
    )
    if registration.existing_account:
        registration.code_digest = None
        messages.account_exists(work, paper, to, token=token, expires_at=registration.expires_at)
    else:
        messages.confirm_registration(
            work, paper, to, token=token, code=code, expires_at=registration.expires_at
        )
