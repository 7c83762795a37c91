"""JWTs that others signed: read without trust, or checked against keys. Owns the algorithms that we accept.

Whatever is wrong with one ends as NotSigned: a key of the wrong type, an unknown `kid`, `none`, a header that asks
for what nobody implements. Knows no client and no database.
"""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from identity.oidc import exchange

# RFC 9864 renames it for what it means here, Ed25519; FAPI 2.0 and today's clients say EdDSA.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

ALGORITHMS = ("ES256", "PS256", "EdDSA", "RS256")
"""What clients may sign with."""
STRICT_ALGORITHMS = ("ES256", "PS256", "EdDSA")
"""The same under FAPI 2.0."""
SKEW = timedelta(seconds=10)
"""How far a client's clock may be ahead of ours (FAPI 2.0 §5.3.2.1), or behind."""
LONGEST = 16_384
MOST_KEYS = 16
_KINDS: dict[str, tuple[type, str | None]] = {
    "ES256": (ECKey, "P-256"),
    "PS256": (RSAKey, None),
    "RS256": (RSAKey, None),
    "EdDSA": (OKPKey, "Ed25519"),
}
_STUMBLES = (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, OverflowError, RecursionError)
"""What malformed keys and tokens make the libraries raise."""


class _Registry(jws.JWSRegistry):
    """Room for a key in the header, as a proof of possession has one, and no fear of what we do not know."""

    max_header_length = 4096


class NotSigned(Exception):
    """It cannot be read, or is not what it should be, or nobody of these keys signed it."""


@dataclass(frozen=True)
class Token:
    """A JWT as its text says: header and claims."""

    text: str
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def alg(self) -> str:
        """What it says that it was signed with; "" for nonsense."""
        alg = self.header.get("alg")
        return alg if isinstance(alg, str) else ""

    @property
    def kid(self) -> str | None:
        """Which key it says that signed it."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None

    def claim(self, name: str) -> str:
        """A claim that is text; "" for any other."""
        value = self.claims.get(name)
        return value if isinstance(value, str) and is_text(value) else ""

    def moment(self, name: str) -> datetime | None:
        """A claim that is a moment (RFC 7519 §2); None where it is missing; NotSigned for nonsense."""
        value = self.claims.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
            raise NotSigned(f"{name} is not a moment")
        return datetime.fromtimestamp(min(value, 2**37), UTC)

    @property
    def audiences(self) -> list[str]:
        """Whom it is for."""
        aud = self.claims.get("aud")
        said = aud if isinstance(aud, list) else [aud]
        return [one for one in said if isinstance(one, str)]


def read(text: str) -> Token:
    """What a JWT says, believing nothing; NotSigned where it cannot be read."""
    if len(text) > LONGEST or text.count(".") != 2:
        raise NotSigned("not a JWT")
    try:
        header, claims = (
            exchange.document(urlsafe_b64decode(part.encode("ascii"))) for part in text.split(".")[:2]
        )
    except _STUMBLES:
        raise NotSigned("not a JWT") from None
    if not isinstance(header, dict) or not isinstance(claims, dict) or "crit" in header:
        raise NotSigned("not a JWT")
    return Token(text, header, claims)


def is_text(value: str) -> bool:
    """Can it be stored as it is: no NUL, and no half of a character, which JSON's escapes can say?"""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def verify(token: Token, keys: Iterable[Key], algorithms: Sequence[str]) -> Token:
    """The same token, if one of these keys signed it with one of these algorithms; NotSigned."""
    if token.alg not in algorithms or token.alg not in _KINDS:
        raise NotSigned("the algorithm is not accepted")
    fitting = [key for key in keys if _fits(key, token)][:MOST_KEYS]
    if not any(_signed(token, key) for key in fitting):
        raise NotSigned("no key fits")
    return token


def require_kind(token: Token, kind: str) -> None:
    """Its `typ` is of this kind, or says no more than JWT, or nothing (RFC 8725 §3.11, RFC 7515 §4.1.9); NotSigned."""
    said = token.header.get("typ", "JWT")
    if not isinstance(said, str) or said.lower().removeprefix("application/") not in (kind, "jwt"):
        raise NotSigned("typ")


def keys_of(jwks: Any) -> list[Key]:
    """The public keys of a JWKS that we can use, the others left out."""
    listed = jwks.get("keys") if isinstance(jwks, dict) else None
    found = (key_of(jwk) for jwk in listed[:MOST_KEYS]) if isinstance(listed, list) else ()
    return [key for key in found if key is not None]


def key_of(jwk: Any) -> Key | None:
    """A public key that we can use; None for any other, and for a private or symmetric one."""
    if not isinstance(jwk, dict) or "d" in jwk or jwk.get("kty") not in ("EC", "RSA", "OKP"):
        return None
    try:
        key = JWKRegistry.import_key(jwk)
        key.raw_value  # noqa: B018 - a point that is not on its curve is found out here
        return None if isinstance(key, RSAKey) and key.raw_value.key_size < 2048 else key
    except _STUMBLES:
        return None


def require_times(token: Token, now: datetime, longest: timedelta) -> datetime:
    """When it expires: not yet, and not later than `longest` from now; NotSigned, also where it is of tomorrow."""
    expires_at, begins_at, issued_at = (token.moment(name) for name in ("exp", "nbf", "iat"))
    if expires_at is None or expires_at <= now - SKEW or expires_at > now + longest + SKEW:
        raise NotSigned("exp")
    if (begins_at and begins_at > now + SKEW) or (issued_at and issued_at > now + SKEW):
        raise NotSigned("it is of the future")
    return expires_at


def _fits(key: Key, token: Token) -> bool:
    kind, curve = _KINDS[token.alg]
    if not isinstance(key, kind) or (curve and getattr(key, "curve_name", None) != curve):
        return False
    said = key.dict_value
    if said.get("use", "sig") != "sig" or said.get("alg", token.alg) != token.alg:
        return False
    return token.kid is None or key.kid == token.kid


def _signed(token: Token, key: Key) -> bool:
    try:
        registry = _Registry(algorithms=[token.alg], strict_check_header=False)
        jws.deserialize_compact(token.text.encode("ascii"), key, registry=registry)
    except _STUMBLES:
        return False
    return True
