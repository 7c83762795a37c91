"""What services know a session by: each by a name of its own, which says nothing to another."""

import secrets
from typing import Any

import pytest
from sqlalchemy import update

from identity.accounts import sessions
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Units, Visitor
from identity.oidc import clients, direct_login
from identity.oidc.direct_login import DirectLogin, Wanted
from identity.oidc.metadata import DEVICE
from tests.oidc import jose, person
from tests.oidc import town as town_
from tests.oidc.person import Person
from tests.oidc.town import COOKIE, Citizen, Town

BACK = "https://portail.test/parti"
ORIGIN = "https://portail.test"
CHANNELS = ("backchannel_logout_uri", "frontchannel_logout_uri")


@pytest.fixture
def citizen(town: Town) -> Citizen:
    """Somebody who is signed in, and three services: two that hear of logouts, one that does not."""
    for client_id, channel in zip(("portail", "cantine"), CHANNELS, strict=True):
        more: dict[str, Any] = {channel: f"https://portail.test/{client_id}"}
        town.register(client_id, public=True, post_logout_redirect_uris=(BACK,), **more)
    town.register("piscine", public=True, post_logout_redirect_uris=(BACK,))
    return town.settle()


def test_no_two_services_know_a_session_by_one_name_and_none_by_its_public_id(
    town: Town, citizen: Citizen
) -> None:
    known = [_sid(town, town.sign_in(citizen, name)) for name in ("portail", "cantine")]
    assert all(known) and len({*known, citizen.session_id}) == 3
    other = town.settle()
    assert _sid(town, town.sign_in(other, "portail")) not in known


def test_a_service_knows_a_session_by_one_name_however_often_it_asks_and_whatever_secret_we_have(
    town: Town, citizen: Citizen
) -> None:
    told = town.sign_in(citizen, "portail", scope="openid offline_access")
    sid = _sid(town, told)
    assert _sid(town, town.sign_in(citizen, "portail")) == sid
    assert _sid(town, town.refresh("portail", told["refresh_token"]).json()) == sid

    both = [secrets.token_urlsafe(48), *town.units.settings.secret_key]
    settings = town.units.settings.model_copy(update={"secret_key": both})
    changed = town_.build(Units(town.units.engine, settings, clock=town.clock), town.clock)
    assert _sid(changed, changed.sign_in(citizen, "portail")) == sid


def test_a_service_that_hears_of_no_logout_is_given_no_name(town: Town, citizen: Citizen) -> None:
    told = town.sign_in(citizen, "piscine", scope="openid offline_access")
    assert _sid(town, told) is None
    assert _sid(town, town.refresh("piscine", told["refresh_token"]).json()) is None


def test_a_direct_login_and_a_device_are_told_the_name_that_the_code_flow_tells(town: Town) -> None:
    town.register(
        "portail",
        public=True,
        device=True,
        direct_login=True,
        origins=(ORIGIN,),
        backchannel_logout_uri=f"{ORIGIN}/adieu",
    )
    person.settle(town, "zoe@exemple.fr")
    zoe = person.at(town).authorize("portail").log_in("zoe@exemple.fr")
    told = town.redeem("portail", zoe.answer["code"], zoe.pkce).json()
    device = town.http.post("/device_authorization", data={"client_id": "portail"}).json()
    zoe.open("/device", user_code=device["user_code"]).press("device-submit").press("consent-accept")
    granted = town.token(grant_type=DEVICE, client_id="portail", device_code=device["device_code"]).json()
    assert _sid(town, granted) == _sid(town, told) == _sid(town, {"id_token": _direct(town, zoe)})


def test_a_service_ends_the_session_by_an_id_token_that_names_it_or_its_person(town: Town) -> None:
    """By `sid` where the token has one, else by `sub`; one of another session of the same person will do."""
    for client_id, more in (("portail", {"backchannel_logout_uri": f"{ORIGIN}/adieu"}), ("piscine", {})):
        town.register(client_id, public=True, post_logout_redirect_uris=(BACK,), **more)
    person.settle(town, "zoe@exemple.fr")
    elsewhere = _hint(town, person.at(town).authorize("portail").log_in("zoe@exemple.fr"), "portail")
    for client_id in ("portail", "piscine"):
        zoe = person.at(town).open("/login").log_in("zoe@exemple.fr")
        hint = _hint(town, zoe, client_id)
        if client_id == "portail":  # known as another since: the session is the same all the same
            _move(town, client_id)
        assert zoe.open("/logout", id_token_hint=hint, post_logout_redirect_uri=BACK).outside == BACK
        assert COOKIE not in zoe.http.cookies
    zoe = person.at(town).open("/login").log_in("zoe@exemple.fr")
    _move(town, "portail", back=True)
    assert zoe.open("/logout", id_token_hint=elsewhere, post_logout_redirect_uri=BACK).outside == BACK


def _sid(town: Town, told: dict[str, Any]) -> str | None:
    sid: str | None = jose.verify(told["id_token"], town.http.get("/jwks").json())[1].get("sid")
    return sid


def _hint(town: Town, visitor: Person, client_id: str) -> str:
    visitor.authorize(client_id)
    return str(town.redeem(client_id, visitor.answer["code"], visitor.pkce).json()["id_token"])


def _move(town: Town, client_id: str, *, back: bool = False) -> None:
    """Let a service know its citizens by another `sub` from now on, or by the former again."""
    with town.units.begin() as work:
        changing = update(clients.TABLE).where(clients.TABLE.c.id == client_id)
        work.execute(changing.values(sector=ORIGIN.removeprefix("https://") if back else "ailleurs.test"))


def _direct(town: Town, visitor: Person) -> str:
    cookie = Secret(visitor.http.cookies.get(COOKIE) or "")
    with town.units.visited_by(Visitor(origin=ORIGIN, session_token=cookie)).begin() as work:
        session = sessions.find(work)
        assert session is not None
        token = direct_login.issue(work, DirectLogin(Wanted("portail", "openid"), session)).id_token
    assert token is not None
    return token.reveal()
