"""Clients: the applications and services that may ask for tokens. Owns their table and what Authlib asks of
one.

What a client may be told to be is checked by `registration`; here it is only read. Secrets are random, so
their SHA-256 is what is stored; two are valid at once, so that one can be changed while the service runs.
"""

import re
from datetime import datetime

from authlib.oauth2.rfc6749 import ClientMixin
from sqlalchemy import Table, bindparam, select
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.columns import JSON_DOCUMENT
from identity.foundation.unit_of_work import UnitOfWork

FIRST_PARTY_SCOPES = frozenset({"account"})
"""The keys of a citizen's account: for our own applications alone."""
PERSONAL_SCOPES = frozenset(
    {
        "openid",
        "profile",
        "email",
        "phone",
        "address",
        "offline_access",
        "account",
        "contracts",
        "legal_identity",
    }
)
"""Scopes that speak of a person: worth nothing where there is none."""

_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?((?:[/?].*)?)", re.DOTALL)


class Client(SQLModel, ClientMixin):  # type: ignore[misc]
    """A registered client, as it was read, and what Authlib asks of it."""

    id: str = Field(primary_key=True, max_length=128)
    name: str = Field(max_length=200)
    redirect_uris: list[str] = Field(sa_type=JSON_DOCUMENT)
    origins: list[str] = Field(sa_type=JSON_DOCUMENT)
    """Where a direct login may come from."""
    scope: str = Field(max_length=1000)
    grant_types: list[str] = Field(sa_type=JSON_DOCUMENT)
    auth_methods: list[str] = Field(sa_type=JSON_DOCUMENT)
    """How it authenticates at the token endpoint; `none` alone makes it public."""
    signature_alg: str = Field(default="RS256", max_length=16)
    subject_type: str = Field(default="pairwise", max_length=8)
    sector: str = Field(max_length=255)
    """Clients of one sector know a citizen by one `sub` (OpenID Connect Core §8.1)."""
    first_party: bool = False
    direct_login: bool = False
    pkce_required: bool = True
    secret_digest: str | None = Field(default=None, max_length=64, repr=False)
    former_secret_digest: str | None = Field(default=None, max_length=64, repr=False)
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Does it run where no secret can be kept?"""
        return self.auth_methods == ["none"]

    @property
    def client_id(self) -> str:
        """Its name in the protocol."""
        return self.id

    @property
    def id_token_signed_response_alg(self) -> str:
        """The algorithm of its ID tokens, by the metadata's own name."""
        return self.signature_alg

    def get_client_id(self) -> str:
        """Its name in the protocol."""
        return self.id

    def get_default_redirect_uri(self) -> None:
        """None: a redirect URI is always named in full."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """Of the scopes asked for, those that it may have, once each and in that order."""
        allowed = set(self.scope.split()) - (frozenset() if self.first_party else FIRST_PARTY_SCOPES)
        return " ".join(word for word in dict.fromkeys((scope or "").split()) if word in allowed)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Is this one of its redirect URIs, letter by letter, loopback ports aside (RFC 8252 §7.3)?"""
        if redirect_uri in self.redirect_uris:
            return True
        asked = _without_port(redirect_uri)
        return asked is not None and any(asked == _without_port(uri) for uri in self.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Is this one of its two secrets? Takes as long for a client that has none."""
        presented = tokens.digest(client_secret)
        stored = (self.secret_digest or "", self.former_secret_digest or "")
        matches = [tokens.equal(presented, digest) for digest in stored]  # both, whichever fits
        return any(matches)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """May it authenticate so?"""
        return method in self.auth_methods

    def check_response_type(self, response_type: str) -> bool:
        """May it be answered so?"""
        return response_type == "code" and "authorization_code" in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        """May it ask for tokens so?"""
        return grant_type in self.grant_types


class RegisteredClient(Client, table=True):
    """The same, as a row."""

    __tablename__ = "oidc_clients"


TABLE: Table = RegisteredClient.__table__
_FIND = select(TABLE).where(TABLE.c.id == bindparam("client_id"), TABLE.c.disabled_at.is_(None))
_ALL = select(TABLE).order_by(TABLE.c.created_at, TABLE.c.id)

NOBODY = Client.model_construct(secret_digest=None, former_secret_digest=None)  # type: ignore[call-arg]
"""Against whom the secret of an unknown client is compared, so that it takes as long."""


def find(work: UnitOfWork, client_id: str) -> Client | None:
    """The client of this name, or None where there is none or it is disabled."""
    row = work.execute(_FIND, {"client_id": client_id}).one_or_none()
    return Client.model_construct(**row._asdict()) if row else None


def all(work: UnitOfWork) -> list[Client]:
    """Every client, disabled ones too, the oldest first."""
    return [Client.model_construct(**row._asdict()) for row in work.execute(_ALL)]


def origins(work: UnitOfWork) -> set[str]:
    """The origins whose pages may log people in directly: those of enabled clients flagged for it."""
    return {
        origin
        for client in all(work)
        if client.direct_login and client.disabled_at is None
        for origin in client.origins
    }


def _without_port(uri: str) -> str | None:
    """A loopback address whose port does not matter, without it; None for any other."""
    match = _LOOPBACK.fullmatch(uri)
    return match[1] + match[2] if match else None
