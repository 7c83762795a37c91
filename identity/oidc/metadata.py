"""What a client is asked to be: every piece of its metadata, typed. Owns the words and the defaults.

Whether a client may be so is said by `metadata_rules`; how the words read on the wire, by `dynamic`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHARED_SCOPES = "openid profile email phone address offline_access"
"""What a service may have unless told otherwise. Contracts and legal identity are given by name only."""
FIRST_PARTY_SCOPES = SHARED_SCOPES + " contracts legal_identity account"
SUBJECT_TYPES = ("pairwise", "public")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials", DEVICE, EXCHANGE)
SECRETS = ("client_secret_basic", "client_secret_post")
AUTH_METHODS = (*SECRETS, "private_key_jwt", "none")
PROFILES = ("", "fapi2")
LOCALIZED = ("client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri")
"""What people may read in several languages (RFC 7591 §2.2)."""


@dataclass(frozen=True)
class Metadata:
    """What a client is asked to be. Defaults are those of RFC 7591 and of a careful municipality."""

    id: str
    name: str
    redirect_uris: tuple[str, ...] = ()
    public: bool = False
    first_party: bool = False
    direct_login: bool = False
    origins: tuple[str, ...] = ()
    scope: str | None = None
    """None: SHARED_SCOPES, or FIRST_PARTY_SCOPES."""
    signature_alg: str | None = None
    """Of ID tokens; None: RS256, or ES256 under FAPI 2.0."""
    subject_type: str | None = None
    """None: pairwise, and a sector of its own where the redirect URIs have several hosts."""
    sector: str | None = None
    """As an agent names it; None: as `sectors` derives it."""
    pkce_required: bool = False
    """Also where the rest does not demand it: public clients, native applications, FAPI 2.0."""
    id_token_claims: bool = False

    profile: str = ""
    grant_types: tuple[str, ...] | None = None
    """None: what its redirect URIs, secret and audiences allow."""
    device: bool = False
    """May ask for a person at another device (RFC 8628)."""
    exchange_audiences: tuple[str, ...] = ()
    """Clients that it may call for a citizen (RFC 8693)."""
    auth_method: str | None = None
    """None: `none` for a public client, `private_key_jwt` under FAPI 2.0, else its secret in either way."""
    token_endpoint_auth_signing_alg: str | None = None
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    access_token_format: str = "opaque"  # noqa: S105 - a format
    dpop_bound: bool = False
    require_par: bool = False
    require_signed_request: bool = False
    request_object_signing_alg: str | None = None
    userinfo_signed_response_alg: str | None = None
    introspection_signed_response_alg: str | None = None

    application_type: str = "web"
    sector_identifier_uri: str | None = None
    initiate_login_uri: str | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_session_required: bool = False
    frontchannel_logout_uri: str | None = None
    frontchannel_session_required: bool = False

    organization: str = ""
    localized: Mapping[str, str] = field(default_factory=dict)
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    contacts: tuple[str, ...] = ()
    software_id: str | None = None
    software_version: str | None = None

    @property
    def keeps_no_secret(self) -> bool:
        """Does it run where none can be kept?"""
        return self.public or self.auth_method == "none"
