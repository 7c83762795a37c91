"""Tokens that are bound to a key (RFC 9449), with the server's nonce.

Mirrors, of fapi2-security-profile-final with sender_constrain=dpop: -happy-flow, -dpop-negative-tests,
-check-dpop-proof-nbf-exp, -ensure-dpop-auth-code-binding-success, -ensure-dpopproof-at-par-endpoint-binding-success,
-ensure-mismatched-dpop-jkt-fails, -ensure-token-endpoint-fails-with-mismatched-dpop-jkt and
-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from identity.foundation.errors import NotAllowed
from identity.oidc import direct_login
from identity.oidc.direct_login import Wanted
from tests.oidc.signing import Signer, mac, unsigned
from tests.oidc.town import CALLBACK, ISSUER, Pkce, Town, answer, request_for

OFFLINE = "openid email offline_access"


def _redeem(town: Town, code: str, pkce: Pkce, headers: dict[str, str], client_id: str = "portail") -> Any:
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": code,
            "redirect_uri": CALLBACK, "code_verifier": pkce.verifier}  # fmt: skip
    return town.http.post("/token", data=form, headers=headers)


def _tokens(town: Town, signer: Signer, **parameters: Any) -> dict[str, Any]:
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce, **parameters)
    response = _redeem(town, code, pkce, signer.proof("/token"))
    assert response.status_code == 200, response.text
    return dict(response.json())


def _userinfo(town: Town, token: str, headers: dict[str, str], scheme: str = "DPoP") -> Any:
    return town.http.get("/userinfo", headers={"Authorization": f"{scheme} {token}"} | headers)


def test_a_token_is_good_with_its_key_and_with_no_other(town: Town) -> None:
    town.register("portail", public=True)
    signer, thief = Signer(town).learn_nonce(), Signer(town).learn_nonce()
    told = _tokens(town, signer)
    token = told["access_token"]
    assert told["token_type"] == "DPoP"

    good = _userinfo(town, token, signer.proof("/userinfo", "GET", token))
    assert good.status_code == 200 and good.headers["dpop-nonce"] == signer.nonce
    for response in (
        _userinfo(town, token, {}, "Bearer"),
        _userinfo(town, token, {}),
        _userinfo(town, token, signer.proof("/userinfo", "GET", token), "Bearer"),
        _userinfo(town, token, thief.proof("/userinfo", "GET", token)),
        _userinfo(town, token, signer.proof("/userinfo", "GET")),
        _userinfo(town, token, signer.proof("/userinfo", "GET", token + "x")),
        _userinfo(town, token, signer.proof("/userinfo", "POST", token)),
        _userinfo(town, token, signer.proof("/token", "GET", token)),
    ):
        assert response.status_code == 401, response.text
        assert response.headers["www-authenticate"].startswith("DPoP ")
        assert response.json()["error"] in ("invalid_token", "invalid_dpop_proof")


def test_a_plain_token_does_not_pass_as_a_bound_one(town: Town) -> None:
    town.register("portail", public=True)
    signer = Signer(town).learn_nonce()
    token = town.sign_in(town.settle(), "portail")["access_token"]
    assert _userinfo(town, token, signer.proof("/userinfo", "GET", token)).status_code == 401
    assert _userinfo(town, token, {}, "Bearer").status_code == 200


def test_a_proof_without_our_nonce_is_told_it_and_uses_nothing_up(town: Town) -> None:
    town.register("portail", public=True)
    signer, pkce = Signer(town), Pkce()
    code = town.code(town.settle(), "portail", pkce)
    for nonce in (None, "inventé", "0" * 32):
        response = _redeem(town, code, pkce, signer.proof("/token", nonce=nonce))
        assert (response.status_code, response.json()["error"]) == (400, "use_dpop_nonce")
        assert response.headers["cache-control"] == "no-store"
    signer.nonce = response.headers["dpop-nonce"]
    assert response.headers["access-control-expose-headers"].find("DPoP-Nonce") > 0
    token = _redeem(town, code, pkce, signer.proof("/token")).json()["access_token"]

    at_resource = _userinfo(town, token, signer.proof("/userinfo", "GET", token, nonce=None))
    assert at_resource.status_code == 401 and at_resource.headers["dpop-nonce"] == signer.nonce
    assert 'error="use_dpop_nonce"' in at_resource.headers["www-authenticate"]


def test_a_nonce_grows_old_and_the_next_one_is_told_before(town: Town) -> None:
    town.register("portail", public=True)
    signer = Signer(town).learn_nonce()
    first = signer.nonce
    town.clock.pass_(minutes=5)
    response = _redeem(town, "x", Pkce(), signer.proof("/token"))
    assert response.json()["error"] == "invalid_grant" and response.headers["dpop-nonce"] != first
    town.clock.pass_(minutes=5)
    assert _redeem(town, "x", Pkce(), signer.proof("/token")).json()["error"] == "use_dpop_nonce"


def test_proofs_that_are_wrong_in_anything_are_refused(town: Town) -> None:
    town.register("portail", public=True)
    signer, other = Signer(town).learn_nonce(), Signer(town)
    usual = {
        "jti": "a",
        "htm": "POST",
        "htu": "https://parvis.test/token",
        "iat": signer.now(),
        "nonce": signer.nonce,
    }
    public = signer.key.as_dict(private=False)
    head: dict[str, Any] = {"typ": "dpop+jwt", "jwk": public, "kid": None}
    proofs = [
        signer.sign(usual | claims, **head)
        for claims in (
            {"htm": "GET"}, {"htm": "post"}, {"htu": "https://parvis.test/userinfo"}, {"htu": "https://autre.test/token"},
            {"htu": "http://parvis.test/token"}, {"htu": "https://parvis.test:8443/token"}, {"htu": "https://[/token"},
            {"htu": 1}, {"iat": signer.now(-400)}, {"iat": signer.now(120)}, {"iat": "x"}, {"iat": None},
            {"jti": ""}, {"jti": 1}, {"jti": "a" * 300}, {"jti": "\ud800"}, {"ath": "x"}, {"ath": 1},
        )
    ]  # fmt: skip
    proofs += [
        signer.sign(usual, **(head | {"typ": "JWT"})),
        signer.sign(usual, **(head | {"typ": None})),
        signer.sign(usual, **(head | {"jwk": None})),
        signer.sign(usual, **(head | {"jwk": other.key.as_dict(private=False)})),
        signer.sign(usual, **(head | {"jwk": signer.key.as_dict(private=True)})),
        signer.sign(usual, **(head | {"jwk": {"kty": "EC"}})),
        unsigned(usual, typ="dpop+jwt", jwk="x", alg="ES256") + "AAAA",
        unsigned(usual, typ="dpop+jwt", jwk=public),
        mac({"alg": "HS256", "typ": "dpop+jwt", "jwk": {"kty": "oct", "k": "AAAA"}}, usual, b"\0\0\0"),
        "", "a.b.c", "x" * 20_000,
    ]  # fmt: skip
    good = signer.sign(usual, **head)
    proofs.append(f"{good}, {good}")
    for proof in proofs:
        response = _redeem(town, "x", Pkce(), {"DPoP": proof})
        assert (response.status_code, response.json()["error"]) == (400, "invalid_dpop_proof"), proof[:60]
    assert _redeem(town, "x", Pkce(), {"DPoP": good}).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("alg", ["ES256", "PS256", "EdDSA"])
def test_proofs_may_be_signed_with_any_of_fapi_s_algorithms_and_no_other(town: Town, alg: str) -> None:
    town.register("portail", public=True)
    signer = Signer(town, alg, bits=4096).learn_nonce()
    assert _tokens(town, signer)["token_type"] == "DPoP"
    if alg == "PS256":
        signer.alg = "RS256"
        assert _redeem(town, "x", Pkce(), signer.proof("/token")).json()["error"] == "invalid_dpop_proof"


def test_what_a_proof_says_beside_is_not_minded(town: Town) -> None:
    town.register("portail", public=True)
    signer = Signer(town).learn_nonce()
    claims = {"jti": "a", "htm": "POST", "htu": f"{ISSUER}/token", "iat": signer.now(), "nonce": signer.nonce}
    head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": signer.key.as_dict(private=False), "extra": "x"}
    proof = signer.raw(head, claims | {"exp": signer.now(300), "nbf": signer.now(), "extra": {"a": 1}})
    assert _redeem(town, "x", Pkce(), {"DPoP": proof}).json()["error"] == "invalid_grant"


def test_the_address_in_a_proof_is_compared_as_addresses_are(town: Town) -> None:
    town.register("portail", public=True)
    signer = Signer(town).learn_nonce()
    for htu in (
        "https://PARVIS.test/token",
        "https://parvis.test:443/token",
        "https://parvis.test/token?a#b",
    ):
        response = _redeem(town, "x", Pkce(), signer.proof("/token", htu=htu))
        assert response.json()["error"] == "invalid_grant", htu


def test_a_proof_is_accepted_once_also_of_many_at_the_same_moment(town: Town) -> None:
    town.register("portail", public=True)
    signer = Signer(town).learn_nonce()
    token = _tokens(town, signer)["access_token"]
    proof = signer.proof("/userinfo", "GET", token)
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: _userinfo(town, token, proof), range(4)))
    assert sorted(reply.status_code for reply in replies) == [200, 401, 401, 401]


def test_a_code_may_be_bound_to_the_key_before_it_is_redeemed(town: Town) -> None:
    town.register("portail", public=True)
    signer, thief, pkce = Signer(town).learn_nonce(), Signer(town).learn_nonce(), Pkce()
    code = town.code(town.settle(), "portail", pkce, dpop_jkt=signer.thumbprint)
    for headers in ({}, thief.proof("/token")):
        response = _redeem(town, code, pkce, headers)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert _redeem(town, code, pkce, signer.proof("/token")).status_code == 200


def test_a_pushed_request_binds_its_code_to_the_key_of_its_proof(town: Town) -> None:
    town.register("portail", public=True)
    signer, thief, pkce = Signer(town).learn_nonce(), Signer(town).learn_nonce(), Pkce()
    asked = request_for("portail", pkce)
    wrong = town.http.post("/par", data=asked | {"dpop_jkt": thief.thumbprint}, headers=signer.proof("/par"))
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
    pushed = town.http.post("/par", data=asked, headers=signer.proof("/par"))
    assert pushed.status_code == 201 and pushed.headers["dpop-nonce"]
    code = answer(town.authorize(town.settle(), client_id="portail", **_uri(pushed)))["code"]
    assert _redeem(town, code, pkce, thief.proof("/token")).json()["error"] == "invalid_grant"
    assert _redeem(town, code, pkce, signer.proof("/token")).status_code == 200


def test_a_public_client_refreshes_with_the_same_key(town: Town) -> None:
    town.register("portail", public=True)
    signer, thief = Signer(town).learn_nonce(), Signer(town).learn_nonce()
    form = {"grant_type": "refresh_token", "client_id": "portail"}
    form |= {"refresh_token": _tokens(town, signer, scope=OFFLINE)["refresh_token"]}
    for headers in ({}, thief.proof("/token")):
        response = town.http.post("/token", data=form, headers=headers)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    response = town.http.post("/token", data=form, headers=signer.proof("/token"))
    assert response.status_code == 200 and response.json()["token_type"] == "DPoP"


def test_a_client_whose_tokens_are_bound_gets_none_without_a_proof(town: Town) -> None:
    town.register("portail", public=True, dpop_bound=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce)
    response = _redeem(town, code, pkce, {})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    signer = Signer(town).learn_nonce()
    assert _redeem(town, code, pkce, signer.proof("/token")).json()["token_type"] == "DPoP"


def test_a_direct_login_gives_such_a_client_nothing_since_no_proof_comes_with_it(town: Town) -> None:
    origin = "https://portail.test"
    town.register("portail", public=True, dpop_bound=True, direct_login=True, origins=(origin,))
    with town.visited_from(origin).read() as work, pytest.raises(NotAllowed):
        direct_login.require(work, Wanted("portail"))


def _uri(pushed: Any) -> dict[str, str]:
    return {"request_uri": pushed.json()["request_uri"]}
