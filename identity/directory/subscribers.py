"""Subscribers: who holds a contract with an operator, as its own file says. Owns their table.

A contract belongs to one account at most: `account_id` is claimed by the flow that confirms, in one UPDATE,
and an import never touches it.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from identity.foundation.columns import BIG_ID, enum_type


class LegalNature(StrEnum):
    """What kind of person holds the contract."""

    INDIVIDUAL = "INDIVIDUAL"
    SOLE_TRADER = "SOLE_TRADER"
    COMPANY = "COMPANY"
    ASSOCIATION = "ASSOCIATION"
    PUBLIC_BODY = "PUBLIC_BODY"
    CO_OWNERSHIP = "CO_OWNERSHIP"


class Civility(StrEnum):
    """How a person is addressed."""

    MADAM = "MADAM"
    SIR = "SIR"


class Subscriber(SQLModel, table=True):
    """One contract of one operator."""

    __tablename__ = "subscribers"
    __table_args__ = (UniqueConstraint("operator_id", "contract_number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    operator_id: int = Field(foreign_key="operators.id", sa_type=BIG_ID)
    contract_number: str = Field(max_length=64)
    """As the operator writes it: what makes two rows of a file the same subscriber."""
    contract_folded: str = Field(max_length=64, index=True)
    """As people may type it: see folding.fold_contract."""
    meter_folded: str | None = Field(default=None, max_length=64)
    legal_nature: LegalNature | None = Field(default=None, sa_type=enum_type(LegalNature, "legal_nature"))
    civility: Civility | None = Field(default=None, sa_type=enum_type(Civility, "civility"))
    organization_name: str | None = Field(default=None, max_length=200)
    family_name: str | None = Field(default=None, max_length=100)
    given_name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=20)
    mobile: str | None = Field(default=None, max_length=20)
    email: str | None = Field(default=None, max_length=320)
    address_line1: str = Field(default="", max_length=200)
    address_line2: str | None = Field(default=None, max_length=200)
    postcode: str = Field(default="", max_length=10)
    city: str = Field(default="", max_length=100)
    insee_code: str | None = Field(default=None, max_length=5)
    closed_on: date | None = None
    account_id: str | None = Field(default=None, max_length=36, foreign_key="accounts.id", index=True)
    linked_at: datetime | None = None
