"""Who may ask tokens for which resource (RFC 8707), what each token is for, and as what (RFC 9068)."""

from typing import Any

import pytest
from sqlalchemy import update

from identity.foundation.errors import Conflict, NotFound
from identity.oidc import clients, invitations, registration, resources, standing
from identity.oidc.uris import MetadataRefused
from tests.oidc import jose
from tests.oidc.town import CALLBACK, ISSUER, Citizen, Pkce, Town, answer, request_for

WATER, CANTEEN = "https://eau.test/api", "https://cantine.test/api"
MACHINE = {"grant_type": "client_credentials"}


@pytest.fixture
def portal(town: Town) -> Town:
    """A portal that may ask for two resources, of two sectors that are not its own."""
    town.register("portail", public=True, sector="portail.test")
    _serve(town, "eau", WATER)
    _serve(town, "cantine", CANTEEN)
    town.allow("portail", WATER, CANTEEN)
    return town


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


# -- who may ask -------------------------------------------------------------------------------------------------------


def test_nobody_may_ask_for_a_resource_until_the_pair_is_allowed(town: Town) -> None:
    _serve(town, "eau", WATER)
    library = ("mediatheque", town.register("mediatheque", device=True, sector="mediatheque.test"))
    for number in range(2):
        refused = town.authorize(town.settle(), **request_for("mediatheque", Pkce()), resource=WATER)
        assert answer(refused)["error"] == "invalid_target"
        for path, form in (
            ("/token", MACHINE), ("/device_authorization", {}), ("/par", request_for("mediatheque", Pkce())),
        ):  # fmt: skip
            response = town.http.post(path, data=form | {"resource": WATER}, auth=library)
            assert (response.status_code, response.json()["error"]) == (400, "invalid_target"), path
        town.register(f"autre{number}")
        town.allow(f"autre{number}", WATER)  # another's leave changes nothing
    town.allow("mediatheque", WATER)
    assert town.token(**MACHINE, resource=WATER, auth=library).status_code == 200
    assert "code" in answer(
        town.authorize(town.settle(), **request_for("mediatheque", Pkce()), resource=WATER)
    )


def test_who_registers_by_itself_may_ask_for_none_and_cannot_say_otherwise(town: Town) -> None:
    _serve(town, "eau", WATER)
    with town.units.begin() as work:
        invitation = invitations.issue(work, invitations.Terms("Eux", None)).reveal()
    told = town.http.post(
        "/register",
        json={
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "client_credentials"],
            "allow_resource": [WATER],
            "resources": [WATER],
            "may_ask_for": [WATER],
        },
        headers={"Authorization": f"Bearer {invitation}"},
    ).json()
    auth = (told["client_id"], told["client_secret"])
    assert town.token(**MACHINE, resource=WATER, auth=auth).json()["error"] == "invalid_target"
    with town.units.read() as work:
        assert resources.of_client(work, told["client_id"]) == []


def test_a_client_may_ask_for_what_it_serves(town: Town) -> None:
    secret = _serve(town, "eau", WATER, access_token_format="jwt")
    assert (
        _jwt(town, town.token(**MACHINE, resource=WATER, auth=("eau", secret)).json()["access_token"])["aud"]
        == WATER
    )


def test_taking_the_pair_back_ends_it_at_the_next_request(portal: Town) -> None:
    told = _sign_in(portal, portal.settle(), WATER)
    token = portal.refresh("portail", told["refresh_token"], resource=WATER).json()
    pkce = Pkce()
    code = portal.code(portal.settle(), "portail", pkce, resource=WATER, scope="profile")
    secret = _rotate(portal, "eau")
    assert _introspect(portal, ("eau", secret), token["access_token"])["active"]
    with portal.units.begin() as work:
        resources.disallow(work, "portail", [WATER])

    assert _introspect(portal, ("eau", secret), token["access_token"]) == {"active": False}
    for response in (
        portal.refresh("portail", token["refresh_token"], resource=WATER),
        portal.redeem("portail", code, pkce),
    ):
        assert response.json()["error"] == "invalid_target"
    asked = portal.authorize(portal.settle(), **request_for("portail", Pkce()), resource=WATER)
    assert answer(asked)["error"] == "invalid_target"


@pytest.mark.parametrize("end", ["undeclared", "disabled", "moved"])
def test_a_resource_that_ends_takes_its_pairs_along(portal: Town, end: str) -> None:
    told = _sign_in(portal, portal.settle(), WATER)
    if end == "disabled":
        with portal.units.begin() as work:
            registration.disable(work, "eau")
    else:
        portal.serve("eau")
        if end == "moved":
            portal.serve("cantine", CANTEEN, WATER)
    refused = portal.refresh("portail", told["refresh_token"], resource=WATER)
    assert refused.json()["error"] == "invalid_target"


