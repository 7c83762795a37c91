"""Tokens for a device whose person decided elsewhere (RFC 8628 §3.4). The record is `device_codes`."""

from typing import Any

from authlib.oauth2.rfc6749 import (
    AccessDeniedError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin
from authlib.oauth2.rfc6749.hooks import hooked
from authlib.oauth2.rfc8628 import AuthorizationPendingError, ExpiredTokenError, SlowDownError

from identity.foundation import audit
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import client_auth, device_codes, granted, standing
from identity.oidc.device_codes import Held
from identity.oidc.granted import Standing
from identity.oidc.metadata import DEVICE


class Device(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]
    """Not yet, slower, never, too late, or tokens: once."""

    GRANT_TYPE = DEVICE
    TOKEN_ENDPOINT_AUTH_METHODS = client_auth.ALL

    def validate_token_request(self) -> None:
        """Require the client whose device this is, and its person's leave."""
        client = self.authenticate_token_endpoint_client()
        self.request.client = client
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError
        if "device_code" not in self.request.form:
            raise InvalidRequestError("Missing 'device_code' in request.")
        work = self.server.work
        held = device_codes.find(work, self.request.form["device_code"])
        if held is None or held.client_id != client.id:
            raise InvalidGrantError
        self.request.standing = self.request.user = _redeem(work, held)

    @hooked  # type: ignore[untyped-decorator]
    def create_token_response(self) -> tuple[int, Any, Any]:
        """The tokens of what the person granted, bound to the device's key where it showed one."""
        request, client = self.request, self.request.client
        if request.proof and client.is_public:
            granted.bind(self.server.work, request.standing.grant_id, request.proof.jkt)
        token = self.generate_token(
            user=request.standing,
            scope=request.standing.scope,
            include_refresh_token=client.check_grant_type("refresh_token"),
        )
        return 200, token, self.TOKEN_RESPONSE_HEADER


def _redeem(work: UnitOfWork, held: Held) -> Standing:
    """What the person granted, the code used up; else RFC 8628 §3.5. A replay ends what the code gave."""
    grant = standing.find_device(work, held.digest)
    if grant is None:
        raise _answer_meanwhile(work, held)
    if not device_codes.claim(work, held):
        granted.revoke(work, grant.grant_id)
        whose = f"oidc_grants:{grant.grant_id}"
        audit.record(work, "device_code.replayed", account_id=grant.account_id, subject=whose)
        raise InvalidGrantError("The device code was used already.")
    if work.now >= held.expires_at:
        raise ExpiredTokenError
    if not grant.alive:
        raise AccessDeniedError
    return grant


def _answer_meanwhile(work: UnitOfWork, held: Held) -> OAuth2Error:
    if held.denied_at:
        return AccessDeniedError()
    if work.now >= held.expires_at:
        return ExpiredTokenError()
    return AuthorizationPendingError() if device_codes.poll(work, held) else SlowDownError()
