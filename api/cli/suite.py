"""The OpenID Foundation suite's own configuration, as JSON objects: what it asks of us, and how its browser finds
its way through our pages. Owns the suite's words; runs nothing.

The suite's browser is told by address which task comes next, and by id what to fill and press. Where a module wants
a picture of a page, the page's heading stands for it.
"""

from dataclasses import dataclass
from typing import Any

from api.pages.words import Speaker
from identity import conformance
from identity.conformance import Ready
from identity.oidc.conformance_clients import (
    BACKCHANNEL,
    FAPI,
    FAPI_SCOPE,
    FRONTCHANNEL,
    SECRETS,
    SIGNED,
)

SECONDS = 10
SCREENSHOT = "update-image-placeholder"
IF_WANTED = "update-image-placeholder-optional"

_DISCOVERED = "[server_metadata=discovery][client_registration=static_client]"
_STATIC = "[client_registration=static_client][response_type=code]"
_FAPI = (
    "[client_auth_type=private_key_jwt][sender_constrain=dpop][openid=openid_connect][fapi_profile=plain_fapi]"
    "[authorization_request_type=simple]"
)
_SIGNED = "[fapi_request_method=signed_non_repudiation][fapi_response_mode=plain_response]"

PLANS = {
    f"oidcc-basic-certification-test-plan{_DISCOVERED}": "static",
    f"oidcc-formpost-basic-certification-test-plan{_DISCOVERED}": "static",
    "oidcc-config-certification-test-plan": "static",
    f"oidcc-rp-initiated-logout-certification-test-plan{_STATIC}": "static",
    f"oidcc-backchannel-rp-initiated-logout-certification-test-plan{_STATIC}": "backchannel",
    f"oidcc-frontchannel-rp-initiated-logout-certification-test-plan{_STATIC}": "frontchannel",
    "oidcc-dynamic-certification-test-plan[response_type=code]": "dynamic",
    "oidcc-3rdparty-init-login-certification-test-plan[response_type=code]": "dynamic",
    f"fapi2-security-profile-final-test-plan{_FAPI}": "fapi2",
    f"fapi2-message-signing-final-test-plan{_FAPI}{_SIGNED}": "fapi2-signed",
}
"""Each plan as the suite's own runner names it, and which of our configurations it runs with."""

_ERROR_PAGES = (
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-ensure-redirect-uri-in-authorization-request",
    "oidcc-redirect-uri-query-added",
    "oidcc-redirect-uri-query-mismatch",
)
_SIGN_IN_SHOWN = ("oidcc-prompt-login", "oidcc-max-age-1")
_CONSENT_SHOWN = (
    "oidcc-registration-logo-uri",
    "oidcc-registration-policy-uri",
    "oidcc-registration-tos-uri",
)
_LOGOUT_REFUSED = (
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-modified-id-token-hint",
    "oidcc-rp-initiated-logout-bad-id-token-hint",
)
_LOGOUT_ENDS_HERE = (
    "oidcc-rp-initiated-logout-no-id-token-hint",
    "oidcc-rp-initiated-logout-no-params",
    "oidcc-rp-initiated-logout-only-state",
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri",
)
_REUSED_BEFORE = (
    "fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"
)
_REUSED_AFTER = "fapi2-security-profile-final-par-attempt-reuse-request_uri"
_EXPIRED = "fapi2-security-profile-final-par-attempt-to-use-expired-request_uri"
_FOREIGN = "fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client"
_REJECTED = "fapi2-security-profile-final-user-rejects-authentication"

Json = dict[str, Any]


def configurations(issuer: str, ready: Ready) -> dict[str, Json]:
    """What the suite is given, by the names that PLANS uses."""
    return {
        "static": _configuration(issuer, ready, _static(ready)),
        "backchannel": _configuration(issuer, ready, {"client": _secret(ready, BACKCHANNEL)}),
        "frontchannel": _configuration(issuer, ready, {"client": _secret(ready, FRONTCHANNEL)}),
        "dynamic": _configuration(issuer, ready, _dynamic()),
        "fapi2": _configuration(issuer, ready, _fapi(issuer, ready, FAPI)),
        "fapi2-signed": _configuration(issuer, ready, _fapi(issuer, ready, SIGNED)),
    }


def _configuration(issuer: str, ready: Ready, clients: Json) -> Json:
    browser = _Browser(issuer, ready)
    return {
        "alias": ready.suite.alias,
        "description": "Parvis",
        "server": {
            "discoveryUrl": f"{issuer}/.well-known/openid-configuration",
            "login_hint": conformance.EMAIL,
        },
        **clients,
        "browser": [browser.authorize(), browser.log_out()],
        "override": {module: {"browser": entries} for module, entries in browser.exceptions().items()},
    }


def _static(ready: Ready) -> Json:
    one, two = (_secret(ready, id) for id in SECRETS)
    return {"client": one, "client2": two, "client_secret_post": one}


