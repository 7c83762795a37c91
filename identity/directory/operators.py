"""Operators: the company or community that manages the contracts of some communes. Owns their tables.

Says which proofs an operator asks for and how it addresses people; never who its subscribers are.
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, select

from identity.foundation.columns import BIG_ID, JSON_DOCUMENT
from identity.foundation.errors import OperatorNotFound
from identity.foundation.unit_of_work import UnitOfWork


class ServiceKind(StrEnum):
    """What an operator runs."""

    WATER = "WATER"
    WASTEWATER = "WASTEWATER"
    WASTE = "WASTE"
    OTHER = "OTHER"


class ProofMethod(StrEnum):
    """How an operator asks people to prove that they are its subscribers."""

    ACTIVATION_KEY = "ACTIVATION_KEY"
    CONTRACT_AND_METER = "CONTRACT_AND_METER"


class Operator(SQLModel, table=True):
    """Who manages the contracts."""

    __tablename__ = "operators"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    slug: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=200)
    services: list[str] = Field(sa_type=JSON_DOCUMENT)
    proof_methods: list[str] = Field(sa_type=JSON_DOCUMENT)
    accepts_requests: bool = False
    login_on_confirmation: bool = False
    """Does confirming sign the person in (in the browser that registered)?"""
    terms_version: str = Field(max_length=32)
    terms_url: str = Field(max_length=500)
    languages: list[str] = Field(sa_type=JSON_DOCUMENT)
    """`fr`, `en`: the first is spoken where the person's own is not."""
    sender_name: str = Field(max_length=200)
    sender_address: str | None = Field(default=None, max_length=320)
    """None: the deployment's own (PARVIS_MAIL_FROM)."""
    support_email: str | None = Field(default=None, max_length=320)
    portal_url: str | None = Field(default=None, max_length=500)
    """Where its portal stands; None: the public URL."""
    activation_keys_checked: bool = True
    """Do all its keys carry the check symbol?"""
    created_at: datetime


class OperatorCommune(SQLModel, table=True):
    """An operator serves a commune."""

    __tablename__ = "operator_communes"

    operator_id: int = Field(foreign_key="operators.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE")
    insee_code: str = Field(foreign_key="communes.insee_code", primary_key=True, max_length=5, index=True)


def get(work: UnitOfWork, slug: str) -> Operator:
    """The operator that bears this slug; OperatorNotFound."""
    operator = find(work, slug)
    if operator is None:
        raise OperatorNotFound
    return operator


def find(work: UnitOfWork, slug: str) -> Operator | None:
    """The operator that bears this slug, or None."""
    return work.session.exec(select(Operator).where(Operator.slug == slug)).one_or_none()
