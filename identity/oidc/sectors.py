"""Whose file a `sub` belongs to: the sector of a client, settled when it is registered (OpenID Connect Core §8.1).

Clients of one sector know a citizen by one `sub`, so a sector is what a client has shown to be its own: a host that
nothing but its codes can reach, or that lists its redirect URIs. Whoever has shown nothing is a sector of its own.
"""

import re
from dataclasses import replace

from identity.foundation import outbound
from identity.foundation.settings import Settings
from identity.oidc import editing, metadata_access, uris
from identity.oidc.clients import Client
from identity.oidc.metadata import Metadata
from identity.oidc.uris import MetadataRefused, require

_SECTOR = re.compile(r"[a-z0-9.:\[\]_-]{1,255}|client/[A-Za-z0-9._~-]{1,128}")
_BY_REDIRECT = frozenset({"authorization_code", "refresh_token", "client_credentials"})
"""Grants that speak of a person only where a code was sent to a redirect URI before."""


def own(client_id: str) -> str:
    """The sector of a client alone; the slash keeps it apart from every host."""
    return f"client/{client_id}"


def of(metadata: Metadata) -> str:
    """The sector of a client that is registered so; MetadataRefused.

    As its sector file proves, else as an agent names it, else as follows from the rest.
    """
    named, file = metadata.sector, metadata.sector_identifier_uri
    if named:
        require(
            _SECTOR.fullmatch(named),
            "The sector is a host name, or client/ID for the clients that share with ID.",
        )
        require(
            not file or uris.host_of(file) == named, "The sector is the host of the sector_identifier_uri."
        )
        return named
    require(
        not file or _is_told_by_redirects_alone(metadata),
        "A sector_identifier_uri is for clients that learn of citizens at their redirect URIs alone.",
    )
    hosts = {uris.host_of(uri) for uri in metadata.redirect_uris}
    require(
        file or len(hosts) < 2 or metadata.subject_type != "pairwise",
        "The redirect URIs have several hosts: pairwise subjects need a sector_identifier_uri.",
    )
    return _derived(metadata)


def require_same(client: Client, told: Metadata) -> None:
    """Require that a client that asks to be so stays in its sector, and of its subject type; MetadataRefused.

    A sector of its own claims nothing, and one that an agent named is the agent's: both stay whatever else changes.
    """
    require(told.subject_type in (None, client.subject_type), "The subject_type is changed by an agent.")
    former = _derived(replace(editing.as_metadata(client), sector=None))
    stays = client.sector != former or (former == own(client.id) and not told.sector_identifier_uri)
    require(
        stays or _derived(told) == client.sector, "That would change the sector, and every sub: ask an agent."
    )


def require_proof(settings: Settings, metadata: Metadata) -> None:
    """Require that the sector file names every redirect URI (OpenID Connect Registration §5); MetadataRefused.

    Fetches: never to be called while a transaction is open.
    """
    address = metadata.sector_identifier_uri
    if address is None:
        return
    try:
        listed = outbound.get_json(settings, address)
    except outbound.Failed as failed:
        raise MetadataRefused(f"sector_identifier_uri: {failed}") from None
    if not isinstance(listed, list) or not all(uri in listed for uri in metadata.redirect_uris):
        raise MetadataRefused("sector_identifier_uri: its file does not list every redirect URI.")


def _derived(metadata: Metadata) -> str:
    """The host that alone is told of citizens, or whose file vouches for that; else the client's own id."""
    if not _is_told_by_redirects_alone(metadata):
        return own(metadata.id)
    if metadata.sector_identifier_uri:
        return uris.host_of(metadata.sector_identifier_uri)
    hosts = {uris.web_host_of(uri) for uri in metadata.redirect_uris}
    host = hosts.pop() if len(hosts) == 1 else None
    return host or own(metadata.id)


def _is_told_by_redirects_alone(metadata: Metadata) -> bool:
    """Does no `sub` leave but for a code that went to a redirect URI? A logout token tells one too, unasked."""
    told = metadata.backchannel_logout_uri
    hosts = {uris.host_of(uri) for uri in metadata.redirect_uris}
    return (
        bool(hosts)
        and not metadata.direct_login
        and _BY_REDIRECT.issuperset(metadata_access.grant_types(metadata))
        and (told is None or uris.host_of(told) in hosts)
    )
