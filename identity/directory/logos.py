"""The operators' logos: small pictures, as they were handed in. Owns their table; draws and converts nothing."""

import hashlib

from sqlmodel import Field, LargeBinary, SQLModel, select

from identity.directory.operators import Operator
from identity.directory.pictures import Picture
from identity.foundation import audit
from identity.foundation.columns import BIG_ID
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork


class Logo(SQLModel, table=True):
    """The picture that stands beside an operator's name."""

    __tablename__ = "operator_logos"

    operator_id: int = Field(foreign_key="operators.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE")
    media_type: str = Field(max_length=32)
    body: bytes = Field(sa_type=LargeBinary)


def put(work: UnitOfWork, operator: Operator, picture: Picture) -> None:
    """Give an operator this logo."""
    work.session.merge(Logo(operator_id=operator.id or 0, media_type=picture.media_type, body=picture.body))
    _mark(work, operator, hashlib.sha256(picture.body).hexdigest()[:16])


def remove(work: UnitOfWork, operator: Operator) -> None:
    """Take the logo away, if there is one."""
    if logo := work.session.get(Logo, operator.id):
        work.session.delete(logo)
        _mark(work, operator, None)


def find(work: UnitOfWork, slug: str) -> tuple[Logo, str] | None:
    """The logo of the operator that bears this slug, and its version; or None."""
    statement = select(Logo, Operator.logo_version).join(Operator).where(Operator.slug == slug)
    found = work.session.exec(statement).one_or_none()
    return (found[0], found[1] or "") if found else None


def address(settings: Settings, operator: Operator) -> str | None:
    """Where the logo is served, another address for another picture; None without one."""
    if operator.logo_version is None:
        return None
    return f"{settings.public_url}/logos/{operator.slug}?v={operator.logo_version}"


def _mark(work: UnitOfWork, operator: Operator, version: str | None) -> None:
    operator.logo_version = version
    work.session.add(operator)
    work.session.flush()
    audit.record(work, "operator.logo_changed", operator_id=operator.id)
