"""The logout token: which session of whom has ended, signed (OpenID Connect Back-Channel Logout 1.0 §2.4)."""

from datetime import timedelta

from joserfc import jwt

from identity.foundation import tokens
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import key_ring
from identity.oidc.clients import Client

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = timedelta(minutes=2)
TYPE = "logout+jwt"
"""Tells it apart from an ID token: neither can be passed off as the other."""


def sign(work: UnitOfWork, client: Client, subject: str, sid: str) -> str:
    """The token for this client, signed as its ID tokens are; without a `nonce`, which it must not have."""
    signer, now = key_ring.signer(work, client.signature_alg), work.now
    claims = {
        "iss": work.settings.public_url,
        "sub": subject,
        "aud": client.id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": tokens.new_id(),
        "sid": sid,
        "events": {EVENT: {}},
    }
    header = {"alg": client.signature_alg, "kid": signer.kid, "typ": TYPE}
    return jwt.encode(header, claims, signer.key, algorithms=[client.signature_alg])
