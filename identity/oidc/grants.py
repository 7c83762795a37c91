"""The ways to tokens: Authlib's grants on our records. Each says what it checks beyond Authlib, and what it
writes.

`server` is the Provider that serves the request; its `work` is the transaction. A grant commits nothing.
"""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749 import grants as rfc6749
from authlib.oauth2.rfc6749.grants.base import BaseGrant
from authlib.oauth2.rfc6749.hooks import hooked
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN, compare_s256_code_challenge

from identity.foundation import audit
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import client_auth, granted, issued, pkce, standing
from identity.oidc.asking import Asking
from identity.oidc.clients import PERSONAL_SCOPES, Client
from identity.oidc.granted import Standing, Terms
from identity.oidc.issued import Redirection
from identity.oidc.signed_in import Person
from identity.oidc.standing import HeldCode, HeldToken


class S256(CodeChallenge):  # type: ignore[misc]
    """PKCE (RFC 7636), S256 alone: refused where `plain`, or missing where the client needs it."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": compare_s256_code_challenge}

    def __init__(self, _work: UnitOfWork) -> None:
        super().__init__(required=True)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Require a challenge of the client's kind, its method named: a missing one would mean `plain`."""
        super().validate_code_challenge(grant, redirect_uri)
        asked = grant.request.payload.data
        challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
        if challenge is None and grant.request.client.pkce_required:
            raise InvalidRequestError("Missing 'code_challenge'")
        if challenge is not None and (method != "S256" or len(challenge) != 43):
            raise InvalidRequestError("The code_challenge_method must be S256.")

    def validate_code_verifier(self, grant: Any, result: Any) -> None:
        """Require the verifier of the code's challenge: without it the code is not the caller's (RFC 7636 §4.6)."""
        challenge = self.get_authorization_code_challenge(grant.request.authorization_code)
        verifier = grant.request.form.get("code_verifier", "")
        if challenge and not CODE_VERIFIER_PATTERN.fullmatch(verifier):
            raise InvalidGrantError("The code_verifier is missing or malformed.")
        super().validate_code_verifier(grant, result)


class AuthorizationCode(rfc6749.AuthorizationCodeGrant):  # type: ignore[misc]
    """A code for a person who is signed in, then tokens for the code (RFC 6749 §4.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS = client_auth.ALL

    def issue_code(self, asking: Asking, person: Person) -> Secret:
        """Open the grant of what was asked, and give its code."""
        work, asked = self.server.work, asking.parameters
        terms = Terms(asking.scope, asking.resources, asking.claims.within(asking.consent_scope))
        grant = granted.open_on(work, asking.client, terms, person)
        jkt = asking.dpop_jkt or asked.get("dpop_jkt")
        redirection = Redirection(asking.redirect_uri, asked.get("code_challenge"), asked.get("nonce"), jkt)
        return issued.issue_code(work, grant, redirection)

    def query_authorization_code(self, code: str, client: Client) -> HeldCode | None:
        """The code, if it is this client's and still good, or was used and so is a replay."""
        held = standing.find_code(self.server.work, code)
        if held is None or held.standing.client_id != client.id:
            return None
        return held if held.used_at or self.server.work.now < held.expires_at else None

    def authenticate_user(self, authorization_code: HeldCode) -> Standing:
        """Use the code up, after every check and before anything is issued; a replay ends what it gave."""
        work, grant = self.server.work, authorization_code.standing
        proof = self.request.proof
        if authorization_code.jkt and (proof is None or proof.jkt != authorization_code.jkt):
            raise InvalidGrantError("The code is bound to another key.")
        if not issued.claim_code(work, authorization_code.digest):
            _end_family(work, grant, "code.replayed")
            raise InvalidGrantError("The code was used already.")
        if authorization_code.code_challenge:
            pkce.remember(work, self.client)
        if proof and self.client.is_public:
            granted.bind(work, grant.grant_id, proof.jkt)
        return _require_alive(self.request, grant)

    def delete_authorization_code(self, authorization_code: HeldCode) -> None:
        """Nothing: it was claimed, and stays so that a replay is seen."""


