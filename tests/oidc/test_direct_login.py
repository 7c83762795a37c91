"""Tokens beside the cookie: for our own application, flagged for it, called from its origin; for nobody else."""

from typing import Any

import pytest

from identity.accounts.sessions import SignInSession
from identity.foundation.errors import InvalidInput, NotAllowed
from identity.foundation.tokens import Secret
from identity.oidc import clients, demo, direct_login, registration
from identity.oidc.direct_login import DirectLogin, TokenSet, Wanted
from tests.oidc import jose
from tests.oidc.town import CALLBACK, ISSUER, Citizen, Town

ORIGIN = "https://portail.test"
PORTAL: dict[str, Any] = {"public": True, "first_party": True, "direct_login": True, "origins": (ORIGIN,)}


def test_the_tokens_of_a_direct_login_are_those_of_the_token_endpoint(town: Town) -> None:
    town.register("portail", **PORTAL)
    citizen = town.settle()

    told = _log_in(town, citizen, "openid email offline_access account")

    assert (told.token_type, told.expires_in) == ("Bearer", 300)
    assert told.scope == "openid email offline_access account"
    _, claims = jose.verify(_shown(told.id_token), town.http.get("/jwks").json())
    assert (claims["iss"], claims["aud"]) == (ISSUER, "portail")
    seen = town.userinfo(told.access_token.reveal()).json()
    assert seen["sub"] == claims["sub"] and "email" in seen
    assert told.refresh_token
    refreshed = town.refresh("portail", told.refresh_token.reveal()).json()
    assert town.userinfo(refreshed["access_token"]).json() == seen


def test_without_a_scope_the_client_has_what_it_may_save_offline_access(town: Town) -> None:
    town.register("portail", **PORTAL, scope="openid email offline_access account")
    told = _log_in(town, town.settle(), None)
    assert told.scope == "openid email account" and told.refresh_token is None


def test_without_openid_there_is_no_id_token(town: Town) -> None:
    town.register("portail", **PORTAL)
    assert _log_in(town, town.settle(), "account").id_token is None


def test_a_scope_that_gives_nothing_is_refused(town: Town) -> None:
    town.register("portail", **PORTAL)
    with pytest.raises(InvalidInput):
        _log_in(town, town.settle(), "fantaisie")


def test_no_other_client_and_no_other_origin_is_served(town: Town) -> None:
    town.register("portail", **PORTAL)
    town.register("ordinaire", public=True)
    town.register("serveur")
    town.register("mediatheque", public=True, first_party=False)
    town.register("fini", **PORTAL)
    with town.units.begin() as work:
        registration.disable(work, "fini")
    asked = [
        (id, ORIGIN)
        for id in ("ordinaire", "serveur", "mediatheque", "fini", "inconnu", "", "a\0b", "x" * 999)
    ]
    asked += [
        ("portail", origin)
        for origin in (None, "null", "https://evil.example", f"{ORIGIN}:444", "http://portail.test")
    ]

    for client_id, origin in asked:
        with town.visited_from(origin).begin() as work, pytest.raises(NotAllowed):
            direct_login.require_client(work, client_id)


def test_an_origin_is_known_in_any_case(town: Town) -> None:
    town.register("portail", **PORTAL)
    with town.visited_from("HTTPS://Portail.Test").begin() as work:
        assert direct_login.require_client(work, "portail").id == "portail"


def test_tokens_do_not_print(town: Town) -> None:
    town.register("portail", **PORTAL)
    told = _log_in(town, town.settle(), "openid offline_access")
    assert told.refresh_token and told.id_token
    for secret in (told.access_token.reveal(), told.refresh_token.reveal(), told.id_token.reveal()):
        assert secret not in repr(told)


def test_the_origins_of_enabled_direct_login_clients_are_known(town: Town) -> None:
    town.register("portail", **PORTAL)
    town.register("ordinaire", public=True)
    town.register("fini", **(PORTAL | {"origins": ("https://fini.test",)}))
    with town.units.begin() as work:
        registration.disable(work, "fini")
        assert clients.origins(work) == {ORIGIN}


def test_the_demonstration_s_portal_is_registered_however_often_it_is_loaded(town: Town) -> None:
    for _ in range(2):
        with town.units.begin() as work:
            demo.load(work)
    with town.visited_from(ISSUER).begin() as work:
        assert direct_login.require_client(work, "parvis-portal").redirect_uris == [f"{ISSUER}/callback"]


def _shown(secret: Secret | None) -> str:
    assert secret
    return secret.reveal()


def _log_in(town: Town, citizen: Citizen, scope: str | None) -> TokenSet:
    assert CALLBACK.startswith(ORIGIN)
    with town.visited_from(ORIGIN).begin() as work:
        session = work.session.get_one(SignInSession, citizen.session_id)
        return direct_login.issue(work, DirectLogin(Wanted("portail", scope), session))
