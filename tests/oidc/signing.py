"""A client that signs: its key, its assertions, request objects and proofs. Any of them can be made wrong."""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from tests.oidc.town import ISSUER, Town

ES256 = JWSRegistry.algorithms["ES256"]
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _key(alg: str, bits: int) -> Key:
    if alg == "ES256":
        return ECKey.generate_key("P-256")
    return OKPKey.generate_key("Ed25519") if alg == "EdDSA" else RSAKey.generate_key(bits)


@dataclass
class Signer:
    """A key of a client's, and what it signs at the town's time."""

    town: Town
    alg: str = "ES256"
    kid: str = field(default_factory=lambda: secrets.token_hex(4))
    bits: int = 2048
    nonce: str = ""
    """The server's, as last told."""

    def __post_init__(self) -> None:
        self.key = _key(self.alg, self.bits)

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half."""
        return dict(self.key.as_dict(private=False, kid=self.kid, alg=self.alg, use="sig"))

    @property
    def jwks(self) -> dict[str, Any]:
        """A set of it alone."""
        return {"keys": [self.jwk]}

    @property
    def thumbprint(self) -> str:
        """RFC 7638."""
        return self.key.thumbprint()

    def now(self, seconds: float = 0) -> int:
        """The town's time, so many seconds later."""
        return int(self.town.clock.now.timestamp() + seconds)

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A JWT; header values of None are left out."""
        head = {"alg": self.alg, "kid": self.kid} | header
        shown = {name: value for name, value in head.items() if value is not None}
        return jws.serialize_compact(shown, json.dumps(claims).encode(), self.key, [self.alg])

    def raw(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """A JWT that says whatever it is told to say, with a signature of this key where that can be made."""
        text = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{_b64(ES256.sign(text.encode(), self.key))}"

    def assertion(self, client_id: str, **claims: Any) -> dict[str, str]:
        """The form of a client that authenticates by private_key_jwt; claims of None are left out."""
        usual = {"iss": client_id, "sub": client_id, "aud": ISSUER, "jti": secrets.token_hex(8),
                 "iat": self.now(), "exp": self.now(60)}  # fmt: skip
        return {
            "client_assertion_type": ASSERTION,
            "client_assertion": self.sign(_without_none(usual | claims)),
        }

    def request(self, by: str, parameters: dict[str, Any], **claims: Any) -> str:
        """A request object."""
        usual = {"iss": by, "aud": ISSUER, "client_id": by, "nbf": self.now(), "exp": self.now(300)}
        return self.sign(_without_none(usual | parameters | claims), typ="oauth-authz-req+jwt")

    def proof(
        self, path: str, method: str = "POST", token: str | None = None, **claims: Any
    ) -> dict[str, str]:
        """The header of a DPoP proof, with the nonce last told."""
        usual = {"jti": secrets.token_hex(8), "htm": method, "htu": ISSUER + path, "iat": self.now(),
                 "nonce": self.nonce or None, "ath": token and _half(token)}  # fmt: skip
        jwk = self.key.as_dict(private=False)
        return {"DPoP": self.sign(_without_none(usual | claims), typ="dpop+jwt", jwk=jwk, kid=None)}

    def learn_nonce(self) -> "Signer":
        """Ask for the server's nonce as a client does: by a proof without one."""
        self.nonce = ""
        response = self.town.http.post("/token", data={"grant_type": "x"}, headers=self.proof("/token"))
        assert (response.status_code, response.json()["error"]) == (400, "use_dpop_nonce")
        self.nonce = response.headers["dpop-nonce"]
        return self


def unsigned(claims: dict[str, Any], **header: Any) -> str:
    """A JWT that says `none`."""
    parts = ({"alg": "none"} | header, claims)
    return ".".join(_b64(json.dumps(part).encode()) for part in parts) + "."


def mac(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A JWT under HS256, whatever the secret is: a public key, say."""
    text = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{_b64(hmac.digest(secret, text.encode(), 'sha256'))}"


def _half(token: str) -> str:
    return _b64(hashlib.sha256(token.encode()).digest())


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _without_none(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not None}
