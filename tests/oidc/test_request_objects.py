"""Requests that the client signed (RFC 9101), and under FAPI 2.0 Message Signing.

Mirrors oidcc-ensure-request-object-with-redirect-uri and, of fapi2-security-profile-final in the plan of message
signing: -ensure-request-object-without-exp-fails, -ensure-request-object-without-nbf-fails,
-ensure-expired-request-object-fails, -ensure-request-object-with-bad-aud-fails,
-ensure-request-object-with-exp-over-60-fails, -ensure-request-object-with-nbf-over-60-fails,
-ensure-signed-request-object-with-RS256-fails, -ensure-request-object-signature-algorithm-is-not-none,
-ensure-request-object-with-invalid-signature-fails, -ensure-matching-key-in-authorization-request and
-ensure-unsigned-request-at-par-endpoint-fails.
"""

from typing import Any

import pytest

from tests.oidc.signing import Signer, unsigned
from tests.oidc.town import CALLBACK, ISSUER, Pkce, Town, answer, request_for


def _bring(town: Town, text: str, client_id: str = "mediatheque", **more: Any) -> Any:
    return town.authorize(town.settle(), client_id=client_id, request=text, **more)


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_a_signed_request_is_read_instead_of_what_is_beside_it(town: Town, alg: str) -> None:
    signer, pkce = Signer(town, alg), Pkce()
    town.register("mediatheque", public=True, jwks=signer.jwks)
    asked = request_for("mediatheque", pkce) | {"claims": {"id_token": {"email": None}}, "max_age": 3600}
    text = signer.request("mediatheque", asked)
    outside = {"state": "dehors", "redirect_uri": "https://evil.example", "scope": "openid phone"}

    told = answer(_bring(town, text, **outside))

    assert told["state"] == "s t~é&"
    tokens = town.redeem("mediatheque", told["code"], pkce).json()
    assert tokens["scope"] == "openid profile email"


WRONG: list[dict[str, Any]] = [
    {"aud": "https://autre.test"}, {"iss": "autre"}, {"client_id": "autre"}, {"client_id": None},
    {"exp": 1}, {"exp": "x"}, {"exp": True}, {"nbf": 2**35}, {"nbf": {}},
    {"request": "x"}, {"request_uri": "urn:x"}, {"state": "a\0b"}, {"state": "\ud800"}, {"a\0b": "c"},
]  # fmt: skip


def test_one_that_is_wrong_is_told_where_the_client_can_be_told(town: Town) -> None:
    signer = Signer(town)
    town.register("mediatheque", public=True, jwks=signer.jwks)
    asked = request_for("mediatheque", Pkce())
    for claims in WRONG:
        text = signer.request("mediatheque", asked, **claims)
        told = answer(_bring(town, text, redirect_uri=CALLBACK, state="dehors"))
        assert (told["error"], told["state"]) == ("invalid_request_object", "dehors"), claims
        assert _bring(town, text).status_code == 400


def test_what_was_signed_for_another_purpose_asks_for_nothing(town: Town) -> None:
    signer = Signer(town)
    town.register("mediatheque", auth_method="private_key_jwt", jwks=signer.jwks)
    asked = request_for("mediatheque", Pkce())
    usual = {"iss": "mediatheque", "aud": ISSUER, "client_id": "mediatheque"} | asked
    for typ in (
        {},
        {"typ": "JWT"},
        {"typ": "oauth-authz-req+jwt"},
        {"typ": "application/OAuth-Authz-Req+jwt"},
    ):
        assert "code" in answer(_bring(town, signer.sign(usual | {"sub": "zoe"}, **typ))), typ
        # As an assertion it would be the client itself (RFC 9101 §10.8).
        told = answer(_bring(town, signer.sign(usual | {"sub": "mediatheque"}, **typ), redirect_uri=CALLBACK))
        assert told["error"] == "invalid_request_object", typ
    for kind in ("client-authentication+jwt", "dpop+jwt", "at+jwt", "logout+jwt", "secevent+jwt", ""):
        told = answer(_bring(town, signer.sign(usual, typ=kind), redirect_uri=CALLBACK))
        assert told["error"] == "invalid_request_object", kind
    assertion = signer.assertion("mediatheque")["client_assertion"]
    assert answer(_bring(town, assertion, redirect_uri=CALLBACK))["error"] == "invalid_request_object"


