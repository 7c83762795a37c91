"""Whether what was issued is still worth something, read anew at each use. Owns that rule; writes nothing.

The accounts wing only writes facts: a session ended, a password changed, an account locked or closed. Here
they end what was granted before them, without that wing knowing of us.

- a new password or a lock ends everything granted before, refresh tokens too: each grant bears the version of the
  account's credentials that its session knew, which no clock decides;
- a closed account ends everything;
- the end of the session ends what `granted.open_` bound to it; refresh tokens with `offline_access` live
  on;
- a disabled client and a revoked grant end everything under them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from identity.accounts.account import Account
from identity.accounts.sessions import SignInSession
from identity.foundation import prepared, tokens
from identity.foundation.prepared import Row
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, device_codes, sids
from identity.oidc.granted import GRANTS, Standing
from identity.oidc.issued import ACCESS_TOKENS, CODES, REFRESH_TOKENS

_ACCOUNTS = Account.__table__  # type: ignore[attr-defined]
_SESSIONS = SignInSession.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class HeldCode:
    """A code as it was found, and what Authlib asks of one."""

    digest: str
    standing: Standing
    expires_at: datetime
    used_at: datetime | None
    redirect_uri: str
    code_challenge: str | None
    nonce: str | None
    jkt: str | None = None
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        """Where it was sent, letter by letter."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What the person granted."""
        return self.standing.scope

    def get_nonce(self) -> str | None:
        """What ties the ID token to the client's own session."""
        return self.nonce


@dataclass(frozen=True)
class HeldToken:
    """An access or refresh token as it was found, and what Authlib asks of one."""

    digest: str
    standing: Standing
    expires_at: datetime
    scope: str
    audience: tuple[str, ...] = ()
    ended_at: datetime | None = None
    """When an access token was revoked, or a refresh token first used."""
    refreshes: bool = False
    jkt: str | None = None
    """The key that an access token is bound to."""
    actor: str | None = None
    """Who got it in exchange for the client's own."""

    @property
    def client_id(self) -> str:
        """Who holds it: the client that it was issued to."""
        return self.actor or self.standing.client_id

    def check_client(self, client: clients.Client) -> bool:
        """Was it issued to this client?"""
        return self.client_id == client.id

    def get_scope(self) -> str:
        """What it may be used for."""
        return self.scope

    def is_good(self, now: datetime) -> bool:
        """May an access token be used now?"""
        return self.standing.alive and self.ended_at is None and now < self.expires_at


def _reading(table: Any, *names: str) -> Select[Any]:
    """One row of `table` by its digest, these columns of it or all, its grant, and what may have ended that."""
    return (
        select(
            *(
                column
                for column in table.c
                if column.name != "grant_id" and column.name in (names or table.c)
            ),
            GRANTS.c.id.label("grant_id"),
            *(
                GRANTS.c[name].label(f"grant_{name}")
                for name in ("scope", "credentials_version", "expires_at", "revoked_at")
            ),
            *(GRANTS.c[name] for name in ("client_id", "account_id", "session_id", "ends_with_session")),
            *(GRANTS.c[name] for name in ("subject", "authenticated_at", "resources", "claims")),
            GRANTS.c.jkt.label("grant_jkt"),
            *(clients.TABLE.c[name] for name in ("first_party", "id_token_claims")),
            clients.TABLE.c.userinfo_signed_response_alg.label("userinfo_alg"),
            clients.TABLE.c.disabled_at.label("client_disabled_at"),
            _SESSIONS.c.sid_key,
            _SESSIONS.c.ended_at.label("session_ended_at"),
            *(_ACCOUNTS.c[name] for name in ("credentials_version", "locked_at", "closed_at")),
        )
        .select_from(table)
        .join(GRANTS, GRANTS.c.id == table.c.grant_id)
        .join(clients.TABLE, clients.TABLE.c.id == GRANTS.c.client_id)
        .outerjoin(_SESSIONS, _SESSIONS.c.id == GRANTS.c.session_id)
        .outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == GRANTS.c.account_id)
        .where(table.c.digest == bindparam("key"))
    )


# Locking the grant first makes two uses of one code or token come one after the other, without deadlock; on
# SQLite the whole transaction already does.
_FIND_CODE = prepared.Statement(_reading(CODES).with_for_update(of=GRANTS))
_FIND_REFRESH = prepared.Statement(
    _reading(REFRESH_TOKENS, "digest", "expires_at").with_for_update(of=GRANTS)
)
_FIND_DEVICE = prepared.Statement(_reading(device_codes.TABLE, "digest").with_for_update(of=GRANTS))
_FIND_ACCESS = prepared.Statement(_reading(ACCESS_TOKENS))


def find_code(work: UnitOfWork, code: str) -> HeldCode | None:
    """The code that was issued, used up or not, and its grant locked; None where there is none."""
    row = _find(work, _FIND_CODE, code)
    if row is None:
        return None
    return HeldCode(
        digest=row.digest,
        standing=_standing(row, work.now),
        expires_at=row.expires_at,
        used_at=row.used_at,
        redirect_uri=row.redirect_uri,
        code_challenge=row.code_challenge,
        nonce=row.nonce,
        jkt=row.jkt,
    )


def find_refresh(work: UnitOfWork, token: str) -> HeldToken | None:
    """The refresh token that was issued, used or not, and its grant locked; None where there is none."""
    row = _find(work, _FIND_REFRESH, token)
    if row is None:
        return None
    held = HeldToken(row.digest, _standing(row, work.now), row.expires_at, row.grant_scope, refreshes=True)
    return held


def find_access(work: UnitOfWork, token: str) -> HeldToken | None:
    """The access token that was issued, good or not; None where there is none."""
    row = _find(work, _FIND_ACCESS, token)
    if row is None:
        return None
    return HeldToken(
        row.digest,
        _standing(row, work.now),
        row.expires_at,
        row.scope,
        tuple(row.audience.split()),
        row.revoked_at,
        jkt=row.jkt,
        actor=row.actor,
    )


def find_device(work: UnitOfWork, digest: str) -> Standing | None:
    """The grant of a device's code, by its digest, and locked; None until a person granted something."""
    rows = work.run(_FIND_DEVICE, key=digest)
    return _standing(rows[0], work.now) if rows else None


def _find(work: UnitOfWork, statement: prepared.Statement, token: str) -> Row | None:
    rows = work.run(statement, key=tokens.digest(token))
    return rows[0] if rows else None


def _standing(row: Row, now: datetime) -> Standing:
    return Standing(
        grant_id=row.grant_id,
        client_id=row.client_id,
        account_id=row.account_id,
        session_id=row.session_id,
        sid=sids.of(row.sid_key, row.client_id) if row.sid_key else None,
        subject=row.subject,
        scope=row.grant_scope,
        authenticated_at=row.authenticated_at,
        expires_at=row.grant_expires_at,
        first_party=row.first_party,
        alive=_is_alive(row, now),
        resources=tuple(row.resources.split()),
        claims=row.claims,
        jkt=row.grant_jkt,
        userinfo_alg=row.userinfo_alg,
        id_token_claims=row.id_token_claims,
    )


def _is_alive(row: Row, now: datetime) -> bool:
    if row.grant_revoked_at or row.client_disabled_at or row.grant_expires_at <= now:
        return False
    if row.account_id is None:
        return True
    if row.locked_at or row.closed_at or row.grant_credentials_version != row.credentials_version:
        return False
    return not row.ends_with_session or (row.session_id is not None and row.session_ended_at is None)
