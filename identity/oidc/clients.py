"""Clients: the applications and services that may ask for tokens. Owns their table and what Authlib asks of
one.

What a client may be told to be is checked by `registration`; here it is only read. Secrets are random, so
their SHA-256 is what is stored; two are valid at once, so that one can be changed while the service runs.
"""

import json
import re
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin
from sqlalchemy import JSON, Table, Text, bindparam, cast, select
from sqlmodel import Field, SQLModel

from identity.foundation import prepared, tokens
from identity.foundation.columns import JSON_DOCUMENT
from identity.foundation.unit_of_work import UnitOfWork

FIRST_PARTY_SCOPES = frozenset({"account"})
"""The keys of a citizen's account: for our own applications alone."""
PERSONAL_SCOPES = frozenset({
    "openid", "profile", "email", "phone", "address", "offline_access", "account", "contracts", "legal_identity",
})  # fmt: skip
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
    pkce_required: bool = False
    pkce_sent: bool = False
    """It met a challenge of its own once, so that PKCE may be demanded of it (RFC 9700 §2.1.1)."""
    id_token_claims: bool = False
    """Its ID tokens hold what its scope reveals, for who reads nothing else; usually userinfo alone tells it."""
    profile: str = Field(default="", max_length=16)
    """`fapi2`: the FAPI 2.0 Security Profile, whose demands are also told one by one below."""
    require_par: bool = False
    """Requests come pushed (RFC 9126)."""
    require_signed_request: bool = False
    """Requests come signed (RFC 9101)."""
    dpop_bound: bool = False
    """Its access tokens are bound to a key (RFC 9449)."""
    access_token_format: str = Field(default="opaque", max_length=8)
    """`opaque`, or `jwt` (RFC 9068)."""
    exchange_audiences: list[str] = Field(default_factory=list, sa_type=JSON_DOCUMENT)
    """Whom it may ask tokens for in exchange for a citizen's (RFC 8693); nobody where empty."""

    jwks: dict[str, Any] | None = Field(default=None, sa_type=JSON_DOCUMENT)
    jwks_uri: str | None = Field(default=None, max_length=2000)
    token_endpoint_auth_signing_alg: str | None = Field(default=None, max_length=16)
    request_object_signing_alg: str | None = Field(default=None, max_length=16)
    userinfo_signed_response_alg: str | None = Field(default=None, max_length=16)
    """None: userinfo as JSON."""
    introspection_signed_response_alg: str | None = Field(default=None, max_length=16)

    application_type: str = Field(default="web", max_length=8)
    """`web` or `native`."""
    sector_identifier_uri: str | None = Field(default=None, max_length=2000)
    initiate_login_uri: str | None = Field(default=None, max_length=2000)
    default_max_age: int | None = None
    """Seconds."""
    require_auth_time: bool = False
    default_acr_values: list[str] = Field(default_factory=list, sa_type=JSON_DOCUMENT)
    post_logout_redirect_uris: list[str] = Field(default_factory=list, sa_type=JSON_DOCUMENT)
    backchannel_logout_uri: str | None = Field(default=None, max_length=2000)
    backchannel_session_required: bool = False
    frontchannel_logout_uri: str | None = Field(default=None, max_length=2000)
    frontchannel_session_required: bool = False

    organization: str = Field(default="", max_length=200)
    """Who runs it, as people read it."""
    localized: dict[str, str] = Field(default_factory=dict, sa_type=JSON_DOCUMENT)
    """What people read in another language (RFC 7591 §2.2): `client_name#en`, `policy_uri#fr`."""
    client_uri: str | None = Field(default=None, max_length=2000)
    logo_uri: str | None = Field(default=None, max_length=2000)
    policy_uri: str | None = Field(default=None, max_length=2000)
    tos_uri: str | None = Field(default=None, max_length=2000)
    contacts: list[str] = Field(default_factory=list, sa_type=JSON_DOCUMENT)
    software_id: str | None = Field(default=None, max_length=200)
    software_version: str | None = Field(default=None, max_length=200)

    secret_digest: str | None = Field(default=None, max_length=64, repr=False)
    former_secret_digest: str | None = Field(default=None, max_length=64, repr=False)
    registration_token_digest: str | None = Field(default=None, max_length=64, repr=False)
    """Opens its own registration (RFC 7592)."""
    registration_scope: str | None = Field(default=None, max_length=1000)
    """What it may have at most, however it changes its own registration."""
    created_by: str = Field(default="cli", max_length=64)
    """`cli`, `demo`, `open`, or the invitation that it came with."""
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Does it run where no secret can be kept?"""
        return self.auth_methods == ["none"]

    @property
    def hears_of_logouts(self) -> bool:
        """Is there an address where it is told that a session ended?"""
        return bool(self.backchannel_logout_uri or self.frontchannel_logout_uri)

    @property
    def has_secret(self) -> bool:
        """Does it authenticate with a secret?"""
        return any(method.startswith("client_secret_") for method in self.auth_methods)

    @property
    def token_endpoint_auth_method(self) -> str:
        """How it authenticates, by the metadata's own name."""
        return self.auth_methods[0]

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
_DOCUMENTS = {column.name for column in TABLE.c if isinstance(column.type, JSON)}
_AS_TEXT = [
    cast(column, Text).label(column.name) if column.name in _DOCUMENTS else column for column in TABLE.c
]
_FIND = prepared.Statement(
    select(*_AS_TEXT).where(TABLE.c.id == bindparam("client_id"), TABLE.c.disabled_at.is_(None))
)
_ALL = select(TABLE).order_by(TABLE.c.created_at, TABLE.c.id)

NOBODY = Client.model_construct(secret_digest=None, former_secret_digest=None)  # type: ignore[call-arg]
"""Against whom the secret of an unknown client is compared, so that it takes as long."""


def find(work: UnitOfWork, client_id: str) -> Client | None:
    """The client of this name, or None where there is none or it is disabled."""
    rows = work.run(_FIND, client_id=client_id)
    return _made(rows[0]) if rows else None


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


_known: dict[str, tuple[prepared.Row, Client]] = {}
MOST_KNOWN = 1000


def _made(row: prepared.Row) -> Client:
    """The client of a row that was read just now: made anew only where the row is not as it was the last time.

    Its documents come as text, so that they too are read only then.
    """
    former, client = _known.get(row.id, (None, NOBODY))
    if former == row:
        return client
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    documents = {name: json.loads(getattr(row, name) or "null") for name in _DOCUMENTS}
    client = Client.model_construct(**(row._asdict() | documents))
    _known[row.id] = row, client
    return client


def is_known(client_id: str) -> bool:
    """Has this process met this client lately? Asks no database."""
    return client_id in _known


def _without_port(uri: str) -> str | None:
    """A loopback address whose port does not matter, without it; None for any other."""
    match = _LOOPBACK.fullmatch(uri)
    return match[1] + match[2] if match else None