class RefreshToken(rfc6749.RefreshTokenGrant):  # type: ignore[misc]
    """New tokens for a refresh token, and the one that succeeds it; a late replay ends the family (RFC 9700 §4.14)."""

    TOKEN_ENDPOINT_AUTH_METHODS = client_auth.ALL

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:
        """Not under FAPI 2.0 (§5.3.2.1), where the key of the client keeps the token safe."""
        return not _keeps(self.client)

    def authenticate_refresh_token(self, refresh_token: str) -> HeldToken | None:
        """The token, if it has not ended with its family or by age."""
        held = standing.find_refresh(self.server.work, refresh_token)
        return held if held and held.is_good(self.server.work.now) else None

    def authenticate_user(self, refresh_token: HeldToken) -> Standing:
        """Rotate: the first use, or one of the ten seconds after it; any later one is theft or its victim."""
        grant, proof = refresh_token.standing, self.request.proof
        if grant.jkt and (proof is None or proof.jkt != grant.jkt):
            raise InvalidGrantError("The refresh token is bound to another key.")
        if not _keeps(self.client):
            self.request.successor = self._succeed(refresh_token)
        return _require_alive(self.request, grant)

    def _succeed(self, refresh_token: HeldToken) -> Secret:
        """The one refresh token that comes after this one, however often it is asked for."""
        work, grant, parent = self.server.work, refresh_token.standing, self.request.form["refresh_token"]
        if issued.claim_refresh(work, refresh_token.digest):
            return issued.issue_successor(work, grant, parent)
        if successor := issued.repeat_successor(work, parent):
            return successor
        _end_family(work, grant, "refresh_token.replayed")
        raise InvalidGrantError("The refresh token was used already.")

    def revoke_old_credential(self, refresh_token: HeldToken) -> None:
        """Nothing: it was claimed."""


class ClientCredentials(rfc6749.ClientCredentialsGrant):  # type: ignore[misc]
    """A token for the client itself, which speaks of no person (RFC 6749 §4.4)."""

    TOKEN_ENDPOINT_AUTH_METHODS = client_auth.CONFIDENTIAL

    def validate_requested_scope(self) -> None:
        """Leave scopes that speak of a person out; refuse where nothing that was asked for is left."""
        asked = self.request.payload.scope
        allowed = self.client.get_allowed_scope(asked if asked else self.client.scope).split()
        self.request.scope = " ".join(word for word in allowed if word not in PERSONAL_SCOPES)
        if asked and not self.request.scope:
            raise InvalidScopeError

    @hooked  # type: ignore[untyped-decorator]
    def create_token_response(self) -> tuple[int, Any, Any]:
        """Open a grant of the client to itself."""
        scope = self.request.scope
        grant = granted.open_(self.server.work, self.client, scope, None)
        token = self.generate_token(user=grant, scope=scope, include_refresh_token=False)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class DirectLogin(BaseGrant):  # type: ignore[misc]
    """Tokens for a person who signed in through one of our own applications. No endpoint offers it."""

    GRANT_TYPE = "direct_login"

    @hooked  # type: ignore[untyped-decorator]
    def create_token_response(self) -> tuple[int, Any, Any]:
        """Open the grant of the request's person to the request's client."""
        request = self.request
        grant = granted.open_(self.server.work, request.client, request.scope, request.user)
        request.standing = request.user = grant
        token = self.generate_token(user=grant, scope=request.scope)
        return 200, token, self.TOKEN_RESPONSE_HEADER


def _keeps(client: Client) -> bool:
    """Does this client keep one refresh token rather than have it rotated?"""
    return client.profile == "fapi2"


def _require_alive(request: Any, grant: Standing) -> Standing:
    """Hold the grant for what is issued next; InvalidGrantError where something ended it."""
    if not grant.alive:
        raise InvalidGrantError("What was granted has ended.")
    request.standing = grant
    return grant


def _end_family(work: UnitOfWork, grant: Standing, event: str) -> None:
    granted.revoke(work, grant.grant_id)
    audit.record(work, event, account_id=grant.account_id, subject=f"oidc_grants:{grant.grant_id}")
