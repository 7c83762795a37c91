"""`max_age` and `prompt=login` want a sign-in for this very request: which ones are, and for how long."""

from typing import Any

import pytest

from tests.oidc import jose, person
from tests.oidc.person import Person
from tests.oidc.town import Pkce, Town, answer, request_for

ZOE, MAX = "zoe@exemple.fr", "max@exemple.fr"
DEMANDS: list[dict[str, str]] = [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "1"}]


@pytest.fixture
def zoe(town: Town) -> Person:
    """Somebody who signed in an hour ago, for a service that asks nothing."""
    town.register("portail", public=True)
    town.register("mediatheque", public=True, first_party=False)
    for email in (ZOE, MAX):
        person.settle(town, email)
    visitor = person.at(town).authorize("portail").log_in(ZOE)
    town.clock.pass_(hours=1)
    return visitor


def waiting(visitor: Person) -> str:
    """Where the request goes on."""
    handle = visitor.page.button("login-submit")[0].fields["continue"]
    return f"urn:ietf:params:oauth:request_uri:{handle}"


def resume(visitor: Person, uri: str, client_id: str = "portail") -> Person:
    """Take the request up again, as another tab of this browser may."""
    return visitor.open("/authorize", client_id=client_id, request_uri=uri)


def auth_time(town: Town, visitor: Person, client_id: str) -> int:
    """What the client reads."""
    told = town.redeem(client_id, visitor.answer["code"], visitor.pkce).json()["id_token"]
    return int(jose.verify(told, town.http.get("/jwks").json())[1]["auth_time"])


@pytest.mark.parametrize("demand", DEMANDS)
def test_a_sign_in_for_something_else_while_the_request_waits_does_not_do(
    town: Town, zoe: Person, demand: dict[str, str]
) -> None:
    """Neither the town's own page nor another service's, in another tab of the same browser."""
    uri = waiting(zoe.authorize("portail", **demand))
    town.clock.pass_(seconds=5)
    zoe.open("/login", other="1").log_in(ZOE)
    town.clock.pass_(seconds=5)
    assert resume(zoe, uri).path == "/login"
    zoe.authorize("mediatheque", prompt="login").log_in(ZOE)
    town.clock.pass_(seconds=5)
    assert resume(zoe, uri).path == "/login"
    assert "code" in zoe.log_in(ZOE).answer


def test_any_sign_in_meets_max_age_while_it_is_younger_at_the_moment_of_the_code(
    town: Town, zoe: Person
) -> None:
    uri = waiting(zoe.authorize("portail", max_age="60"))
    zoe.open("/login", other="1").log_in(ZOE)
    town.clock.pass_(seconds=60)
    assert resume(zoe, uri).path == "/login"
    zoe.open("/login", other="1").log_in(ZOE)
    town.clock.pass_(seconds=59)
    assert "code" in resume(zoe, uri).answer


@pytest.mark.parametrize("demand", DEMANDS)
def test_whoever_reads_the_consent_slowly_ends_with_a_code(
    town: Town, zoe: Person, demand: dict[str, str]
) -> None:
    zoe.authorize("mediatheque", **demand).log_in(ZOE)
    signed_in_at = int(town.clock.now.timestamp())
    assert zoe.path == "/consent"
    town.clock.pass_(minutes=9, seconds=59)
    zoe.press("consent-accept")
    assert auth_time(town, zoe, "mediatheque") == signed_in_at


def test_after_ten_minutes_the_password_is_asked_once_more_and_then_there_is_a_code(
    town: Town, zoe: Person
) -> None:
    zoe.authorize("mediatheque", prompt="login consent").log_in(ZOE)
    town.clock.pass_(minutes=10, seconds=1)
    assert zoe.press("consent-accept").path == "/login"
    assert "code" in zoe.log_in(ZOE).press("consent-accept").answer


def test_a_longer_max_age_lasts_as_long_for_the_request_s_own_sign_in(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque", prompt="login", max_age="1800").log_in(ZOE)
    town.clock.pass_(minutes=29)
    assert "code" in zoe.press("consent-accept").answer


def test_another_account_in_another_tab_has_not_signed_in_for_the_request(town: Town, zoe: Person) -> None:
    """Nor has the first one any more, once it comes back otherwise."""
    uri = waiting(zoe.authorize("mediatheque", prompt="login"))
    zoe.log_in(ZOE)
    for email in (MAX, ZOE):
        zoe.open("/login", other="1").log_in(email)
        assert resume(zoe, uri, "mediatheque").path == "/login"
    assert zoe.log_in(MAX).path == "/consent"


def test_two_tabs_are_two_requests(town: Town, zoe: Person) -> None:
    """Each wants its own sign-in, and the second takes nothing from the first."""
    first = waiting(zoe.authorize("mediatheque", prompt="login"))
    second = waiting(zoe.authorize("portail", prompt="login"))
    resume(zoe, first, "mediatheque").log_in(ZOE)
    assert zoe.path == "/consent"
    assert "code" in resume(zoe, second).log_in(ZOE).answer
    assert "code" in resume(zoe, first, "mediatheque").press("consent-accept").answer


def test_another_tab_chooses_no_account_and_consents_to_nothing_here(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque").press("consent-accept")
    zoe.authorize("mediatheque", prompt="select_account")
    uri = f"urn:ietf:params:oauth:request_uri:{zoe.page.button('account-continue')[0].fields['continue']}"
    zoe.open("/login", other="1").log_in(MAX)
    assert MAX in resume(zoe, uri, "mediatheque").page.words
    assert zoe.path == "/login"

    uri = zoe.press("account-continue").press("consent-accept").authorize("mediatheque", prompt="consent")
    handle = uri.page.button("consent-accept")[0].fields["continue"]
    town.clock.pass_(seconds=5)
    zoe.authorize("mediatheque", prompt="consent").press("consent-accept")
    again = resume(zoe, f"urn:ietf:params:oauth:request_uri:{handle}", "mediatheque")
    assert again.path == "/consent"


def test_a_client_s_usual_max_age_is_held_as_one_that_is_asked_for(town: Town, zoe: Person) -> None:
    town.register("cantine", public=True, default_max_age=0, require_auth_time=True)
    uri = waiting(zoe.authorize("cantine"))
    zoe.open("/login", other="1").log_in(ZOE)
    assert resume(zoe, uri, "cantine").path == "/login"
    town.clock.pass_(minutes=1)
    zoe.log_in(ZOE)
    assert auth_time(town, zoe, "cantine") == int(town.clock.now.timestamp())


def test_without_a_page_only_the_age_of_the_sign_in_counts(town: Town, zoe: Person) -> None:
    zoe.authorize("portail", prompt="login").log_in(ZOE)
    for max_age, expected in (("0", "login_required"), ("10", "code")):
        assert expected in _flat(zoe.authorize("portail", prompt="none", max_age=max_age).answer)
    town.clock.pass_(seconds=10)
    assert zoe.authorize("portail", prompt="none", max_age="10").answer["error"] == "login_required"


def test_no_sign_in_is_younger_than_nothing(town: Town) -> None:
    """Not even one that another machine, whose clock is ahead, has written."""
    town.register("portail", public=True)
    town.clock.pass_(seconds=30)
    citizen = town.settle()
    town.clock.pass_(seconds=-30)
    asked = request_for("portail", Pkce()) | {"max_age": "0"}
    assert answer(town.authorize(citizen, prompt="none", **asked))["error"] == "login_required"
    assert town.authorize(citizen, **asked).status_code == 303


def _flat(answer: dict[str, Any]) -> list[str]:
    return [*answer.keys(), *answer.values()]
