"""A client as the metadata that would make it, so that a part can be changed and the rest stays. Stores nothing.

What follows from other metadata unless it is told (grant types) follows again; a sector stays, because the names by
which services know citizens hang on it, unless a sector file is named.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from identity.oidc import metadata_access
from identity.oidc.clients import Client
from identity.oidc.metadata import DEVICE, EXCHANGE, SECRETS, Metadata


def edited(client: Client, changes: Mapping[str, Any]) -> Metadata:
    """The metadata of a client with these pieces changed, by their names in Metadata."""
    former = as_metadata(client)
    if "public" in changes:
        former = replace(former, auth_method=None)
    if changes.get("sector_identifier_uri"):
        former = replace(former, sector=None)
    new = replace(former, **changes)
    if new.grant_types is None or "grant_types" in changes:
        return new
    wanted = {DEVICE: new.device, EXCHANGE: bool(new.exchange_audiences)}
    kept = [kind for kind in new.grant_types if wanted.get(kind, True)]
    return replace(
        new,
        grant_types=(*kept, *(kind for kind, is_wanted in wanted.items() if is_wanted and kind not in kept)),
    )


def as_metadata(client: Client) -> Metadata:
    """What would make the client as it is."""
    plain = {
        field.name: _frozen(getattr(client, field.name))
        for field in fields(Metadata)
        if field.name in type(client).model_fields
    }
    metadata = Metadata(
        **plain,
        public=client.is_public,
        device=DEVICE in client.grant_types,
        auth_method=None
        if client.is_public or tuple(client.auth_methods) == SECRETS
        else client.token_endpoint_auth_method,
    )
    usual = metadata_access.grant_types(replace(metadata, grant_types=None))
    return replace(metadata, grant_types=None) if client.grant_types == usual else metadata


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
