"""Who did what, when, from where. Owns the audit table; never an e-mail, a name or a secret in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Field, SQLModel

from identity.foundation import prepared
from identity.foundation.columns import BIG_ID, JSON_DOCUMENT
from identity.foundation.unit_of_work import UnitOfWork


class AuditEvent(SQLModel, table=True):
    """One thing that was done or refused."""

    __tablename__ = "audit_events"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    at: datetime = Field(index=True)
    action: str = Field(max_length=64, index=True)
    """Dotted, past tense: `login.succeeded`, `key.refused`."""
    account_id: str | None = Field(default=None, max_length=36, index=True)
    operator_id: int | None = None
    subject: str | None = Field(default=None, max_length=128)
    """The row that it happened to, as `table:id`."""
    network_digest: str | None = Field(default=None, max_length=64)
    request_id: str | None = Field(default=None, max_length=64)
    detail: dict[str, Any] | None = Field(default=None, sa_type=JSON_DOCUMENT)


_COLUMNS = AuditEvent.__table__.columns.keys()[1:]  # type: ignore[attr-defined]
_RECORD = prepared.Statement(insert(AuditEvent), _COLUMNS)


def record(
    work: UnitOfWork,
    action: str,
    *,
    account_id: str | None = None,
    operator_id: int | None = None,
    subject: str | None = None,
    **detail: Any,
) -> None:
    """Write one event in this transaction; `detail` holds codes and counts, never what a person typed.

    The agent at the command line is told with everything that they do.
    """
    if work.visitor.agent:
        detail = {"agent": work.visitor.agent} | detail
    work.run(
        _RECORD,
        at=work.now,
        action=action,
        account_id=account_id,
        operator_id=operator_id,
        subject=subject,
        network_digest=work.keyring.digest("network", work.visitor.network),
        request_id=work.visitor.request_id,
        detail=detail or None,
    )
