"""Modules of the OpenID Connect plans that no other test plays, as the suite plays them: a confidential client that
sends no PKCE, as `parvis demo --conformance` registers it.
"""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from identity.oidc import signing_keys
from tests.oidc import jose
from tests.oidc.signing import Signer, unsigned
from tests.oidc.test_dynamic_registration import change_settings, error, post, read
from tests.oidc.town import CALLBACK, ISSUER, Citizen, Pkce, Town, answer, request_for
from tests.support import site as site_
from tests.support import smtp
from tests.support.site import Site

DISCOVERY = "/.well-known/openid-configuration"
ID = "conformance"


@pytest.fixture
def secret(town: Town) -> str:
    """Of the client."""
    return town.register(ID, pkce_required=False, signature_alg="RS256")


@pytest.fixture
def open_town(town: Town) -> Town:
    """Where anybody may register, and the suite can be reached."""
    reach = [ip_network("127.0.0.0/8")]
    return change_settings(town, rate_limits="off", open_registration="on", outbound_allow=reach)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The suite's own server, whose authority we trust."""
    context, authority = smtp.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with site_.serve(context) as served:
        yield served


def asked(**parameters: str | None) -> dict[str, str]:
    """The suite's request; parameters of None are left out."""
    usual = {"client_id": ID, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid",
             "state": "s", "nonce": "n"}  # fmt: skip
    return {name: value for name, value in (usual | parameters).items() if value is not None}


def tokens(town: Town, secret: str, citizen: Citizen, **parameters: str | None) -> dict[str, Any]:
    """The tokens of a whole flow."""
    code = answer(town.authorize(citizen, **asked(**parameters)))["code"]
    reply = redeem(town, secret, code)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def redeem(town: Town, secret: str, code: str, **form: str) -> Any:
    """What the token endpoint answers for a code."""
    return town.token(
        grant_type="authorization_code", code=code, redirect_uri=CALLBACK, auth=(ID, secret), **form
    )


def test_an_id_token_is_signed_with_a_key_that_is_published(town: Town, secret: str) -> None:
    """oidcc-idtoken-signature, oidcc-idtoken-rs256."""
    told = tokens(town, secret, town.settle())
    header, claims = jose.verify(told["id_token"], town.http.get("/jwks").json())
    assert (header["alg"], claims["nonce"]) == ("RS256", "n")
    kids = [key["kid"] for key in town.http.get("/jwks").json()["keys"]]
    assert len(set(kids)) == len(kids)
    assert all(not {"d", "k", "p"} & key.keys() for key in town.http.get("/jwks").json()["keys"])


def test_without_a_response_type_nothing_is_answered(town: Town, secret: str) -> None:
    """oidcc-response-type-missing: told to the client, with `state`."""
    told = answer(town.authorize(town.settle(), **asked(response_type=None)))
    assert (told["error"], told["state"]) == ("invalid_request", "s")


