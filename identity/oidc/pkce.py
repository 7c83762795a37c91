"""Which clients use PKCE (RFC 7636). Owns that note, by which an agent learns of whom it can be demanded.

A challenge is checked by the grant that gives the code; whom it is demanded of is said by `metadata_access`.
"""

from sqlalchemy import bindparam, update

from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc.clients import TABLE, Client

_SENT = (
    update(TABLE).where(TABLE.c.id == bindparam("key"), TABLE.c.pkce_sent.is_(False)).values(pkce_sent=True)
)


def remember(work: UnitOfWork, client: Client) -> None:
    """Note that this client met its own challenge: written the first time, and never again."""
    if not client.pkce_sent:
        work.execute(_SENT, {"key": client.id})
