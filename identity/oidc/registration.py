"""The changes to a client: added, replaced, its secret rotated, disabled. Owns who may be told its secret.

What a client may be told to be is said by `metadata_rules`. Of what it names only the sector file is fetched, by
`sectors`, before any transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import insert, update

from identity.foundation import audit, tokens
from identity.foundation.errors import Conflict, NotAllowed, NotFound
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, editing, metadata_rules, resources
from identity.oidc.clients import TABLE, Client
from identity.oidc.metadata import SECRETS
from identity.oidc.metadata import SUBJECT_TYPES as SUBJECT_TYPES
from identity.oidc.metadata import Metadata as Metadata
from identity.oidc.uris import MetadataRefused as MetadataRefused


@dataclass(frozen=True)
class Registered:
    """The client, and its secret where it keeps one: told here and never again."""

    client: Client
    secret: Secret | None = field(repr=False)
    changed: tuple[str, ...] = ()
    """The columns that are not as they were."""


def add(work: UnitOfWork, metadata: Metadata, created_by: str = "cli") -> Registered:
    """Register a client; MetadataRefused where it cannot be so, Conflict where the name is taken."""
    values = metadata_rules.check(metadata)
    if work.session.get(clients.RegisteredClient, metadata.id):
        raise Conflict(f"There is a client {metadata.id} already.")
    with work.session.begin_nested():
        work.execute(insert(TABLE), values | {"created_by": created_by, "created_at": work.now})
        resources.require_formats(work, metadata.id)
    audit.record(work, "client.added", subject=f"oidc_clients:{metadata.id}")
    return Registered(get(work, metadata.id), _secret(work, metadata.id))


def edit(work: UnitOfWork, client_id: str, changes: Mapping[str, Any]) -> Registered:
    """Change these pieces of a client's metadata, by their names in Metadata, and keep the rest.

    MetadataRefused, NotFound.
    """
    return replace(work, editing.edited(get(work, client_id), changes))


def replace(work: UnitOfWork, metadata: Metadata) -> Registered:
    """Make an existing client be as told, keeping its secrets if it needs any; one that needs its first is told it.

    MetadataRefused, NotFound.
    """
    values = metadata_rules.check(metadata)
    former = get(work, metadata.id)
    changed = tuple(sorted(name for name, value in values.items() if getattr(former, name) != value))
    if not any(method in SECRETS for method in cast(list[str], values["auth_methods"])):
        values |= {"secret_digest": None, "former_secret_digest": None}
    with work.session.begin_nested():
        work.execute(update(TABLE).where(TABLE.c.id == metadata.id), values)
        resources.require_formats(work, metadata.id)
    if changed:
        audit.record(work, "client.changed", subject=f"oidc_clients:{metadata.id}", changed=list(changed))
    return Registered(get(work, metadata.id), _secret(work, metadata.id), changed)


def get(work: UnitOfWork, client_id: str) -> Client:
    """The enabled client of this name; NotFound."""
    client = clients.find(work, client_id)
    if client is None:
        raise NotFound(f"There is no client {client_id}.")
    return client


def rotate_secret(work: UnitOfWork, client_id: str, *, end_former: bool = False) -> Secret:
    """A new secret; the one before stays good until the next, unless `end_former`. NotFound, NotAllowed."""
    if not get(work, client_id).has_secret:
        raise NotAllowed(f"{client_id} has no secret: it is public, or signs.")
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


def _secret(work: UnitOfWork, client_id: str) -> Secret | None:
    """The first secret of a client that needs one and has none."""
    client = get(work, client_id)
    if not client.has_secret or client.secret_digest:
        return None
    secret = tokens.new_token()
    digest = tokens.digest(secret.reveal())
    work.execute(update(TABLE).where(TABLE.c.id == client_id).values(secret_digest=digest))
    return secret
