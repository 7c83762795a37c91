"""A service calls another one for the citizen, with a token exchanged for the citizen's own (RFC 8693)."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from identity.oidc import clients, registration, resources
from identity.oidc.exchange_grant import ACCESS_TOKEN
from identity.oidc.metadata import EXCHANGE
from tests.oidc.town import Citizen, Pkce, Town

API = "https://cantine.test/api"


@dataclass(frozen=True)
class Two:
    """A library that may call the school canteen, and a citizen of both."""

    town: Town
    library: tuple[str, str]
    canteen: tuple[str, str]
    citizen: Citizen

    def token(self, client: tuple[str, str] | None = None, **parameters: Any) -> str:
        """The citizen's access token for a service, the library unless told otherwise."""
        client_id, secret = client or self.library
        pkce = Pkce()
        code = self.town.code(self.citizen, client_id, pkce, **parameters)
        reply = self.town.redeem(client_id, code, pkce, client_secret=secret)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["access_token"])

    def exchange(self, token: str, client: tuple[str, str] | None = None, **form: Any) -> Any:
        """What /token answers a service, the library unless told otherwise."""
        usual = {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ACCESS_TOKEN}
        told = {name: value for name, value in (usual | form).items() if value is not None}
        return self.town.http.post("/token", data=told, auth=client or self.library)

    def introspect(self, token: str, client: tuple[str, str]) -> dict[str, Any]:
        """What a token is worth to a service."""
        return dict(self.town.http.post("/introspect", data={"token": token}, auth=client).json())


@pytest.fixture
def two(town: Town) -> Two:
    """Both services, of two sectors."""
    canteen = town.register("cantine", sector="cantine.test")
    library = town.register("mediatheque", sector="mediatheque.test", exchange_audiences=("cantine",))
    town.serve("cantine", API)
    return Two(town, ("mediatheque", library), ("cantine", canteen), town.settle())


def test_a_service_gets_a_token_for_the_other_that_says_who_acts_for_whom(two: Two) -> None:
    own = two.token()
    reply = two.exchange(own, audience="cantine")
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert (told["issued_token_type"], told["token_type"]) == (ACCESS_TOKEN, "Bearer")
    assert "refresh_token" not in told and "id_token" not in told
    worth = two.introspect(told["access_token"], two.canteen)
    assert (worth["active"], worth["aud"], worth["client_id"]) == (True, "cantine", "mediatheque")
    assert worth["act"] == {"sub": "mediatheque"}
    known_to_canteen = two.town.userinfo(two.token(two.canteen)).json()["sub"]
    known_to_library = two.town.userinfo(own).json()["sub"]
    assert worth["sub"] == known_to_canteen != known_to_library
    assert two.introspect(told["access_token"], two.library)["sub"] == known_to_library


def test_a_resource_needs_the_pair_and_ends_with_it(two: Two) -> None:
    own = two.token()
    assert two.exchange(own, resource=API).json()["error"] == "invalid_target"
    two.town.allow("mediatheque", API)
    token = two.exchange(own, resource=API).json()["access_token"]
    assert two.introspect(token, two.canteen)["aud"] == API
    with two.town.units.begin() as work:
        resources.disallow(work, "mediatheque", [API])
    assert two.introspect(token, two.canteen) == two.introspect(token, two.library) == {"active": False}
    assert two.exchange(own, resource=API).json()["error"] == "invalid_target"


def test_whom_a_service_may_call_no_more_is_told_so_about_its_tokens(two: Two) -> None:
    token = two.exchange(two.token()).json()["access_token"]
    two.town.register("piscine")
    with two.town.units.begin() as work:
        registration.edit(work, "mediatheque", {"exchange_audiences": ("piscine",)})
    assert two.introspect(token, two.canteen) == {"active": False}


def test_a_jwt_that_would_tell_the_actor_another_s_name_for_the_citizen_is_refused(two: Two) -> None:
    """As early as an agent says so, and where it was said otherwise, at the request."""
    two.town.register("piscine", sector="piscine.test", access_token_format="jwt")
    with pytest.raises(registration.MetadataRefused):
        two.town.register("sport", sector="sport.test", exchange_audiences=("piscine",))
    with pytest.raises(registration.MetadataRefused), two.town.units.begin() as work:
        registration.edit(work, "cantine", {"access_token_format": "jwt"})
    own = two.token()
    with two.town.units.begin() as work:
        work.execute(
            update(clients.TABLE).where(clients.TABLE.c.id == "cantine"), {"access_token_format": "jwt"}
        )
    assert two.exchange(own, audience="cantine").json()["error"] == "invalid_target"


