"""How a client proves that it is one. Owns one answer and one duration for every way to fail.

Authlib tells an unknown client from a wrong secret, and stumbles on a Basic header that is not UTF-8; these
take the place of its own methods.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from identity.oidc import assertions, clients
from identity.oidc.clients import Client

FindClient = Callable[[str], Client | None]


class ClientRefused(InvalidClientError):  # type: ignore[misc]
    """Unknown, disabled, wrong secret, wrong method: one answer."""

    def __init__(self, *, challenge: bool) -> None:
        super().__init__("The client cannot be authenticated.", status_code=401)
        self.challenge = challenge

    def get_headers(self) -> list[tuple[str, str]]:
        """Ask for Basic only where it was tried (RFC 6749 §5.2): a browser would ask its user."""
        headers: list[tuple[str, str]] = super(InvalidClientError, self).get_headers()
        return [*headers, ("WWW-Authenticate", 'Basic realm="parvis"')] if self.challenge else headers


def require_one_method(headers: Mapping[str, str], form: Mapping[str, str]) -> None:
    """Refuse a request that authenticates twice (RFC 6749 §2.3), or whose Basic header cannot be read."""
    asserts = assertions.is_there(form)
    if asserts and ("client_secret" in form or "authorization" in headers):
        raise InvalidRequestError("The client authenticates in two ways.")
    if "authorization" not in headers:
        return
    client_id, _ = _basic(headers) or ("", "")
    if not client_id:
        raise ClientRefused(challenge=True)
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise InvalidRequestError("The client authenticates in two ways.")


def named(request: Any) -> str:
    """The client that the request says it is from, not believed yet; "" where it says nothing."""
    if request.assertion:
        return str(request.assertion.client_id)
    client_id, _ = _basic(request.headers) or (request.form.get("client_id", ""), "")
    return str(client_id)


def by_basic(find_client: FindClient, request: Any) -> Client | None:
    """client_secret_basic."""
    client_id, secret = _basic(request.headers) or ("", "")
    return _by_secret(find_client, client_id, secret)


def by_post(find_client: FindClient, request: Any) -> Client | None:
    """client_secret_post."""
    return _by_secret(find_client, request.form.get("client_id", ""), request.form.get("client_secret", ""))


def by_name(find_client: FindClient, request: Any) -> Client | None:
    """none: a public client says who it is, and PKCE or a rotated token says the rest.

    A secret that is empty is none, by Basic as in the form, where what is empty is left out (RFC 6749 §2.3.1, §3.2).
    """
    if "client_secret" in request.form or assertions.is_there(request.form):
        return None
    if "authorization" not in request.headers:
        return find_client(request.form.get("client_id", ""))
    client_id, secret = _basic(request.headers) or ("", "")
    return find_client(client_id) if client_id and not secret else None


def by_assertion(find_client: FindClient, request: Any) -> Client | None:
    """private_key_jwt: the assertion was verified before the transaction."""
    return find_client(request.assertion.client_id) if request.assertion else None


METHODS = {
    "client_secret_basic": by_basic,
    "client_secret_post": by_post,
    "private_key_jwt": by_assertion,
    "none": by_name,
}
CONFIDENTIAL = ("client_secret_basic", "client_secret_post", "private_key_jwt")
"""The ways that prove something."""
ALL = (*CONFIDENTIAL, "none")


def _by_secret(find_client: FindClient, client_id: str, secret: str) -> Client | None:
    if not client_id or not secret:
        return None
    client = find_client(client_id)
    return client if (client or clients.NOBODY).check_client_secret(secret) else None


def _basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """User and password of a Basic header, each form-encoded (RFC 6749 §2.3.1); None where unreadable."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        clear = base64.b64decode(credentials.strip().encode("ascii"), validate=True).decode()
        client_id, colon, secret = (unquote(part, errors="strict") for part in clear.partition(":"))
    except (binascii.Error, ValueError):
        return None
    return (client_id, secret) if colon and "\0" not in client_id + secret else None
