"""ID tokens that come back as hints: at the authorization and the logout endpoint. Owns what a hint is believed for.

A hint may be old: it says who was meant, and opens nothing.
"""

from dataclasses import dataclass

from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import signed, signing_keys
from identity.oidc.signed import NotSigned, Token


@dataclass(frozen=True)
class Hint:
    """Whom an ID token of ours spoke of, and to which client."""

    client_id: str
    subject: str
    sid: str | None


def find(work: UnitOfWork, id_token: str) -> Hint | None:
    """What an ID token that we signed says, expired or not; None for anything else."""
    try:
        token = signed.read(id_token)
        rows = [row.public_jwk for row in signing_keys.all(work) if row.kid == token.kid]
        signed.verify(token, signed.keys_of({"keys": rows}), signing_keys.ALGORITHMS)
    except NotSigned:
        return None
    audience = token.claim("aud")
    if not _is_id_token(token) or token.claim("iss") != work.settings.public_url or not audience:
        return None
    return Hint(audience, token.claim("sub"), token.claim("sid") or None)


def _is_id_token(token: Token) -> bool:
    """Access tokens, logout notices and introspections bear a `typ` of their own; userinfo never expires (Core §2)."""
    return token.header.get("typ") == "JWT" and {"sub", "iat", "exp"} <= token.claims.keys()