def test_declaring_more_leaves_the_pairs_of_what_stays(portal: Town) -> None:
    portal.serve("eau", WATER, "https://eau.test/v2")
    with portal.units.read() as work:
        assert [one.uri for one in resources.of_client(work, "portail")] == [CANTEEN, WATER]


def test_unknown_resources_and_those_of_clients_that_ended_are_refused(town: Town) -> None:
    auth = ("eau", _serve(town, "eau", WATER))
    for uri in ("https://inconnue.test", WATER + "/", WATER.upper(), WATER + "#x", "x", "é", "a" * 3000):
        response = town.token(**MACHINE, auth=auth, resource=uri)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_target"), uri
    many = town.token(**MACHINE, auth=auth, resource=[f"https://{n}.test" for n in range(20)])
    assert many.json()["error"] == "invalid_target"


def test_a_resource_is_declared_by_one_client_and_is_none_of_ours(town: Town) -> None:
    _serve(town, "eau", WATER)
    _serve(town, "cantine", CANTEEN)
    for uri, refusal in ((WATER, Conflict), (ISSUER, MetadataRefused), (f"{ISSUER}/graphql", MetadataRefused),
                         ("http://eau.test", MetadataRefused), ("x", MetadataRefused)):  # fmt: skip
        with pytest.raises(refusal), town.units.begin() as work:
            resources.declare(work, "cantine", [uri])
    with town.units.read() as work:
        assert resources.own(work, "cantine") == {CANTEEN}
    with pytest.raises(NotFound):
        town.allow("cantine", "https://inconnue.test")


# -- what a token is for -----------------------------------------------------------------------------------------------


def test_who_names_nothing_gets_the_userinfo_token_where_openid_was_granted(portal: Town) -> None:
    told = _sign_in(portal, portal.settle(), WATER, CANTEEN)
    for token in (told, portal.refresh("portail", told["refresh_token"]).json()):
        assert _audience(portal, token) == ISSUER
        assert portal.userinfo(token["access_token"]).status_code == 200
    for auth in (("eau", _rotate(portal, "eau")), ("cantine", _rotate(portal, "cantine"))):
        assert _introspect(portal, auth, told["access_token"]) == {"active": False}


def test_without_openid_it_is_for_the_one_resource_and_of_several_for_none(portal: Town) -> None:
    one = _redeem(portal, portal.settle(), WATER, scope="profile offline_access")
    assert _audience(portal, one.json()) == WATER
    again = portal.refresh("portail", one.json()["refresh_token"]).json()
    assert _audience(portal, again) == WATER and portal.userinfo(again["access_token"]).status_code == 401
    several = _redeem(portal, portal.settle(), WATER, CANTEEN, scope="profile")
    assert (several.status_code, several.json()["error"]) == (400, "invalid_target")
    assert _audience(portal, _redeem(portal, portal.settle(), scope="profile").json()) == ISSUER
    with_ours = _redeem(portal, portal.settle(), WATER, ISSUER, scope="profile")
    assert _audience(portal, with_ours.json()) == WATER


def test_a_token_is_for_what_the_token_request_names_and_for_no_other(portal: Town) -> None:
    refresh = _sign_in(portal, portal.settle(), WATER, CANTEEN)["refresh_token"]
    for named, opens in (([WATER], 401), ([WATER, CANTEEN], 401), ([ISSUER], 200), ([ISSUER, CANTEEN], 200)):
        told = portal.refresh("portail", refresh, resource=named).json()
        refresh = told["refresh_token"]
        assert _audience(portal, told) == (named[0] if len(named) == 1 else named)
        assert portal.userinfo(told["access_token"]).status_code == opens, named


def test_what_was_not_granted_cannot_be_named_later(portal: Town) -> None:
    pkce = Pkce()
    code = portal.code(portal.settle(), "portail", pkce, resource=CANTEEN)
    response = portal.redeem("portail", code, pkce, resource=WATER)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_target")


def test_a_client_for_itself_that_names_nothing_gets_the_one_that_it_was_allowed(town: Town) -> None:
    auth = ("mediatheque", town.register("mediatheque", sector="mediatheque.test"))
    assert _introspect(town, auth, town.token(**MACHINE, auth=auth).json()["access_token"])["aud"] == ISSUER
    _serve(town, "eau", WATER)
    _serve(town, "cantine", CANTEEN)
    town.allow("mediatheque", WATER)
    assert _introspect(town, auth, town.token(**MACHINE, auth=auth).json()["access_token"])["aud"] == WATER
    town.allow("mediatheque", CANTEEN)
    assert town.token(**MACHINE, auth=auth).json()["error"] == "invalid_target"
    assert town.token(**MACHINE, auth=auth, resource=[WATER, CANTEEN]).status_code == 200


