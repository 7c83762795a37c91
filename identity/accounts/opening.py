"""The moment an account comes to be: the row, the contract, the accepted terms and the welcome, or none of them.

Stands under both ways in (a confirmed registration, an approved request). Owns no table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from identity.accounts import account as accounts
from identity.accounts.account import Account, Credentials
from identity.accounts.profiles import Profile
from identity.accounts.terms import TermsAcceptance
from identity.directory.operators import Operator
from identity.foundation.errors import Conflict
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import messages
from identity.proof import letterhead


@dataclass(frozen=True)
class Newcomer:
    """Who comes, and what they agreed to."""

    operator: Operator
    profile: Profile
    credentials: Credentials
    terms_version: str
    terms_accepted_at: datetime
    network: str


def open(
    work: UnitOfWork,
    newcomer: Newcomer,
    meet: Callable[[Account], None],
    settle: Callable[[Account], bool],
) -> Account:
    """The account that has the contract from now on: a new one, or the one this e-mail has already.

    Whoever made the latter knows its password, so `meet` refuses it, or takes it over, first. `settle` uses the proof
    up; where that fails, Conflict. Where either refuses, nothing was written.
    """
    with work.session.begin_nested():
        account, is_new = accounts.find_or_create(work, newcomer.profile, newcomer.credentials)
        if not is_new:
            meet(account)
        if not settle(account):
            raise Conflict("settled")
    work.session.add(
        TermsAcceptance(
            account_id=account.id,
            operator_id=newcomer.operator.id or 0,
            version=newcomer.terms_version,
            accepted_at=newcomer.terms_accepted_at,
            network=newcomer.network,
        )
    )
    paper = letterhead.of(work, newcomer.operator)
    messages.registration_confirmed(work, paper, accounts.addressee(account))
    return account
