"""How a service proves who it is, and the one answer to all that fails."""

from base64 import b64encode
from typing import Any

from identity.oidc import registration
from tests.oidc.town import CALLBACK, Pkce, Town, request_for

GRANT = {"grant_type": "client_credentials"}


def test_a_service_may_send_its_secret_by_basic_or_in_the_form(town: Town) -> None:
    secret = town.register("mediatheque", scope="catalogue:lire")
    by_basic = town.token(**GRANT, auth=("mediatheque", secret))
    by_post = town.token(**GRANT, client_id="mediatheque", client_secret=secret)
    assert (by_basic.status_code, by_post.status_code) == (200, 200)


def test_unknown_disabled_and_wrong_secret_have_one_answer(town: Town) -> None:
    secret = town.register("mediatheque")
    old = town.register("ancien")
    with town.units.begin() as work:
        registration.disable(work, "ancien")

    replies = [
        town.token(**GRANT, auth=auth)
        for auth in (("inconnu", "x"), ("mediatheque", "x"), ("ancien", old), ("mediatheque", secret[:-1]))
    ]

    assert {reply.status_code for reply in replies} == {401}
    assert {reply.headers["www-authenticate"] for reply in replies} == {'Basic realm="parvis"'}
    assert len({reply.text for reply in replies}) == 1
    assert replies[0].json()["error"] == "invalid_client"


def test_a_wrong_secret_in_the_form_asks_no_browser_for_a_password(town: Town) -> None:
    town.register("mediatheque")
    reply = town.token(**GRANT, client_id="mediatheque", client_secret="x")
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")
    assert "www-authenticate" not in reply.headers


UNREADABLE = [
    "Basic",
    "Basic ",
    "Basic é",
    "Basic ***",
    "Basic " + b64encode(b"\xff\xfe:\xff").decode(),
    "Basic " + b64encode(b"mediatheque%00:x").decode(),
    "Basic " + b64encode(b"mediatheque\x00:x").decode(),
    "Basic " + b64encode(b"%ff:x").decode(),
    "Basic " + b64encode(b":").decode(),
    "Basic " + b64encode(b"mediatheque").decode(),
    "Bearer x",
    "Digest username=x",
]


def test_an_authorization_header_that_cannot_be_read_is_a_failed_authentication(town: Town) -> None:
    town.register("mediatheque")
    for header in UNREADABLE:
        reply = town.http.post("/token", data=GRANT, headers={"Authorization": header.encode()})
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client"), header
        assert reply.headers["www-authenticate"] == 'Basic realm="parvis"'


def test_authenticating_in_two_ways_is_refused(town: Town) -> None:
    secret = town.register("mediatheque")
    auth = ("mediatheque", secret)
    for extra in ({"client_secret": secret}, {"client_id": "autre"}):
        reply = town.token(**GRANT, auth=auth, **extra)
        assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")
    assert town.token(**GRANT, auth=auth, client_id="mediatheque").status_code == 200


def test_a_public_client_may_send_an_empty_secret_however_it_is_sent(town: Town) -> None:
    """OAuth libraries that know Basic alone do, and send no client_id in the form (RFC 6749 §2.3.1)."""
    town.register("portail", public=True)
    for sent in (
        {"auth": ("portail", "")},
        {"auth": ("portail", ""), "client_id": "portail", "client_secret": ""},
    ):
        pkce = Pkce()
        code = town.code(town.settle(), "portail", pkce)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": pkce.verifier,
        }
        told = town.token(**form, **sent)
        assert told.status_code == 200, told.text
        revoked = town.http.post("/revoke", data={"token": told.json()["access_token"]}, auth=("portail", ""))
        assert revoked.status_code == 200
        assert town.userinfo(told.json()["access_token"]).status_code == 401
    pushed = town.http.post("/par", data=request_for("portail", Pkce()), auth=("portail", ""))
    assert pushed.status_code == 201


