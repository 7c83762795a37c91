"""The OpenID Provider: which grants and endpoints it has, and how a request goes through them.

Put together anew for each request, on its transaction: Authlib's hooks see no request, so nothing may be
shared. What is registered here is what discovery says. To add a feature: a class, and a row in a table below.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from joserfc.jwk import Key

from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import (
    access_tokens,
    assertions,
    client_auth,
    clients,
    device_grant,
    dpop,
    endpoints,
    exchange,
    exchange_grant,
    granted,
    grants,
    issued,
    well_formed,
)
from identity.oidc.access_tokens import Wanted
from identity.oidc.asking import Asking
from identity.oidc.assertions import Assertion
from identity.oidc.clients import Client
from identity.oidc.dpop import Proof
from identity.oidc.exchange import Exchange, Reply
from identity.oidc.granted import Standing
from identity.oidc.id_token import IdToken

PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "pushed_authorization_request_endpoint": "/par",
    "userinfo_endpoint": "/userinfo",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "registration_endpoint": "/register",
    "device_authorization_endpoint": "/device_authorization",
    "end_session_endpoint": "/logout",
    "jwks_uri": "/jwks",
}
"""Where each endpoint stands below the issuer, by its name in discovery."""

GRANTS: dict[type, tuple[Callable[[UnitOfWork], Any], ...]] = {
    grants.AuthorizationCode: (grants.S256, IdToken),
    grants.RefreshToken: (IdToken,),
    grants.ClientCredentials: (),
    device_grant.Device: (IdToken,),
    exchange_grant.TokenExchange: (),
}
"""The ways to tokens that the token endpoint offers, each with its extensions."""

ENDPOINTS = (endpoints.UserInfo, endpoints.Introspection, endpoints.Revocation)


class Request(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib wants it, and the grant that it turns out to be about."""

    def __init__(self, asked: Exchange) -> None:
        # Authlib refuses plain http here; whether that is safe was settled when the server started.
        super().__init__(asked.method, asked.uri.replace("http://", "https://", 1))
        self.pairs = asked.pairs
        self._args, self._form, self.headers = dict(asked.query), dict(asked.form), asked.headers
        self.payload = BasicOAuth2Payload(asked.parameters)
        self.resources = tuple(dict.fromkeys(value for name, value in self.pairs if name == "resource"))
        self.proof: Proof | None = None
        self.assertion: Assertion | None = None
        self.keys: Sequence[Key] = ()
        """What a signed authorization request in it may be signed with."""
        self.standing: Standing | None = None
        self.successor: Secret | None = None
        """The refresh token that comes after the one in it."""

    @property
    def args(self) -> dict[str, str]:
        """The query."""
        return self._args

    @property
    def form(self) -> dict[str, str]:
        """The body."""
        return self._form


class Provider(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server for one request."""

    def __init__(self, work: UnitOfWork) -> None:
        super().__init__()
        self.work = work
        self.request: Request | None = None
        self._found: dict[str, Client | None] = {}
        for method, function in client_auth.METHODS.items():
            self.register_client_auth_method(method, function)
        for grant, extensions in GRANTS.items():
            self.register_grant(grant, [extension(work) for extension in extensions])
        for endpoint in ENDPOINTS:
            self.register_endpoint(endpoint)
        self.register_token_generator("default", self._tokens)

    def query_client(self, client_id: str) -> Client | None:
        """The enabled client of this name, read once a request."""
        if client_id not in self._found:
            self._found[client_id] = clients.find(self.work, client_id)
        return self._found[client_id]

    def authenticate_client(self, request: Request, methods: Any, endpoint: str = "token") -> Client:
        """The client that sent the request, by one of these methods; one refusal for every cause."""
        client_auth.require_one_method(request.headers, request.form)
        try:
            request.client = super().authenticate_client(request, methods, endpoint)
        except InvalidClientError:
            raise client_auth.ClientRefused(challenge="authorization" in request.headers) from None
        client: Client = request.client
        self._use_up(request, client, endpoint)
        return client

    def _use_up(self, request: Request, client: Client, endpoint: str) -> None:
        """What a client may send once, and the key that it must show where it gets tokens."""
        if request.assertion and not assertions.claim(self.work, request.assertion):
            raise client_auth.ClientRefused(challenge=False)
        if request.proof:
            dpop.claim(self.work, request.proof)
        elif client.dpop_bound and endpoint == "token":
            raise InvalidRequestError("Tokens of this client are bound to a key: a DPoP proof is missing.")

    def require_code_grant(self, asking: Asking) -> grants.AuthorizationCode:
        """The grant that gives a code for what was asked; OAuth2Error where that is not well-formed."""
        well_formed.check(asking)
        uri = self.work.settings.public_url + PATHS["authorization_endpoint"]
        self._found[asking.client.id] = asking.client
        grant: grants.AuthorizationCode = self.get_consent_grant(
            Request(Exchange("GET", uri, asking.pairs, (), {}))
        )
        return grant

    def create_oauth2_request(self, request: Exchange | Request) -> Request:
        """The request as Authlib wants it."""
        self.request = request if isinstance(request, Request) else Request(request)
        return self.request

    def handle_response(self, status: int, body: Mapping[str, Any] | None, headers: Any) -> Reply:
        """Authlib's answer as data."""
        return Reply(status, body or None, tuple(headers))

    def handle_error_response(self, request: Request, error: OAuth2Error) -> Reply:
        """An error as JSON."""
        return exchange.refuse(error)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def save_token(self, token: Mapping[str, Any], request: Request) -> None:
        """Nothing: tokens are stored where they are made, so that none leaves unstored."""

    def issue_directly(self, request: Request) -> dict[str, Any]:
        """The token response of a direct login, made as the token endpoint makes it."""
        grant = grants.DirectLogin(request, self)
        IdToken(self.work)(grant)
        _, token, _ = grant.create_token_response()
        return dict(token)

    def _tokens(
        self, *, client: Client, user: Standing, scope: str, include_refresh_token: bool, **_: Any
    ) -> dict[str, Any]:
        """A token response under the grant that `user` is, with what the client may still have of it."""
        left = client.get_allowed_scope(scope)
        request = self.request
        proof, resources = (request.proof, request.resources) if request else (None, ())
        wanted = Wanted(client, left, resources, proof.jkt if proof else None)
        answer: dict[str, Any] = {
            "token_type": "DPoP" if proof else "Bearer",
            "access_token": access_tokens.issue(self.work, user, wanted),
            "expires_in": int(issued.ACCESS_LIFETIME.total_seconds()),
        }
        if include_refresh_token and "offline_access" in user.scope.split():
            succeeding = request.successor if request else None
            answer["refresh_token"] = succeeding or self._refresh_token(client, user)
        return answer | {"scope": left}

    def _refresh_token(self, client: Client, grant: Standing) -> Secret:
        """One that lives idle for a while; under FAPI 2.0, where it is not rotated, as long as the grant."""
        if client.profile == "fapi2":
            return issued.issue_refresh(self.work, grant, granted.OFFLINE_LIFETIME)
        return issued.issue_refresh(self.work, grant)