# -- as what -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["portail", "eau"])
def test_a_jwt_is_refused_where_client_and_resource_know_the_citizen_differently(
    portal: Town, who: str
) -> None:
    """By whichever of them wants it: when an agent says so, at the request, and for what was granted before."""
    told = _sign_in(portal, portal.settle(), WATER)
    with pytest.raises(MetadataRefused), portal.units.begin() as work:
        registration.edit(work, who, {"access_token_format": "jwt"})
    assert portal.refresh("portail", told["refresh_token"], resource=WATER).status_code == 200
    _force(portal, who, access_token_format="jwt")
    asked = portal.authorize(portal.settle(), **request_for("portail", Pkce()), resource=WATER)
    assert answer(asked)["error"] == "invalid_target"
    refused = portal.refresh("portail", told["refresh_token"], resource=WATER)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")


@pytest.mark.parametrize(
    ("asker", "server"),
    [({"subject_type": "public"}, {}), ({}, {"subject_type": "public"}), ({}, {}),
     ({"access_token_format": "jwt"}, {"access_token_format": "opaque"})],
)  # fmt: skip
def test_a_pair_whose_tokens_would_have_to_be_jwts_is_not_allowed(
    town: Town, asker: dict[str, Any], server: dict[str, Any]
) -> None:
    town.register("portail", public=True, sector="portail.test", **asker)
    _serve(town, "eau", WATER, **({"access_token_format": "jwt"} | server))
    with pytest.raises(MetadataRefused):
        town.allow("portail", WATER)
    with town.units.read() as work:
        assert resources.of_client(work, "portail") == []


@pytest.mark.parametrize("kind", [{"sector": "ville.test"}, {"subject_type": "public"}])
def test_a_jwt_is_for_who_knows_the_citizen_by_the_same_name(town: Town, kind: dict[str, Any]) -> None:
    town.register("portail", public=True, **kind)
    _serve(town, "eau", WATER, access_token_format="jwt", **kind)
    town.allow("portail", WATER)
    told = _sign_in(town, town.settle(), WATER)
    claims = _jwt(town, town.refresh("portail", told["refresh_token"], resource=WATER).json()["access_token"])
    assert (claims["aud"], claims["sub"]) == (WATER, town.userinfo(told["access_token"]).json()["sub"])


def test_one_jwt_for_two_of_whom_one_knows_the_citizen_otherwise_is_refused(portal: Town) -> None:
    _serve(portal, "piscine", "https://piscine.test/api", sector="portail.test", access_token_format="jwt")
    portal.allow("portail", "https://piscine.test/api")
    told = _sign_in(portal, portal.settle(), WATER, "https://piscine.test/api")
    for named, status in ((["https://piscine.test/api", WATER], 400), ([WATER], 200)):
        told_now = portal.refresh("portail", told["refresh_token"], resource=named)
        assert told_now.status_code == status, named


def test_a_client_for_itself_may_have_a_jwt_which_speaks_of_nobody(town: Town) -> None:
    _serve(town, "eau", WATER, access_token_format="jwt")
    auth = ("releve", town.register("releve", redirect_uris=(), sector="releve.test"))
    town.allow("releve", WATER)
    assert _jwt(town, town.token(**MACHINE, auth=auth).json()["access_token"])["sub"] == "releve"


def _serve(town: Town, id: str, *uris: str, **metadata: Any) -> str:
    """A service of its own sector with these resources; its secret."""
    secret = town.register(id, **({"sector": f"{id}.test"} | metadata))
    town.serve(id, *uris)
    return secret


def _redeem(town: Town, citizen: Citizen, *uris: str, scope: str) -> Any:
    """What /token answers, where the authorization request named these resources and the token request none."""
    pkce = Pkce()
    code = town.code(citizen, "portail", pkce, scope=scope, resource=list(uris))
    return town.redeem("portail", code, pkce)


def _sign_in(town: Town, citizen: Citizen, *uris: str) -> dict[str, Any]:
    reply = _redeem(town, citizen, *uris, scope="openid offline_access")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def _audience(town: Town, told: dict[str, Any]) -> Any:
    with town.units.read() as work:
        found = standing.find_access(work, told["access_token"])
    assert found
    held = found.audience
    return held[0] if len(held) == 1 else list(held)


def _introspect(town: Town, auth: tuple[str, str], token: str) -> dict[str, Any]:
    return dict(town.http.post("/introspect", data={"token": token}, auth=auth).json())


def _rotate(town: Town, client_id: str) -> str:
    with town.units.begin() as work:
        return registration.rotate_secret(work, client_id).reveal()


def _force(town: Town, client_id: str, **values: Any) -> None:
    """Write what no door writes."""
    with town.units.begin() as work:
        work.execute(update(clients.TABLE).where(clients.TABLE.c.id == client_id), values)


def _jwt(town: Town, token: str) -> dict[str, Any]:
    header, claims = jose.verify(token, town.http.get("/jwks").json())
    assert header["typ"] == "at+jwt"
    return claims
