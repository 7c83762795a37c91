"""Which terms of service a person accepted, when, and from where. Owns that table."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from identity.directory.operators import Operator
from identity.foundation.columns import BIG_ID
from identity.foundation.errors import TermsOutdated


class TermsAcceptance(SQLModel, table=True):
    """One person accepted one version of one operator's terms."""

    __tablename__ = "terms_acceptances"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    account_id: str = Field(foreign_key="accounts.id", max_length=36, index=True)
    operator_id: int = Field(foreign_key="operators.id", sa_type=BIG_ID)
    version: str = Field(max_length=32)
    accepted_at: datetime
    network: str = Field(max_length=64)


def require_current(operator: Operator, version: str) -> None:
    """TermsOutdated unless this is the version in force."""
    if version != operator.terms_version:
        raise TermsOutdated
