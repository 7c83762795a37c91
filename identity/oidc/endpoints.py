"""Endpoints that are not ways to tokens: userinfo and revocation. Authlib's classes on our records."""

from typing import Any

from authlib.consts import default_json_headers
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.endpoint import Endpoint
from authlib.oauth2.rfc7009 import RevocationEndpoint

from identity.oidc import bearer, claims, issued, standing
from identity.oidc.clients import Client
from identity.oidc.standing import HeldToken

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")


class UserInfo(Endpoint):  # type: ignore[misc]
    """Who the person is, as far as the token's scope reveals (OpenID Connect Core §5.3)."""

    ENDPOINT_NAME = "userinfo"

    def create_endpoint_response(self, request: Any) -> tuple[int, Any, Any]:
        """`sub` and the claims, as JSON."""
        held = bearer.require(self.server.work, request.headers, request.form, "openid")
        grant = held.standing
        told = claims.of(self.server.work, grant.account_id, held.scope) if grant.account_id else {}
        return 200, {"sub": grant.subject} | told, default_json_headers


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """A client gives a token back (RFC 7009): an access token alone, a refresh token with all its family."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def check_params(self, request: Any, client: Client) -> None:
        """Require the token; a hint of a kind that we do not know is no hint (§2.1)."""
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token' in request.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> HeldToken | None:
        """Whichever it is; the hint only says where to look first."""
        work = self.server.work
        return standing.find_refresh(work, token_string) or standing.find_access(work, token_string)

    def revoke_token(self, token: HeldToken, request: Any) -> None:
        """End it."""
        if token.refreshes:
            issued.revoke_grant(self.server.work, token.standing.grant_id)
        else:
            issued.revoke_access(self.server.work, token.digest)
