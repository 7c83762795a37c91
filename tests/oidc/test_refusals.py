"""A service that was refused finds help: the cause is logged, counted, and told to the agent who looks at it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from identity.foundation.unit_of_work import Units
from identity.oidc import clients, refusals
from identity.oidc.refusals import Told
from tests.oidc import person
from tests.oidc.signing import Signer
from tests.oidc.town import CALLBACK, Pkce, Town, request_for

ID = "mediatheque"
OTHERS = "lea.martin@exemple.fr"

Act = Callable[[Town, str], Any]


def _ask(town: Town, secret: str = "", **changes: str) -> Any:
    return town.authorize(town.settle(), **(request_for(ID, Pkce()) | changes))


def _redeem(town: Town, secret: str, **form: Any) -> Any:
    asked = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, "auth": (ID, secret)}
    return town.token(**(asked | form))


def _post(path: str, **form: str) -> Act:
    return lambda town, secret: town.http.post(path, data=form, auth=(ID, secret))


REFUSED: dict[str, tuple[Act, str, str]] = {
    "back at the service": (lambda town, _: _ask(town, prompt="danse"), "/authorize", "invalid_request"),
    "silently": (lambda town, _: town.authorize(None, **request_for(ID, Pkce()), prompt="none"), "/authorize",
                 "login_required"),
    "a page": (lambda town, _: _ask(town, redirect_uri="https://autre.test/"), "/authorize", "page:error"),
    "a parameter twice": (
        lambda town, _: town.http.get(f"/authorize?client_id={ID}&scope=a&scope=b"), "/authorize", "page:error"),
    "a code": (_redeem, "/token", "invalid_grant"),
    "a secret": (lambda town, _: _redeem(town, "faux"), "/token", "invalid_client"),
    "a grant": (lambda town, s: _redeem(town, s, grant_type="password"), "/token", "unsupported_grant_type"),
    "a push": (_post("/par", response_type="code"), "/par", "invalid_request"),
    "a device": (_post("/device_authorization"), "/device_authorization", "unauthorized_client"),
    "introspection": (_post("/introspect"), "/introspect", "invalid_request"),
    "revocation": (_post("/revoke"), "/revoke", "invalid_request"),
    "its registration": (
        lambda town, _: town.http.get(f"/register/{ID}", headers={"Authorization": "Bearer x"}),
        "/register", "invalid_token"),
    "a logout": (
        lambda town, _: town.http.get("/logout", params={"client_id": ID, "post_logout_redirect_uri": "x"}),
        "/logout", "invalid_request"),
}  # fmt: skip


@pytest.mark.parametrize(("act", "endpoint", "error"), REFUSED.values(), ids=list(REFUSED))
def test_every_refusal_is_logged_and_counted_and_told_by_client_and_cause(
    town: Town, act: Act, endpoint: str, error: str
) -> None:
    secret = town.register(ID)
    with town.units.read() as work:
        assert clients.find(work, ID)
    before = _counted(ID, endpoint, error)
    with capture_logs() as lines:
        assert act(town, secret).status_code < 500
    [line] = [line for line in lines if line["event"] == "federation.refused"]
    assert (line["client"], line["endpoint"], line["error"]) == (ID, endpoint, error)
    assert _counted(ID, endpoint, error) == before + 1
    assert _latest(town, ID) == [], "not on the way of the answer"
    refusals.flush(town.units)
    [told] = _latest(town, ID)
    assert (told.endpoint, told.error, told.description) == (endpoint, error, line["description"])
    assert told.times == 1


def test_what_a_citizen_denies_is_told_without_a_word_of_them(town: Town) -> None:
    town.register(ID, public=True, first_party=False)
    account = person.settle(town, OTHERS)
    visitor = person.at(town)
    with capture_logs() as lines:
        visitor.authorize(ID).log_in(OTHERS).press("consent-deny")
    [line] = [line for line in lines if line["event"] == "federation.refused"]
    assert (line["client"], line["error"]) == (ID, "access_denied")
    assert OTHERS not in str(lines) and account.id not in str(line)


def test_a_good_request_and_the_steps_of_a_protocol_are_none(town: Town) -> None:
    town.register(ID, public=True)
    with capture_logs() as lines:
        town.sign_in(town.settle(), ID)
        Signer(town).learn_nonce()
    assert not [line for line in lines if line["event"] == "federation.refused"]
    assert refusals.flush(town.units) == 0


def test_a_client_is_written_at_most_once_a_minute_for_a_cause_and_none_is_lost(town: Town) -> None:
    secret = town.register(ID)
    for _ in range(3):
        _redeem(town, secret)
    assert refusals.flush(town.units) == 1
    for _ in range(4):
        _redeem(town, secret)
        assert refusals.flush(town.units) == 0
    _redeem(town, secret, grant_type="password")
    assert refusals.flush(town.units) == 1, "another cause waits for nobody"
    town.clock.pass_(seconds=61)
    assert refusals.flush(town.units) == 1
    assert [(told.error, told.times) for told in _latest(town, ID)] == [
        ("invalid_grant", 7), ("unsupported_grant_type", 1),
    ]  # fmt: skip


def test_two_processes_share_the_minute(town: Town) -> None:
    secret = town.register(ID)
    _redeem(town, secret)
    assert refusals.flush(town.units) == 1
    refusals._heaps.clear()  # as another process begins
    _redeem(town, secret)
    assert refusals.flush(town.units) == 0
    town.clock.pass_(seconds=61)
    assert refusals.flush(town.units) == 1
    [told] = _latest(town, ID)
    assert told.times == 2


def test_who_is_no_client_of_ours_is_one_label_and_not_named(town: Town) -> None:
    before = _counted("unknown", "/authorize", "page:error")
    with capture_logs() as lines:
        for name in (OTHERS, "x" * 300, "\0", "personne"):
            _ask(town, client_id=name)
            town.token(grant_type="x", client_id=name)
    assert OTHERS not in str(lines) and "personne" not in str(lines)
    assert _counted("unknown", "/authorize", "page:error") == before + 4
    refusals.flush(town.units)
    told = _latest(town, None)
    assert {one.client_id for one in told} == {refusals.UNKNOWN}
    assert OTHERS not in str(told) and "personne" not in str(told)


def test_a_client_that_this_process_has_not_met_is_told_by_its_name_in_the_table(town: Town) -> None:
    town.register(ID)
    clients._known.clear()
    town.http.get(f"/authorize?client_id={ID}&scope=a&scope=b")
    refusals.flush(town.units)
    [told] = _latest(town, ID)
    assert told.error == "page:error"


def test_what_was_sent_is_not_kept_where_it_may_be_somebody_s(town: Town) -> None:
    town.register(ID)
    with capture_logs() as lines:
        for said in (OTHERS, "+33 6 12 34 56 78", "0612345678"):
            _ask(town, response_type=said)
    refusals.flush(town.units)
    for said in (OTHERS, "12 34 56", "0612345678"):
        assert said not in str(lines) + str(_latest(town, ID))


def test_the_last_twenty_are_told_and_the_rest_is_bounded(town: Town) -> None:
    town.register(ID)
    for number in range(refusals.MOST_CAUSES + 10):
        _ask(town, response_type=f"code{number}")
        refusals.flush(town.units)
        town.clock.pass_(seconds=1)
    told = _latest(town, ID)
    assert len(told) == refusals.SHOWN
    assert [one.last_at for one in told] == sorted((one.last_at for one in told), reverse=True)
    with town.units.read() as work:
        rows = work.execute(refusals.RefusedRequest.__table__.select()).all()
    assert len(rows) == refusals.MOST_CAUSES


def test_memory_is_bounded_too_and_nothing_is_lost_of_the_count(town: Town) -> None:
    town.register(ID)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: _redeem_as(town.units, number), range(refusals.MOST_WAITING * 2)))
    heap = refusals._heaps[town.units.engine]
    assert len(heap.waiting) <= refusals.MOST_WAITING + 1
    assert sum(heap.waiting.values()) == refusals.MOST_WAITING * 2


def test_what_did_not_come_again_is_forgotten(town: Town) -> None:
    secret = town.register(ID)
    _redeem(town, secret)
    refusals.flush(town.units)
    for days, left in ((29, 1), (2, 0)):
        town.clock.pass_(days=days)
        with town.units.begin() as work:
            refusals.purge(work)
        assert len(_latest(town, ID)) == left


def _redeem_as(units: Units, number: int) -> None:
    refusal = refusals.Refusal("invalid_request", "no", f"client-{number}")
    refusals.note(units, refusals.Arrival("POST", "/token"), refusals.Reply(400, refusal=refusal))


def _latest(town: Town, client_id: str | None) -> list[Told]:
    with town.units.read() as work:
        return refusals.latest(work, client_id)


def _counted(client: str, endpoint: str, error: str) -> float:
    labels = {"client": client, "endpoint": endpoint, "error": error}
    return REGISTRY.get_sample_value("parvis_federation_refusals_total", labels) or 0.0
