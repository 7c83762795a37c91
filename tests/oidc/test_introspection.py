"""What a token is worth, told to whom it concerns (RFC 7662), signed where that is wanted (RFC 9701)."""

import json
from typing import Any

from tests.oidc import jose
from tests.oidc.signing import Signer
from tests.oidc.town import ISSUER, Citizen, Pkce, Town

JWT = "application/token-introspection+jwt"
WATER = "https://eau.test/api"


def _ask(town: Town, auth: tuple[str, str], token: str, **headers: str) -> Any:
    return town.http.post("/introspect", data={"token": token}, auth=auth, headers=headers)


def _tokens(
    town: Town, secret: str, citizen: Citizen | None = None, client_id: str = "mediatheque", **parameters: Any
) -> dict[str, Any]:
    pkce = Pkce()
    code = town.code(citizen or town.settle(), client_id, pkce, **parameters)
    return dict(town.redeem(client_id, code, pkce, client_secret=secret).json())


def test_a_client_learns_what_its_tokens_are_worth(town: Town) -> None:
    secret = town.register("mediatheque")
    auth = ("mediatheque", secret)
    told = _tokens(town, secret, scope="openid offline_access")
    now = int(town.clock.now.timestamp())
    subject = town.userinfo(told["access_token"]).json()["sub"]

    said = _ask(town, auth, told["access_token"])

    assert said.headers["cache-control"] == "no-store"
    assert said.json() == {
        "active": True, "iss": ISSUER, "client_id": "mediatheque", "sub": subject, "aud": ISSUER,
        "scope": "openid offline_access", "exp": now + 300, "iat": now, "auth_time": now, "token_type": "Bearer",
    }  # fmt: skip
    refreshing = _ask(town, auth, told["refresh_token"]).json()
    assert (refreshing["active"], refreshing["sub"]) == (True, subject) and "token_type" not in refreshing


def test_what_is_worth_nothing_is_told_without_saying_why(town: Town) -> None:
    secret, other = town.register("mediatheque"), town.register("cantine")
    auth = ("mediatheque", secret)
    told = _tokens(town, secret)
    for token in ("", "inconnu", 'é"\\', told["id_token"]):
        assert _ask(town, auth, token or "x").json() == {"active": False}
    assert _ask(town, ("cantine", other), told["access_token"]).json() == {"active": False}
    town.clock.pass_(minutes=5)
    assert _ask(town, auth, told["access_token"]).json() == {"active": False}


def test_a_resource_learns_about_tokens_for_it_and_its_own_name_for_the_citizen(town: Town) -> None:
    secret = town.register("mediatheque", sector="mediatheque.test")
    water = town.register("eau", sector="eau.test")
    town.serve("eau", WATER)
    town.allow("mediatheque", WATER)
    citizen = town.settle()
    told = _tokens(town, secret, citizen, resource=WATER, scope="openid offline_access")
    form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"], "resource": WATER}
    renewed = town.token(**form, auth=("mediatheque", secret)).json()

    said = _ask(town, ("eau", water), renewed["access_token"]).json()

    assert said["active"] and said["aud"] == WATER and said["client_id"] == "mediatheque"
    known_to_water = town.userinfo(_tokens(town, water, citizen, "eau")["access_token"]).json()["sub"]
    known_to_library = town.userinfo(told["access_token"]).json()["sub"]
    assert said["sub"] == known_to_water != known_to_library
    assert known_to_library not in json.dumps(said)
    own = _ask(town, ("mediatheque", secret), renewed["access_token"]).json()
    assert (own["active"], own["sub"]) == (True, known_to_library)
    for other in (told["access_token"], renewed["refresh_token"]):
        assert _ask(town, ("eau", water), other).json() == {"active": False}


def test_it_is_signed_for_whoever_accepts_that(town: Town) -> None:
    secret = town.register("mediatheque", introspection_signed_response_alg="RS256")
    token = _tokens(town, secret)["access_token"]
    for accepted in (JWT, f"text/html, {JWT};q=0.9"):
        response = _ask(town, ("mediatheque", secret), token, Accept=accepted)
        assert response.headers["content-type"] == JWT
        header, claims = jose.verify(response.text, town.http.get("/jwks").json())
        assert (header["typ"], header["alg"]) == ("token-introspection+jwt", "RS256")
        assert (claims["iss"], claims["aud"]) == (ISSUER, "mediatheque")
        assert claims["token_introspection"]["active"] is True and "sub" not in claims
    assert _ask(town, ("mediatheque", secret), token, Accept="*/*").json()["active"] is True


def test_only_a_client_that_proves_who_it_is_may_ask(town: Town) -> None:
    town.register("portail", public=True)
    secret = town.register("mediatheque")
    token = town.sign_in(town.settle(), "portail")["access_token"]
    for response in (
        town.http.post("/introspect", data={"token": token}),
        town.http.post("/introspect", data={"token": token, "client_id": "portail"}),
        _ask(town, ("mediatheque", "faux"), token),
    ):
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    missing = town.http.post("/introspect", data={}, auth=("mediatheque", secret))
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")
    assert town.http.get("/introspect").status_code == 405


def test_a_bound_token_is_told_with_its_key(town: Town) -> None:
    secret = town.register("mediatheque")
    signer, pkce = Signer(town).learn_nonce(), Pkce()
    form = {"grant_type": "authorization_code", "code": town.code(town.settle(), "mediatheque", pkce),
            "redirect_uri": "https://portail.test/retour", "code_verifier": pkce.verifier}  # fmt: skip
    auth = ("mediatheque", secret)
    token = town.http.post("/token", data=form, auth=auth, headers=signer.proof("/token")).json()[
        "access_token"
    ]
    said = _ask(town, auth, token).json()
    assert (said["token_type"], said["cnf"]) == ("DPoP", {"jkt": signer.thumbprint})
