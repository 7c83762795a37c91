"""A client of the FAPI 2.0 Security Profile: all of it, and nothing less.

Mirrors, of fapi2-security-profile-final with private_key_jwt, DPoP and OpenID Connect: -happy-flow,
-access-token-type-header-case-sensitivity, -ensure-unsigned-authorization-request-without-using-par-fails,
-ensure-redirect-uri-in-authorization-request, -ensure-request-object-without-redirect-uri-fails,
-ensure-registered-redirect-uri, -plain-fapi-tolerate-unregistered-redirect-uri, -par-plain-pkce-rejected,
-par-ensure-pkce-required, -ensure-response-type-code-idtoken-fails, -ensure-invalid-client-assertions-fail,
-ensure-authorization-request-with-64-char-nonce-success, -ensure-holder-of-key-required,
-incorrect-pkce-code-verifier-rejected, -attempt-reuse-authorization-code-after-one-second and -refresh-token.
"""

from typing import Any

from tests.oidc import jose
from tests.oidc.signing import Signer
from tests.oidc.town import CALLBACK, ISSUER, Citizen, Pkce, Town, answer, request_for

ID = "eau-fapi"


def _client(town: Town) -> Signer:
    signer = Signer(town)
    town.register(ID, profile="fapi2", jwks=signer.jwks)
    return signer.learn_nonce()


def _push(town: Town, signer: Signer, pkce: Pkce, claims: dict[str, Any] | None = None, **more: Any) -> Any:
    form = request_for(ID, pkce) | more | signer.assertion(ID, **(claims or {}))
    return town.http.post("/par", data=form, headers=signer.proof("/par"))


def _code(town: Town, signer: Signer, citizen: Citizen, pkce: Pkce, **more: Any) -> str:
    uri = _push(town, signer, pkce, **more).json()["request_uri"]
    return answer(town.authorize(citizen, client_id=ID, request_uri=uri))["code"]


def _token(town: Town, signer: Signer, form: dict[str, str], headers: dict[str, str] | None = None) -> Any:
    proof = signer.proof("/token") if headers is None else headers
    return town.http.post("/token", data=form | signer.assertion(ID), headers=proof)


def _for(code: str, pkce: Pkce) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": pkce.verifier,
    }


def test_the_whole_way_from_the_pushed_request_to_the_citizen(town: Town) -> None:
    signer, pkce = _client(town), Pkce()
    code = _code(town, signer, town.settle(), pkce)

    told = _token(town, signer, _for(code, pkce)).json()

    assert told["token_type"] == "DPoP"
    header, claims = jose.verify(told["id_token"], town.http.get("/jwks").json())
    assert (header["alg"], claims["iss"], claims["aud"]) == ("ES256", ISSUER, ID)
    token = told["access_token"]
    for scheme in ("DPoP", "dpop", "DPOP"):
        headers = {"Authorization": f"{scheme} {token}"} | signer.proof("/userinfo", "GET", token)
        assert town.http.get("/userinfo", headers=headers).json()["sub"] == claims["sub"]


def test_nothing_is_asked_without_pushing(town: Town) -> None:
    _client(town)
    told = answer(town.authorize(town.settle(), **request_for(ID, Pkce())))
    assert told["error"] == "invalid_request" and told["iss"] == ISSUER


def test_a_request_names_its_redirect_uri_and_its_s256_challenge(town: Town) -> None:
    signer, pkce = _client(town), Pkce()
    wrong = [
        {"redirect_uri": ""}, {"redirect_uri": "https://evil.example"}, {"code_challenge_method": "plain"},
        {"code_challenge": ""}, {"code_challenge_method": ""}, {"response_type": "code id_token"},
    ]  # fmt: skip
    for asked in wrong:
        assert _push(town, signer, pkce, **asked).status_code == 400, asked


def test_the_assertion_is_for_the_issuer_alone(town: Town) -> None:
    signer, pkce = _client(town), Pkce()
    for aud in ([ISSUER], f"{ISSUER}/token", f"{ISSUER}/par", [ISSUER, f"{ISSUER}/par"], ISSUER + "/"):
        response = _push(town, signer, pkce, {"aud": aud})
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client"), aud
    assert _push(town, signer, pkce, {"nbf": signer.now(8), "iat": signer.now(8)}).status_code == 201
    assert _push(town, signer, pkce, {"nbf": signer.now(61)}).status_code == 401


def test_a_nonce_of_64_characters_comes_back(town: Town) -> None:
    signer, pkce = _client(town), Pkce()
    code = _code(town, signer, town.settle(), pkce, nonce="n" * 64)
    told = _token(town, signer, _for(code, pkce)).json()
    assert jose.verify(told["id_token"], town.http.get("/jwks").json())[1]["nonce"] == "n" * 64


def test_tokens_come_with_a_proof_or_not_at_all_and_codes_once(town: Town) -> None:
    signer, pkce = _client(town), Pkce()
    code = _code(town, signer, town.settle(), pkce)
    assert _token(town, signer, _for(code, pkce), {}).json()["error"] == "invalid_request"
    assert _token(town, signer, _for(code, Pkce())).json()["error"] == "invalid_grant"
    told = _token(town, signer, _for(code, pkce)).json()
    assert _token(town, signer, _for(code, pkce)).json()["error"] == "invalid_grant"
    token = told["access_token"]
    headers = {"Authorization": f"DPoP {token}"} | signer.proof("/userinfo", "GET", token)
    assert town.http.get("/userinfo", headers=headers).status_code == 401


def test_the_refresh_token_is_not_rotated_and_stays_good(town: Town) -> None:
    signer, pkce = _client(town), Pkce()
    code = _code(town, signer, town.settle(), pkce, scope="openid offline_access")
    first = _token(town, signer, _for(code, pkce)).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    for _ in range(3):
        town.clock.pass_(days=40)
        signer.learn_nonce()
        again = _token(town, signer, form)
        assert again.status_code == 200 and "refresh_token" not in again.json()
    assert _token(town, signer, form, {}).json()["error"] == "invalid_request"


def test_it_acts_for_itself_with_a_bound_token(town: Town) -> None:
    signer = _client(town)
    told = _token(town, signer, {"grant_type": "client_credentials"}).json()
    assert told["token_type"] == "DPoP" and "refresh_token" not in told
