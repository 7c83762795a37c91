"""private_key_jwt: a service that proves who it is by a signature.

Mirrors oidcc-ensure-client-assertion-with-iss-aud-succeeds and, of fapi2-security-profile-final,
-ensure-client-assertion-in-token-endpoint, -ensure-client-assertion-with-exp-is-5-minutes-in-past-fails,
-ensure-client-assertion-with-wrong-aud-fails, -ensure-client-assertion-with-no-sub-fails,
-ensure-signed-client-assertion-with-RS256-fails and -ensure-client-id-in-token-endpoint.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.oidc.signing import ASSERTION, Signer, mac, unsigned
from tests.oidc.town import ISSUER, Pkce, Town, request_for

GRANT = {"grant_type": "client_credentials"}


def _service(town: Town, signer: Signer, **metadata: Any) -> None:
    town.register("mediatheque", auth_method="private_key_jwt", jwks=signer.jwks, **metadata)


@pytest.mark.parametrize("alg", ["ES256", "PS256", "EdDSA", "RS256"])
def test_a_service_signs_instead_of_keeping_a_secret(town: Town, alg: str) -> None:
    signer = Signer(town, alg)
    _service(town, signer)
    pkce = Pkce()
    code = town.code(town.settle(), "mediatheque", pkce)
    assert town.redeem("mediatheque", code, pkce, **signer.assertion("mediatheque")).status_code == 200
    assert town.token(**GRANT, **signer.assertion("mediatheque")).status_code == 200


def test_it_is_for_us_by_our_name_or_by_where_it_is_sent(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    for aud in (ISSUER, f"{ISSUER}/token", [ISSUER], ["https://autre.test", f"{ISSUER}/token"]):
        assert town.token(**GRANT, **signer.assertion("mediatheque", aud=aud)).status_code == 200, aud
    assert (
        town.http.post("/revoke", data={"token": "x"} | signer.assertion("mediatheque", aud=f"{ISSUER}/revoke"))
        .status_code == 200
    )  # fmt: skip


WRONG: list[dict[str, Any]] = [
    {"aud": "https://autre.test"}, {"aud": None}, {"aud": []}, {"aud": 1}, {"aud": ISSUER + "/"},
    {"iss": "autre"}, {"iss": None}, {"sub": "autre"}, {"sub": None}, {"sub": 1}, {"iss": "x", "sub": "x"},
    {"exp": None}, {"exp": "demain"}, {"exp": True}, {"exp": -1}, {"exp": 1e300}, {"jti": None}, {"jti": 1},
    {"jti": ""}, {"jti": "a" * 300}, {"jti": "a\0b"}, {"jti": "\ud800"}, {"nbf": "x"}, {"sub": "a\0b", "iss": "a\0b"},
]  # fmt: skip


def test_one_that_is_wrong_in_anything_is_a_failed_authentication(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    late = [
        {"exp": signer.now(-300)},
        {"exp": signer.now(90_000)},
        {"nbf": signer.now(60)},
        {"iat": signer.now(60)},
    ]
    for claims in (*WRONG, *late):
        assert_refused(town.token(**GRANT, **signer.assertion("mediatheque", **claims)), str(claims))


def test_signatures_that_prove_nothing_are_refused(town: Town) -> None:
    signer, stranger = Signer(town), Signer(town)
    _service(town, signer)
    claims = {"iss": "mediatheque", "sub": "mediatheque", "aud": ISSUER, "jti": "un", "exp": signer.now(60)}
    public = signer.key.as_pem(private=False)  # type: ignore[union-attr]
    confused = mac({"alg": "HS256", "kid": signer.kid}, claims, public)
    stranger.kid = signer.kid
    good = signer.sign(claims)
    for text in (
        unsigned(claims), unsigned(claims, kid=signer.kid), confused, stranger.sign(claims),
        signer.sign(claims, kid="inconnu"), signer.sign(claims, crit=["b64"], b64=True), good[:-4] + "AAAA",
        good + ".x", "", "a.b.c", "é.é.é", "e30.e30.", "..", "A" * 10_000,
    ):  # fmt: skip
        form = {"client_assertion_type": ASSERTION, "client_assertion": text}
        assert_refused(town.token(**GRANT, **form), text[:40])


def test_a_key_of_another_kind_or_a_repeated_name_confuses_nobody(town: Town) -> None:
    signer, rsa = Signer(town, kid="un"), Signer(town, "PS256", kid="un")
    keys = [rsa.jwk, signer.jwk, {"kty": "oct", "k": "AAAA", "kid": "un"}]
    town.register("mediatheque", auth_method="private_key_jwt", jwks={"keys": keys[:2]})
    for one in (signer, rsa):
        assert town.token(**GRANT, **one.assertion("mediatheque")).status_code == 200
    lying = Signer(town, kid="un")
    assert_refused(town.token(**GRANT, **lying.assertion("mediatheque")))


def test_the_client_signs_with_the_algorithm_that_it_registered(town: Town) -> None:
    signer = Signer(town, "ES256")
    rsa = Signer(town, "RS256")
    jwks = {"keys": [signer.jwk, rsa.jwk]}
    town.register(
        "mediatheque", auth_method="private_key_jwt", jwks=jwks, token_endpoint_auth_signing_alg="ES256"
    )
    assert town.token(**GRANT, **signer.assertion("mediatheque")).status_code == 200
    assert_refused(town.token(**GRANT, **rsa.assertion("mediatheque")))


def test_an_assertion_is_accepted_once_also_of_many_at_the_same_moment(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    form = signer.assertion("mediatheque")
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: town.token(**GRANT, **form), range(4)))
    assert sorted(reply.status_code for reply in replies) == [200, 401, 401, 401]
    again = signer.assertion("mediatheque")
    town.clock.pass_(seconds=50)
    assert town.token(**GRANT, **again).status_code == 200


def test_one_way_at_a_time_and_only_the_one_that_was_registered(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    secret = town.register("ancien", jwks=signer.jwks)
    two = town.token(**GRANT, **signer.assertion("mediatheque"), client_secret="x")
    assert (two.status_code, two.json()["error"]) == (400, "invalid_request")
    two = town.token(**GRANT, **signer.assertion("mediatheque"), auth=("ancien", secret))
    assert (two.status_code, two.json()["error"]) == (400, "invalid_request")
    assert_refused(town.token(**GRANT, **signer.assertion("ancien")))
    assert_refused(town.token(**GRANT, **signer.assertion("mediatheque"), client_id="ancien"))
    assert_refused(
        town.token(**GRANT, **(signer.assertion("mediatheque") | {"client_assertion_type": "autre"}))
    )
    assert_refused(town.token(grant_type="refresh_token", refresh_token="x", client_id="mediatheque"))


TYPES = [
    "JWT",
    "jwt",
    "application/jwt",
    "client-authentication+jwt",
    "application/Client-Authentication+JWT",
    None,
]
OTHER_TYPES = [
    "oauth-authz-req+jwt", "application/oauth-authz-req+jwt", "OAuth-Authz-Req+JWT", "dpop+jwt", "at+jwt", "logout+jwt",
    "token-introspection+jwt", "secevent+jwt", "jwt+x", "", 1, ["JWT"],
]  # fmt: skip


def test_an_assertion_says_that_it_is_one_or_nothing(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    for typ, taken in [*((typ, True) for typ in TYPES), *((typ, False) for typ in OTHER_TYPES)]:
        claims = {
            "iss": "mediatheque",
            "sub": "mediatheque",
            "aud": ISSUER,
            "jti": str(typ),
            "exp": signer.now(60),
        }
        head = {"alg": "ES256", "kid": signer.kid} | ({} if typ is None else {"typ": typ})
        text = signer.raw(head, claims)
        answered = town.token(**GRANT, client_assertion_type=ASSERTION, client_assertion=text)
        assert answered.status_code == (200 if taken else 401), (typ, answered.text)


def test_a_request_object_signs_nobody_in(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    asked = request_for("mediatheque", Pkce())
    as_assertion = {"sub": "mediatheque", "jti": "un"}
    text = signer.request("mediatheque", asked, **as_assertion)
    assert_refused(town.token(**GRANT, client_assertion_type=ASSERTION, client_assertion=text))
    for parameters in (asked, *({name: value} for name, value in asked.items())):
        for typ in ({}, {"typ": "JWT"}):
            claims = {"iss": "mediatheque", "aud": ISSUER, "exp": signer.now(60)} | as_assertion | parameters
            untyped = signer.sign(claims, **typ)
            refused = town.token(**GRANT, client_assertion_type=ASSERTION, client_assertion=untyped)
            assert_refused(refused, str(parameters))
    assert town.token(**GRANT, **signer.assertion("mediatheque", jti="un")).status_code == 200, (
        "none was used up"
    )


def test_a_proof_of_possession_signs_nobody_in(town: Town) -> None:
    signer = Signer(town)
    _service(town, signer)
    meant = {"iss": "mediatheque", "sub": "mediatheque", "aud": ISSUER, "exp": signer.now(60), "jti": "un"}
    proof = signer.proof("/token", **meant)["DPoP"]
    assert_refused(town.token(**GRANT, client_assertion_type=ASSERTION, client_assertion=proof))
    assert_refused(town.token(**GRANT, **signer.assertion("mediatheque", htm="POST", htu=f"{ISSUER}/token")))


def assert_refused(response: Any, what: str = "") -> None:
    """The client is not believed."""
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client"), (what, response.text)
