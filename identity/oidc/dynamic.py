"""Clients that register themselves (RFC 7591, OpenID Connect Registration) and keep their registration (RFC 7592).

Who may: whoever holds an invitation, or anybody where PARVIS_OPEN_REGISTRATION is on. What a client may be is
said by `metadata_rules`, how that is written by `wire_metadata`. What it names is fetched between transactions.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InvalidTokenError
from sqlalchemy import update

from identity.foundation import rate_limits, tokens
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Rule
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import (
    bearer,
    client_keys,
    clients,
    exchange,
    invitations,
    metadata_rules,
    registration,
    sectors,
    signed,
    wire_metadata,
)
from identity.oidc.clients import TABLE, Client
from identity.oidc.exchange import Arrival, Refusal, Reply
from identity.oidc.metadata import SHARED_SCOPES, Metadata
from identity.oidc.provider import PATHS
from identity.oidc.registration import Registered
from identity.oidc.uris import MetadataRefused

FROM_ONE_NETWORK = Rule("client-registration", 30, 3600)
NEVER_SENT = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)
"""What a client must not send back (RFC 7592 §2.2)."""

AGENTS_ALONE = ("pkce_required", "id_token_claims", "subject_type", "sector")
"""What a client does not decide once it is registered: it stays as it is, or as an agent set it."""

_NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(frozen=True)
class Leave:
    """That somebody may register a client: by which invitation, with what scope at most."""

    created_by: str
    ceiling: str
    token: str | None = None


def register(units: Units, arrival: Arrival) -> Reply:
    """Register a client (RFC 7591 §3)."""
    return _answer(lambda: _register(units, arrival))


def configuration(units: Units, arrival: Arrival) -> Reply:
    """A client reads, changes or ends its own registration (RFC 7592 §2)."""
    return _answer(lambda: _CHANGES[arrival.method](units, arrival))


def _register(units: Units, arrival: Arrival) -> Reply:
    with units.begin() as work:
        leave = _require_leave(work, arrival)
    metadata = wire_metadata.read(tokens.new_id(), _document(arrival), leave.ceiling)
    if metadata.subject_type == "public":
        raise MetadataRefused("subject_type public is given by an agent: the one here is pairwise.")
    metadata_rules.check(metadata)
    _require_proof(units, metadata)
    key = tokens.new_token()
    with units.begin() as work:
        if leave.token and not invitations.use(work, leave.token):
            raise InvalidTokenError(realm="parvis")
        registered = registration.add(work, metadata, leave.created_by)
        _keep(work, metadata.id, key, leave.ceiling)
    client_keys.find(units, registered.client)
    return Reply(201, _told(units, registered, key), _NO_STORE)


def _read(units: Units, arrival: Arrival) -> Reply:
    with units.read() as work:
        client, key = _require_own(work, arrival)
    return Reply(200, _told(units, Registered(client, None), key), _NO_STORE)


def _change(units: Units, arrival: Arrival) -> Reply:
    with units.read() as work:
        client, key = _require_own(work, arrival)
    document = _document(arrival)
    _require_same(client, document)
    told = wire_metadata.read(client.id, document, client.registration_scope or SHARED_SCOPES)
    _require_proof(units, _kept(client, told))
    with units.begin() as work:
        client, key = _require_own(work, arrival)
        registered = registration.replace(work, _kept(client, told))
    client_keys.find(units, registered.client)
    return Reply(200, _told(units, registered, key), _NO_STORE)


def _end(units: Units, arrival: Arrival) -> Reply:
    with units.begin() as work:
        client, _ = _require_own(work, arrival)
        registration.disable(work, client.id)
    return Reply(204, None, _NO_STORE)


_CHANGES: dict[str, Callable[[Units, Arrival], Reply]] = {
    "GET": _read,
    "HEAD": _read,
    "PUT": _change,
    "DELETE": _end,
}


def _answer(serve: Callable[[], Reply]) -> Reply:
    """Serve, or say what is wrong (RFC 7591 §3.2.2, RFC 6750 §3)."""
    try:
        return serve()
    except OAuth2Error as error:
        return exchange.refuse(error)
    except RateLimited as limited:
        return exchange.busy(limited)
    except MetadataRefused as refused:
        told = (refused.reason or "").encode("ascii", "replace").decode()
        said = {"error": refused.error, "error_description": told}
        return Reply(400, said, _NO_STORE, refusal=Refusal(refused.error, told))


def _require_leave(work: UnitOfWork, arrival: Arrival) -> Leave:
    """By a good invitation; by none where anybody may."""
    rate_limits.spend(work, FROM_ONE_NETWORK.of(work.visitor.network))
    if "authorization" not in arrival.headers and work.settings.open_registration == "on":
        return Leave("open", SHARED_SCOPES)
    token = _token(arrival)
    invitation = invitations.find(work, token)
    if invitation is None:
        raise InvalidTokenError(realm="parvis")
    return Leave(f"invitation:{invitation.id}", invitation.scope, token)


def _require_own(work: UnitOfWork, arrival: Arrival) -> tuple[Client, Secret]:
    """The client that the token opens, if it is the one of the path; a stranger learns nothing of either."""
    token = _token(arrival)
    client_id = arrival.path.rpartition("/")[2]
    client = clients.find(work, client_id) if signed.is_text(client_id) else None
    digest = (client.registration_token_digest if client else None) or ""
    if not tokens.equal(tokens.digest(token), digest) or client is None:
        raise InvalidTokenError(realm="parvis")
    return client, Secret(token)


def _token(arrival: Arrival) -> str:
    scheme, _, token = arrival.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise bearer.TokenMissing
    return token.strip()


def _document(arrival: Arrival) -> dict[str, Any]:
    media = arrival.headers.get("content-type", "").partition(";")[0].strip().lower()
    if arrival.body is None or media != "application/json":
        raise MetadataRefused("Send application/json, of a reasonable size.")
    try:
        document = exchange.document(arrival.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise MetadataRefused("The body is no JSON object.")
    return document


def _require_same(client: Client, document: dict[str, Any]) -> None:
    """Require that the client speaks of itself, with a secret that is its own (RFC 7592 §2.2)."""
    if document.get("client_id") != client.id:
        raise MetadataRefused("client_id is the client's own.")
    secret = document.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and client.check_client_secret(secret)):
        raise MetadataRefused("client_secret is the client's own, or left out.")
    if any(name in document for name in NEVER_SENT):
        raise MetadataRefused(f"{', '.join(NEVER_SENT)} are not sent back.")


def _kept(client: Client, told: Metadata) -> Metadata:
    """What a client asks to be, with what an agent alone decides as it was; MetadataRefused where that would change."""
    metadata = replace(told, **{name: getattr(client, name) for name in AGENTS_ALONE})
    metadata_rules.check(metadata)
    sectors.require_same(client, told)
    return metadata


def _require_proof(units: Units, metadata: Metadata) -> None:
    """What the network answered is told to nobody."""
    try:
        sectors.require_proof(units.settings, metadata)
    except MetadataRefused:
        raise MetadataRefused("The sector_identifier_uri does not list every redirect URI.") from None


def _keep(work: UnitOfWork, client_id: str, key: Secret, ceiling: str) -> None:
    values = {"registration_token_digest": tokens.digest(key.reveal()), "registration_scope": ceiling}
    work.execute(update(TABLE).where(TABLE.c.id == client_id).values(**values))


def _told(units: Units, registered: Registered, key: Secret) -> dict[str, Any]:
    """The client information response (RFC 7591 §3.2.1, RFC 7592 §3); an existing secret is never told again."""
    client = registered.client
    secret = {"client_secret": registered.secret, "client_secret_expires_at": 0} if registered.secret else {}
    return {
        **wire_metadata.show(client),
        **secret,
        "registration_access_token": key,
        "registration_client_uri": f"{units.settings.public_url}{PATHS['registration_endpoint']}/{client.id}",
    }