def _secret(ready: Ready, id: str) -> Json:
    return {"client_id": id, "client_secret": ready.secrets[id].reveal()}


def _dynamic() -> Json:
    return {"client": {"client_name": "Conformance 1"}, "client2": {"client_name": "Conformance 2"}}


def _fapi(issuer: str, ready: Ready, pair: tuple[str, str]) -> Json:
    one, two = (
        {"client_id": id, "scope": FAPI_SCOPE, "jwks": jwks, "dpop_signing_alg": "ES256"}
        for id, jwks in zip(pair, ready.keys, strict=True)
    )
    return {"client": one, "client2": two, "resource": {"resourceUrl": f"{issuer}/userinfo"}}


@dataclass(frozen=True)
class _Browser:
    """Tasks of the suite's browser, each for one address."""

    issuer: str
    ready: Ready

    def authorize(self, *, shown: bool = False, limit: int = 0) -> Json:
        """Sign in and allow, where either is asked."""
        tasks = [self._sign_in(shown=shown), self._consent(), self._back("callback")]
        entry: Json = {"match": f"{self.issuer}/authorize*", "tasks": tasks}
        return entry | ({"match-limit": limit} if limit else {})

    def reject(self) -> Json:
        """Refuse to sign in: nobody is at first, while a consent may be kept from a module before."""
        refuse = {
            "task": "Refuse",
            "match": f"{self.issuer}/login*",
            "commands": [["click", "id", "login-cancel"]],
        }
        return {"match": f"{self.issuer}/authorize*", "tasks": [refuse, self._back("callback")]}

    def log_out(self) -> Json:
        """Be back at the service, asked or not."""
        return self._logout(self._back("post_logout_redirect"))

    def exceptions(self) -> dict[str, list[Json]]:
        """What else than the usual way some modules want."""
        refused = self._page("authorize", "error")
        looked_at = {"match": f"{self.issuer}/authorize*", "match-limit": 1, "tasks": []}
        ended = self._logout(self._see("logout/done", "logout.done", IF_WANTED))
        return {
            **{module: [refused] for module in _ERROR_PAGES},
            **{module: [self.authorize(shown=True)] for module in _SIGN_IN_SHOWN},
            **{module: [self._consent_page()] for module in _CONSENT_SHOWN},
            **{
                module: [self.authorize(), self._page("logout", "logout-error")] for module in _LOGOUT_REFUSED
            },
            **{module: [self.authorize(), ended] for module in _LOGOUT_ENDS_HERE},
            _REUSED_BEFORE: [looked_at, self.authorize()],
            _REUSED_AFTER: [self.authorize(limit=1), self._page("authorize", "over.answered")],
            _EXPIRED: [self._page("authorize", "over.expired")],
            _FOREIGN: [self._page("authorize", "over.unknown")],
            _REJECTED: [self.reject()],
        }

    def _sign_in(self, *, shown: bool) -> Json:
        commands = [
            *([["wait", "css", "h1", SECONDS, _either("login"), IF_WANTED]] if shown else []),
            ["text", "id", "email", conformance.EMAIL],
            ["text", "id", "password", self.ready.password.reveal()],
            ["click", "id", "login-submit"],
        ]
        return {"task": "Sign in", "match": f"{self.issuer}/login*", "optional": True, "commands": commands}

    def _consent(self) -> Json:
        return {
            "task": "Consent",
            "match": f"{self.issuer}/consent*",
            "optional": True,
            "commands": [["click", "id", "consent-accept"]],
        }

    def _consent_page(self) -> Json:
        """Its links to the service's policy and terms are what the module wants to see."""
        seen = self._see("consent", "consent", SCREENSHOT)
        return {"match": f"{self.issuer}/authorize*", "tasks": [self._sign_in(shown=False), seen]}

    def _logout(self, end: Json) -> Json:
        confirm = ["click", "id", "logout-confirm", "optional"]
        asked = {
            "task": "Confirm",
            "match": f"{self.issuer}/logout*",
            "optional": True,
            "commands": [confirm],
        }
        return {"match": f"{self.issuer}/logout*", "tasks": [asked, end]}

    def _page(self, path: str, words: str) -> Json:
        """A page and nothing after it."""
        return {"match": f"{self.issuer}/{path}*", "tasks": [self._see(path, words, IF_WANTED)]}

    def _see(self, path: str, words: str, action: str) -> Json:
        wait = ["wait", "css", "h1", SECONDS, _either(words), action]
        return {"task": f"See {path}", "match": f"{self.issuer}/{path}*", "commands": [wait]}

    def _back(self, where: str) -> Json:
        there: Json = {"task": "Be back", "match": f"{self.ready.suite.base}/{where}*"}
        # The page at the callback tells the suite by a script of its own; the other one only has to be reached.
        waits = {"commands": [["wait", "id", "submission_complete", SECONDS]]} if where == "callback" else {}
        return there | waits


def _either(words: str) -> str:
    """The pattern of these words in either language."""
    return "|".join(Speaker(language)(words) for language in ("fr", "en"))
