"""Whoever does not want to sign in says so on the page, and is back at the service (RFC 6749 §4.1.2.1)."""

from typing import Any

import pytest

from api.pages.words import Speaker
from tests.oidc import person
from tests.oidc.person import Person
from tests.oidc.town import CALLBACK, COOKIE, ISSUER, Town

ZOE = "zoe@exemple.fr"


@pytest.fixture
def stranger(town: Town) -> Person:
    """Nobody is signed in here."""
    town.register("portail", public=True)
    return person.at(town)


def require_denied(visitor: Person) -> None:
    """The service is told, with its own state and our name, and nothing else of the person."""
    assert visitor.outside and visitor.outside.startswith(f"{CALLBACK}?")
    answer = visitor.answer
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "s t~é&", ISSUER)
    assert "code" not in answer


def test_the_button_names_the_service_and_leads_back_to_it(town: Town, stranger: Person) -> None:
    for language, words in (("fr", "Annuler et revenir à Portail"), ("en", "Cancel and go back to Portail")):
        stranger.authorize("portail", ui_locales=language)
        assert words in stranger.page.words
        require_denied(stranger.press("login-cancel"))
    assert COOKIE not in stranger.http.cookies


def test_it_is_there_wherever_the_page_asks(town: Town, stranger: Person) -> None:
    """After a wrong password, where the account is chosen, where the password is wanted anew; the session stays."""
    require_denied(stranger.authorize("portail").log_in(ZOE, "pas le bon").press("login-cancel"))
    person.settle(town, ZOE)
    stranger.authorize("portail").log_in(ZOE)
    for prompt in ("select_account", "login"):
        town.clock.pass_(minutes=1)
        require_denied(stranger.authorize("portail", prompt=prompt).press("login-cancel"))
    assert "code" in stranger.authorize("portail").answer


def test_whoever_was_sent_to_register_can_refuse_from_the_sign_in_page(town: Town, stranger: Person) -> None:
    stranger.response = stranger.http.get(
        "/authorize", params=person.request_for("portail", stranger.pkce) | {"prompt": "create"},
        follow_redirects=False,
    )  # fmt: skip
    at = stranger.response.headers["location"]
    assert at.startswith(f"{ISSUER}/register?continue=")
    require_denied(
        stranger.open("/login", **{"continue": at.partition("continue=")[2]}).press("login-cancel")
    )


def test_a_service_that_wants_a_form_is_told_by_a_form(town: Town, stranger: Person) -> None:
    stranger.authorize("portail", response_mode="form_post").press("login-cancel")
    assert 'value="access_denied"' in stranger.response.text
    assert f'action="{CALLBACK}"' in stranger.response.text


def test_a_form_that_is_not_ours_refuses_nothing(town: Town, stranger: Person) -> None:
    """Another site's, another browser's, the mark of another form; and the request waits on."""
    form = stranger.authorize("portail").page.button("login-cancel")[0]
    sign_in = stranger.page.button("login-submit")[0]
    strange = person.at(town).authorize("portail").page.button("login-cancel")[0]
    forged: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({**form.fields, "mark": ""}, {}),
        ({**form.fields, "mark": strange.fields["mark"]}, {}),
        ({**form.fields, "mark": sign_in.fields["mark"]}, {}),
        ({**strange.fields}, {}),
        ({**form.fields}, {"sec-fetch-site": "cross-site"}),
        ({**form.fields}, {"sec-fetch-site": "same-site"}),
    ]
    for fields, headers in forged:
        answered = stranger.http.post("/login/cancel", data=fields, headers=headers, follow_redirects=False)
        assert answered.status_code == 403
    assert stranger.http.get("/login/cancel", params=form.fields).status_code == 405
    require_denied(stranger.press("login-cancel"))


def test_what_was_refused_cannot_be_signed_in_to_afterwards(town: Town, stranger: Person) -> None:
    person.settle(town, ZOE)
    stranger.authorize("portail")
    page, form = stranger.response, stranger.page.button("login-cancel")[0]
    stranger.press("login-cancel")
    stranger.response = page
    assert stranger.log_in(ZOE).response.status_code == 400
    assert COOKIE not in stranger.http.cookies
    again = stranger.http.post("/login/cancel", data=form.fields, follow_redirects=False)
    assert again.status_code == 400
    assert Speaker("fr")("over.answered") in stranger.page.words


def test_whoever_signs_in_for_themselves_has_nothing_to_refuse(town: Town, stranger: Person) -> None:
    for path in ("/login", "/login?device=BCDF-GHJK"):
        assert "login-cancel" not in stranger.http.get(path).text
    assert stranger.http.post("/login/cancel", data={}, follow_redirects=False).status_code == 400
