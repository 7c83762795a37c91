"""Services that register themselves (RFC 7591) and keep their registration (RFC 7592)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from identity.oidc import clients, dynamic, invitations
from identity.oidc.invitations import Terms
from identity.oidc.metadata import DEVICE
from tests.oidc import town as town_
from tests.oidc.signing import Signer
from tests.oidc.town import CALLBACK, ISSUER, Town
from tests.support import site as site_
from tests.support import smtp
from tests.support.site import Site

SERVICE: dict[str, Any] = {"redirect_uris": [CALLBACK], "client_name": "Médiathèque"}
KEY = ECKey.generate_key("P-256").as_dict(private=False, kid="k")


@pytest.fixture
def open_town(town: Town) -> Town:
    """A provider where anybody may register, and that may reach loopback."""
    return change_settings(
        town, rate_limits="off", open_registration="on", outbound_allow=[ip_network("127.0.0.0/8")]
    )


@pytest.fixture
def secure_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The service's own server, whose authority we trust."""
    context, authority = smtp.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with site_.serve(context) as served:
        yield served


def test_an_invited_service_registers_and_is_told_its_secret(town: Town) -> None:
    reply = post(town, SERVICE, invite(town))
    assert reply.status_code == 201 and reply.headers["cache-control"] == "no-store"
    told = reply.json()
    assert told["registration_client_uri"] == f"{ISSUER}/register/{told['client_id']}"
    assert told["client_secret_expires_at"] == 0 and told["client_id_issued_at"] > 0
    assert told | SERVICE == told
    assert (told["grant_types"], told["response_types"]) == (["authorization_code"], ["code"])
    assert told["token_endpoint_auth_method"] == "client_secret_basic"
    answered = town.token(grant_type="authorization_code", code="x", redirect_uri=CALLBACK,
                          auth=(told["client_id"], told["client_secret"]))  # fmt: skip
    assert answered.json()["error"] == "invalid_grant", "the secret authenticates"


def test_nobody_registers_without_a_good_invitation(town: Town) -> None:
    used, old = invite(town), invite(town)
    assert post(town, SERVICE, used).status_code == 201
    town.clock.pass_(days=8)
    for token in (None, "", "wrong", used, old):
        reply = post(town, SERVICE, token)
        assert reply.status_code == 401 and reply.headers["www-authenticate"].startswith("Bearer")
    assert post(town, SERVICE, None).content == b""
    assert post(town, SERVICE, "wrong").json()["error"] == "invalid_token"


def test_an_invitation_is_good_for_so_many_services_and_a_refusal_costs_none(town: Town) -> None:
    token = invite(town, uses=2)
    assert post(town, SERVICE | {"redirect_uris": ["http://exemple.fr/"]}, token).status_code == 400
    assert [post(town, SERVICE, token).status_code for _ in range(3)] == [201, 201, 401]


def test_anybody_registers_where_registration_is_open_but_never_with_a_bad_token(open_town: Town) -> None:
    assert post(open_town, SERVICE, None).status_code == 201
    assert post(open_town, SERVICE, "wrong").status_code == 401


def test_a_service_gets_no_more_scope_than_its_invitation_has(town: Town) -> None:
    token = invite(town, scope="openid email contracts", uses=4)
    assert post(town, SERVICE, token).json()["scope"] == "openid email contracts"
    asked = post(town, SERVICE | {"scope": "openid profile contracts account"}, token).json()
    assert asked["scope"] == "openid contracts"
    assert error(post(town, SERVICE | {"scope": "profile"}, token)) == "invalid_client_metadata"
    widened = change(town, asked, scope="openid email profile account legal_identity").json()
    assert widened["scope"] == "openid email"