def test_signatures_that_prove_nothing_are_refused(town: Town) -> None:
    signer, stranger = Signer(town), Signer(town)
    town.register("mediatheque", public=True, jwks=signer.jwks)
    town.register("sans-cle", public=True)
    asked = request_for("mediatheque", Pkce()) | {"client_id": "mediatheque"}
    good = signer.request("mediatheque", asked)
    for text in (
        unsigned(asked),
        stranger.request("mediatheque", asked),
        good[:-4] + "AAAA",
        "x",
        "a.b.c",
        "é",
    ):
        told = answer(_bring(town, text, redirect_uri=CALLBACK))
        assert told["error"] == "invalid_request_object", text[:30]
    text = signer.request("sans-cle", request_for("sans-cle", Pkce()))
    assert answer(_bring(town, text, "sans-cle", redirect_uri=CALLBACK))["error"] == "invalid_request_object"


def test_a_client_that_must_sign_gets_nothing_otherwise(town: Town) -> None:
    signer = Signer(town)
    town.register("mediatheque", public=True, jwks=signer.jwks, require_signed_request=True)
    asked = request_for("mediatheque", Pkce())
    assert answer(town.authorize(town.settle(), **asked))["error"] == "invalid_request"
    assert "code" in answer(_bring(town, signer.request("mediatheque", asked)))


def test_a_parameter_that_a_request_object_repeats_is_one_that_may_be(town: Town) -> None:
    signer = Signer(town)
    town.register("mediatheque", public=True, jwks=signer.jwks)
    asked = request_for("mediatheque", Pkce())
    text = signer.request("mediatheque", asked, resource=["https://parvis.test", "https://inconnue.test"])
    assert answer(_bring(town, text))["error"] == "invalid_target"
    text = signer.request("mediatheque", asked, resource=["https://parvis.test"])
    assert "code" in answer(_bring(town, text))
    text = signer.request("mediatheque", asked, redirect_uri=[CALLBACK])
    assert _bring(town, text).status_code == 400


def test_message_signing_wants_a_request_that_is_dated_addressed_and_strongly_signed(town: Town) -> None:
    signer, rsa = Signer(town), Signer(town, "PS256")
    weak = Signer(town, "RS256")
    weak.key, weak.kid = rsa.key, rsa.kid
    keys = {"keys": [signer.jwk, {k: v for k, v in rsa.jwk.items() if k != "alg"}]}
    town.register("mediatheque", profile="fapi2", jwks=keys, require_signed_request=True)
    asked = request_for("mediatheque", Pkce())

    def push(text: str) -> Any:
        headers = signer.proof("/par")
        form = {"request": text} | signer.assertion("mediatheque")
        return town.http.post("/par", data=form, headers=headers)

    signer.learn_nonce()
    assert push(signer.request("mediatheque", asked)).status_code == 201
    assert push(rsa.request("mediatheque", asked)).status_code == 201
    hour = 3600
    wrong = [
        {"exp": None}, {"nbf": None}, {"aud": None}, {"iss": None}, {"exp": signer.now(hour + 60)},
        {"nbf": signer.now(-hour - 60)}, {"nbf": signer.now(-1800), "exp": signer.now(1900)},
        {"exp": signer.now(-60)}, {"nbf": signer.now(60), "exp": signer.now(120)}, {"aud": "https://autre.test"},
    ]  # fmt: skip
    for claims in wrong:
        response = push(signer.request("mediatheque", asked, **claims))
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request_object"), claims
    assert push(weak.request("mediatheque", asked)).json()["error"] == "invalid_request_object"
    assert push(unsigned(asked)).json()["error"] == "invalid_request_object"
    alone = town.http.post("/par", data=asked | signer.assertion("mediatheque"), headers=signer.proof("/par"))
    assert (alone.status_code, alone.json()["error"]) == (400, "invalid_request")
