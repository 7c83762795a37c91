"""From a signed-in browser to tokens: the authorization code flow."""

import hashlib
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from identity.oidc import registration
from identity.oidc.registration import Metadata
from tests.oidc import jose
from tests.oidc.town import CALLBACK, ISSUER, Pkce, Town, answer, request_for


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_a_citizen_s_sign_in_gives_an_id_token_that_anyone_can_verify(town: Town, alg: str) -> None:
    town.register("portail", public=True, signature_alg=alg)
    citizen = town.settle()
    pkce = Pkce()
    sent = answer(town.authorize(citizen, **request_for("portail", pkce)))
    assert sent["state"] == "s t~é&" and sent["iss"] == ISSUER
    town.clock.pass_(seconds=59)

    response = town.redeem("portail", sent["code"], pkce)

    told = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 300, "openid profile email")
    assert "refresh_token" not in told
    header, claims = jose.verify(told["id_token"], town.http.get("/jwks").json())
    assert header["alg"] == alg
    issued_at = int(town.clock.now.timestamp())
    half = hashlib.sha256(told["access_token"].encode()).digest()[:16]
    assert claims == {
        "iss": ISSUER,
        "sub": town.userinfo(told["access_token"]).json()["sub"],
        "aud": "portail",
        "iat": issued_at,
        "exp": issued_at + 3600,
        "auth_time": issued_at - 59,
        "acr": "urn:parvis:acr:password",
        "amr": ["pwd"],
        "nonce": "n-0S6_WzA2Mj",
        "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
    }


def test_id_tokens_are_rs256_unless_the_client_says_otherwise(town: Town) -> None:
    with town.units.begin() as work:
        metadata = Metadata("ancien", "Ancien", (CALLBACK,), public=True, first_party=True)
        registration.add(work, metadata)
    header, _ = jose.verify(town.sign_in(town.settle(), "ancien")["id_token"], town.http.get("/jwks").json())
    assert header["alg"] == "RS256"


def test_without_openid_there_is_no_id_token(town: Town) -> None:
    town.register("portail", public=True)
    told = town.sign_in(town.settle(), "portail", scope="profile")
    assert "id_token" not in told
    assert town.userinfo(told["access_token"]).status_code == 403


def test_scopes_that_nobody_knows_or_that_the_client_may_not_have_are_left_out(town: Town) -> None:
    town.register("portail", public=True, scope="openid email")
    assert (
        town.sign_in(town.settle(), "portail", scope="openid fantaisie phone email openid")["scope"]
        == "openid email"
    )


def test_a_code_is_worth_nothing_after_a_minute(town: Town) -> None:
    town.register("portail", public=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce)
    town.clock.pass_(seconds=60)
    assert_refused(town.redeem("portail", code, pkce))


def test_a_replayed_code_ends_what_it_gave_and_the_refusal_does_not_undo_that(town: Town) -> None:
    town.register("portail", public=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce, scope="openid offline_access")
    told = town.redeem("portail", code, pkce).json()
    town.clock.pass_(seconds=90)

    assert_refused(town.redeem("portail", code, pkce))

    assert town.userinfo(told["access_token"]).status_code == 401
    assert_refused(town.refresh("portail", told["refresh_token"]))


def test_a_code_redeemed_in_parallel_is_redeemed_once(town: Town) -> None:
    town.register("portail", public=True)
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce)

    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: town.redeem("portail", code, pkce), range(6)))

    assert sorted(reply.status_code for reply in replies) == [200, 400, 400, 400, 400, 400]
    good = next(reply for reply in replies if reply.status_code == 200)
    assert town.userinfo(good.json()["access_token"]).status_code == 401


def test_a_code_is_bound_to_its_client_redirect_uri_and_verifier(town: Town) -> None:
    for client_id in ("portail", "autre"):
        town.register(client_id, public=True, redirect_uris=(CALLBACK, "https://portail.test/ailleurs"))
    pkce = Pkce()
    code = town.code(town.settle(), "portail", pkce)

    assert_refused(town.redeem("autre", code, pkce))
    assert_refused(town.redeem("portail", code, pkce, redirect_uri="https://portail.test/ailleurs"))
    assert_refused(town.redeem("portail", code, Pkce()))
    assert town.redeem("portail", code, pkce).status_code == 200


def test_a_public_client_needs_a_challenge_and_its_verifier(town: Town) -> None:
    town.register("portail", public=True)
    citizen, pkce = town.settle(), Pkce()
    asked = request_for("portail", pkce)
    without = {name: value for name, value in asked.items() if not name.startswith("code_challenge")}

    assert answer(town.authorize(citizen, **without))["error"] == "invalid_request"
    for verifier in (
        "",
        "trop-court",
        "é" * 43,
        "a" * 129,
        Pkce().verifier,
        pkce.challenge,
        pkce.verifier + "\n",
    ):
        code = town.code(citizen, "portail", pkce)
        assert_refused(town.redeem("portail", code, pkce, code_verifier=verifier))


NOT_S256 = [
    {"code_challenge_method": "plain"},
    {"code_challenge_method": ""},
    {"code_challenge": "trop-court"},
    {"code_challenge": "é" * 43},
    {"code_challenge": "a" * 128},
    {"code_challenge": ""},
]


def test_a_challenge_is_s256_or_refused(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    for challenge in NOT_S256:
        told = answer(town.authorize(citizen, **(request_for("portail", Pkce()) | challenge)))
        assert told["error"] == "invalid_request" and "code" not in told, challenge


def test_a_confidential_service_may_come_without_pkce_but_is_held_to_what_it_sends(town: Town) -> None:
    secret = town.register("ancien")
    citizen, pkce, auth = town.settle(), Pkce(), ("ancien", secret)
    plain = {"code_challenge": "", "code_challenge_method": ""}
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "auth": auth}

    assert town.token(code=town.code(citizen, "ancien", pkce, **plain), **form).status_code == 200
    sent = town.code(citizen, "ancien", pkce, **plain)
    assert_refused(town.token(code=sent, code_verifier=pkce.verifier, **form), "invalid_request")
    for verifier in ({}, {"code_verifier": "trop-court"}, {"code_verifier": Pkce().verifier}):
        assert_refused(town.token(code=town.code(citizen, "ancien", pkce), **form, **verifier))


def assert_refused(response: Any, error: str = "invalid_grant") -> None:
    """A protocol error, not cached."""
    assert response.status_code == 400, response.text
    assert response.json()["error"] == error
    assert response.headers["cache-control"] == "no-store"