@pytest.mark.parametrize("later", [0, 30])
def test_a_code_is_good_once(town: Town, secret: str, later: int) -> None:
    """oidcc-codereuse, oidcc-codereuse-30seconds: and then its token ends."""
    code = answer(town.authorize(town.settle(), **asked()))["code"]
    token = redeem(town, secret, code).json()["access_token"]
    town.clock.pass_(seconds=later)
    again = redeem(town, secret, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert town.userinfo(token).status_code == 401


def test_no_order_matters(town: Town, secret: str) -> None:
    """oidcc-alternate-happy-flow."""
    citizen = town.settle()
    turned = dict(reversed(asked(scope="email openid").items()))
    assert "code" in answer(town.authorize(citizen, **turned))


def test_neither_a_challenge_nor_a_nonce_is_needed_and_a_challenge_holds(town: Town, secret: str) -> None:
    """oidcc-ensure-request-with-valid-pkce-succeeds, oidcc-ensure-request-without-nonce-succeeds-for-code-flow."""
    citizen, pkce = town.settle(), Pkce()
    told = tokens(town, secret, citizen, nonce=None)
    assert "nonce" not in jose.verify(told["id_token"], town.http.get("/jwks").json())[1]
    sent = asked(code_challenge=pkce.challenge, code_challenge_method="S256")
    code = answer(town.authorize(citizen, **sent))["code"]
    assert redeem(town, secret, code, code_verifier=pkce.verifier).status_code == 200


def test_a_refresh_token_gives_tokens_of_the_same_person(town: Town, secret: str) -> None:
    """oidcc-refresh-token."""
    told = tokens(town, secret, town.settle(), scope="openid offline_access")
    fresh = town.token(
        grant_type="refresh_token", refresh_token=told["refresh_token"], auth=(ID, secret)
    ).json()
    before, after = (jose.verify(one["id_token"], town.http.get("/jwks").json())[1] for one in (told, fresh))
    assert [before[name] for name in ("iss", "sub", "aud")] == [after[name] for name in ("iss", "sub", "aud")]
    assert town.userinfo(fresh["access_token"]).status_code == 200


def test_requests_that_we_do_not_read_are_refused_as_such(town: Town, secret: str) -> None:
    """oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported and
    oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported; discovery says so.
    """
    told = town.http.get(DISCOVERY).json()
    assert told["request_uri_parameter_supported"] is False and told["request_parameter_supported"] is True
    assert "none" not in told["request_object_signing_alg_values_supported"]
    citizen = town.settle()
    by_reference = answer(town.authorize(citizen, **asked(request_uri="https://suite.test/r")))
    by_value = answer(
        town.authorize(citizen, **asked(request=unsigned(asked() | {"iss": ID, "aud": ISSUER})))
    )
    assert by_reference["error"] == "request_uri_not_supported"
    assert by_value["error"] == "invalid_request_object"


def test_where_a_client_may_be_sent_is_what_it_registered(open_town: Town) -> None:
    """oidcc-ensure-redirect-uri-in-authorization-request, oidcc-redirect-uri-query-OK, oidcc-redirect-uri-query-added,
    oidcc-redirect-uri-query-mismatch, oidcc-redirect-uri-regfrag.
    """
    citizen = open_town.settle()
    told = post(open_town, {"redirect_uris": [f"{CALLBACK}?foo=bar"]}, None).json()
    there = asked(client_id=told["client_id"], redirect_uri=f"{CALLBACK}?foo=bar")
    assert open_town.authorize(citizen, **there).status_code == 303  # to the page that asks for consent
    for uri in (None, CALLBACK, f"{CALLBACK}?foo=baz", f"{CALLBACK}?foo=bar&a=b"):
        wrong = {name: value for name, value in (there | {"redirect_uri": uri}).items() if value}
        assert open_town.authorize(citizen, **wrong).status_code == 400, uri
    assert error(post(open_town, {"redirect_uris": [f"{CALLBACK}#foo=bar"]}, None)) == "invalid_redirect_uri"


def test_a_service_shows_itself_and_its_keys(open_town: Town, suite: Site) -> None:
    """oidcc-registration-jwks-uri, oidcc-registration-logo-uri, oidcc-3rd_party-init-login and
    oidcc-3rd_party-init-login-nohttps.
    """
    signer = Signer(open_town, "RS256")
    shown = {
        "jwks_uri": suite.show("/jwks", signer.jwks), "token_endpoint_auth_method": "private_key_jwt",
        "logo_uri": "https://suite.test/logo.png", "initiate_login_uri": "https://suite.test/initiate_login",
    }  # fmt: skip
    told = post(open_town, {"redirect_uris": [CALLBACK]} | shown, None).json()
    assert read(open_town, told).json().items() >= shown.items()
    plain = {"redirect_uris": [CALLBACK], "initiate_login_uri": "http://suite.test/initiate_login"}
    assert error(post(open_town, plain, None)) == "invalid_client_metadata"


def test_a_service_that_changed_its_keys_refreshes_with_the_new_one(open_town: Town, suite: Site) -> None:
    """oidcc-refresh-token-rp-key-rotation."""
    first, second = Signer(open_town, "RS256"), Signer(open_town, "RS256")
    jwks_uri = suite.show("/jwks", first.jwks)
    open_town.register(ID, auth_method="private_key_jwt", jwks_uri=jwks_uri, pkce_required=False)
    code = answer(open_town.authorize(open_town.settle(), **asked(scope="openid offline_access")))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    told = open_town.token(**form, **first.assertion(ID)).json()
    suite.show("/jwks", second.jwks)
    open_town.clock.pass_(seconds=60)
    form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    assert open_town.token(**form, **second.assertion(ID)).status_code == 200


def test_an_id_token_is_never_unsigned(open_town: Town) -> None:
    """oidcc-idtoken-unsigned: not offered, and refused to whoever registers so."""
    assert "none" not in open_town.http.get(DISCOVERY).json()["id_token_signing_alg_values_supported"]
    unsigned_ = {"redirect_uris": [CALLBACK], "id_token_signed_response_alg": "none"}
    assert error(post(open_town, unsigned_, None)) == "invalid_client_metadata"


def test_a_rotation_shows_new_keys_beside_the_old(town: Town, secret: str) -> None:
    """oidcc-server-rotate-keys."""
    tokens(town, secret, town.settle())
    before = {key["kid"] for key in town.http.get("/jwks").json()["keys"]}
    with town.units.begin() as work:
        signing_keys.rotate(work)
    town.clock.pass_(seconds=1)
    assert before < {key["kid"] for key in town.http.get("/jwks").json()["keys"]}


def test_discovery_says_that_sessions_can_be_ended(town: Town) -> None:
    """oidcc-rp-initiated-logout-discovery-endpoint-verification,
    oidcc-backchannel-logout-discovery-endpoint-verification.
    """
    told = town.http.get(DISCOVERY).json()
    assert told["end_session_endpoint"].startswith("https://")
    assert told["backchannel_logout_supported"] is told["backchannel_logout_session_supported"] is True


def test_with_a_hint_alone_the_session_ends_on_our_own_page(town: Town, secret: str) -> None:
    """oidcc-rp-initiated-logout-no-post-logout-redirect-uri."""
    citizen = town.settle()
    hint = tokens(town, secret, citizen)["id_token"]
    headers = {"Cookie": f"__Host-parvis_session={citizen.cookie.reveal()}"}
    reply = town.http.get("/logout", params={"id_token_hint": hint}, headers=headers, follow_redirects=False)
    assert reply.headers["location"].startswith(f"{ISSUER}/logout/done")


def test_a_request_needs_pkce_where_an_agent_demands_it(town: Town) -> None:
    town.register("portail", pkce_required=True)
    sent = {name: value for name, value in request_for("portail", Pkce()).items() if "challenge" not in name}
    assert answer(town.authorize(town.settle(), **sent))["error"] == "invalid_request"
