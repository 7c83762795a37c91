"""The clients that the OpenID Foundation's conformance suite plays: two for OpenID Connect, one for
each logout plan that calls back, two pairs for FAPI 2.0.

Knows where the suite listens and makes the keys that its clients sign with; keeps public halves only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, registration
from identity.oidc.registration import Metadata

SECRETS = ("conformance-1", "conformance-2")
"""Clients with a secret, for the plans of OpenID Connect."""
BACKCHANNEL = "conformance-backchannel"
"""Alone with a back-channel address: the suite listens there in one plan, and every other would be called in vain."""
FRONTCHANNEL = "conformance-frontchannel"
"""Alone with a front-channel address, for the same reason."""
FAPI = ("conformance-fapi-1", "conformance-fapi-2")
"""For the FAPI 2.0 Security Profile."""
SIGNED = ("conformance-signed-1", "conformance-signed-2")
"""For FAPI 2.0 Message Signing, where an unsigned request is refused: clients of their own, with the same keys."""
FAPI_SCOPE = "openid profile email phone address offline_access"
_SECOND = "?dummy1=lorem&dummy2=ipsum"
"""What the suite adds to the redirect URI of FAPI's second client, to see it come back."""


@dataclass(frozen=True)
class Suite:
    """Where a suite listens, and the name of our tests there."""

    url: str
    alias: str

    @property
    def base(self) -> str:
        """What every address of our tests begins with."""
        return f"{self.url.rstrip('/')}/test/a/{self.alias}"


def new_keys() -> list[dict[str, Any]]:
    """A private JWKS for each client of a pair: PS256 and ES256, so that a run sees both."""
    made = (("PS256", RSAKey.generate_key(2048)), ("ES256", ECKey.generate_key("P-256")))
    return [{"keys": [key.as_dict(private=True, alg=alg, use="sig", kid=alg.lower())]} for alg, key in made]


def public_half(jwks: Mapping[str, Any]) -> dict[str, Any]:
    """The same key set without what only its owner knows (RFC 7518 §6.2.2, §6.3.2)."""
    private = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    return {"keys": [{name: key[name] for name in key if name not in private} for key in jwks["keys"]]}


def load(work: UnitOfWork, suite: Suite, keys: list[dict[str, Any]]) -> dict[str, Secret]:
    """Register the clients, or make them fit this suite and these keys; new secrets by client, former ones end."""
    for pair in (FAPI, SIGNED):
        for id, jwks in zip(pair, keys, strict=True):
            _register(work, _fapi(id, suite, public_half(jwks), signed=pair is SIGNED))
    plain = {id: _plain(id, suite) for id in SECRETS} | _called_at_logout(suite)
    for metadata in plain.values():
        _register(work, metadata)
    return {id: registration.rotate_secret(work, id, end_former=True) for id in plain}


def _called_at_logout(suite: Suite) -> dict[str, Metadata]:
    back, front = (f"{suite.base}/{channel}_logout" for channel in ("backchannel", "frontchannel"))
    return {
        BACKCHANNEL: replace(
            _plain(BACKCHANNEL, suite), backchannel_logout_uri=back, backchannel_session_required=True
        ),
        FRONTCHANNEL: replace(
            _plain(FRONTCHANNEL, suite), frontchannel_logout_uri=front, frontchannel_session_required=True
        ),
    }


def _register(work: UnitOfWork, metadata: Metadata) -> None:
    if clients.find(work, metadata.id):
        registration.replace(work, metadata)
    else:
        registration.add(work, metadata, created_by="conformance")


def _plain(id: str, suite: Suite) -> Metadata:
    return Metadata(
        id=id,
        name=id.replace("-", " ").title(),
        redirect_uris=(f"{suite.base}/callback",),
        post_logout_redirect_uris=(f"{suite.base}/post_logout_redirect",),
        initiate_login_uri=f"{suite.base}/initiate_login",
        policy_uri=f"{suite.base}/policy",
        tos_uri=f"{suite.base}/tos",
    )


def _fapi(id: str, suite: Suite, jwks: dict[str, Any], *, signed: bool) -> Metadata:
    callback = f"{suite.base}/callback"
    return Metadata(
        id=id,
        name=id.replace("-", " ").title(),
        redirect_uris=(callback, callback + _SECOND),
        profile="fapi2",
        jwks=jwks,
        require_signed_request=signed,
        scope=f"{FAPI_SCOPE} contracts legal_identity",  # a module asks for each claim that discovery names
    )
