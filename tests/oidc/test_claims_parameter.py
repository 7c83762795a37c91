"""Claims asked for one by one (OpenID Connect Core §5.5), and what else a request may say about the person.

Mirrors oidcc-claims-essential, oidcc-id-token-hint, oidcc-ensure-request-with-acr-values-succeeds, oidcc-ui-locales,
oidcc-claims-locales, oidcc-login-hint, oidcc-display-page, oidcc-ensure-request-with-unknown-parameter-succeeds and
oidcc-userinfo-rs256.
"""

import json
from typing import Any

from identity.accounts import sessions
from identity.foundation.unit_of_work import UnitOfWork
from tests.oidc import jose
from tests.oidc.town import ISSUER, Citizen, Pkce, Town, answer, request_for


def _again(work: UnitOfWork, citizen: Citizen) -> Citizen:
    """The same person, signed in anew."""
    session, cookie = sessions.open(work, citizen.account_id)
    return Citizen(citizen.account_id, session.id, cookie)


def _claims(town: Town, tokens: dict[str, Any]) -> dict[str, Any]:
    return jose.verify(tokens["id_token"], town.http.get("/jwks").json())[1]


def test_a_claim_is_told_where_it_is_asked_for_and_nothing_else_of_its_scope(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle(mobile="+33612345678")
    asked = {
        "userinfo": {"given_name": {"essential": True}, "phone_number": None, "inconnu": None},
        "id_token": {"email": None, "auth_time": {"essential": True}},
    }
    told = town.sign_in(citizen, "portail", scope="openid", claims=json.dumps(asked))

    person = town.userinfo(told["access_token"]).json()
    assert person == {"sub": person["sub"], "given_name": "Zoé", "phone_number": "+33612345678"}
    identity = _claims(town, told)
    assert identity["email"].endswith("@exemple.fr") and "email_verified" not in identity
    assert "given_name" not in identity


def test_a_claim_of_a_scope_that_the_client_may_not_have_is_left_out(town: Town) -> None:
    town.register("portail", public=True, scope="openid profile")
    asked = json.dumps({"userinfo": {"email": {"essential": True}, "name": None}})
    told = town.sign_in(town.settle(), "portail", scope="openid", claims=asked)
    assert town.userinfo(told["access_token"]).json().keys() == {"sub", "name"}


def test_the_person_that_the_client_means_gets_the_code_and_no_other(town: Town) -> None:
    town.register("portail", public=True)
    citizen, other = town.settle(), town.settle()
    told = town.sign_in(citizen, "portail")
    subject = _claims(town, told)["sub"]
    town.clock.pass_(hours=2)  # the hint is out of date by now, and good all the same
    with town.units.begin() as work:
        citizen, other = _again(work, citizen), _again(work, other)
    wanted = [
        {"id_token_hint": told["id_token"]},
        {"claims": json.dumps({"id_token": {"sub": {"value": subject}}})},
    ]
    for parameters in wanted:
        usual = request_for("portail", Pkce()) | parameters
        assert "code" in answer(town.authorize(citizen, **usual, prompt="none"))
        assert answer(town.authorize(other, **usual, prompt="none"))["error"] == "login_required"
        assert town.authorize(other, **usual).headers["location"].startswith(f"{ISSUER}/login?")


def test_a_hint_that_is_not_an_id_token_of_this_client_is_refused(town: Town) -> None:
    for client_id in ("portail", "autre"):
        town.register(client_id, public=True, access_token_format="jwt")
    citizen = town.settle()
    told = town.sign_in(citizen, "portail")
    head, body, _ = told["id_token"].split(".")
    for client_id, hint in (
        ("autre", told["id_token"]), ("portail", told["access_token"]), ("portail", f"{head}.{body}."),
        ("portail", f"{head}.{body}.{'A' * 86}"), ("portail", "x"), ("portail", "a.b.c"), ("portail", "é.é.é"),
    ):  # fmt: skip
        refused = answer(town.authorize(citizen, **request_for(client_id, Pkce()), id_token_hint=hint))
        assert refused["error"] == "invalid_request", hint[:30]


def test_what_is_only_a_wish_changes_nothing_that_the_person_may_do(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    for wish in (
        {"acr_values": "1 2"}, {"ui_locales": "se en"}, {"claims_locales": "se"}, {"login_hint": "zoe@exemple.fr"},
        {"display": "popup"}, {"display": "page"}, {"extra": "foobar"}, {"claims": "{}"},
        {"claims": json.dumps({"id_token": {"acr": {"values": ["1"]}}})},
        {"claims": json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:parvis:acr:password"}}})},
    ):  # fmt: skip
        assert "code" in answer(town.authorize(citizen, **request_for("portail", Pkce()), **wish)), wish


def test_a_way_of_signing_in_that_must_be_and_that_we_lack_is_refused(town: Town) -> None:
    town.register("portail", public=True)
    asked = json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:fort"]}}})
    told = answer(town.authorize(town.settle(), **request_for("portail", Pkce()), claims=asked))
    assert told["error"] == "unmet_authentication_requirements"


def test_nonsense_as_claims_is_refused(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    for text in ("", "x", "1", "[]", '{"userinfo": []}', '{"id_token": {"acr": "x"}}', "[" * 5000, "NaN",
                 '{"id_token": {"sub": 1}}', '{"userinfo": {"email": true}}', "a" * 9000):  # fmt: skip
        usual = request_for("portail", Pkce())
        if text:
            assert answer(town.authorize(citizen, **usual, claims=text))["error"] == "invalid_request", text[
                :20
            ]


def test_userinfo_is_signed_for_a_client_that_registered_so(town: Town) -> None:
    for alg in ("RS256", "ES256"):
        town.register(f"portail-{alg}", public=True, userinfo_signed_response_alg=alg)
        told = town.sign_in(town.settle(), f"portail-{alg}")
        response = town.userinfo(told["access_token"])
        assert response.headers["content-type"] == "application/jwt"
        header, claims = jose.verify(response.text, town.http.get("/jwks").json())
        assert header["alg"] == alg and claims["iss"] == ISSUER and claims["aud"] == f"portail-{alg}"
        assert claims["sub"] == _claims(town, told)["sub"] and claims["given_name"] == "Zoé"
