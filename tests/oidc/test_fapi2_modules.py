"""Modules of the FAPI 2.0 plans that no other test plays: one step that is wrong or unusual in a flow that is not."""

import json
from typing import Any

import pytest

from identity import conformance
from identity.oidc import claims
from tests.oidc import jose
from tests.oidc.signing import Signer
from tests.oidc.test_fapi2 import ID, _client, _code, _for, _push, _token
from tests.oidc.town import CALLBACK, ISSUER, Citizen, Pkce, Town, answer, request_for

OTHER = "autre-fapi"


@pytest.fixture
def signer(town: Town) -> Signer:
    """The client's key."""
    return _client(town)


def test_discovery_names_what_the_profile_wants(town: Town, signer: Signer) -> None:
    """Of fapi2-security-profile-final: -discovery-end-point-verification."""
    told = town.http.get("/.well-known/openid-configuration").json()
    for name in ("id_token", "dpop", "token_endpoint_auth", "userinfo", "request_object"):
        key = f"{name}_signing_alg_values_supported"
        assert {"ES256", "PS256", "EdDSA"} & set(told[key]), key
    assert "private_key_jwt" in told["token_endpoint_auth_methods_supported"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True


UNUSUAL: dict[str, dict[str, str]] = {
    "long nonce": {"nonce": "n" * 384},
    "long state": {"state": "s" * 384},
    "other order": {"scope": "email profile openid"},
}


@pytest.mark.parametrize("asked", UNUSUAL.values(), ids=list(UNUSUAL))
def test_what_is_unusual_is_good(town: Town, signer: Signer, asked: dict[str, str]) -> None:
    """Of fapi2-security-profile-final: -ensure-authorization-request-with-long-nonce,
    -ensure-authorization-request-with-long-state and -ensure-other-scope-order-succeeds.
    """
    pkce = Pkce()
    told = _token(town, signer, _for(_code(town, signer, town.settle(), pkce, **asked), pkce)).json()
    nonce = jose.verify(told["id_token"], town.http.get("/jwks").json())[1]["nonce"]
    assert nonce == asked.get("nonce", request_for(ID, pkce)["nonce"])


@pytest.mark.parametrize("absent", ["state", "nonce"])
def test_what_is_not_sent_does_not_come_back(town: Town, signer: Signer, absent: str) -> None:
    """Of fapi2-security-profile-final: -ensure-authorization-request-without-state-success,
    -ensure-authorization-request-without-nonce-success and -state-only-outside-request-object-not-used.
    """
    pkce = Pkce()
    form = {name: value for name, value in request_for(ID, pkce).items() if name != absent}
    pushed = town.http.post("/par", data=form | signer.assertion(ID), headers=signer.proof("/par")).json()
    outside = {"state": "dehors", "nonce": "dehors"}
    sent = answer(town.authorize(town.settle(), client_id=ID, request_uri=pushed["request_uri"], **outside))
    told = _token(town, signer, _for(sent["code"], pkce)).json()
    identity = jose.verify(told["id_token"], town.http.get("/jwks").json())[1]
    assert absent not in (sent if absent == "state" else identity)


@pytest.mark.parametrize("seconds", [-10, 10])
def test_a_clock_may_be_ten_seconds_off(town: Town, signer: Signer, seconds: int) -> None:
    """Of fapi2-security-profile-final: -ensure-dpopproof-with-iat-10seconds-before-succeeds and
    -ensure-dpopproof-with-iat-10seconds-after-succeeds.
    """
    pkce = Pkce()
    code = _code(town, signer, town.settle(), pkce)
    proof = signer.proof("/token", iat=signer.now(seconds))
    assert _token(town, signer, _for(code, pkce), proof).status_code == 200


def test_a_code_is_its_client_s_and_needs_its_verifier_and_grows_old(town: Town, signer: Signer) -> None:
    """Of fapi2-security-profile-final: -ensure-authorization-code-is-bound-to-client,
    -ensure-pkce-code-verifier-required and -ensure-token-endpoint-fails-with-expired-auth-code.
    """
    thief, pkce, citizen = Signer(town), Pkce(), town.settle()
    town.register(OTHER, profile="fapi2", jwks=thief.jwks)
    thief.learn_nonce()
    form = _for(_code(town, signer, citizen, pkce), pkce)
    stolen = town.http.post("/token", data=form | thief.assertion(OTHER), headers=thief.proof("/token"))
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    form = _for(_code(town, signer, citizen, pkce), pkce)
    without = _token(town, signer, {name: form[name] for name in form if name != "code_verifier"})
    assert (without.status_code, without.json()["error"]) == (400, "invalid_grant")
    form = _for(_code(town, signer, citizen, pkce), pkce)
    town.clock.pass_(seconds=61)
    late = _token(town, signer, form)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


def test_requests_are_pushed_by_post_alone(town: Town, signer: Signer) -> None:
    """Of fapi2-security-profile-final: -par-attempt-invalid-http-method."""
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert town.http.request(method, "/par").status_code == 405, method


def test_each_claim_that_discovery_names_is_told_to_whom_asks_for_it(town: Town) -> None:
    """Of fapi2-security-profile-final: -test-claims-parameter-identity-claims, asked for in every form."""
    signer, pkce = Signer(town), Pkce()
    town.register(
        ID,
        profile="fapi2",
        jwks=signer.jwks,
        scope="openid profile email phone address contracts legal_identity",
    )
    signer.learn_nonce()
    citizen = town.settle(mobile="+33612345678", further_claims=dict(conformance.FURTHER))
    named = sorted(claims.SCOPE_OF)
    forms: list[Any] = [None, {"essential": True}, {"essential": False}, {"values": ["x"], "inconnu": 1}]
    wanted: dict[str, Any] = {name: forms[number % 4] for number, name in enumerate(named)}
    wanted |= {"inconnu": None}
    asked = {"scope": "openid", "claims": json.dumps({"userinfo": wanted, "id_token": wanted})}
    form = request_for(ID, pkce) | asked | signer.assertion(ID)
    uri = town.http.post("/par", data=form, headers=signer.proof("/par")).json()["request_uri"]
    code = answer(town.authorize(citizen, client_id=ID, request_uri=uri))["code"]
    told = _token(town, signer, _for(code, pkce)).json()
    headers = {"Authorization": f"DPoP {told['access_token']}"}
    headers |= signer.proof("/userinfo", "GET", told["access_token"])
    assert sorted(town.http.get("/userinfo", headers=headers).json().keys() - {"sub"}) == named
    assert set(named) <= jose.verify(told["id_token"], town.http.get("/jwks").json())[1].keys()


def _signed(town: Town, signer: Signer, citizen: Citizen, **changes: Any) -> Any:
    """What /par answers for a signed request with these claims changed."""
    form = {"request": signer.request(ID, request_for(ID, Pkce()), **changes)} | signer.assertion(ID)
    return town.http.post("/par", data=form, headers=signer.proof("/par"))


def test_a_signed_request_may_be_for_others_too_and_a_little_early(town: Town) -> None:
    """Of fapi2-security-profile-final: -ensure-request-object-with-multiple-aud-succeeds and
    -ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted.
    """
    signer, citizen = Signer(town), town.settle()
    town.register(ID, profile="fapi2", jwks=signer.jwks, require_signed_request=True)
    signer.learn_nonce()
    assert _signed(town, signer, citizen, aud=[ISSUER, "https://autre.test"]).status_code == 201
    assert _signed(town, signer, citizen, nbf=signer.now(8), iat=signer.now(8)).status_code == 201


def test_a_signed_request_refers_to_no_other(town: Town) -> None:
    """Of fapi2-security-profile-final: -par-authorization-request-containing-request_uri."""
    signer, citizen = Signer(town), town.settle()
    town.register(ID, profile="fapi2", jwks=signer.jwks, require_signed_request=True)
    signer.learn_nonce()
    refused = _signed(town, signer, citizen, request_uri="urn:ietf:params:oauth:request_uri:x")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request_object")


def test_a_request_that_is_pushed_leads_back_where_it_says(town: Town, signer: Signer) -> None:
    """The redirect URI of the second client keeps its query, as the suite wants to see."""
    uri = f"{CALLBACK}?dummy1=lorem&dummy2=ipsum"
    other = Signer(town)
    town.register(OTHER, profile="fapi2", jwks=other.jwks, redirect_uris=(uri,))
    other.learn_nonce()
    form = request_for(OTHER, Pkce()) | {"redirect_uri": uri} | other.assertion(OTHER)
    pushed = town.http.post("/par", data=form, headers=other.proof("/par")).json()
    back = answer(town.authorize(town.settle(), client_id=OTHER, request_uri=pushed["request_uri"]))
    assert (back["dummy1"], back["dummy2"]) == ("lorem", "ipsum") and "code" in back
    assert _push(town, signer, Pkce(), redirect_uri=uri).status_code == 400
