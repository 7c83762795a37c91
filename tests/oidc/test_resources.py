"""Tokens for a resource (RFC 8707), as JWTs where it or the client wants (RFC 9068)."""

from typing import Any

import pytest

from identity.foundation.errors import Conflict
from identity.oidc import audiences
from identity.oidc.uris import MetadataRefused
from tests.oidc import jose
from tests.oidc.town import ISSUER, Pkce, Town, answer, request_for

WATER, CANTEEN = "https://eau.test/api", "https://cantine.test/api"


def _serve(town: Town, id: str, *uris: str, **metadata: Any) -> str:
    """A service with these resources; its secret."""
    secret = town.register(id, redirect_uris=(f"https://{id}.test/retour",), **metadata)
    with town.units.begin() as work:
        audiences.declare(work, id, uris)
    return secret


def _jwt(town: Town, token: str) -> dict[str, Any]:
    header, claims = jose.verify(token, town.http.get("/jwks").json())
    assert header["typ"] == "at+jwt"
    return claims


def test_a_client_that_wants_jwts_gets_tokens_that_say_what_they_are(town: Town) -> None:
    town.register("portail", public=True, access_token_format="jwt")
    citizen = town.settle()
    token = town.sign_in(citizen, "portail")["access_token"]

    claims = _jwt(town, token)

    now = int(town.clock.now.timestamp())
    assert len(claims.pop("jti")) == 36
    assert claims == {
        "iss": ISSUER, "aud": ISSUER, "sub": town.userinfo(token).json()["sub"], "client_id": "portail",
        "iat": now, "exp": now + 300, "auth_time": now, "scope": "openid profile email",
    }  # fmt: skip


def test_a_jwt_ends_like_any_token_where_it_is_asked_about(town: Town) -> None:
    town.register("portail", public=True, access_token_format="jwt")
    token = town.sign_in(town.settle(), "portail")["access_token"]
    town.http.post("/revoke", data={"client_id": "portail", "token": token})
    assert town.userinfo(token).status_code == 401


def test_a_token_is_for_the_resources_that_are_named_and_no_other(town: Town) -> None:
    _serve(town, "eau", WATER, access_token_format="jwt")
    _serve(town, "cantine", CANTEEN)
    town.register("portail", public=True)
    citizen, pkce = town.settle(), Pkce()
    asked: Any = [*request_for("portail", pkce).items(), ("resource", WATER), ("resource", CANTEEN)]
    asked = [(k, "openid offline_access" if k == "scope" else v) for k, v in asked]
    cookie = {"Cookie": f"__Host-parvis_session={citizen.cookie.reveal()}"}
    code = answer(town.http.get("/authorize", params=asked, headers=cookie, follow_redirects=False))["code"]

    told = town.redeem("portail", code, pkce).json()

    assert _jwt(town, told["access_token"])["aud"] == [ISSUER, WATER, CANTEEN]
    assert town.userinfo(told["access_token"]).status_code == 200
    narrow = town.refresh("portail", told["refresh_token"], resource=WATER).json()
    assert _jwt(town, narrow["access_token"])["aud"] == WATER
    assert town.userinfo(narrow["access_token"]).status_code == 401
    opaque = town.refresh("portail", narrow["refresh_token"], resource=CANTEEN).json()["access_token"]
    assert "." not in opaque and town.userinfo(opaque).status_code == 401


def test_what_was_not_granted_cannot_be_named_later(town: Town) -> None:
    _serve(town, "eau", WATER)
    town.register("portail", public=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce)
    response = town.redeem("portail", code, pkce, resource=WATER)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_target")


def test_unknown_resources_and_those_of_clients_that_ended_are_refused(town: Town) -> None:
    secret = _serve(town, "eau", WATER)
    auth = ("eau", secret)
    with town.units.begin() as work:
        audiences.declare(work, "eau", [WATER])
    grant = {"grant_type": "client_credentials", "auth": auth}
    assert town.token(**grant, resource=WATER).status_code == 200
    for uri in ("https://inconnue.test", WATER + "/", WATER.upper(), WATER + "#x", "x", "é", "a" * 3000):
        response = town.token(**grant, resource=uri)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_target"), uri
    many = town.token(**grant, resource=[f"https://{n}.test" for n in range(20)])
    assert many.json()["error"] == "invalid_target"


def test_a_resource_of_another_sector_knows_the_citizen_by_another_name(town: Town) -> None:
    _serve(town, "eau", WATER, access_token_format="jwt", first_party=False)
    town.register("portail", public=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce, resource=WATER)
    told = town.redeem("portail", code, pkce).json()
    _, identity = jose.verify(told["id_token"], town.http.get("/jwks").json())
    assert _jwt(town, told["access_token"])["sub"] != identity["sub"]


def test_a_resource_is_declared_by_one_client_and_is_none_of_ours(town: Town) -> None:
    _serve(town, "eau", WATER)
    _serve(town, "cantine", CANTEEN)
    for uri, refusal in ((WATER, Conflict), (ISSUER, MetadataRefused), (f"{ISSUER}/graphql", MetadataRefused),
                         ("http://eau.test", MetadataRefused), ("x", MetadataRefused)):  # fmt: skip
        with pytest.raises(refusal), town.units.begin() as work:
            audiences.declare(work, "cantine", [uri])
    with town.units.read() as work:
        assert audiences.own(work, "cantine") == {CANTEEN}
