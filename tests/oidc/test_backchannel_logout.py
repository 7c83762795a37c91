"""Services are told behind the browser's back that a session ended: all of them, until they have heard."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from identity.accounts import sessions
from identity.accounts.account import Account
from identity.accounts.actors import Actor
from identity.foundation.unit_of_work import UnitOfWork, Units, open_engine
from identity.oidc import backchannel, consents
from identity.oidc.consents import Asked
from tests.oidc import jose
from tests.oidc import town as town_
from tests.oidc.town import ISSUER, Citizen, Clock, Town

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Service:
    """A service that listens on loopback, and what it was told."""

    url: str
    heard: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    status: int = 200

    def claims(self, town: Town) -> dict[str, Any]:
        """The last token that it was sent, checked."""
        header, claims = jose.verify(self.heard[-1][1]["logout_token"][0], town.http.get("/jwks").json())
        assert header["typ"] == "logout+jwt"
        return claims


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that answers."""
    heard: list[tuple[str, dict[str, list[str]]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.append((self.path, parse_qs(body)))
            self.send_response(listening.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Service(f"http://127.0.0.1:{server.server_port}", heard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield listening
    server.shutdown()
    server.server_close()


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A provider that may reach loopback."""
    settings = town_.settings(database_url).model_copy(update={"outbound_allow": ["127.0.0.1"]})
    clock, engine = Clock(), open_engine(settings)
    yield town_.build(Units(engine, settings, clock=clock), clock)
    engine.dispose()


def test_every_service_of_a_session_is_told_once(town: Town, service: Service) -> None:
    """oidcc-backchannel-rp-initiated-logout: `iss`, `aud`, `sub`, `sid`, `jti`, `events`, never `nonce`."""
    citizen = _used(town, service, "portail", "cantine")
    town.register("autre", public=True, backchannel_logout_uri=f"{service.url}/autre")
    _end(town, citizen)

    assert backchannel.run(town.units) == 2
    assert {path for path, _ in service.heard} == {"/portail", "/cantine"}
    claims = service.claims(town)
    assert (claims["iss"], claims["events"]) == (ISSUER, {EVENT: {}})
    assert claims["aud"] in ("portail", "cantine") and claims["sub"] and claims["sid"] and claims["jti"]
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert "nonce" not in claims

    assert backchannel.run(town.units) == 0
    assert len(service.heard) == 2


def test_nobody_is_told_of_a_session_that_lives(town: Town, service: Service) -> None:
    _used(town, service, "portail")
    assert backchannel.run(town.units) == 0
    assert service.heard == []


def test_two_services_hear_of_one_person_under_two_names(town: Town, service: Service) -> None:
    """Pairwise: nobody learns from a notice what the ID token hides."""
    citizen = _used(town, service, "portail")
    town.register(
        "piscine", public=True, sector="piscine.test", backchannel_logout_uri=f"{service.url}/piscine"
    )
    told = town.sign_in(citizen, "piscine")
    _end(town, citizen)
    backchannel.run(town.units)
    subjects = {}
    for _, form in service.heard:
        claims = jose.verify(form["logout_token"][0], town.http.get("/jwks").json())[1]
        subjects[claims["aud"]] = claims["sub"]
    assert subjects["piscine"] != subjects["portail"]
    assert subjects["piscine"] == jose.verify(told["id_token"], town.http.get("/jwks").json())[1]["sub"]


def test_a_service_hears_of_a_session_by_the_name_that_its_id_token_gave_it(
    town: Town, service: Service
) -> None:
    """Its own: the notices of two services cannot be laid side by side either."""
    citizen, known = _used(town, service), {}
    for client_id in ("portail", "cantine"):
        town.register(client_id, public=True, backchannel_logout_uri=f"{service.url}/{client_id}")
        told = town.sign_in(citizen, client_id)["id_token"]
        known[client_id] = jose.verify(told, town.http.get("/jwks").json())[1]["sid"]
    _end(town, citizen)
    backchannel.run(town.units)
    keys = town.http.get("/jwks").json()
    notices = [jose.verify(form["logout_token"][0], keys)[1] for _, form in service.heard]
    assert {notice["aud"]: notice["sid"] for notice in notices} == known
    assert len({*known.values(), citizen.session_id}) == 3


def test_a_service_that_does_not_answer_is_told_again_later_and_given_up_in_the_end(
    town: Town, service: Service
) -> None:
    citizen = _used(town, service, "portail")
    _end(town, citizen)
    service.status = 503
    backchannel.run(town.units)
    assert backchannel.run(town.units) == 0  # not at once
    town.clock.pass_(seconds=11)
    assert backchannel.run(town.units) == 1
    first, second = (form["logout_token"][0] for _, form in service.heard)
    assert first != second  # it would have expired

    service.status = 200
    town.clock.pass_(minutes=1)
    assert backchannel.run(town.units) == 1
    town.clock.pass_(days=1)
    assert backchannel.run(town.units) == 0
    assert len(service.heard) == 3


def test_a_service_that_never_answers_is_given_up(town: Town, service: Service) -> None:
    citizen = _used(town, service, "portail")
    _end(town, citizen)
    service.status = 500
    for _ in range(2 * backchannel.MOST_TRIES):
        backchannel.run(town.units)
        town.clock.pass_(hours=1)
    assert len(service.heard) == backchannel.MOST_TRIES


@pytest.mark.parametrize(
    ("status", "tries"),
    [(400, 1), (401, 1), (403, 1), (404, 1), (405, 1), (410, 1), (422, 1), (501, 1),
     (302, 3), (408, 3), (425, 3), (429, 3), (500, 3), (502, 3), (503, 3), (504, 3)],
)  # fmt: skip
def test_an_answer_that_will_stay_the_same_is_asked_for_once(
    town: Town, service: Service, status: int, tries: int
) -> None:
    _end(town, _used(town, service, "portail"))
    service.status = status
    for _ in range(3):
        backchannel.run(town.units)
        town.clock.pass_(hours=1)
    assert len(service.heard) == tries


def test_a_consent_that_is_withdrawn_is_told_to_its_service_and_no_other(
    town: Town, service: Service
) -> None:
    citizen, other = _used(town, service, "portail", "cantine"), town.settle()
    known = jose.verify(town.sign_in(citizen, "portail")["id_token"], town.http.get("/jwks").json())[1]
    town.sign_in(other, "portail")
    _withdraw(town, citizen, "portail")

    assert backchannel.run(town.units) == 1
    claims = service.claims(town)
    assert (claims["aud"], claims["sub"], claims["sid"]) == ("portail", known["sub"], known["sid"])
    assert backchannel.run(town.units) == 0

    town.clock.pass_(seconds=2)
    town.sign_in(citizen, "portail")
    _withdraw(town, citizen, "portail")
    assert backchannel.run(town.units) == 1, "each time"
    town.sign_in(citizen, "portail")
    _end(town, citizen)
    assert backchannel.run(town.units) == 2, "and the end of the session too"
    assert {path for path, _ in service.heard[-2:]} == {"/portail", "/cantine"}


def test_a_withdrawal_that_is_undone_tells_nobody(town: Town, service: Service) -> None:
    citizen = _used(town, service, "portail")
    with pytest.raises(ZeroDivisionError), town.units.begin() as work:
        consents.remember(work, citizen.account_id, "portail", Asked("openid"))
        consents.withdraw(work, _actor(work, citizen), "portail")
        raise ZeroDivisionError
    assert backchannel.run(town.units) == 0


def test_what_a_process_had_claimed_when_it_died_is_sent_by_another(
    town: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = _used(town, service, "portail")
    _end(town, citizen)
    with monkeypatch.context() as broken:
        broken.setattr(backchannel, "_send", lambda units, notice: None)
        backchannel.run(town.units)
    assert backchannel.run(town.units) == 0
    town.clock.pass_(minutes=1)
    assert backchannel.run(town.units) == 1
    assert len(service.heard) == 1


def test_an_address_inside_our_own_walls_is_not_reached_unless_listed(town: Town, service: Service) -> None:
    citizen = _used(town, service, "portail")
    _end(town, citizen)
    walled = Units(
        town.units.engine, town.units.settings.model_copy(update={"outbound_allow": []}), clock=town.clock
    )
    assert backchannel.run(walled) == 1
    assert service.heard == []


def test_notices_are_forgotten_in_time_and_not_sent_anew(town: Town, service: Service) -> None:
    citizen = _used(town, service, "portail")
    _end(town, citizen)
    backchannel.run(town.units)
    town.clock.pass_(days=3)
    with town.units.begin() as work:
        backchannel.purge(work)
        assert work.execute(backchannel.LogoutNotice.__table__.select()).all() == []
    assert backchannel.run(town.units) == 0
    assert len(service.heard) == 1


def _used(town: Town, service: Service, *client_ids: str) -> Citizen:
    citizen = town.settle()
    for client_id in client_ids:
        town.register(client_id, public=True, backchannel_logout_uri=f"{service.url}/{client_id}")
        town.sign_in(citizen, client_id)
    return citizen


def _withdraw(town: Town, citizen: Citizen, client_id: str) -> None:
    with town.units.begin() as work:
        consents.remember(work, citizen.account_id, client_id, Asked("openid"))
        consents.withdraw(work, _actor(work, citizen), client_id)


def _actor(work: UnitOfWork, citizen: Citizen) -> Actor:
    return Actor(work.session.get_one(Account, citizen.account_id), None)


def _end(town: Town, citizen: Citizen) -> None:
    """As every flow of the accounts wing ends one."""
    with town.units.begin() as work:
        assert sessions.close(work, citizen.session_id, citizen.account_id)