def test_every_piece_of_metadata_comes_back_as_it_was_sent(open_town: Town) -> None:
    sent = SERVICE | {
        "redirect_uris": [CALLBACK, "https://portail.test/b"], "subject_type": "pairwise",
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [KEY]}, "id_token_signed_response_alg": "ES256", "request_object_signing_alg": "PS256",
        "userinfo_signed_response_alg": "RS256", "introspection_signed_response_alg": "ES256",
        "require_pushed_authorization_requests": True, "dpop_bound_access_tokens": True,
        "require_signed_request_object": True, "application_type": "native", "default_max_age": 3600,
        "require_auth_time": True, "default_acr_values": ["urn:a"], "contacts": ["dsi@exemple.fr"],
        "initiate_login_uri": "https://portail.test/login", "post_logout_redirect_uris": ["https://portail.test/bye"],
        "backchannel_logout_uri": "https://portail.test/bc", "backchannel_logout_session_required": True,
        "frontchannel_logout_uri": "https://portail.test/fc", "frontchannel_logout_session_required": True,
        "client_uri": "https://portail.test/", "logo_uri": "https://portail.test/logo", "scope": "openid email",
        "policy_uri": "https://portail.test/p", "tos_uri": "https://portail.test/t", "client_name#en": "Library",
        "policy_uri#en": "https://portail.test/en", "software_id": "s", "software_version": "1", "inconnu": 1,
    }  # fmt: skip
    told = post(open_town, sent, None).json()
    assert {name: told.get(name) for name in sent if name != "inconnu"} == {
        name: value for name, value in sent.items() if name != "inconnu"
    }
    assert "inconnu" not in told and "client_secret" not in told
    assert read(open_town, told).json() == told


