"""The ID token: what it says and which key signs it. An extension of every grant that speaks of a person."""

from datetime import timedelta
from typing import Any

from authlib.oidc.core.grants.code import OpenIDToken

from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import claims, key_ring
from identity.oidc.clients import Client
from identity.oidc.granted import Standing
from identity.oidc.key_ring import Signer
from identity.oidc.signing_keys import Key
from identity.oidc.standing import HeldCode

LIFETIME = timedelta(hours=1)
ACR = "urn:parvis:acr:password"
"""How sure we are of who signed in: by a password alone."""
AMR = ("pwd",)
"""RFC 8176: a password."""


class IdToken(OpenIDToken):  # type: ignore[misc]
    """Adds `id_token` to a token response whose scope holds `openid`.

    It says who signed in, when and how; what a scope reveals is told by userinfo (OpenID Connect Core §5.4), and
    here only to clients that an agent marked so (`id_token_claims`).
    """

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self._found: Signer | None = None

    def encode_id_token(self, token: dict[str, Any], request: Any) -> Secret:
        """The signed token; Authlib logs the response that holds it."""
        return Secret(super().encode_id_token(token, request))

    def generate_user_info(self, user: Standing, scope: str) -> dict[str, Any]:
        """Claims that were asked for here one by one; those of a scope where its client reads them here."""
        told = scope if user.id_token_claims else ""
        names = user.told_in("id_token")
        return (
            claims.of(self.work, user.account_id, told, names) if (told or names) and user.account_id else {}
        )

    def get_authorization_code_claims(self, authorization_code: HeldCode) -> dict[str, Any]:
        """What the code alone knows."""
        return {"nonce": authorization_code.nonce} if authorization_code.nonce else {}

    def get_compatible_claims(self, request: Any) -> dict[str, Any]:
        """The claims of Core §2, `auth_time` that of the sign-in and not of the refresh.

        `sid` names the session in a notice of its end: no use to a client that hears of none.
        """
        grant, now = request.standing, self.work.now
        said = {
            "iss": self.work.settings.public_url,
            "sub": grant.subject,
            "aud": grant.client_id,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "auth_time": int(grant.authenticated_at.timestamp()),
            "acr": ACR,
            "amr": list(AMR),
        }
        return said | ({"sid": grant.sid} if grant.sid and request.client.hears_of_logouts else {})

    def get_encode_header(self, client: Client) -> dict[str, str]:
        """The algorithm and the key's name, without which nobody finds the key in the JWKS."""
        return {"alg": client.signature_alg, "kid": self._signer(client).kid, "typ": "JWT"}

    def resolve_client_private_key(self, client: Client) -> Key:
        """The key that signs for this client now."""
        return self._signer(client).key

    def _signer(self, client: Client) -> Signer:
        self._found = self._found or key_ring.signer(self.work, client.signature_alg)
        return self._found
