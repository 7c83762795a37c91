"""What a client may be told to be, and the changes to one: added, its secret rotated, disabled.

Owns the rules of client metadata (RFC 7591 §2, RFC 8252, OpenID Connect Core §8.1). Never talks to the
network: whoever registers is believed to own what it names, and a redirect goes nowhere else.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import insert, update

from identity.foundation import audit, tokens
from identity.foundation.errors import Conflict, NotAllowed, NotFound
from identity.foundation.settings import is_loopback
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, signing_keys
from identity.oidc.clients import TABLE, Client

SHARED_SCOPES = "openid profile email phone address offline_access"
"""What a service may have unless told otherwise. Contracts and legal identity are given by name only."""
FIRST_PARTY_SCOPES = SHARED_SCOPES + " contracts legal_identity account"
SUBJECT_TYPES = ("pairwise", "public")

_SWITCHES = (
    "require_par",
    "require_signed_request",
    "dpop_bound",
    "require_auth_time",
    "backchannel_session_required",
    "frontchannel_session_required",
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,100}")
_URI = re.compile(r"[\x21\x23-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]{1,2000}")
"""RFC 3986's characters: printable ASCII without quotes, backslash, angle brackets, braces, caret."""


class MetadataRefused(NotAllowed):
    """A client cannot be so; `reason` tells a developer which metadata and why (RFC 7591 §3.2.2)."""


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
    signature_alg: str = "RS256"
    subject_type: str = "pairwise"
    sector: str | None = None
    """None: the host of the redirect URIs."""
    pkce_required: bool = True


@dataclass(frozen=True)
class Registered:
    """The client, and its secret where it keeps one: told here and never again."""

    client: Client
    secret: Secret | None = field(repr=False)


def add(work: UnitOfWork, metadata: Metadata) -> Registered:
    """Register a client; MetadataRefused where it cannot be so, Conflict where the name is taken."""
    values = check(metadata)
    secret = None if metadata.public else tokens.new_token()
    digest = tokens.digest(secret.reveal()) if secret else None
    if work.session.get(clients.RegisteredClient, metadata.id):
        raise Conflict(f"There is a client {metadata.id} already.")
    work.execute(insert(TABLE), values | {"secret_digest": digest, "created_at": work.now})
    audit.record(work, "client.added", subject=f"oidc_clients:{metadata.id}")
    return Registered(get(work, metadata.id), secret)


def replace(work: UnitOfWork, metadata: Metadata) -> Client:
    """Make an existing client be as told, keeping its secrets; MetadataRefused, NotFound."""
    values = check(metadata)
    get(work, metadata.id)
    work.execute(update(TABLE).where(TABLE.c.id == metadata.id), values)
    return get(work, metadata.id)


def get(work: UnitOfWork, client_id: str) -> Client:
    """The enabled client of this name; NotFound."""
    client = clients.find(work, client_id)
    if client is None:
        raise NotFound(f"There is no client {client_id}.")
    return client


def rotate_secret(work: UnitOfWork, client_id: str, *, end_former: bool = False) -> Secret:
    """A new secret; the one before stays good until the next, unless `end_former`. NotFound, NotAllowed."""
    if get(work, client_id).is_public:
        raise NotAllowed(f"{client_id} is a public client: it has no secret.")
    secret = tokens.new_token()
    former = None if end_former else TABLE.c.secret_digest
    statement = update(TABLE).where(TABLE.c.id == client_id)
    work.execute(statement.values(former_secret_digest=former, secret_digest=tokens.digest(secret.reveal())))
    audit.record(work, "client.secret_rotated", subject=f"oidc_clients:{client_id}")
    return secret


def disable(work: UnitOfWork, client_id: str) -> None:
    """End a client and every token that it holds, at once; NotFound. Its name stays taken."""
    get(work, client_id)
    work.execute(update(TABLE).where(TABLE.c.id == client_id).values(disabled_at=work.now))
    audit.record(work, "client.disabled", subject=f"oidc_clients:{client_id}")