def test_what_does_not_fit_is_refused_by_the_protocol_s_own_error(open_town: Town) -> None:
    private = ECKey.generate_key("P-256").as_dict(private=True)
    weak = {"kty": "RSA", "n": "x" * 171, "e": "AQAB"}
    wrong: tuple[dict[str, Any], ...] = (
        {"token_endpoint_auth_method": "client_secret_jwt"}, {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": 1}, {"grant_types": "authorization_code"}, {"grant_types": ["implicit"]},
        {"grant_types": ["password"]}, {"grant_types": [dynamic.__name__]}, {"grant_types": [["authorization_code"]]},
        {"grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]},
        {"response_types": ["token"]}, {"response_types": ["code", "code id_token"]}, {"response_types": "code"},
        {"response_types": [{}]}, {"scope": ["openid"]}, {"scope": "inconnu"}, {"jwks": "x"}, {"jwks": {}},
        {"jwks": {"keys": "x"}}, {"jwks": {"keys": []}}, {"jwks": {"keys": [1]}}, {"jwks": {"keys": [private]}},
        {"jwks": {"keys": [weak]}}, {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}},
        {"jwks": {"keys": [{"kty": ["EC"]}]}}, {"jwks": {"keys": [KEY | {"crv": 1}]}}, {"jwks": {"keys": [KEY] * 17}},
        {"jwks": {"keys": [KEY]}, "jwks_uri": "https://portail.test/jwks"}, {"jwks_uri": "http://portail.test/jwks"},
        {"jwks_uri": "file:///etc/passwd"}, {"id_token_signed_response_alg": "none"},
        {"id_token_signed_response_alg": "HS256"}, {"request_object_signing_alg": "HS256"},
        {"id_token_encrypted_response_alg": "RSA-OAEP"}, {"tls_client_certificate_bound_access_tokens": True},
        {"subject_type": "autre"}, {"subject_type": "public"}, {"application_type": "autre"},
        {"default_max_age": "3600"},
        {"default_max_age": True}, {"default_max_age": -1}, {"default_max_age": 1e3}, {"default_max_age": 10**30},
        {"require_auth_time": "true"}, {"require_auth_time": 1}, {"contacts": "dsi@exemple.fr"}, {"contacts": [1]},
        {"contacts": ["x" * 201]}, {"client_name": 1}, {"client_name": ""}, {"client_name": "x" * 201},
        {"client_name": "a\0b"}, {"client_name": "\ud800"}, {"client_name#en": 1}, {"client_name#en": ""},
        {"client_name#<script>": "x"}, {"logo_uri": "javascript:alert(1)"}, {"logo_uri": "http://portail.test/l"},
        {"policy_uri": "https://é"}, {"tos_uri": ["https://portail.test"]}, {"initiate_login_uri": "http://127.0.0.1/"},
        {"backchannel_logout_uri": "https://portail.test/#x"}, {"frontchannel_logout_uri": "https://autre.test/"},
        {"post_logout_redirect_uris": ["http://portail.test/"]}, {"software_id": "x" * 300},
        {"sector_identifier_uri": "http://portail.test/"}, {"sector_identifier_uri": "https://127.0.0.1/"},
        {"redirect_uris": [CALLBACK, "https://autre.test/"], "subject_type": "pairwise"},
        {"default_acr_values": {"a": 1}},
    )  # fmt: skip
    for change_ in wrong:
        reply = post(open_town, SERVICE | change_, None)
        assert reply.status_code == 400 and reply.json()["error_description"].isascii(), change_
        assert error(reply).startswith("invalid_"), change_
    assert registered(open_town) == 0


def test_a_redirect_uri_that_does_not_fit_has_an_error_of_its_own(open_town: Town) -> None:
    uris: Any
    for uris in ("x", 1, [1], {}, ["http://portail.test/"], ["https://portail.test/#"], ["javascript:alert(1)"],
                 ["fr.exemple.app:/retour"], ["https://a@portail.test/"], ["https://é/"]):  # fmt: skip
        assert error(post(open_town, {"redirect_uris": uris}, None)) == "invalid_redirect_uri", uris
    assert error(post(open_town, {"redirect_uris": []}, None)) == "invalid_client_metadata"
    assert error(post(open_town, {}, None)) == "invalid_client_metadata"


def test_bodies_that_are_no_json_object_are_refused_never_faults(open_town: Town) -> None:
    nested = b'{"jwks":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
    for body in (b"", b"[]", b"null", b"1", b'"x"', b"{", b"\xff", b'{"a": NaN}', b'{"default_max_age": 1e999}', nested,
                 b'{"redirect_uris": ' + b"9" * 5000 + b"}", b'{"a": "' + b"x" * 70_000 + b'"}'):  # fmt: skip
        reply = open_town.http.post("/register", content=body, headers={"Content-Type": "application/json"})
        assert error(reply).startswith("invalid_"), body[:40]
    for depth in range(100, 1000, 10):
        body = b'{"jwks":' + b'{"keys":' * depth + b"1" + b"}" * depth + b"}"
        reply = open_town.http.post("/register", content=body, headers={"Content-Type": "application/json"})
        assert error(reply) == "invalid_client_metadata", depth
    form = open_town.http.post("/register", data={"redirect_uris": CALLBACK})
    assert error(form) == "invalid_client_metadata"


def test_a_public_service_has_no_secret_and_always_needs_pkce(open_town: Town) -> None:
    public = SERVICE | {"token_endpoint_auth_method": "none", "redirect_uris": ["fr.exemple.app:/retour"]}
    told = post(open_town, public, None).json()
    assert "client_secret" not in told
    reply = open_town.http.get(
        "/authorize", params={"client_id": told["client_id"], "redirect_uri": "fr.exemple.app:/retour",
                              "response_type": "code", "scope": "openid"}, follow_redirects=False)  # fmt: skip
    assert "error=invalid_request" in reply.headers["location"]


def test_a_sector_file_must_list_every_redirect_uri(open_town: Town, secure_site: Site) -> None:
    """OIDF: oidcc-registration-sector-uri, oidcc-registration-sector-bad."""
    several = [CALLBACK, "https://autre.test/retour"]
    shown = {"/good": [*several, "https://x.test/"], "/bad": [CALLBACK], "/wrong": {"a": 1}, "/texts": "x"}
    for path, document in shown.items():
        address = secure_site.show(path, document)
        reply = post(open_town, {"redirect_uris": several, "sector_identifier_uri": address}, None)
        assert reply.status_code == (201 if path == "/good" else 400)
    unreachable = {"redirect_uris": several, "sector_identifier_uri": "https://127.0.0.1:1/"}
    refused = post(open_town, unreachable, None)
    assert error(refused) == "invalid_client_metadata"
    assert "127.0.0.1" not in refused.json()["error_description"], "what we could reach is nobody's business"


def test_services_of_one_sector_file_know_a_citizen_by_one_name(open_town: Town, secure_site: Site) -> None:
    address = secure_site.show("/sector", [CALLBACK])
    sectors = set()
    for _ in range(2):
        told = post(open_town, SERVICE | {"sector_identifier_uri": address}, None).json()
        with open_town.units.read() as work:
            client = clients.find(work, told["client_id"])
        assert client is not None
        sectors.add(client.sector)
    assert sectors == {"127.0.0.1"}


def test_a_service_that_publishes_its_keys_signs_in_with_them_and_changes_them(
    open_town: Town, secure_site: Site
) -> None:
    first, second = Signer(open_town), Signer(open_town)
    jwks_uri = secure_site.show("/jwks", first.jwks)
    signing = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": jwks_uri,
               "grant_types": ["authorization_code", "client_credentials"]}  # fmt: skip
    client_id = post(open_town, SERVICE | signing, None).json()["client_id"]
    assert len(secure_site.asked) == 1, "the keys are known from the beginning"
    assert ask(open_town, first.assertion(client_id)).status_code == 200
    assert ask(open_town, second.assertion(client_id)).json()["error"] == "invalid_client"
    secure_site.show("/jwks", second.jwks)
    open_town.clock.pass_(minutes=1)
    assert ask(open_town, second.assertion(client_id)).status_code == 200
    assert ask(open_town, first.assertion(client_id)).json()["error"] == "invalid_client"


