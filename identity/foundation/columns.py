"""The column types that all tables share, so that SQLite and PostgreSQL hold the same thing."""

from enum import Enum
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData, String
from sqlalchemy import Enum as SAEnum
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

BIG_ID: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""An automatic key of 64 bits; SQLite counts only in INTEGER."""

ORDERED_TEXT: TypeEngine[str] = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte on both databases, so that a range is a prefix."""

JSON_DOCUMENT: TypeEngine[Any] = JSON(none_as_null=True)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def enum_type(kind: type[Enum], name: str) -> SAEnum:
    """Stores a member's value as text under a check constraint, never a native type (Alembic cannot drop those)."""
    return SAEnum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=True,
        name=name,
    )


def metadata() -> MetaData:
    """Every table that has been imported so far."""
    return SQLModel.metadata
