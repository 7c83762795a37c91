"""A device without a keyboard gets tokens from a person at another screen (RFC 8628)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from identity.oidc import device_codes, registration, resources
from identity.oidc.device_codes import INTERVAL
from identity.oidc.metadata import DEVICE
from tests.oidc import person as people
from tests.oidc.person import Person
from tests.oidc.town import ISSUER, Town

EMAIL = "zoe@exemple.fr"
WATER = "https://eau.test/api"


@pytest.fixture
def desk(town: Town) -> Town:
    """A town with a public device and somebody to sign in."""
    town.register("guichet", public=True, redirect_uris=(), device=True, first_party=False)
    people.settle(town, EMAIL)
    return town


def test_a_device_gets_tokens_once_its_person_agreed(desk: Town) -> None:
    asked = ask(desk, scope="openid email offline_access")
    assert asked["verification_uri"] == f"{ISSUER}/device"
    assert asked["verification_uri_complete"] == f"{ISSUER}/device?user_code={asked['user_code']}"
    assert (asked["expires_in"], asked["interval"]) == (600, INTERVAL)
    assert error(poll(desk, asked)) == "authorization_pending"
    person = type_code(desk, asked["user_code"])
    assert "Guichet" in person.page.words and asked["user_code"] in person.page.words
    person.press("consent-accept")
    assert "Appareil connecté" in person.page.words
    desk.clock.pass_(seconds=INTERVAL)
    told = poll(desk, asked).json()
    assert set(told) >= {"access_token", "id_token", "refresh_token"}
    assert desk.userinfo(told["access_token"]).json()["email"] == EMAIL
    assert desk.refresh("guichet", told["refresh_token"]).status_code == 200


def test_a_person_who_is_signed_in_may_follow_the_address_that_holds_the_code(desk: Town) -> None:
    asked = ask(desk)
    person = people.at(desk).open("/login").log_in(EMAIL)
    person.open("/device", user_code=asked["user_code"])
    assert person.page.button("device-submit")[0].fields["user_code"] == asked["user_code"]
    assert error(poll(desk, asked)) == "authorization_pending", "an address decides nothing"


def test_the_code_is_read_as_people_type_it(desk: Town) -> None:
    asked = ask(desk)
    mumbled = f" {asked['user_code'].lower().replace('-', ' – ').replace('0', 'o').replace('1', 'l')} "
    assert "Guichet" in type_code(desk, mumbled).page.words


def test_a_person_may_refuse(desk: Town) -> None:
    asked = ask(desk)
    type_code(desk, asked["user_code"]).press("consent-deny")
    for _ in range(2):
        assert error(poll(desk, asked)) == "access_denied"


def test_a_hasty_device_must_wait_longer_each_time(desk: Town) -> None:
    asked = ask(desk)
    assert error(poll(desk, asked)) == "authorization_pending"
    assert error(poll(desk, asked)) == "slow_down"
    desk.clock.pass_(seconds=INTERVAL + 1)
    assert error(poll(desk, asked)) == "slow_down", "ten seconds by now"
    desk.clock.pass_(seconds=3 * INTERVAL)
    assert error(poll(desk, asked)) == "authorization_pending"


def test_codes_are_good_for_ten_minutes(desk: Town) -> None:
    asked = ask(desk)
    person = type_code(desk, asked["user_code"])
    desk.clock.pass_(minutes=10)
    person.press("consent-accept")
    assert person.response.status_code == 400
    assert error(poll(desk, asked)) == "expired_token"
    assert "Aucun appareil" in type_code(desk, asked["user_code"]).page.words


def test_a_device_code_is_good_once_and_a_replay_ends_what_it_gave(desk: Town) -> None:
    asked = ask(desk)
    type_code(desk, asked["user_code"]).press("consent-accept")
    told = poll(desk, asked).json()
    assert desk.userinfo(told["access_token"]).status_code == 200
    assert error(poll(desk, asked)) == "invalid_grant"
    assert desk.userinfo(told["access_token"]).status_code == 401


def test_of_parallel_questions_one_gets_tokens(desk: Town) -> None:
    asked = ask(desk)
    type_code(desk, asked["user_code"]).press("consent-accept")
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(lambda _: poll(desk, asked).status_code, range(4)))
    assert statuses == [200, 400, 400, 400]


def test_a_decision_counts_once(desk: Town) -> None:
    asked = ask(desk)
    first, second = type_code(desk, asked["user_code"]), type_code(desk, asked["user_code"])
    first.press("consent-deny")
    second.press("consent-accept")
    assert second.response.status_code == 400
    assert error(poll(desk, asked)) == "access_denied"


def test_what_was_granted_ends_with_the_client_before_it_is_fetched(desk: Town) -> None:
    asked = ask(desk)
    type_code(desk, asked["user_code"]).press("consent-accept")
    with desk.units.begin() as work:
        registration.disable(work, "guichet")
    assert poll(desk, asked).json()["error"] == "invalid_client"


def test_another_client_s_device_code_opens_nothing(desk: Town) -> None:
    desk.register("borne", public=True, redirect_uris=(), device=True)
    asked = ask(desk)
    type_code(desk, asked["user_code"]).press("consent-accept")
    assert error(poll(desk, asked, client_id="borne")) == "invalid_grant"
    assert poll(desk, asked).status_code == 200, "the owner is none the worse for it"


def test_a_device_asks_for_resources_by_the_same_rule(desk: Town) -> None:
    desk.register("eau", sector="eau.test")
    desk.serve("eau", WATER)
    form = {"client_id": "guichet", "resource": WATER, "scope": "openid offline_access"}
    assert error(desk.http.post("/device_authorization", data=form)) == "invalid_target"
    desk.allow("guichet", WATER)
    asked = ask(desk, resource=WATER, scope="openid offline_access")
    person = type_code(desk, asked["user_code"])
    assert "Eau, à l’adresse eau.test/api" in person.page.words
    person.press("consent-accept")
    told = poll(desk, asked).json()
    assert desk.userinfo(told["access_token"]).status_code == 200, "the usual token is for userinfo"
    for_water = desk.refresh("guichet", told["refresh_token"], resource=WATER).json()
    assert desk.userinfo(for_water["access_token"]).status_code == 401
    with desk.units.begin() as work:
        resources.disallow(work, "guichet", [WATER])
    assert error(desk.refresh("guichet", for_water["refresh_token"], resource=WATER)) == "invalid_target"


def test_a_confidential_device_shows_its_secret(desk: Town) -> None:
    secret = desk.register("totem", redirect_uris=(), device=True)
    assert desk.http.post("/device_authorization", data={"client_id": "totem"}).status_code == 401
    asked = desk.http.post("/device_authorization", auth=("totem", secret)).json()
    assert desk.http.post("/device_authorization", auth=("totem", "wrong")).status_code == 401
    type_code(desk, asked["user_code"]).press("consent-accept")
    assert poll(desk, asked, client_id="totem").json()["error"] == "invalid_client"
    form = {"grant_type": DEVICE, "device_code": asked["device_code"]}
    assert desk.http.post("/token", data=form, auth=("totem", secret)).status_code == 200


def test_malformed_questions_have_the_protocol_s_own_error(desk: Town) -> None:
    desk.register("portail", public=True)
    for form, expected in (
        ({}, "invalid_client"), ({"client_id": "inconnu"}, "invalid_client"),
        ({"client_id": "portail"}, "unauthorized_client"), ({"client_id": "gui\0chet"}, "invalid_request"),
        ({"client_id": "guichet", "scope": "account"}, "invalid_scope"),
        ({"client_id": "guichet", "resource": "https://inconnu.test"}, "invalid_target"),
        ({"client_id": ["guichet", "guichet"]}, "invalid_request"),
    ):  # fmt: skip
        assert desk.http.post("/device_authorization", data=form).json()["error"] == expected, form
    for form, expected in (
        ({"client_id": "guichet"}, "invalid_request"), ({"client_id": "guichet", "device_code": "x"}, "invalid_grant"),
        ({"client_id": "guichet", "device_code": "x" * 9000}, "invalid_grant"),
        ({"client_id": "portail", "device_code": "x"}, "unauthorized_client"),
    ):  # fmt: skip
        assert desk.http.post("/token", data={"grant_type": DEVICE} | form).json()["error"] == expected, form
    assert desk.http.get("/device_authorization").status_code == 405


def test_codes_cannot_be_guessed(desk: Town) -> None:
    person = people.at(desk).open("/device").log_in(EMAIL)
    for number in range(device_codes.OF_ONE_PERSON.times):
        person.press("device-submit", user_code=f"0000-{number:04}")
        assert person.response.status_code == 422
    person.press("device-submit", user_code=ask(desk)["user_code"])
    assert person.response.status_code == 429 and person.response.headers["retry-after"]


def test_nonsense_for_a_code_is_told_beside_the_field(desk: Town) -> None:
    person = people.at(desk).open("/device").log_in(EMAIL)
    for typed in (
        "",
        "   ",
        "x",
        "é" * 300,
        "<script>alert(1)</script>",
        "\ud800".encode("utf-8", "replace").decode(),
    ):
        person.press("device-submit", user_code=typed)
        assert person.response.status_code == 422
        assert 'aria-describedby="user_code-hint user_code-fault"' in person.response.text
        assert "<script>" not in person.response.text


def test_forms_of_other_sites_decide_nothing(desk: Town) -> None:
    asked = ask(desk)
    person = type_code(desk, asked["user_code"])
    form, _ = person.page.button("consent-accept")
    fields = form.fields | {"decision": "accept"}
    for forged in (fields | {"mark": "x"}, {name: fields[name] for name in fields if name != "mark"}):
        assert person.http.post("/device/decision", data=forged).status_code == 403
    foreign = person.http.post("/device/decision", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert error(poll(desk, asked)) == "authorization_pending"
    for sealed in ("", "x", "é"):
        assert person.http.post("/device/decision", data=fields | {"request": sealed}).status_code == 400


def test_discovery_says_where_devices_ask(town: Town) -> None:
    told = town.http.get("/.well-known/openid-configuration").json()
    assert told["device_authorization_endpoint"] == f"{ISSUER}/device_authorization"
    assert DEVICE in told["grant_types_supported"]


def ask(town: Town, **form: Any) -> dict[str, Any]:
    """What a device is told."""
    reply = town.http.post("/device_authorization", data={"client_id": "guichet"} | form)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def poll(town: Town, asked: dict[str, Any], client_id: str = "guichet") -> Any:
    """What /token answers the device."""
    form = {"grant_type": DEVICE, "device_code": asked["device_code"], "client_id": client_id}
    return town.http.post("/token", data=form)


def type_code(town: Town, user_code: str) -> Person:
    """Somebody who signs in to type the code."""
    person = people.at(town).open("/device")
    return person.log_in(EMAIL).press("device-submit", user_code=user_code)


def error(reply: Any) -> str:
    """The error of a refusal."""
    assert reply.status_code == 400, reply.text
    return str(reply.json()["error"])
