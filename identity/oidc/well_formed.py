"""What is wrong with an authorization request whoever is at the browser. Owns the table of checks.

Each refuses with the protocol's own error, which goes to the client's redirect URI or, where the request is pushed,
back to the client. PKCE is checked by the grant that gives the code.
"""

import re
from collections.abc import Callable

from authlib.oauth2.rfc6749 import (
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oidc.core.errors import (
    InvalidRequestURIError,
    RegistrationNotSupportedError,
    RequestURINotSupportedError,
)

from identity.oidc import id_token, pushed
from identity.oidc.asking import PROMPTS, RESPONSE_MODES, Asking

LONGEST_NONCE = 512
LONGEST_STATE = 4096
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


class UnmetRequirements(OAuth2Error):  # type: ignore[misc]
    """The client demands a way of signing in that we do not have (Unmet Authentication Requirements §2)."""

    error = "unmet_authentication_requirements"


def check(asking: Asking) -> None:
    """Refuse what is wrong with the request whoever is at the browser; OAuth2Error."""
    for require in WELL_FORMED:
        require(asking)


def _require_way(asking: Asking) -> None:
    """Brought as the client must bring it, pushed or signed (RFC 9126 §5, RFC 9101 §10.5)."""
    if asking.fault:
        raise asking.fault
    if asking.kept:
        return  # it was checked when it was pushed
    if asking.client.require_par and not asking.pushing:
        raise InvalidRequestError("This client pushes its requests.")
    if asking.client.require_signed_request and not asking.was_signed:
        raise InvalidRequestError("This client signs its requests.")
    if asking.parameters.get("request_uri", "").startswith(pushed.URN):
        raise InvalidRequestURIError("A request is not pushed by reference.")
    for name, error in _UNSUPPORTED.items():
        if name in asking.parameters:
            raise error()


def _require_agreement(asking: Asking) -> None:
    """Nothing beside a signed or pushed request that contradicts it (Core §6.1, §6.2, RFC 9449 §10.1)."""
    asked, sent = asking.parameters.get("response_type"), asking.outside.get("response_type")
    if asked is not None and sent not in (None, asked):
        raise InvalidRequestError("The response_type is not that of the request.")
    jkt = asking.outside.get("dpop_jkt")
    if asking.dpop_jkt and jkt not in (None, asking.dpop_jkt):
        raise InvalidRequestError("dpop_jkt is not the thumbprint of the key.")


def _require_response(asking: Asking) -> None:
    """A code, in the query or a form."""
    response_type = asking.parameters.get("response_type")
    if response_type is None:
        raise InvalidRequestError("Missing 'response_type' in request.")
    if response_type != "code":
        raise UnsupportedResponseTypeError(response_type)
    mode = asking.parameters.get("response_mode", "query")
    if mode not in RESPONSE_MODES or (mode == "form_post" and not asking.redirect_uri.startswith("http")):
        raise InvalidRequestError("The response mode is not supported.")


def _require_scope(asking: Asking) -> None:
    """Something that this client may have; a scope that it may not, or that nobody knows, is left out."""
    if not asking.scope:
        raise InvalidScopeError


def _require_small(asking: Asking) -> None:
    """What is stored until the code comes back has a measure."""
    if len(asking.parameters.get("nonce", "")) > LONGEST_NONCE:
        raise InvalidRequestError("The nonce is too long.")
    if len(asking.parameters.get("state", "")) > LONGEST_STATE:
        raise InvalidRequestError("The state is too long.")
    max_age = asking.parameters.get("max_age", "0")
    if not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        raise InvalidRequestError("max_age is a number of seconds.")


def _require_prompts(asking: Asking) -> None:
    """Prompts that we know; `none` alone."""
    if asking.prompts - PROMPTS or ("none" in asking.prompts and len(asking.prompts) > 1):
        raise InvalidRequestError("Invalid 'prompt' parameter.")


def _require_hints(asking: Asking) -> None:
    """Claims and a hint that can be read; a way of signing in that we have."""
    asking.wanted_subject  # noqa: B018 - reads both
    if asking.claims.acr and id_token.ACR not in asking.claims.acr:
        raise UnmetRequirements("We cannot authenticate so.")


def _require_key(asking: Asking) -> None:
    """The key that the code is bound to (RFC 9449 §10): a thumbprint, and that of the proof beside it."""
    jkt = asking.parameters.get("dpop_jkt")
    if jkt is not None and (not _THUMBPRINT.fullmatch(jkt) or asking.dpop_jkt not in (None, jkt)):
        raise InvalidRequestError("dpop_jkt is not the thumbprint of the key.")


def _require_resources(asking: Asking) -> None:
    """Resources that the client may ask for; InvalidTarget."""
    asking.served  # noqa: B018 - looks for each


_UNSUPPORTED: dict[str, Callable[[], OAuth2Error]] = {
    "request_uri": RequestURINotSupportedError,
    "registration": RegistrationNotSupportedError,
}

WELL_FORMED: tuple[Callable[[Asking], None], ...] = (
    _require_way,
    _require_agreement,
    _require_response,
    _require_scope,
    _require_small,
    _require_prompts,
    _require_hints,
    _require_key,
    _require_resources,
)
"""What is wrong with the request whoever is at the browser, in the order that it is told."""
