"""The rows of an invented town: an operator, its subscribers, accounts. Writes them as they are asked for."""

from functools import cache
from typing import Any

from sqlmodel import select

from identity.accounts import passwords
from identity.accounts.account import Account
from identity.accounts.profiles import Profile
from identity.directory import folding
from identity.directory.operators import Operator, ProofMethod
from identity.directory.subscribers import Civility, LegalNature, Subscriber
from identity.foundation import emails, tokens
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork

PASSWORD = "Kx9#mPq2vL"
METER = "D19FA123456"
JEAN_MICHEL = Profile(LegalNature.INDIVIDUAL, "Test", "Jean-Michel", Civility.SIR)


@cache
def _password_hash() -> str:
    return passwords.hash(Settings(), PASSWORD)


def operator(work: UnitOfWork, slug: str, differences: dict[str, Any]) -> Operator:
    """The operator of this slug, made when first named: it asks for every proof and takes requests."""
    found = work.session.exec(select(Operator).where(Operator.slug == slug)).one_or_none()
    if found is not None:
        return found
    usual: dict[str, Any] = {
        "slug": slug,
        "name": "Communauté de communes",
        "services": ["WASTE"],
        "proof_methods": [method.value for method in ProofMethod],
        "accepts_requests": True,
        "terms_version": "1",
        "terms_url": "https://loudun.example/terms",
        "languages": ["fr", "en"],
        "sender_name": "Pays Loudunais",
        "created_at": work.now,
    }
    made = Operator(**(usual | differences))
    work.session.add(made)
    work.session.flush()
    return made


def subscriber(work: UnitOfWork, of: Operator, number: str, differences: dict[str, Any]) -> Subscriber:
    """A new subscriber."""
    usual: dict[str, Any] = {
        "operator_id": of.id,
        "contract_number": number,
        "contract_folded": folding.fold_contract(number),
        "meter_folded": METER,
        "family_name": "Durand",
        "given_name": "Zoé",
        "address_line1": "99 RUE DE LA FONTAINE D ADAM",
        "postcode": "86200",
        "city": "LOUDUN",
    }
    made = Subscriber(**(usual | differences))
    work.session.add(made)
    work.session.flush()
    return made


def account(work: UnitOfWork, email: str, differences: dict[str, Any]) -> Account:
    """A confirmed account of Jean-Michel Test, with the usual password."""
    usual: dict[str, Any] = {
        "id": tokens.new_id(),
        "email": emails.clean(email),
        "email_folded": emails.fold(email),
        "password_hash": _password_hash(),
        "created_at": work.now,
        "updated_at": work.now,
    }
    made = Account(**(vars(JEAN_MICHEL) | usual | differences))
    work.session.add(made)
    work.session.flush()
    return made
