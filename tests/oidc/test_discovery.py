"""What the provider says of itself is what it does."""

from dataclasses import replace

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from starlette.routing import Route

from api import oidc, pages
from tests.oidc import town as town_
from tests.oidc.town import ISSUER, Pkce, Town, answer, request_for, sent_back

METADATA = "/.well-known/openid-configuration"
WELL_KNOWN = "/.well-known/oauth-authorization-server"


def test_every_endpoint_that_is_announced_answers_and_every_other_is_known(town: Town) -> None:
    told = town.http.get(METADATA).json()
    announced = {
        url.removeprefix(ISSUER) for name, url in told.items() if name.endswith(("_endpoint", "_uri"))
    }
    served = {route.path for route in town.http.app.routes if isinstance(route, Route)}
    known = {endpoint.path for endpoint in oidc.ENDPOINTS} | {path for path, _ in pages.PAGES}
    assert announced <= served
    assert served == known | {"/pages.css"}


def test_the_metadata_is_valid_by_the_standards_own_rules(town: Town) -> None:
    told = town.http.get(METADATA).json()
    assert told["issuer"] == ISSUER
    OpenIDProviderMetadata(told).validate()
    AuthorizationServerMetadata(told).validate()
    assert town.http.get("/.well-known/oauth-authorization-server").json() == told


def test_an_issuer_below_a_path_is_found_where_each_standard_looks(town: Town) -> None:
    """RFC 8414 §3.1 puts the path behind the well-known one; below the path itself a proxy takes it away."""
    issuer = f"{ISSUER}/comptes"
    settings = town.units.settings.model_copy(update={"public_url": issuer})
    below = town_.build(replace(town.units, settings=settings), town.clock)
    for path in (METADATA, WELL_KNOWN, f"{WELL_KNOWN}/comptes"):
        told = below.http.get(path).json()
        assert (told["issuer"], told["token_endpoint"]) == (issuer, f"{issuer}/token")
    for path in ("/compte", "/comptes/", "/comptes/x", "/"):
        assert below.http.get(WELL_KNOWN + path).status_code == 404
    assert town.http.get(f"{WELL_KNOWN}/comptes").status_code == 404


def test_what_is_announced_is_accepted_and_what_is_not_is_refused(town: Town) -> None:
    told = town.http.get(METADATA).json()
    secret = town.register("mediatheque")
    for grant_type in (*told["grant_types_supported"], "password", "implicit"):
        error = town.token(grant_type=grant_type, auth=("mediatheque", secret)).json().get("error")
        assert (error == "unsupported_grant_type") == (grant_type not in told["grant_types_supported"])
    citizen = town.settle()
    usual = request_for("mediatheque", Pkce())
    for kind in (*told["response_types_supported"], "token", "id_token"):
        answered = answer(town.authorize(citizen, **(usual | {"response_type": kind})))
        assert ("code" in answered) == (kind in told["response_types_supported"])
    for mode in (*told["response_modes_supported"], "fragment", "query.jwt"):
        answered = sent_back(town.authorize(citizen, **(usual | {"response_mode": mode})))
        assert ("code" in answered) == (mode in told["response_modes_supported"])
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_each_scope_and_algorithm_that_is_announced_is_given(town: Town) -> None:
    told = town.http.get(METADATA).json()
    citizen = town.settle(mobile="+33612345678")
    for number, alg in enumerate(told["id_token_signing_alg_values_supported"]):
        town.register(f"client{number}", public=True, signature_alg=alg)
        tokens = town.sign_in(citizen, f"client{number}", scope=" ".join(told["scopes_supported"]))
        assert tokens["scope"].split() == told["scopes_supported"]
        assert town.userinfo(tokens["access_token"]).json().keys() <= set(told["claims_supported"])


def test_documents_are_sent_once_and_then_known_by_their_etag(town: Town) -> None:
    for path in (METADATA, "/jwks"):
        first = town.http.get(path)
        assert first.headers["cache-control"].startswith("public, max-age=")
        assert first.headers["content-type"] == "application/json"
        known = town.http.get(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == first.headers["etag"]
        assert town.http.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
        assert town.http.head(path).status_code == 200


def test_the_host_header_changes_nothing(town: Town) -> None:
    assert town.http.get(METADATA, headers={"Host": "evil.example"}).json()["issuer"] == ISSUER


def test_pages_of_every_origin_may_call_what_needs_no_cookie(town: Town) -> None:
    page = {"Origin": "https://mediatheque.test"}
    for path in (METADATA, "/jwks", "/token", "/userinfo", "/revoke"):
        asked = page | {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        }
        preflight = town.http.options(path, headers=asked)
        assert preflight.status_code == 204
        assert "Authorization" in preflight.headers["access-control-allow-headers"]
        reply = (
            town.http.post(path, headers=page)
            if path in ("/token", "/revoke")
            else town.http.get(path, headers=page)
        )
        for response in (preflight, reply):
            assert response.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in response.headers


def test_no_page_of_another_origin_reads_the_authorization_endpoint(town: Town) -> None:
    town.register("portail", public=True)
    origin = {"Origin": "https://evil.example"}
    response = town.http.get(
        "/authorize", params=request_for("portail", Pkce()), headers=origin, follow_redirects=False
    )
    assert "access-control-allow-origin" not in response.headers
    assert town.http.options("/authorize", headers=origin).status_code == 405
