"""A service that reads the ID token alone: what its scope reveals is told there too, where an agent said so."""

from typing import Any

import pytest

from identity.oidc import claims
from tests.oidc import jose
from tests.oidc import person as people
from tests.oidc import test_device as device
from tests.oidc.test_direct_login import PORTAL, _log_in
from tests.oidc.town import Pkce, Town, answer, request_for

TOLD = {"family_name": "Durand", "given_name": "Zoé", "name": "Zoé Durand"}


@pytest.mark.parametrize("marked", [True, False])
def test_its_id_tokens_tell_what_userinfo_tells_and_others_do_not(town: Town, marked: bool) -> None:
    town.register("portail", public=True, id_token_claims=marked)
    tokens = town.sign_in(town.settle(), "portail", scope="openid profile email")
    told, seen = _claims(town, tokens), town.userinfo(tokens["access_token"]).json()
    assert (told.items() >= seen.items()) is marked
    assert ("email" in told, "name" in told) == (marked, marked)


@pytest.mark.parametrize("scope", ["openid", "openid profile", "openid email offline_access"])
def test_no_more_is_told_than_was_asked_for_and_a_refresh_tells_it_again(town: Town, scope: str) -> None:
    town.register("portail", public=True, id_token_claims=True)
    tokens = town.sign_in(town.settle(), "portail", scope=scope)
    reveals = {name for word in scope.split() for name in claims.SCOPES[word]} - {"sub"}
    shown = {name for name in _claims(town, tokens) if name in claims.SCOPE_OF}
    assert shown == reveals
    if "refresh_token" in tokens:
        again = town.refresh("portail", tokens["refresh_token"]).json()
        assert {name for name in _claims(town, again) if name in claims.SCOPE_OF} == reveals
        narrow = town.refresh("portail", again["refresh_token"], scope="openid").json()
        assert not {name for name in _claims(town, narrow) if name in claims.SCOPE_OF}


def test_the_claims_of_a_scope_that_the_client_may_not_have_stay_out(town: Town) -> None:
    town.register("portail", public=True, id_token_claims=True, scope="openid profile")
    told = _claims(town, town.sign_in(town.settle(), "portail", scope="openid profile email"))
    assert told.items() >= TOLD.items() and "email" not in told


def test_consent_is_asked_as_for_userinfo(town: Town) -> None:
    town.register("portail", public=True, first_party=False, id_token_claims=True)
    sent = town.authorize(town.settle(), **request_for("portail", Pkce()))
    assert "/consent?" in sent.headers["location"], sent.headers["location"]
    refused = town.authorize(town.settle(), **request_for("portail", Pkce()), prompt="none")
    assert answer(refused)["error"] == "consent_required"


def test_a_device_and_a_direct_login_follow(town: Town) -> None:
    town.register("guichet", public=True, redirect_uris=(), device=True, id_token_claims=True)
    people.settle(town, device.EMAIL)
    asked = device.ask(town, scope="openid email")
    device.type_code(town, asked["user_code"]).press("consent-accept")
    town.clock.pass_(seconds=asked["interval"])
    assert _claims(town, device.poll(town, asked).json())["email"] == device.EMAIL

    town.register("portail", **PORTAL, id_token_claims=True)
    signed_in = _log_in(town, town.settle(), "openid profile")
    assert signed_in.id_token
    assert _claims(town, {"id_token": signed_in.id_token.reveal()}).items() >= TOLD.items()


def _claims(town: Town, tokens: dict[str, Any]) -> dict[str, Any]:
    return dict(jose.verify(tokens["id_token"], town.http.get("/jwks").json())[1])
