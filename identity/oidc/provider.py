"""The OpenID Provider: which grants and endpoints it has, and how a request goes through them.

Put together anew for each request, on its transaction: Authlib's hooks see no request, so nothing may be
shared. What is registered here is what discovery says. To add a feature: a class, and a row in a table below.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import bearer, client_auth, clients, endpoints, exchange, grants, issued
from identity.oidc.clients import Client
from identity.oidc.exchange import Arrival, Exchange, Reply
from identity.oidc.id_token import IdToken
from identity.oidc.issued import Standing

PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "revocation_endpoint": "/revoke",
    "jwks_uri": "/jwks",
}
"""Where each endpoint stands below the issuer, by its name in discovery."""

GRANTS: dict[type, tuple[Callable[[UnitOfWork], Any], ...]] = {
    grants.AuthorizationCode: (grants.S256, IdToken),
    grants.RefreshToken: (IdToken,),
    grants.ClientCredentials: (),
}
"""The ways to tokens that the token endpoint offers, each with its extensions."""

ENDPOINTS = (endpoints.UserInfo, endpoints.Revocation)


class Request(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib wants it, and the grant that it turns out to be about."""

    def __init__(self, asked: Exchange) -> None:
        # Authlib refuses plain http here; whether that is safe was settled when the server started.
        super().__init__(asked.method, asked.uri.replace("http://", "https://", 1))
        self._args, self._form, self.headers = dict(asked.query), dict(asked.form), asked.headers
        self.payload = BasicOAuth2Payload(asked.parameters)
        self.standing: Standing | None = None

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
        return client

    def create_oauth2_request(self, request: Exchange | Request) -> Request:
        """The request as Authlib wants it."""
        return request if isinstance(request, Request) else Request(request)

    def handle_response(self, status: int, body: Mapping[str, Any] | None, headers: Any) -> Reply:
        """Authlib's answer as data."""
        return Reply(status, body or None, tuple(headers))

    def handle_error_response(self, request: Request | None, error: OAuth2Error) -> Reply:
        """An error as JSON; where it belongs to a checked redirect URI, there, with `iss` (RFC 9207)."""
        if not error.redirect_uri:
            return exchange.refuse(error)
        answer = dict(error.get_body()) | {"iss": self.work.settings.public_url}
        return exchange.redirect(error.redirect_uri, answer)

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
        granted = client.get_allowed_scope(scope)
        audience = bearer.audience(self.work.settings.public_url, granted, client.first_party)
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": issued.issue_access(self.work, user, granted, audience),
            "expires_in": int(issued.ACCESS_LIFETIME.total_seconds()),
        }
        if include_refresh_token and "offline_access" in user.scope.split():
            answer["refresh_token"] = issued.issue_refresh(self.work, user)
        return answer | {"scope": granted}


Answer = Callable[[Provider, Exchange], Reply]
Opening = Callable[[Units], AbstractContextManager[UnitOfWork]]


def token(units: Units, arrival: Arrival) -> Reply:
    """Tokens for a code, a refresh token or a client's own credentials (RFC 6749 §3.2)."""
    return _serve(
        units, arrival, Units.begin, lambda provider, asked: provider.create_token_response(_named(asked))
    )


def revoke(units: Units, arrival: Arrival) -> Reply:
    """End a token (RFC 7009)."""
    return _serve(units, arrival, Units.begin, _endpoint("revocation"))


def userinfo(units: Units, arrival: Arrival) -> Reply:
    """Who the person is (OpenID Connect Core §5.3)."""
    return _serve(units, arrival, Units.read, _endpoint("userinfo"))


def _endpoint(name: str) -> Answer:
    return lambda provider, asked: provider.create_endpoint_response(name, asked)


def _serve(units: Units, arrival: Arrival, open_: Opening, answer: Answer) -> Reply:
    """Read, answer, commit: also an error, so that the revocation after a replay stays."""
    try:
        asked = exchange.read(arrival, units.settings.public_url)
        with open_(units) as work:
            return answer(Provider(work), asked)
    except OAuth2Error as error:
        return exchange.refuse(error)


def _named(asked: Exchange) -> Exchange:
    """Require the name of a grant: without one Authlib would say that it is unsupported."""
    if "grant_type" not in asked.parameters:
        raise InvalidRequestError("Missing 'grant_type' in request.")
    return asked
