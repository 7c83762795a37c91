"""Malformed input is answered with the protocol's own error, never as a fault of the server."""

from tests.oidc.town import Town

FORM = {"content-type": "application/x-www-form-urlencoded"}

HOSTILE = {
    "a NUL": b"grant_type=refresh_token&client_id=portail&refresh_token=a%00b",
    "a NUL in the client": b"grant_type=refresh_token&client_id=por%00tail&refresh_token=a",
    "broken UTF-8": b"grant_type=refresh_token&client_id=portail&refresh_token=%ff%fe",
    "raw bytes": b"grant_type=refresh_token&client_id=portail&refresh_token=\xff\xfe",
    "a lone surrogate": b"grant_type=refresh_token&client_id=portail&refresh_token=%ed%a0%80",
    "a parameter twice": b"grant_type=refresh_token&grant_type=refresh_token&client_id=portail&refresh_token=a",
    "a long value": b"grant_type=refresh_token&client_id=portail&refresh_token=" + b"a" * 20_000,
    "a long body": b"grant_type=refresh_token&refresh_token=" + b"a" * 200_000,
    "many parameters": b"&".join(b"p%d=1" % n for n in range(1000)),
    "no grant": b"client_id=portail",
    "nothing": b"",
    "an unknown grant": b"grant_type=%22%5C%C3%A9&client_id=portail",
    "a password grant": b"grant_type=password&client_id=portail&username=a&password=b",
}


def test_the_token_endpoint_refuses_what_it_cannot_read(town: Town) -> None:
    town.register("portail", public=True)
    for what, body in HOSTILE.items():
        for path in ("/token", "/revoke"):
            response = town.http.post(path, content=body, headers=FORM)
            assert response.status_code in (400, 401), (what, path, response.text)
            assert response.json()["error"] in PROTOCOL_ERRORS, (what, path)
            assert response.headers["cache-control"] == "no-store"


def test_a_body_of_another_type_is_refused(town: Town) -> None:
    for media in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
        headers = {"content-type": media}
        response = town.http.post("/token", content=b'{"grant_type": "refresh_token"}', headers=headers)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request"), media


def test_a_resource_may_be_named_twice(town: Town) -> None:
    secret = town.register("mediatheque")
    town.serve("mediatheque", "https://a.test", "https://b.test")
    body = b"grant_type=client_credentials&resource=https://a.test&resource=https://b.test"
    response = town.http.post("/token", content=body, headers=FORM, auth=("mediatheque", secret))
    assert response.status_code == 200


def test_only_post_gets_tokens(town: Town) -> None:
    for path in ("/token", "/revoke"):
        response = town.http.get(path)
        assert response.status_code == 405 and "POST" in response.headers["allow"]


PROTOCOL_ERRORS = {"invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type"}
