"""What a service knows a citizen as: the `sub` of tokens. Owns the table of pairwise identifiers.

A random identifier for each account and sector, kept in a table rather than computed: two services cannot
join their files, it outlives every change of secret, and erasing the row ends the link for good.
"""

from typing import Protocol

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import prepared, tokens
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc.clients import Client


class PairwiseSubject(SQLModel, table=True):
    """One account, as the services of one sector know it."""

    __tablename__ = "oidc_subjects"

    account_id: str = Field(foreign_key="accounts.id", primary_key=True, max_length=36)
    sector: str = Field(primary_key=True, max_length=255)
    subject: str = Field(max_length=36, unique=True)


class Knows(Protocol):
    """What a citizen's `sub` depends on."""

    @property
    def subject_type(self) -> str:
        """`pairwise` or `public`."""

    @property
    def sector(self) -> str:
        """Whose identifiers it shares."""


_TABLE = PairwiseSubject.__table__  # type: ignore[attr-defined]
_FIND = prepared.Statement(
    select(_TABLE.c.subject).where(
        _TABLE.c.account_id == bindparam("account_id"), _TABLE.c.sector == bindparam("sector")
    )
)
_ADD = insert(_TABLE)


def of(work: UnitOfWork, client: Client, account_id: str) -> str:
    """The `sub` of this account for this client; at most 36 characters, the same for ever."""
    if client.subject_type == "public":
        return account_id
    pair = {"account_id": account_id, "sector": client.sector}
    rows = work.run(_FIND, **pair)
    return str(rows[0].subject) if rows else _add(work, pair)


def namespace(client: Knows) -> str | None:
    """Where its identifiers come from, the same for two clients that know every citizen by one; None: public."""
    return None if client.subject_type == "public" else client.sector


def _add(work: UnitOfWork, pair: dict[str, str]) -> str:
    subject = tokens.new_id()
    try:
        with work.session.begin_nested():
            work.execute(_ADD, pair | {"subject": subject})
    except IntegrityError:
        (row,) = work.run(_FIND, **pair)  # another request was first
        return str(row.subject)
    return subject
