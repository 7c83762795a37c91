"""An approved request becomes an account: the e-mailed link chooses the password.

Of an account that is there already, too: whoever made it may not be who reads the mailbox (docs/decisions/0013).
"""

from dataclasses import dataclass

from identity.accounts import credentials, opening, password_policy, passwords, profiles, terms
from identity.accounts.account import Account, Credentials
from identity.accounts.opening import Newcomer
from identity.directory.operators import Operator
from identity.foundation import audit, links
from identity.foundation.errors import InvalidInput
from identity.foundation.links import Purpose
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import request
from identity.proof.account_request import AccountRequest


@dataclass(frozen=True)
class Activating:
    """What a person gives after an agent's approval."""

    token: str
    password: str
    accepted_terms_version: str


def activate(units: Units, wish: Activating) -> str:
    """Make the account and give its e-mail; one that the address has already is given the password and the contract.

    Refuses with LinkInvalid, LinkExpired, LinkUsed, InvalidInput, TermsOutdated, or Conflict where the contract
    went to another meanwhile; a refusal for what was typed leaves the link usable.
    """
    with units.begin() as work:
        asked = request.require_approved(work, links.require(work, wish.token, Purpose.ACTIVATE_ACCOUNT))
        personal = [*profiles.from_json(asked.profile).names, asked.email]
        if faults := password_policy.faults(wish.password, ("password",), personal):
            raise InvalidInput(faults)
        terms.require_current(work.session.get_one(Operator, asked.operator_id), wish.accepted_terms_version)
    password_hash = passwords.hash(units.settings, wish.password)
    with units.begin() as work:
        asked = request.require_approved(work, links.redeem(work, wish.token, Purpose.ACTIVATE_ACCOUNT))
        return _open(work, asked, wish, password_hash)


def _open(work: UnitOfWork, asked: AccountRequest, wish: Activating, password_hash: str) -> str:
    newcomer = Newcomer(
        operator=work.session.get_one(Operator, asked.operator_id),
        profile=profiles.from_json(asked.profile),
        credentials=Credentials(asked.email, password_hash, asked.language),
        terms_version=wish.accepted_terms_version,
        terms_accepted_at=work.now,
        network=work.visitor.network,
    )
    return opening.open(
        work,
        newcomer,
        meet=lambda account: _take_over(work, account, password_hash),
        settle=lambda account: request.finish(work, asked, account.id),
    ).email


def _take_over(work: UnitOfWork, account: Account, password_hash: str) -> None:
    """As a reset does: other sessions and tokens end, and the owner is told."""
    credentials.replace_password(work, account, password_hash)
    audit.record(work, "password.reset", account_id=account.id)