def test_a_resource_names_its_service_and_may_want_a_jwt(two: Two) -> None:
    secret = two.town.register("piscine", sector="sport.test", access_token_format="jwt")
    sport = two.town.register("sport", sector="sport.test", exchange_audiences=("piscine",))
    two.town.serve("piscine", "https://piscine.test/api")
    two.town.allow("sport", "https://piscine.test/api")
    own = two.token(("sport", sport))
    told = two.exchange(own, ("sport", sport), resource="https://piscine.test/api").json()
    claims = payload(told["access_token"])
    assert (claims["aud"], claims["client_id"], claims["act"]) == (
        "https://piscine.test/api",
        "sport",
        {"sub": "sport"},
    )
    assert claims["sub"] == two.town.userinfo(two.token(("piscine", secret))).json()["sub"]


def test_where_a_service_may_call_one_alone_it_need_not_name_it(two: Two) -> None:
    assert two.introspect(two.exchange(two.token()).json()["access_token"], two.canteen)["aud"] == "cantine"


def test_the_new_token_reaches_no_further_than_the_old(two: Two) -> None:
    own = two.token(scope="openid email offline_access")
    assert two.exchange(own).json()["scope"] == "openid email"
    assert two.exchange(own, scope="email profile phone").json()["scope"] == "email"
    assert two.exchange(own, scope="profile").json()["error"] == "invalid_scope"
    keys_of_the_account = two.token(scope="openid account")
    assert two.exchange(keys_of_the_account, scope="account").json()["error"] == "invalid_scope"


def test_the_new_token_opens_nothing_of_ours(two: Two) -> None:
    told = two.exchange(two.token()).json()
    assert two.town.userinfo(told["access_token"]).status_code == 401


def test_whatever_ends_the_citizen_s_grant_ends_the_new_token(two: Two) -> None:
    pkce = Pkce()
    code = two.town.code(two.citizen, "mediatheque", pkce)
    client_id, secret = two.library
    own = two.town.redeem(client_id, code, pkce, client_secret=secret).json()["access_token"]
    told = two.exchange(own).json()["access_token"]
    assert two.introspect(told, two.canteen)["active"]
    two.town.redeem(client_id, code, pkce, client_secret=secret)
    assert two.introspect(told, two.canteen) == {"active": False}


def test_only_a_citizen_s_good_token_can_be_exchanged_and_only_once(two: Two) -> None:
    own = two.token()
    exchanged = two.exchange(own).json()["access_token"]
    service_s = two.town.token(grant_type="client_credentials", auth=two.library).json()["access_token"]
    revoked = two.token()
    two.town.http.post("/revoke", data={"token": revoked}, auth=two.library)
    for token in ("x", exchanged, service_s, revoked, "é", "x" * 9000):
        assert two.exchange(token).json()["error"] == "invalid_grant"
    two.town.clock.pass_(minutes=6)
    assert two.exchange(own).json()["error"] == "invalid_grant"


def test_a_token_that_was_meant_for_somebody_else_cannot_be_exchanged(two: Two) -> None:
    stolen = two.token(two.canteen)
    assert two.exchange(stolen).json()["error"] == "invalid_grant"


def test_a_service_exchanges_a_token_that_it_was_called_with(two: Two) -> None:
    portal = ("portail", two.town.register("portail"))
    two.town.serve("mediatheque", "https://mediatheque.test/api")
    two.town.allow("portail", "https://mediatheque.test/api")
    called_with = two.token(portal, scope="profile", resource="https://mediatheque.test/api")
    told = two.exchange(called_with)
    assert two.introspect(told.json()["access_token"], two.canteen)["act"] == {"sub": "mediatheque"}


def test_a_service_calls_only_whom_an_agent_allowed(two: Two) -> None:
    own = two.token()
    two.town.register("piscine")
    for target in ({"audience": "piscine"}, {"audience": "inconnu"}, {"audience": ["cantine", "piscine"]},
                   {"resource": "https://inconnu.test"}, {"resource": "https://parvis.test"},
                   {"audience": "mediatheque"},
                   {"audience": "x" * 5000}, {"audience": [f"a{n}" for n in range(20)]}):  # fmt: skip
        assert two.exchange(own, **target).json()["error"] == "invalid_target", target
    assert two.exchange(two.token(two.canteen), two.canteen).json()["error"] == "unauthorized_client"
    with two.town.units.begin() as work:
        registration.disable(work, "cantine")
    assert two.exchange(own).json()["error"] == "invalid_target"


def test_malformed_exchanges_have_the_protocol_s_own_error(two: Two) -> None:
    own = two.token()
    for form in (
        {"subject_token": None}, {"subject_token_type": None}, {"subject_token_type": "urn:x"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, {"actor_token": "x"},
        {"actor_token_type": ACCESS_TOKEN}, {"subject_token": "a\0b"}, {"subject_token": ["a", "b"]},
    ):  # fmt: skip
        assert two.exchange(own, **form).json()["error"] == "invalid_request", form
    assert two.exchange(own, ("mediatheque", "wrong")).json()["error"] == "invalid_client"


def test_public_clients_never_exchange(two: Two) -> None:
    with pytest.raises(registration.MetadataRefused):
        two.town.register("page", public=True, exchange_audiences=("cantine",))


def payload(token: str) -> dict[str, Any]:
    """The claims of a JWT, unchecked."""
    body = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))
