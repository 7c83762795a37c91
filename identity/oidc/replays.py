"""What may be said once: the names of assertions and proofs that were accepted. Owns their table.

Insert-only; a name is forgotten once whatever bore it would be refused for its age.
"""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.unit_of_work import UnitOfWork


class SeenName(SQLModel, table=True):
    """The `jti` of something that was accepted, as a digest that tells its kind and its issuer apart."""

    __tablename__ = "oidc_seen"

    digest: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(index=True)


_TABLE = SeenName.__table__  # type: ignore[attr-defined]
_ADD = insert(_TABLE)


def claim(work: UnitOfWork, kind: str, issuer: str, jti: str, until: datetime) -> bool:
    """Remember this name until then; False where it is known already. Of N at the same moment one succeeds."""
    digest = tokens.digest(f"{kind}\0{issuer}\0{jti}")
    try:
        with work.session.begin_nested():
            work.execute(_ADD, {"digest": digest, "expires_at": until})
    except IntegrityError:
        return False
    return True


def purge(work: UnitOfWork) -> None:
    """Forget what is too old to be replayed."""
    work.execute(delete(_TABLE).where(_TABLE.c.expires_at < work.now))
