"""Telling services through the browser that a session ended (OpenID Connect Front-Channel Logout 1.0).

Reads which services were used in the session; the page that frames their addresses belongs to `api`.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import bindparam, select

from identity.accounts.sessions import SignInSession
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, sids
from identity.oidc.clients import Client
from identity.oidc.granted import GRANTS


@dataclass(frozen=True)
class Frame:
    """A service, and the address of it that forgets its own session."""

    client: Client
    uri: str


_USED = select(GRANTS.c.client_id).where(GRANTS.c.session_id == bindparam("session_id"))
_CLIENTS = (
    select(clients.TABLE)
    .where(
        clients.TABLE.c.id.in_(_USED),
        clients.TABLE.c.frontchannel_logout_uri.is_not(None),
        clients.TABLE.c.disabled_at.is_(None),
    )
    .order_by(clients.TABLE.c.id)
)


def of_session(work: UnitOfWork, session_id: str) -> list[Frame]:
    """What to frame once this session has ended, with `iss` and `sid` (§2), which every service may check."""
    session = work.session.get(SignInSession, session_id)
    rows = work.execute(_CLIENTS, {"session_id": session_id}) if session else ()
    return [_frame(work, Client.model_construct(**row._asdict()), session.sid_key) for row in rows if session]


def _frame(work: UnitOfWork, client: Client, sid_key: str) -> Frame:
    uri = client.frontchannel_logout_uri or ""
    query = urlencode({"iss": work.settings.public_url, "sid": sids.of(sid_key, client.id)})
    return Frame(client, f"{uri}{'&' if '?' in uri else '?'}{query}")
