"""Checks a signed JWT with `cryptography` alone: not the library that signed it."""

import json
from base64 import urlsafe_b64decode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


def verify(token: str, jwks: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that the key named in its header signed; raises where it did not."""
    head, body, signature = token.split(".")
    header = json.loads(_decode(head))
    (jwk,) = [key for key in jwks["keys"] if key["kid"] == header["kid"]]
    assert jwk["use"] == "sig" and jwk["alg"] == header["alg"]
    assert "d" not in jwk, "the private half is published"
    signed, raw = f"{head}.{body}".encode(), _decode(signature)
    if header["alg"] == "ES256":
        numbers = ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), ec.SECP256R1())
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        numbers.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
    else:
        assert header["alg"] == "RS256"
        key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
        key.verify(raw, signed, padding.PKCS1v15(), hashes.SHA256())
    return header, json.loads(_decode(body))


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_decode(text))
