"""Giving tokens back (RFC 7009)."""

from typing import Any

from tests.oidc.town import Town


def test_a_refresh_token_given_back_ends_its_family(town: Town) -> None:
    town.register("portail", public=True)
    told = town.sign_in(town.settle(), "portail", scope="openid offline_access")
    child = town.refresh("portail", told["refresh_token"]).json()

    assert (
        _revoke(town, "portail", token=child["refresh_token"], token_type_hint="refresh_token").status_code
        == 200
    )

    assert town.refresh("portail", child["refresh_token"]).status_code == 400
    assert town.userinfo(told["access_token"]).status_code == 401
    assert town.userinfo(child["access_token"]).status_code == 401


def test_an_access_token_given_back_ends_alone(town: Town) -> None:
    town.register("portail", public=True)
    told = town.sign_in(town.settle(), "portail", scope="openid offline_access")

    # A wrong hint costs a look elsewhere, an unknown one nothing.
    assert (
        _revoke(town, "portail", token=told["access_token"], token_type_hint="refresh_token").status_code
        == 200
    )

    assert town.userinfo(told["access_token"]).status_code == 401
    assert town.refresh("portail", told["refresh_token"]).status_code == 200


def test_a_token_that_is_none_and_one_that_ended_are_given_back_alike(town: Town) -> None:
    town.register("portail", public=True)
    token = town.sign_in(town.settle(), "portail")["access_token"]
    for given in ("inconnu", token, token):
        assert _revoke(town, "portail", token=given, token_type_hint="autre").status_code == 200
    assert _revoke(town, "portail").json()["error"] == "invalid_request"


def test_nobody_gives_back_the_token_of_another(town: Town) -> None:
    town.register("portail", public=True)
    town.register("autre", public=True)
    told = town.sign_in(town.settle(), "portail", scope="openid offline_access")
    for token in (told["access_token"], told["refresh_token"]):
        assert _revoke(town, "autre", token=token).status_code == 400
    assert town.userinfo(told["access_token"]).status_code == 200
    assert town.refresh("portail", told["refresh_token"]).status_code == 200


def _revoke(town: Town, client_id: str, **form: Any) -> Any:
    return town.http.post("/revoke", data={"client_id": client_id, **form})
