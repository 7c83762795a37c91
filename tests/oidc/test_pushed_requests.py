"""Requests that are pushed before a browser brings them (RFC 9126).

Mirrors, of fapi2-security-profile-final: -par-attempt-reuse-request_uri,
-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds, -par-attempt-to-use-expired-request_uri,
-par-attempt-to-use-request_uri-for-different-client, -par-authorization-request-containing-request_uri-form-param,
-par-without-duplicate-parameters, -ensure-different-nonce-inside-and-outside-request-object,
-ensure-different-state-inside-and-outside-request-object and -ensure-response-type-token-fails.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.oidc.town import CALLBACK, Citizen, Pkce, Town, answer, request_for


def _push(town: Town, secret: str, client_id: str = "mediatheque", **parameters: Any) -> Any:
    asked = request_for(client_id, Pkce()) | parameters
    return town.http.post("/par", data=asked, auth=(client_id, secret))


def _bring(town: Town, citizen: Citizen | None, uri: str, client_id: str = "mediatheque", **more: Any) -> Any:
    return town.authorize(citizen, client_id=client_id, request_uri=uri, **more)


def test_a_pushed_request_is_answered_once(town: Town) -> None:
    secret = town.register("mediatheque")
    citizen, pkce = town.settle(), Pkce()
    pushed = _push(town, secret, code_challenge=pkce.challenge)
    assert pushed.status_code == 201 and pushed.headers["cache-control"] == "no-store"
    assert pushed.json()["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert 5 <= pushed.json()["expires_in"] < 600

    told = answer(_bring(town, citizen, pushed.json()["request_uri"]))

    assert told["state"] == "s t~é&"
    assert town.redeem("mediatheque", told["code"], pkce, client_secret=secret).status_code == 200
    assert _bring(town, citizen, pushed.json()["request_uri"]).status_code == 400


def test_many_browsers_at_the_same_moment_get_one_code(town: Town) -> None:
    secret = town.register("mediatheque")
    citizen, uri = town.settle(), _push(town, secret).json()["request_uri"]
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: _bring(town, citizen, uri), range(4)))
    assert sorted(reply.status_code for reply in replies) == [302, 400, 400, 400]


def test_it_may_be_loaded_again_until_it_is_answered(town: Town) -> None:
    secret = town.register("mediatheque")
    uri = _push(town, secret).json()["request_uri"]
    for _ in range(2):
        assert _bring(town, None, uri).status_code == 303
    assert "code" in answer(_bring(town, town.settle(), uri))


def test_what_is_beside_the_reference_is_not_read(town: Town) -> None:
    secret = town.register("mediatheque")
    uri = _push(town, secret, nonce="dedans").json()["request_uri"]
    outside = {
        "redirect_uri": "https://evil.example",
        "state": "dehors",
        "scope": "openid phone",
        "nonce": "dehors",
    }
    told = answer(_bring(town, town.settle(), uri, **outside))
    assert told["state"] == "s t~é&" and "code" in told


def test_it_is_for_its_client_and_for_a_moment(town: Town) -> None:
    secret = town.register("mediatheque")
    town.register("cantine", public=True)
    citizen, uri = town.settle(), _push(town, secret).json()["request_uri"]
    assert _bring(town, citizen, uri, client_id="cantine").status_code == 400
    assert _bring(town, citizen, uri + "x").status_code == 400
    assert _bring(town, citizen, uri.upper()).status_code == 400
    assert town.authorize(citizen, request_uri=uri).status_code == 400
    town.clock.pass_(seconds=90)
    assert _bring(town, citizen, uri).status_code == 400


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request_uri"),
    ({"request_uri": "https://portail.test/r"}, "request_uri_not_supported"),
    ({"redirect_uri": CALLBACK + "/"}, "invalid_request"),
    ({"redirect_uri": ""}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"scope": "fantaisie"}, "invalid_scope"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": ""}, "invalid_request"),
    ({"prompt": "danse"}, "invalid_request"),
    ({"request": "e30.e30."}, "invalid_request_object"),
    ({"state": "a" * 5000}, "invalid_request"),
    ({"dpop_jkt": "é"}, "invalid_request"),
]


def test_a_request_that_is_wrong_is_refused_when_it_is_pushed(town: Town) -> None:
    secret = town.register("mediatheque")
    for asked, error in REFUSED:
        response = _push(town, secret, **asked)
        assert (response.status_code, response.json()["error"]) == (400, error), asked


def test_only_the_client_pushes_its_requests_and_its_secret_is_not_kept(town: Town) -> None:
    secret = town.register("mediatheque")
    town.register("portail", public=True)
    for response in (_push(town, "faux"), town.http.post("/par", data=request_for("mediatheque", Pkce()))):
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    by_post = town.http.post("/par", data=request_for("mediatheque", Pkce()) | {"client_secret": secret})
    assert by_post.status_code == 201
    assert "client_secret" not in _bring(town, None, by_post.json()["request_uri"]).headers["location"]
    assert town.http.post("/par", data=request_for("portail", Pkce())).status_code == 201


def test_a_client_that_must_push_gets_nothing_otherwise(town: Town) -> None:
    """fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails."""
    secret = town.register("mediatheque", require_par=True)
    citizen = town.settle()
    told = answer(town.authorize(citizen, **request_for("mediatheque", Pkce())))
    assert told["error"] == "invalid_request"
    assert "code" in answer(_bring(town, citizen, _push(town, secret).json()["request_uri"]))
