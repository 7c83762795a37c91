"""What a service calls itself, in the language of the page (OpenID Connect Dynamic Client Registration §2.1)."""

from identity.oidc.clients import Client
from identity.oidc.resources import Served


def of(client: Client | Served, language: str) -> str:
    """Its name."""
    return said(client, "client_name", language) or client.name


def resources(served: list[Served], language: str) -> list[tuple[str, str]]:
    """What each of these is called, and where it is."""
    return [(of(one, language), one.uri.partition("://")[2]) for one in served]


def said(client: Client | Served, name: str, language: str) -> str | None:
    """What its metadata says under this name, in this language where it says so."""
    localized = {key.lower(): value for key, value in client.localized.items()}
    plain: str | None = getattr(client, name, None)
    return localized.get(f"{name}#{language}") or plain