def test_a_kiosk_registers_without_any_address(open_town: Town) -> None:
    kiosk = {"grant_types": [DEVICE], "token_endpoint_auth_method": "none", "client_name": "Borne"}
    told = post(open_town, kiosk, None).json()
    assert told["grant_types"] == [DEVICE] and "redirect_uris" not in told
    asked = open_town.http.post("/device_authorization", data={"client_id": told["client_id"]})
    assert asked.status_code == 200


def test_a_service_changes_its_registration_and_keeps_its_secret(town: Town) -> None:
    told = post(town, SERVICE, invite(town)).json()
    changed = change(town, told, client_name="Autre nom", redirect_uris=["https://portail.test/b"])
    assert changed.status_code == 200
    assert changed.json()["client_name"] == "Autre nom" and "client_secret" not in changed.json()
    assert changed.json()["registration_access_token"] == told["registration_access_token"]
    assert read(town, told).json() == changed.json()
    answered = town.token(grant_type="authorization_code", code="x", redirect_uri="https://portail.test/b",
                          auth=(told["client_id"], told["client_secret"]))  # fmt: skip
    assert answered.json()["error"] == "invalid_grant"


def test_a_change_that_does_not_fit_changes_nothing(town: Town) -> None:
    told = post(town, SERVICE, invite(town)).json()
    before = read(town, told).json()
    wrong: dict[str, Any]
    for wrong in (
        {"client_id": "autre"}, {"client_id": None}, {"client_secret": "wrong"}, {"client_secret": 1},
        {"registration_access_token": "x"}, {"client_id_issued_at": 1}, {"redirect_uris": []},
        {"redirect_uris": ["http://portail.test"]}, {"jwks": "x"},
    ):  # fmt: skip
        assert change(town, told, **wrong).status_code == 400, wrong
    assert read(town, told).json() == before


def test_a_service_that_stops_signing_is_given_a_secret(town: Town) -> None:
    signing = SERVICE | {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEY]}}
    told = post(town, signing, invite(town)).json()
    assert "client_secret" not in told
    changed = change(town, told, token_endpoint_auth_method="client_secret_post").json()
    assert len(changed["client_secret"]) == 43 and "jwks" not in changed


