"""How `parvis clients list` tells of a client: everything for programs, a line for people."""

from identity.oidc.clients import Client

_TOLD = (
    *(
        "profile",
        "grant_types",
        "auth_methods",
        "jwks_uri",
        "access_token_format",
        "dpop_bound",
        "require_par",
    ),
    *("require_signed_request", "exchange_audiences", "sector_identifier_uri", "post_logout_redirect_uris"),
    *(
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
        "initiate_login_uri",
        "organization",
        "client_uri",
    ),
    *("logo_uri", "policy_uri", "tos_uri", "contacts", "created_by"),
)


def full(client: Client) -> dict[str, object]:
    """Everything but its secrets."""
    return {
        "id": client.id,
        "name": client.name,
        "public": client.is_public,
        "first_party": client.first_party,
        "direct_login": client.direct_login,
        "redirect_uris": client.redirect_uris,
        "origins": client.origins,
        "scope": client.scope,
        "sector": client.sector,
        "subject_type": client.subject_type,
        "id_token_alg": client.signature_alg,
        **{name: getattr(client, name) for name in _TOLD},
        "created_at": client.created_at.isoformat(),
        "disabled_at": client.disabled_at.isoformat() if client.disabled_at else None,
    }


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
