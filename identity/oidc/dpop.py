"""Proofs of possession (RFC 9449): a request is signed with a key, and what it gets is bound to that key.

Owns what a good proof is and the server's nonces, which are computed: the same in every process, without a table.
A nonce dates a proof by our clock, so that none can be made in advance; a proof is accepted once.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error

from identity.foundation import tokens
from identity.foundation.tokens import Keyring
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import replays, signed
from identity.oidc.exchange import Exchange
from identity.oidc.signed import NotSigned, Token

ALGORITHMS = signed.STRICT_ALGORITHMS
"""FAPI 2.0's, for all: nobody is held to an older one here."""
NONCE_EVERY = timedelta(minutes=5)
"""How often the nonce changes; the one before is good as well."""
OLDEST = timedelta(minutes=5)
NEWEST = timedelta(seconds=60)
"""How far a proof's own clock may be off: FAPI wants 10 s accepted and a minute refused."""
REMEMBERED = 2 * NONCE_EVERY + NEWEST
LONGEST_JTI = 256
_DEFAULT_PORTS = {"https": 443, "http": 80}
_ATH = re.compile(r"[A-Za-z0-9_-]{43}")


class DpopRefused(OAuth2Error):  # type: ignore[misc]
    """A proof that is not good; with `challenge` at a resource, which answers by RFC 6750."""

    error = "invalid_dpop_proof"

    def __init__(self, description: str, *, nonce: str | None = None) -> None:
        super().__init__(description)
        self.nonce = nonce
        self.challenge = False

    def get_headers(self) -> list[tuple[str, str]]:
        """The nonce to be used next, and at a resource how to ask."""
        headers: list[tuple[str, str]] = super().get_headers()
        if self.nonce:
            headers.append(("DPoP-Nonce", self.nonce))
        return [*headers, ("WWW-Authenticate", challenge(self.error))] if self.challenge else headers

    def at_resource(self) -> "DpopRefused":
        """The same, as a resource says it: 401 (RFC 9449 §7.1, §9)."""
        self.challenge, self.status_code = True, 401
        return self


class NonceNeeded(DpopRefused):
    """The proof lacks our nonce, or it is too old: try again with the one in the header (§8)."""

    error = "use_dpop_nonce"


@dataclass(frozen=True)
class Proof:
    """A proof that was checked, save whether it was seen before."""

    jkt: str
    """The thumbprint of its key (RFC 7638)."""
    jti: str
    ath: str | None
    """The digest of the access token that it accompanies."""
    next_nonce: str


def challenge(error: str | None = None, scope: str | None = None) -> str:
    """How to ask for a bound token (§7.1)."""
    said = {"error": error, "scope": scope, "algs": " ".join(ALGORITHMS)}
    return "DPoP " + ", ".join(f'{name}="{value}"' for name, value in said.items() if value)


def read(units: Units, asked: Exchange) -> Proof | None:
    """The proof of this request, checked against it and our nonce; None without one; DpopRefused.

    Writes nothing and needs no transaction: a client that is told to try again has used nothing up.
    """
    text = asked.headers.get("dpop")
    if text is None:
        return None
    now, keyring = units.clock(), units.settings.keyring
    try:
        token = _verified(text)
        _require_fits(token, asked)
        _require_timely(token, now)
    except NotSigned:
        raise DpopRefused("The DPoP proof is not valid.") from None
    if not _knows_nonce(keyring, token.claim("nonce"), now):
        raise NonceNeeded("Use the nonce of this answer.", nonce=nonce(keyring, now))
    jkt = signed.keys_of({"keys": [token.header["jwk"]]})[0].thumbprint()
    return Proof(jkt, token.claim("jti"), token.claim("ath") or None, nonce(keyring, now))


def claim(work: UnitOfWork, proof: Proof) -> None:
    """Use the proof up; DpopRefused where it was accepted before (§11.1)."""
    if not replays.claim(work, "dpop", proof.jkt, proof.jti, work.now + REMEMBERED):
        raise DpopRefused("The DPoP proof was used already.")


def nonce(keyring: Keyring, now: datetime) -> str:
    """The nonce of this moment."""
    return keyring.digest("dpop-nonce", str(_period(now)))[:32]


def _verified(text: str) -> Token:
    token = signed.read(text)
    if token.header.get("typ") != "dpop+jwt":
        raise NotSigned("typ")
    keys = signed.keys_of({"keys": [token.header.get("jwk")]})
    # The key says which key it is: a name beside it means nothing.
    bare = Token(token.text, {k: v for k, v in token.header.items() if k != "kid"}, token.claims)
    return signed.verify(bare, keys, ALGORITHMS)


def _require_fits(token: Token, asked: Exchange) -> None:
    if not 0 < len(token.claim("jti")) <= LONGEST_JTI:
        raise NotSigned("jti")
    if token.claim("htm") != asked.method or _plain(token.claim("htu")) != _plain(asked.uri):
        raise NotSigned("htm or htu")
    if "ath" in token.claims and not _ATH.fullmatch(token.claim("ath")):
        raise NotSigned("ath")


def _require_timely(token: Token, now: datetime) -> None:
    issued_at = token.moment("iat")
    if issued_at is None or not now - OLDEST <= issued_at <= now + NEWEST:
        raise NotSigned("iat")


def _knows_nonce(keyring: Keyring, presented: str, now: datetime) -> bool:
    period = _period(now)
    known = [digest[:32] for at in (period, period - 1) for digest in keyring.digests("dpop-nonce", str(at))]
    matches = [tokens.equal(presented, one) for one in known]  # all, whichever fits
    return any(matches)


def _period(now: datetime) -> int:
    return int(now.timestamp()) // int(NONCE_EVERY.total_seconds())


def _plain(uri: str) -> str:
    """A URI without query and fragment, in its usual form (§4.3); NotSigned for nonsense."""
    try:
        parts = urlsplit(uri)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise NotSigned("htu") from None
    suffix = "" if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}{parts.path or '/'}"