def check(metadata: Metadata) -> dict[str, object]:
    """The columns of a client that may be so; MetadataRefused."""
    _require(_NAME.fullmatch(metadata.id), "The id is 1 to 128 letters, digits, dots, dashes, underscores.")
    _require(0 < len(metadata.name.strip()) <= 200, "The name is 1 to 200 characters.")
    _require(metadata.redirect_uris or not metadata.public, "A public client needs a redirect URI.")
    for uri in metadata.redirect_uris:
        _check_redirect_uri(uri, metadata.public)
    _check_direct_login(metadata)
    _require(metadata.signature_alg in signing_keys.ALGORITHMS, "ID tokens are signed with ES256 or RS256.")
    _require(metadata.subject_type in SUBJECT_TYPES, "The subject type is pairwise or public.")
    return {
        "id": metadata.id,
        "name": metadata.name.strip(),
        "redirect_uris": list(metadata.redirect_uris),
        "origins": [_origin(origin) for origin in metadata.origins],
        "scope": _scope(metadata),
        "grant_types": _grant_types(metadata),
        "auth_methods": ["none"] if metadata.public else ["client_secret_basic", "client_secret_post"],
        "signature_alg": metadata.signature_alg,
        "subject_type": metadata.subject_type,
        "sector": _sector(metadata),
        "first_party": metadata.first_party,
        "direct_login": metadata.direct_login,
        "pkce_required": metadata.pkce_required or metadata.public,
        "exchange_audiences": [],
        "default_acr_values": [],
        "post_logout_redirect_uris": [],
        "localized": {},
        "contacts": [],
        **dict.fromkeys(_SWITCHES, False),
        "profile": "",
        "access_token_format": "opaque",
        "application_type": "web",
        "organization": "",
        "created_by": "cli",
    }


def _require(condition: object, reason: str) -> None:
    if not condition:
        raise MetadataRefused(reason)


def _check_redirect_uri(uri: str, public: bool) -> None:
    """https; http on loopback; for an application a scheme of its own, a domain reversed (RFC 8252 §7)."""
    parts = _split(uri)
    _require("#" not in uri, f"{uri}: a redirect URI has no fragment.")
    _require("@" not in parts.netloc, f"{uri}: a redirect URI has no user.")
    if parts.scheme == "https":
        _require(parts.hostname, f"{uri}: the host is missing.")
    elif parts.scheme == "http":
        _require(is_loopback(parts.hostname or ""), f"{uri}: plain http is for loopback; use https.")
    else:
        _require(
            public and "." in parts.scheme and not parts.netloc,
            f"{uri}: use https, or for a public client a scheme of its own such as fr.exemple.app:/callback.",
        )


def _check_direct_login(metadata: Metadata) -> None:
    if not metadata.direct_login:
        _require(not metadata.origins, "Origins are for direct login.")
        return
    _require(metadata.public and metadata.first_party, "Direct login is for public first-party clients.")
    _require(metadata.origins, "Direct login needs at least one origin.")


def _origin(origin: str) -> str:
    parts = _split(origin)
    bare = parts.netloc and origin.lower() == f"{parts.scheme}://{parts.netloc}".lower() and "@" not in origin
    _require(bare, f"{origin} is not an origin (https://host, without a path).")
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    _require(safe, f"{origin}: plain http is for loopback; use https.")
    return origin.lower()


def _split(uri: str) -> SplitResult:
    _require(_URI.fullmatch(uri), f"{uri!a} is not a URI of at most 2000 characters.")
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - refused here where it is not a number
    except ValueError:
        raise MetadataRefused(f"{uri} is not a URI.") from None
    return parts


def _scope(metadata: Metadata) -> str:
    default = FIRST_PARTY_SCOPES if metadata.first_party else SHARED_SCOPES
    words = list(dict.fromkeys((metadata.scope if metadata.scope is not None else default).split()))
    _require(all(_SCOPE.fullmatch(word) for word in words), "The scope holds a character that it may not.")
    _require(len(" ".join(words)) <= 1000, "The scope is too long.")
    reserved = clients.FIRST_PARTY_SCOPES.intersection(words)
    _require(metadata.first_party or not reserved, f"{'/'.join(reserved)} is for first-party clients.")
    return " ".join(words)


def _grant_types(metadata: Metadata) -> list[str]:
    person = ["authorization_code", "refresh_token"] if metadata.redirect_uris else []
    return person if metadata.public else [*person, "client_credentials"]


def _sector(metadata: Metadata) -> str:
    """Whose file a `sub` belongs to: as told, or the one host (or private scheme) of the redirect URIs."""
    if metadata.sector:
        _require(re.fullmatch(r"[a-z0-9.:\[\]_-]{1,255}", metadata.sector), "The sector is a host name.")
        return metadata.sector
    hosts = {parts.hostname or parts.scheme for parts in map(urlsplit, metadata.redirect_uris)}
    _require(len(hosts) <= 1, "The redirect URIs have several hosts: name the sector.")
    return hosts.pop() if hosts else metadata.id
