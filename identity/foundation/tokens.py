"""Chance and keys: random tokens, digests, sealed payloads. The only place that draws randomness.

Owns no table. A random token of 256 bits is stored as its SHA-256; whatever a person could guess (an e-mail,
a six-digit code, an activation key) is stored as an HMAC under the deployment's secret.
"""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Secret(str):
    """A string that prints as `***`; `reveal()` gives it to the one place that must show or send it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def reveal(self) -> str:
        """The secret itself, as a plain string."""
        return str.__str__(self)


def new_token() -> Secret:
    """A random token of 256 bits, URL-safe, 43 characters."""
    return Secret(secrets.token_urlsafe(32))


def new_id() -> str:
    """A random public identifier (UUID 4)."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def new_code() -> Secret:
    """Six random digits, for people who type rather than click."""
    return Secret(f"{secrets.randbelow(1_000_000):06}")


def new_symbols(alphabet: str, length: int) -> str:
    """`length` symbols drawn evenly from `alphabet`."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def new_number(below: int) -> int:
    """A random whole number from 0 up to, not including, `below`."""
    return secrets.randbelow(below)


def new_bytes(length: int) -> bytes:
    """`length` random bytes."""
    return secrets.token_bytes(length)


def digest(token: str) -> str:
    """SHA-256 of a token that is itself random enough, in hexadecimal (64 characters)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(key: str, text: str) -> str:
    """HMAC-SHA256 of `text` under a random key of its own, base64url without padding (43 characters)."""
    mac = hmac.digest(key.encode(), text.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def equal(left: str, right: str) -> bool:
    """Compare in a time that depends on the lengths alone."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def seal_with(token: str, purpose: str, payload: str) -> str:
    """Encrypt under a key derived from a token that is stored nowhere (HKDF-SHA256, RFC 5869); URL-safe text.

    Whoever has the database and the deployment's secrets opens nothing: it takes the token itself.
    """
    return _box(_derived(token, purpose), payload.encode(), purpose)


def unseal_with(token: str, purpose: str, sealed: str) -> Secret | None:
    """What `seal_with` sealed with this token for this purpose, else None."""
    boxed = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    clear = _open(_derived(token, purpose), boxed, purpose)
    return None if clear is None else Secret(clear.decode())


class Keyring:
    """The deployment's secrets: the first writes, all verify, so that a secret can be changed at leisure."""

    def __init__(self, secrets_: Sequence[str]) -> None:
        if not secrets_:
            raise ValueError("a keyring needs at least one secret")
        self._secrets = [secret.encode() for secret in secrets_]
        self._derived: dict[str, list[bytes]] = {}

    def __repr__(self) -> str:
        return f"Keyring({len(self._secrets)} secrets)"

    def digest(self, purpose: str, text: str) -> str:
        """HMAC-SHA256 of `text` under the writing secret, hexadecimal; `purpose` keeps the uses apart."""
        return self._mac(self._keys(purpose)[0], text)

    def digests(self, purpose: str, text: str) -> list[str]:
        """The same under every secret, the writing one first: what a stored digest may be."""
        return [self._mac(key, text) for key in self._keys(purpose)]

    def seal(self, purpose: str, payload: bytes) -> str:
        """Encrypt and authenticate (AES-256-GCM, random nonce); URL-safe text."""
        return _box(self._keys(purpose)[0], payload, purpose)

    def unseal(self, purpose: str, sealed: str) -> bytes | None:
        """The payload, or None for what no secret of ours has sealed for this purpose."""
        try:
            boxed = base64.urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        except (ValueError, UnicodeEncodeError):
            return None
        return next(
            (clear for key in self._keys(purpose) if (clear := _open(key, boxed, purpose)) is not None), None
        )

    def seal_json(self, purpose: str, value: Any) -> str:
        """`seal` for a value that JSON can hold."""
        return self.seal(purpose, json.dumps(value, separators=(",", ":")).encode())

    def unseal_json(self, purpose: str, sealed: str) -> Any | None:
        """`unseal` for what `seal_json` sealed."""
        clear = self.unseal(purpose, sealed)
        return None if clear is None else json.loads(clear)

    @cached_property
    def fingerprint(self) -> str:
        """Eight characters that tell two writing secrets apart and nothing else."""
        return self.digest("fingerprint", "")[:8]

    def _keys(self, purpose: str) -> list[bytes]:
        keys = self._derived.get(purpose)
        if keys is None:
            keys = [hmac.digest(secret, b"parvis/" + purpose.encode(), "sha256") for secret in self._secrets]
            self._derived[purpose] = keys
        return keys

    @staticmethod
    def _mac(key: bytes, text: str) -> str:
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def _derived(token: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"parvis/" + purpose.encode()).derive(
        token.encode("utf-8", "surrogatepass")
    )


def _box(key: bytes, payload: bytes, purpose: str) -> str:
    nonce = secrets.token_bytes(12)
    boxed = nonce + AESGCM(key).encrypt(nonce, payload, purpose.encode())
    return base64.urlsafe_b64encode(boxed).rstrip(b"=").decode()


def _open(key: bytes, boxed: bytes, purpose: str) -> bytes | None:
    if len(boxed) < 28:
        return None
    try:
        return AESGCM(key).decrypt(boxed[:12], boxed[12:], purpose.encode())
    except InvalidTag:
        return None