def test_a_service_ends_its_registration(town: Town) -> None:
    told = post(town, SERVICE, invite(town)).json()
    assert call(town, "DELETE", told).status_code == 204
    for method in ("GET", "DELETE"):
        assert call(town, method, told).status_code == 401
    answered = town.token(grant_type="client_credentials", auth=(told["client_id"], told["client_secret"]))
    assert answered.json()["error"] == "invalid_client"


def test_only_its_own_token_opens_a_registration(town: Town) -> None:
    token = invite(town, uses=2)
    first, second = (post(town, SERVICE, token).json() for _ in range(2))
    town.register("told-by-an-agent")
    for client_id, key in (
        (first["client_id"], second["registration_access_token"]), (first["client_id"], ""),
        (first["client_id"], first["client_secret"]), (first["client_id"], token), ("told-by-an-agent", ""),
        ("told-by-an-agent", "x"), ("inconnu", first["registration_access_token"]), ("%00", "x"), ("%ED%A0%80", "x"),
    ):  # fmt: skip
        for method in ("GET", "PUT", "DELETE"):
            reply = call(town, method, {"client_id": client_id, "registration_access_token": key})
            assert reply.status_code == 401, (client_id, method)


def test_discovery_says_where_to_register(town: Town) -> None:
    assert (
        town.http.get("/.well-known/openid-configuration").json()["registration_endpoint"]
        == f"{ISSUER}/register"
    )


def test_one_network_registers_so_often(town: Town) -> None:
    open_town = change_settings(town, open_registration="on")
    statuses = [post(open_town, {}, None).status_code for _ in range(dynamic.FROM_ONE_NETWORK.times + 1)]
    assert set(statuses[:-1]) == {400}
    last = post(open_town, SERVICE, None)
    assert statuses[-1] == last.status_code == 429 and int(last.headers["retry-after"]) > 0


def change_settings(town: Town, **values: Any) -> Town:
    """The same town under other settings."""
    settings = town.units.settings.model_copy(update=values)
    return town_.build(replace(town.units, settings=settings), town.clock)


def invite(town: Town, scope: str | None = None, uses: int = 1) -> str:
    """An initial access token."""
    with town.units.begin() as work:
        return invitations.issue(work, Terms("Médiathèque", scope, uses)).reveal()


def post(town: Town, metadata: Any, token: str | None) -> Any:
    """What /register answers."""
    headers = {"Content-Type": "application/json"}
    headers |= {} if token is None else {"Authorization": f"Bearer {token}"}
    return town.http.post("/register", content=json.dumps(metadata), headers=headers)


def call(town: Town, method: str, told: dict[str, Any], body: Any = None) -> Any:
    """What the client's own registration answers."""
    headers = {
        "Authorization": f"Bearer {told['registration_access_token']}",
        "Content-Type": "application/json",
    }
    return town.http.request(
        method, f"/register/{told['client_id']}", content=json.dumps(body or {}), headers=headers
    )


def read(town: Town, told: dict[str, Any]) -> Any:
    """The registration as it stands."""
    return call(town, "GET", told)


def ask(town: Town, assertion: dict[str, str]) -> Any:
    """What /token answers a service that signs."""
    return town.token(grant_type="client_credentials", **assertion)


def change(town: Town, told: dict[str, Any], **metadata: Any) -> Any:
    """The registration changed to the usual metadata and these."""
    return call(town, "PUT", told, SERVICE | {"client_id": told["client_id"]} | metadata)


def error(reply: Any) -> str:
    """The error of a refusal."""
    assert reply.status_code == 400, reply.text
    return str(reply.json()["error"])


def registered(town: Town) -> int:
    """How many clients there are."""
    with town.units.read() as work:
        return len(clients.all(work))


@pytest.mark.parametrize("name", ["Mairie\u202e", "Mai\u200brie", "Mairie\nd'Évry", "\u2800"])
@pytest.mark.parametrize("member", ["client_name", "client_name#en"])
def test_a_name_that_reads_as_another_is_refused(town: Town, member: str, name: str) -> None:
    told = post(town, SERVICE | {member: name}, invite(town))
    assert (told.status_code, told.json()["error"]) == (400, "invalid_client_metadata")
