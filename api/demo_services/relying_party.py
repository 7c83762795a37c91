"""What a service must do to federate, in small: discovery, code flow with PKCE, ID-token checks, logout.

Written as a stranger would, from the standards and the issuer's address; a real service takes a certified client.
"""

import hashlib
import json
import secrets
import threading
import time
import urllib.request
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SECONDS = 30
"""That the provider has to answer: the first sign-in of all makes its keys, perhaps on a busy machine."""
ALGORITHMS = ["ES256"]
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

# The issuer is this very machine: no proxy stands between.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class NotSignedIn(Exception):
    """The provider's answer is an error, or not an answer to what this browser asked."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that this browser began: what its answer must fit."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """PKCE's S256."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Visitor:
    """Whoever is signed in at this service."""

    claims: dict[str, Any]
    id_token: str
    session_id: str | None


class RelyingParty:
    """One service's side of OpenID Connect."""

    def __init__(self, issuer: str, client_id: str, url: str, scope: str) -> None:
        self.issuer, self.client_id, self.url, self.scope = issuer, client_id, url, scope
        self._lock = threading.Lock()
        self._provider: dict[str, Any] = {}

    def begin(self) -> tuple[str, Begun]:
        """Where to send the browser, and what to keep for its return."""
        begun = Begun()
        asked = {
            "client_id": self.client_id,
            "redirect_uri": f"{self.url}/retour",
            "response_type": "code",
            "scope": self.scope,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}", begun

    def finish(self, answer: dict[str, str], begun: Begun) -> Visitor:
        """Who came back with this answer; NotSignedIn."""
        if answer.get("state") != begun.state or answer.get("iss") != self.issuer or "code" not in answer:
            raise NotSignedIn(answer.get("error", "state"))
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": f"{self.url}/retour",
            "client_id": self.client_id,
            "code_verifier": begun.verifier,
        }
        told = _fetch(self._endpoint("token_endpoint"), urlencode(form).encode())
        claims = self._read(told["id_token"])
        if claims.get("nonce") != begun.nonce or not claims.get("exp", 0) > time.time():
            raise NotSignedIn("id_token")
        person = _fetch(self._endpoint("userinfo_endpoint"), None, told["access_token"])
        if person.get("sub") != claims["sub"]:
            raise NotSignedIn("sub")
        return Visitor(person, told["id_token"], claims.get("sid"))

    def farewell(self, visitor: Visitor) -> str:
        """Where to send a browser that signs out here, so that it is signed out everywhere."""
        asked = {"id_token_hint": visitor.id_token, "post_logout_redirect_uri": f"{self.url}/"}
        return f"{self._endpoint('end_session_endpoint')}?{urlencode(asked)}"

    def ended(self, logout_token: str) -> str | None:
        """Which session the provider says has ended; None where it was not the provider that said so."""
        try:
            claims = self._read(logout_token)
        except NotSignedIn:
            return None
        if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims:
            return None
        return str(claims.get("sid"))

    def _read(self, token: str) -> dict[str, Any]:
        """The claims of a token that the provider signed for this service; NotSignedIn."""
        try:
            keys = KeySet.import_key_set({"keys": _fetch(self._endpoint("jwks_uri"))["keys"]})
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, OSError):
            raise NotSignedIn("signature") from None
        if claims.get("iss") != self.issuer or claims.get("aud") != self.client_id:
            raise NotSignedIn("audience")
        return dict(claims)

    def _endpoint(self, name: str) -> str:
        with self._lock:
            if not self._provider:
                self._provider = _fetch(f"{self.issuer}/.well-known/openid-configuration")
        return str(self._provider[name])


def _fetch(url: str, form: bytes | None = None, access_token: str | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    request = urllib.request.Request(url, form, headers)  # noqa: S310 - the issuer's own addresses
    with _open(request, timeout=SECONDS) as answer:
        return dict(json.load(answer))
