"""The authorization endpoint: who gets a code, who is told why not, and who is told nothing."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from identity.accounts.account import Account
from identity.oidc import registration
from tests.oidc.town import CALLBACK, ISSUER, Pkce, Town, answer, request_for


def test_with_a_live_session_our_own_client_gets_a_code_without_asking(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    for prompt in ({}, {"prompt": "none"}):
        response = town.authorize(citizen, **request_for("portail", Pkce()), **prompt)
        assert set(answer(response)) == {"code", "state", "iss"}
        assert response.headers["cache-control"] == "no-store"


UNANSWERED: list[tuple[dict[str, str], str]] = [
    ({"prompt": "none"}, "login_required"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": 'code"é\\'}, "unsupported_response_type"),
    ({"response_type": ""}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "danse"}, "invalid_request"),
    ({"scope": ""}, "invalid_scope"),
    ({"scope": "fantaisie"}, "invalid_scope"),
    ({"nonce": "n" * 513}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "٣"}, "invalid_request"),
    ({"request": "e30.e30."}, "invalid_request_object"),
    ({"request_uri": "https://portail.test/r"}, "request_uri_not_supported"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"claims": "{"}, "invalid_request"),
    ({"claims": "[]"}, "invalid_request"),
    ({"claims": '{"userinfo": {"email": 1}}'}, "invalid_request"),
    ({"id_token_hint": "e30.e30."}, "invalid_request"),
    ({"resource": "https://inconnue.test"}, "invalid_target"),
    ({"dpop_jkt": "court"}, "invalid_request"),
]


def test_without_a_session_the_client_is_told_why_there_is_no_code(town: Town) -> None:
    town.register("portail", public=True)
    for asked, error in UNANSWERED:
        told = answer(town.authorize(None, **(request_for("portail", Pkce()) | asked)))
        assert (told["error"], told["state"], told["iss"]) == (error, "s t~é&", ISSUER), asked
        assert "code" not in told


NEED_A_PAGE: list[tuple[dict[str, str], str | None]] = [
    ({"prompt": "login"}, "/login"),
    ({"prompt": "create"}, "/register"),
    ({"prompt": "select_account"}, "/login"),
    ({"prompt": "consent"}, "/consent"),
    ({"max_age": "0"}, "/login"),
    ({"max_age": "60"}, "/login"),
    ({"max_age": "61"}, None),
]


def test_what_the_person_must_do_first_leads_to_its_page(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    town.clock.pass_(seconds=60)
    for asked, page in NEED_A_PAGE:
        response = town.authorize(citizen, **(request_for("portail", Pkce()) | asked))
        if page is None:
            assert "code" in answer(response), asked
        else:
            assert response.status_code == 303, asked
            assert response.headers["location"].startswith(f"{ISSUER}{page}?"), asked


def test_a_service_of_another_needs_the_person_s_consent(town: Town) -> None:
    town.register("mediatheque", public=True, first_party=False)
    told = answer(town.authorize(town.settle(), **request_for("mediatheque", Pkce()), prompt="none"))
    assert told["error"] == "consent_required"


def test_a_locked_or_closed_account_is_signed_in_nowhere(town: Town) -> None:
    town.register("portail", public=True)
    for fact in ("locked_at", "closed_at"):
        citizen = town.settle()
        town.change(Account, citizen.account_id, **{fact: town.clock.now})
        told = answer(town.authorize(citizen, **request_for("portail", Pkce()), prompt="none"))
        assert told["error"] == "login_required"


NOWHERE_TO_GO: list[dict[str, str]] = [
    {"client_id": "inconnu"},
    {"client_id": ""},
    {"client_id": "x" * 5000},
    {"redirect_uri": ""},
    {"redirect_uri": CALLBACK + "/"},
    {"redirect_uri": CALLBACK.replace("portail", "PORTAIL")},
    {"redirect_uri": CALLBACK.replace("https", "http")},
    {"redirect_uri": CALLBACK.replace(".test", ".test:443")},
    {"redirect_uri": CALLBACK.replace(".test", ".test.evil.example")},
    {"redirect_uri": CALLBACK + "?x=1"},
    {"redirect_uri": CALLBACK + "#x"},
    {"redirect_uri": CALLBACK + "/../retour"},
    {"redirect_uri": CALLBACK.replace("/retour", "/%72etour")},
    {"redirect_uri": CALLBACK.replace("/retour", "%2Fretour")},
    {"redirect_uri": CALLBACK.replace("https://", "https://a@")},
    {"redirect_uri": CALLBACK + '"\\é'},
    {"redirect_uri": "javascript:alert(1)"},
]


def test_an_unknown_client_or_redirect_uri_gets_a_page_and_never_a_redirect(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    for asked in NOWHERE_TO_GO:
        for person in (None, citizen):
            response = town.authorize(person, **(request_for("portail", Pkce()) | asked))
            assert response.status_code == 400, asked
            assert "location" not in response.headers
            assert response.headers["content-type"].startswith("text/html")
            assert not asked.get("redirect_uri") or asked["redirect_uri"] not in response.text


def test_a_disabled_client_is_an_unknown_one(town: Town) -> None:
    town.register("portail", public=True)
    with town.units.begin() as work:
        registration.disable(work, "portail")
    assert town.authorize(town.settle(), **request_for("portail", Pkce())).status_code == 400


def test_a_parameter_that_comes_twice_gets_a_page(town: Town) -> None:
    town.register("portail", public=True)
    for name in ("client_id", "redirect_uri", "state", "scope", "code_challenge", "whatever"):
        asked: Any = [*request_for("portail", Pkce()).items(), (name, "a"), (name, "b")]
        response = town.http.get("/authorize", params=asked, follow_redirects=False)
        assert response.status_code == 400 and "location" not in response.headers, name


LOOPBACK = [
    ("http://127.0.0.1/retour", "http://127.0.0.1:51004/retour", True),
    ("http://127.0.0.1:3000/retour", "http://127.0.0.1:51004/retour", True),
    ("http://[::1]/retour?a=b", "http://[::1]:51004/retour?a=b", True),
    ("http://127.0.0.1/retour", "http://127.0.0.1:51004/autre", False),
    ("http://127.0.0.1/retour", "http://127.0.0.1:51004@evil.example/retour", False),
    ("http://127.0.0.1/retour", "http://127.0.0.1.evil.example/retour", False),
    ("http://127.0.0.1/retour", "http://[::1]:51004/retour", False),
    ("http://localhost:3000/retour", "http://localhost:51004/retour", False),
    ("https://portail.test/retour", "https://portail.test:51004/retour", False),
]


def test_an_application_on_loopback_may_listen_on_any_port(town: Town) -> None:
    citizen = town.settle()
    for number, (registered, asked, allowed) in enumerate(LOOPBACK):
        town.register(f"appli{number}", public=True, redirect_uris=(registered,))
        usual = request_for(f"appli{number}", Pkce())
        response = town.authorize(citizen, **(usual | {"redirect_uri": asked}))
        # Where it may be answered, the person confirms it first: see test_native_applications.
        assert response.is_redirect == allowed, (registered, asked)
        assert urlsplit(response.headers.get("location", "")).path == ("/consent" if allowed else "")
        if not allowed:
            assert response.status_code == 400


def test_an_application_may_return_by_a_scheme_of_its_own(town: Town) -> None:
    uri = "fr.exemple.app:/retour"
    town.register("appli", public=True, redirect_uris=(uri,))
    usual = request_for("appli", Pkce()) | {"redirect_uri": uri, "prompt": "none"}
    response = town.authorize(town.settle(), **usual)
    assert response.headers["location"].startswith(f"{uri}?error=interaction_required")


def test_the_query_of_a_redirect_uri_stays_as_it_was_registered(town: Town) -> None:
    uri = "https://portail.test/retour?page=a%20b&vide="
    town.register("portail", public=True, redirect_uris=(uri,))
    response = town.authorize(town.settle(), **(request_for("portail", Pkce()) | {"redirect_uri": uri}))
    assert response.headers["location"].startswith(f"{uri}&code=")


def test_a_request_by_post_is_sent_round_as_a_get_so_that_the_cookie_comes_with_it(town: Town) -> None:
    town.register("portail", public=True)
    asked = request_for("portail", Pkce())
    response = town.http.post("/authorize", data=asked, follow_redirects=False)
    parts = urlsplit(response.headers["location"])
    assert (
        response.status_code == 303
        and f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
    )
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == asked


def test_looking_without_following_makes_no_code(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    cookie = {"Cookie": f"__Host-parvis_session={citizen.cookie.reveal()}"}
    response = town.http.head(
        "/authorize", params=request_for("portail", Pkce()), headers=cookie, follow_redirects=False
    )
    assert response.status_code == 405 and "location" not in response.headers


TOLD = [
    ("token", "response_type=token is not supported"),
    ("id_token", "response_type=id_token is not supported"),
    ("code id_token", "response_type=code id_token is not supported"),
    ('code"é\\\n<b>', "response_type=code????<b> is not supported"),
]


@pytest.mark.parametrize(("asked", "told"), TOLD)
def test_a_response_type_that_we_do_not_have_is_named_in_letters_that_may_be_there(
    town: Town, asked: str, told: str
) -> None:
    """RFC 6749 §4.1.2.1 and §5.2 say which letters a description may hold."""
    secret = town.register("mediatheque")
    request = request_for("mediatheque", Pkce()) | {"response_type": asked}
    for said in (
        answer(town.authorize(town.settle(), **request)),
        town.http.post("/par", data=request, auth=("mediatheque", secret)).json(),
    ):
        assert (said["error"], said["error_description"]) == ("unsupported_response_type", told)


def test_whatever_is_quoted_has_a_measure_and_no_other_letters(town: Town) -> None:
    secret = town.register("mediatheque")
    told = town.token(grant_type='é"\\' + "x" * 9000, auth=("mediatheque", secret)).json()
    assert told["error"] == "unsupported_grant_type"
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]{1,300}", told["error_description"])
