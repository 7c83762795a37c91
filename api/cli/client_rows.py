"""How `parvis clients` tells of a client: everything, or a line for people."""

import json
from datetime import datetime

from identity.oidc.clients import Client
from identity.oidc.refusals import Told

_RENAMED = {"signature_alg": "id_token_alg"}
_SECRET = frozenset({"secret_digest", "former_secret_digest", "registration_token_digest"})


def full(client: Client) -> dict[str, object]:
    """Everything but its secrets."""
    pieces = (name for name in Client.model_fields if name not in _SECRET)
    told = {_RENAMED.get(name, name): _plain(getattr(client, name)) for name in pieces}
    return {**told, "public": client.is_public}


def refusal(told: Told) -> dict[str, object]:
    """A cause for which a client was refused, and how often."""
    return {
        "last_at": told.last_at.isoformat(timespec="seconds"),
        "times": told.times,
        "endpoint": told.endpoint,
        "error": told.error,
        "description": told.description,
    }


def advice(client: Client) -> list[str]:
    """What an agent had better change, in a sentence each."""
    if client.pkce_required or not client.pkce_sent or client.disabled_at:
        return []
    return [
        "It sends PKCE: if all of it does, demand it (RFC 9700 §2.1.1), "
        f"parvis clients edit --id {client.id} --require-pkce"
    ]


def words(value: object) -> str:
    """A value as people read it in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(
            " ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value
        )
    return "" if value is None else json.dumps(value) if isinstance(value, dict) else str(value)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def short(client: Client) -> dict[str, object]:
    """What fits on a terminal."""
    marks = {
        "public": client.is_public,
        "first-party": client.first_party,
        "direct login": client.direct_login,
        client.profile: client.profile,
        "disabled": client.disabled_at,
    }
    return {
        "id": client.id,
        "name": client.name,
        "kind": ", ".join(mark for mark, true in marks.items() if true),
        "redirect URIs": "\n".join(client.redirect_uris),
    }
