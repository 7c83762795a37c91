"""Operators: the company or community that manages the contracts of some communes. Owns their tables.

Says which proofs an operator asks for and how it addresses people; never who its subscribers are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, select

from identity.directory import communes, operator_form
from identity.directory.operator_form import LANGUAGES
from identity.foundation import audit, emails
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT
from identity.foundation.errors import Conflict, NotAllowed, NotFound, OperatorNotFound
from identity.foundation.unit_of_work import UnitOfWork

_SLUG = re.compile(r"[a-z0-9-]{2,64}")


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
    colour: str | None = Field(default=None, max_length=7)
    second_colour: str | None = Field(default=None, max_length=7)
    """`#rrggbb`, each readable on a light page; None: the page's own. See `theme` for dark pages."""
    logo_version: str | None = Field(default=None, max_length=16)
    """Of its picture in `logos`; None: it has none."""
    activation_keys_checked: bool = True
    """Do all its keys carry the check symbol?"""
    subscribers_revision: int = 0
    """Counts the imports of its subscribers, so that two at once are noticed."""
    created_at: datetime


class OperatorCommune(SQLModel, table=True):
    """An operator serves a commune."""

    __tablename__ = "operator_communes"

    operator_id: int = Field(foreign_key="operators.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE")
    insee_code: str = Field(foreign_key="communes.insee_code", primary_key=True, max_length=5, index=True)


@dataclass(frozen=True)
class NewOperator:
    """What an operator says of itself; whatever has a default may be left out."""

    slug: str
    """2 to 64 lower-case letters, digits and hyphens."""
    name: str
    services: Sequence[ServiceKind]
    proof_methods: Sequence[ProofMethod]
    communes: Sequence[str]
    """INSEE codes."""
    accepts_requests: bool = False
    login_on_confirmation: bool = False
    terms_version: str = "1"
    terms_url: str | None = None
    """None: `/terms/{slug}` at the public URL."""
    languages: Sequence[str] = LANGUAGES
    sender_name: str | None = None
    """None: its name."""
    sender_address: str | None = None
    support_email: str | None = None
    portal_url: str | None = None
    colour: str | None = None
    second_colour: str | None = None
    """`#rrggbb`, readable on a light page."""


def get(work: UnitOfWork, slug: str) -> Operator:
    """The operator that bears this slug; OperatorNotFound."""
    operator = find(work, slug)
    if operator is None:
        raise OperatorNotFound
    return operator


def find(work: UnitOfWork, slug: str) -> Operator | None:
    """The operator that bears this slug, or None."""
    if not _SLUG.fullmatch(slug):
        return None
    return work.session.exec(select(Operator).where(Operator.slug == slug)).one_or_none()


def of_id(work: UnitOfWork, operator_id: int) -> Operator:
    """The operator that another table's row names."""
    return work.session.get_one(Operator, operator_id)


def every(work: UnitOfWork) -> Sequence[Operator]:
    """All operators, by slug."""
    return work.session.exec(select(Operator).order_by(Operator.slug)).all()


def serving(work: UnitOfWork, insee_codes: Sequence[str]) -> dict[str, list[Operator]]:
    """For each of these communes, the operators that serve it, by name; one query for all."""
    served: dict[str, list[Operator]] = {code: [] for code in insee_codes}
    statement = (
        select(OperatorCommune.insee_code, Operator)
        .join(Operator, col(Operator.id) == OperatorCommune.operator_id)
        .where(col(OperatorCommune.insee_code).in_(served))
        .order_by(Operator.name, Operator.slug)
    )
    for code, operator in work.session.exec(statement):
        served[code].append(operator)
    return served


def served_by(work: UnitOfWork, operator: Operator) -> list[str]:
    """The INSEE codes of the communes that an operator serves, in order."""
    codes = select(OperatorCommune.insee_code).where(OperatorCommune.operator_id == operator.id)
    return sorted(work.session.exec(codes))


def add(work: UnitOfWork, new: NewOperator) -> Operator:
    """Add an operator; NotAllowed says what is wrong, NotFound which commune, Conflict for a slug in use."""
    _require_sound(work, new)
    operator = Operator(slug=new.slug, created_at=work.now, **_said(work, new))
    try:
        with work.session.begin_nested():
            work.session.add(operator)
    except IntegrityError:
        raise Conflict(f"There is already an operator {new.slug}.") from None
    _serve(work, operator, new.communes)
    audit.record(work, "operator.added", operator_id=operator.id)
    return operator


def update(work: UnitOfWork, slug: str, **changes: Any) -> Operator:
    """Change what an operator says of itself, by the names in NewOperator; OperatorNotFound, and as `add`."""
    operator = get(work, slug)
    new = replace(_as_new(work, operator), **changes)
    _require_sound(work, new)
    operator.sqlmodel_update(_said(work, new))
    work.session.add(operator)
    if "communes" in changes:
        _serve(work, operator, new.communes)
    audit.record(work, "operator.updated", operator_id=operator.id, changed=sorted(changes))
    return operator


def _said(work: UnitOfWork, new: NewOperator) -> dict[str, Any]:
    """The columns that `new` decides."""
    return {
        "name": new.name,
        "services": [kind.value for kind in dict.fromkeys(new.services)],
        "proof_methods": [method.value for method in dict.fromkeys(new.proof_methods)],
        "accepts_requests": new.accepts_requests,
        "login_on_confirmation": new.login_on_confirmation,
        "terms_version": new.terms_version,
        "terms_url": new.terms_url or _own_terms(work, new.slug),
        "languages": list(dict.fromkeys(new.languages)),
        "sender_name": new.sender_name or new.name,
        "sender_address": emails.clean(new.sender_address) if new.sender_address else None,
        "support_email": emails.clean(new.support_email) if new.support_email else None,
        "portal_url": new.portal_url.rstrip("/") if new.portal_url else None,
        "colour": new.colour.lower() if new.colour else None,
        "second_colour": new.second_colour.lower() if new.second_colour else None,
    }


def _own_terms(work: UnitOfWork, slug: str) -> str:
    return f"{work.settings.public_url}/terms/{slug}"


def _as_new(work: UnitOfWork, operator: Operator) -> NewOperator:
    """What the operator said of itself: what it left out is left out again."""
    said = operator.model_dump(include={field.name for field in fields(NewOperator)})
    defaults = {"sender_name": operator.name, "terms_url": _own_terms(work, operator.slug)}
    said |= {name: None for name, default in defaults.items() if said[name] == default}
    said["services"] = [ServiceKind(kind) for kind in operator.services]
    said["proof_methods"] = [ProofMethod(method) for method in operator.proof_methods]
    return NewOperator(**said, communes=served_by(work, operator))


def _serve(work: UnitOfWork, operator: Operator, insee_codes: Sequence[str]) -> None:
    work.session.exec(delete(OperatorCommune).where(col(OperatorCommune.operator_id) == operator.id))
    work.session.add_all(
        OperatorCommune(operator_id=operator.id or 0, insee_code=code) for code in dict.fromkeys(insee_codes)
    )
    work.session.flush()


def _require_sound(work: UnitOfWork, new: NewOperator) -> None:
    if not _SLUG.fullmatch(new.slug):
        raise NotAllowed("A slug is 2 to 64 lower-case letters, digits and hyphens.")
    if objection := next(operator_form.objections(new), None):
        raise NotAllowed(objection)
    known = communes.known_codes(work)
    if unknown := [code for code in new.communes if code not in known]:
        raise NotFound(f"No commune has the INSEE code {', '.join(unknown)}.")
