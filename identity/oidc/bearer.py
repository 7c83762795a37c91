"""Access tokens at a resource of ours: userinfo, and the GraphQL endpoint. Owns which token opens which.

The GraphQL endpoint can close an account: it takes a token whose audience it is, with the scope `account`, of
a client that is first-party still. A service's token never is.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError

from identity.accounts import account as accounts
from identity.accounts.actors import Actor
from identity.accounts.sessions import SignInSession, is_live
from identity.foundation.errors import LoginRequired
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import dpop, standing
from identity.oidc.dpop import DpopRefused, Proof
from identity.oidc.granted import Standing
from identity.oidc.standing import HeldToken

GRAPHQL_PATH = "/graphql"
LONGEST_TOKEN = 4096


class TokenMissing(InvalidTokenError):  # type: ignore[misc]
    """No token was sent: answered without an error code (RFC 6750 §3.1)."""

    def get_body(self) -> list[tuple[str, str]]:
        """Nothing to say."""
        return []

    def get_headers(self) -> list[tuple[str, str]]:
        """How to ask."""
        return [("WWW-Authenticate", 'Bearer realm="parvis"'), ("Cache-Control", "no-store")]


class ScopeMissing(InsufficientScopeError):  # type: ignore[misc]
    """The token is good, for something else."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def get_headers(self) -> list[tuple[str, str]]:
        """Which scope would do (RFC 6750 §3)."""
        headers: list[tuple[str, str]] = super().get_headers()
        challenge = f'Bearer realm="parvis", error="{self.error}", scope="{self.scope}"'
        return [*headers, ("WWW-Authenticate", challenge)]


def audience(issuer: str, scope: str, first_party: bool) -> str:
    """The resources that a token of this scope is for, as URIs separated by spaces."""
    words = scope.split()
    return f"{issuer} {issuer}{GRAPHQL_PATH}" if first_party and "account" in words else issuer


def require_account(work: UnitOfWork, token: str) -> Standing:
    """The grant behind a token that opens an account to GraphQL; LoginRequired for every other."""
    held = standing.find_access(work, token) if len(token) <= LONGEST_TOKEN else None
    if held is None or held.jkt or not held.is_good(work.now):
        raise LoginRequired  # a bound token shows its key at userinfo alone
    ours = f"{work.settings.public_url}{GRAPHQL_PATH}" in held.audience
    if not (
        ours and held.standing.first_party and held.standing.account_id and "account" in held.scope.split()
    ):
        raise LoginRequired
    return held.standing


def require_actor(work: UnitOfWork) -> Actor:
    """The person behind the visitor's Bearer token, with their session while it lives; LoginRequired."""
    grant = require_account(work, work.visitor.bearer.reveal() if work.visitor.bearer else "")
    account = accounts.find(work, grant.account_id or "")
    session = work.session.get(SignInSession, grant.session_id) if grant.session_id else None
    if account is None:
        raise LoginRequired
    return Actor(account, session if session and is_live(session, work.now) else None)


@dataclass(frozen=True)
class Presented:
    """A request to a protected resource: where its token may be, and the proof that came with it."""

    headers: Mapping[str, str]
    form: Mapping[str, str]
    proof: Proof | None = None


def require(work: UnitOfWork, presented: Presented, scope: str) -> HeldToken:
    """The good token of a request to a resource of ours, with this scope; OAuth errors of RFC 6750 §3.1.

    It comes in the header or in the form of a POST (§2.1, §2.2), never in the query, and once. A token that is
    bound to a key comes as `DPoP`, with a proof by that key, of that token (RFC 9449 §7).
    """
    scheme, token = _credentials(presented)
    held = standing.find_access(work, token)
    if held is None or not held.is_good(work.now) or work.settings.public_url not in held.audience:
        raise _Unfit(scheme)
    if (scheme == "dpop") != (held.jkt is not None):
        raise _Unfit("dpop" if held.jkt else scheme)
    if held.jkt:
        _require_proof(work, presented.proof, held.jkt, token)
    if scope not in held.scope.split():
        raise ScopeMissing(scope)
    return held


class _Unfit(InvalidTokenError):  # type: ignore[misc]
    """The token opens nothing, or not so."""

    def __init__(self, scheme: str) -> None:
        super().__init__(realm="parvis")
        self.scheme = scheme

    def get_headers(self) -> list[tuple[str, str]]:
        """How to ask: by the scheme that the token is for."""
        if self.scheme != "dpop":
            headers: list[tuple[str, str]] = super().get_headers()
            return headers
        headers = list(OAuth2Error.get_headers(self))
        return [*headers, ("WWW-Authenticate", dpop.challenge(self.error))]


def _require_proof(work: UnitOfWork, proof: Proof | None, jkt: str, token: str) -> None:
    """A proof by the token's own key, of this very token, for the first time; DpopRefused."""
    digest = urlsafe_b64encode(hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()).rstrip(b"=")
    if proof is None or proof.jkt != jkt or proof.ath != digest.decode():
        raise DpopRefused("The DPoP proof is not one for this token.").at_resource()
    try:
        dpop.claim(work, proof)
    except DpopRefused as refused:
        raise refused.at_resource() from None


def _credentials(presented: Presented) -> tuple[str, str]:
    """The scheme, in lower case, and the token."""
    scheme, _, credentials = presented.headers.get("authorization", "").partition(" ")
    scheme = scheme.lower()
    if scheme and "access_token" in presented.form:
        raise InvalidRequestError("The token is sent twice.")
    if scheme not in ("", "bearer", "dpop"):
        raise TokenMissing
    token = credentials.strip() or presented.form.get("access_token", "")
    if not token:
        raise TokenMissing
    return scheme or "bearer", token
