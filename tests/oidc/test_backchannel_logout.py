"""Services are told behind the browser's back that a session ended: all of them, until they have heard."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from identity.accounts import sessions
from identity.foundation.unit_of_work import Units, open_engine
from identity.oidc import backchannel
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


def _end(town: Town, citizen: Citizen) -> None:
    """As every flow of the accounts wing ends one."""
    with town.units.begin() as work:
        assert sessions.close(work, citizen.session_id, citizen.account_id)
