"""What is left here of accounts that were erased: how services knew them, what they had consented to."""

from sqlalchemy import delete, select
from sqlmodel import col

from identity.accounts.account import Account
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc.consents import Consent
from identity.oidc.granted import Grant
from identity.oidc.subjects import PairwiseSubject

_ACCOUNTS = Account.__table__  # type: ignore[attr-defined]
_ERASED = select(_ACCOUNTS.c.id).where(_ACCOUNTS.c.erased_at.is_not(None))


def forget_erased(work: UnitOfWork) -> None:
    """Forget every `sub`, consent and grant of accounts whose personal data are gone."""
    for record in (PairwiseSubject, Consent, Grant):
        work.execute(delete(record).where(col(record.account_id).in_(_ERASED)))
