"""A service calls another for the citizen: a token for that one, in exchange for the citizen's (RFC 8693).

Who may call whom is said by an agent, client by client. The new token hangs on the citizen's own grant: whatever ends
that ends it too. It says who acts (`act`), reaches no further than the one it came from, and cannot be exchanged again.
"""

from typing import Any

from authlib.oauth2.rfc6749 import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from identity.foundation import audit
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import access_tokens, audiences, client_auth, clients, issued, standing
from identity.oidc.access_tokens import Content, Wanted
from identity.oidc.audiences import InvalidTarget, Target
from identity.oidc.clients import Client
from identity.oidc.issued import Access
from identity.oidc.metadata import EXCHANGE
from identity.oidc.resources import Served
from identity.oidc.standing import HeldToken

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name
NEVER_PASSED_ON = frozenset({"account", "offline_access"})


class TokenExchange(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]
    """An access token of ours for another access token of ours; nothing else (§2.1)."""

    GRANT_TYPE = EXCHANGE
    TOKEN_ENDPOINT_AUTH_METHODS = client_auth.CONFIDENTIAL

    def validate_token_request(self) -> None:
        """Require a client that may, the citizen's token that was meant for it, and a target that it may call."""
        client = self.authenticate_token_endpoint_client()
        self.request.client = client
        if not (client.check_grant_type(self.GRANT_TYPE) and client.exchange_audiences):
            raise UnauthorizedClientError
        _require_kinds(self.request.form)
        self.held = self._require_subject(client)
        self.target = self._require_target(client)
        self.request.scope = self._require_scope(client)

    def create_token_response(self) -> tuple[int, Any, Any]:
        """The new token (§2.2.1); no refresh token: the citizen's is the one that counts."""
        work, client, proof = self.server.work, self.request.client, self.request.proof
        scope, grant = self.request.scope, self.held.standing
        wanted = Wanted(client, scope, jkt=proof.jkt if proof else None)
        access = Access(scope, " ".join(self.target.names), wanted.jkt, client.id)
        token = access_tokens.exchange(work, grant, wanted, Content(access, self.target))
        whose = f"oidc_clients:{client.id}"
        audit.record(work, "token.exchanged", account_id=grant.account_id, subject=whose)
        answer = {
            "access_token": token,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "DPoP" if proof else "Bearer",
            "expires_in": int(issued.ACCESS_LIFETIME.total_seconds()),
            "scope": scope,
        }
        return 200, answer, self.TOKEN_RESPONSE_HEADER

    def _require_subject(self, client: Client) -> HeldToken:
        """A citizen's good token that this client holds or serves, its key shown where it is bound to one."""
        work, proof = self.server.work, self.request.proof
        held = standing.find_access(work, self.request.form["subject_token"])
        if held is None or not held.is_good(work.now) or held.standing.account_id is None or held.actor:
            raise InvalidGrantError("The subject token is not one that can be exchanged.")
        own = held.check_client(client)
        if not own and not audiences.serves(work, client.id, audiences.remaining(work, held)):
            raise InvalidGrantError("The subject token is not one that can be exchanged.")
        if own and held.jkt and (proof is None or proof.jkt != held.jkt):
            raise InvalidGrantError("The subject token is bound to another key.")
        return held

    def _require_target(self, client: Client) -> Target:
        named = [value for name, value in self.request.pairs if name == "audience"]
        resources = self.request.resources
        if not named and not resources and len(client.exchange_audiences) == 1:
            named = client.exchange_audiences
        return _require_target(self.server.work, client, tuple(dict.fromkeys(named)), resources)

    def _require_scope(self, client: Client) -> str:
        """No more than the citizen's token has, than this client may have, than it asks for."""
        asked = self.request.form.get("scope", self.held.scope).split()
        passed = set(self.held.scope.split()) - NEVER_PASSED_ON
        scope: str = client.get_allowed_scope(" ".join(word for word in asked if word in passed))
        if not scope:
            raise InvalidScopeError
        return scope


def _require_kinds(form: dict[str, str]) -> None:
    for name in ("subject_token", "subject_token_type"):
        if name not in form:
            raise InvalidRequestError(f"Missing '{name}' in request.")
    if (
        form["subject_token_type"] != ACCESS_TOKEN
        or form.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN
    ):
        raise InvalidRequestError("Only access tokens are exchanged.")
    if "actor_token" in form or "actor_token_type" in form:
        raise InvalidRequestError("The client itself is the actor.")


def _require_target(
    work: UnitOfWork, client: Client, named: tuple[str, ...], resources: tuple[str, ...]
) -> Target:
    """Enabled clients that this one may call, by name or by a resource that it may ask for; InvalidTarget."""
    allowed = set(client.exchange_audiences)
    if not (named or resources) or len(named) > audiences.MOST or not set(named) <= allowed:
        raise InvalidTarget
    called = [one for name in named if (one := clients.find(work, name))]
    if len(called) != len(named):
        raise InvalidTarget
    found = audiences.require(work, client, resources)
    if len(found) != len(resources) or not {one.client_id for one in found} <= allowed:
        raise InvalidTarget
    target = Target((*named, *resources), (*found, *map(Served.by, called)))
    audiences.require_readable(client, target.served)
    return target