def test_an_empty_secret_by_basic_is_no_way_in_for_anybody_else(town: Town) -> None:
    town.register("mediatheque")
    town.register("portail", public=True)
    for name, secret in (("mediatheque", ""), ("portail", "x"), ("portail", " "), ("inconnu", ""), ("", "")):
        assert_refused(town.http.post("/revoke", data={"token": "x"}, auth=(name, secret)))
    assert_refused(town.token(**GRANT, auth=("mediatheque", "")))
    colonless = {"Authorization": "Basic " + b64encode(b"portail").decode()}
    assert_refused(town.http.post("/revoke", data={"token": "x"}, headers=colonless))
    two = town.http.post("/revoke", data={"token": "x", "client_id": "mediatheque"}, auth=("portail", ""))
    assert two.json()["error"] == "invalid_request"


def test_a_confidential_client_cannot_pass_as_a_public_one_nor_a_public_one_send_a_secret(town: Town) -> None:
    town.register("mediatheque")
    town.register("portail", public=True)
    assert_refused(town.token(grant_type="refresh_token", client_id="mediatheque", refresh_token="x"))
    assert_refused(town.http.post("/revoke", data={"client_id": "mediatheque", "token": "x"}))
    assert_refused(
        town.token(grant_type="refresh_token", client_id="portail", client_secret="x", refresh_token="x")
    )
    assert_refused(town.token(grant_type="refresh_token", refresh_token="x", auth=("portail", "x")))


def test_a_secret_in_the_query_is_no_authentication(town: Town) -> None:
    secret = town.register("mediatheque")
    query = {"client_id": "mediatheque", "client_secret": secret}
    assert_refused(town.http.post("/token", params=query, data=GRANT))


def test_a_public_client_speaks_for_nobody_but_a_person(town: Town) -> None:
    town.register("portail", public=True)
    assert_refused(town.token(**GRANT, client_id="portail"))


def test_two_secrets_are_good_at_once_and_a_third_ends_the_first(town: Town) -> None:
    first = town.register("mediatheque")
    second, third = _rotate(town), None
    assert _good(town, first, second) == [True, True]
    third = _rotate(town)
    assert _good(town, first, second, third) == [False, True, True]
    fourth = _rotate(town, end_former=True)
    assert _good(town, second, third, fourth) == [False, False, True]


def test_only_digests_of_secrets_are_stored(town: Town) -> None:
    secret = town.register("mediatheque")
    with town.units.read() as work:
        stored = str(registration.get(work, "mediatheque").model_dump())
    assert secret not in stored


def test_a_client_s_own_token_speaks_of_no_person(town: Town) -> None:
    secret = town.register("mediatheque", scope="openid email account catalogue:lire")
    auth = ("mediatheque", secret)

    told = town.token(**GRANT, auth=auth).json()

    assert told["scope"] == "catalogue:lire" and set(told) == {
        "access_token", "token_type", "expires_in", "scope",
    }  # fmt: skip
    assert town.userinfo(told["access_token"]).status_code == 403
    assert town.token(**GRANT, auth=auth, scope="catalogue:lire openid").json()["scope"] == "catalogue:lire"
    assert town.token(**GRANT, auth=auth, scope="openid account").json()["error"] == "invalid_scope"


def test_a_client_uses_the_grants_that_it_was_registered_for(town: Town) -> None:
    secret = town.register("robot", redirect_uris=(), scope="catalogue:lire")
    reply = town.token(grant_type="refresh_token", refresh_token="x", auth=("robot", secret))
    assert (reply.status_code, reply.json()["error"]) == (400, "unauthorized_client")
    assert town.token(**GRANT, auth=("robot", secret)).status_code == 200


def test_a_service_redeems_its_code_with_its_secret(town: Town) -> None:
    secret = town.register("mediatheque")
    pkce = Pkce()
    code = town.code(town.settle(), "mediatheque", pkce)
    assert town.redeem("mediatheque", code, pkce).status_code == 401
    assert town.redeem("mediatheque", code, pkce, client_secret=secret).status_code == 200


def _rotate(town: Town, end_former: bool = False) -> str:
    with town.units.begin() as work:
        return registration.rotate_secret(work, "mediatheque", end_former=end_former).reveal()


def _good(town: Town, *secrets: str) -> list[bool]:
    return [town.token(**GRANT, auth=("mediatheque", secret)).status_code == 200 for secret in secrets]


def assert_refused(response: Any) -> None:
    """The client is not believed."""
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client"), response.text
