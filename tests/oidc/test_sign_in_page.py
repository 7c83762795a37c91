"""Signing in on the provider's page, on the way from a service and back."""

import pytest

from identity.accounts import login, sessions
from tests.oidc import person
from tests.oidc.town import CALLBACK, COOKIE, ISSUER, Town


@pytest.fixture
def zoe(town: Town) -> str:
    """Somebody's address."""
    town.register("portail", public=True)
    person.settle(town, "zoe@exemple.fr")
    return "zoe@exemple.fr"


def test_whoever_signs_in_is_back_at_the_service_with_a_code_that_gives_tokens(town: Town, zoe: str) -> None:
    """The path of oidcc-server."""
    visitor = person.at(town).authorize("portail")
    assert (visitor.path, visitor.response.status_code) == ("/login", 200)
    assert "Portail" in visitor.page.words

    visitor.log_in(zoe)

    assert visitor.outside and visitor.outside.startswith(f"{CALLBACK}?")
    assert (visitor.answer["state"], visitor.answer["iss"]) == ("s t~é&", ISSUER)
    told = town.redeem("portail", visitor.answer["code"], visitor.pkce).json()
    assert town.userinfo(told["access_token"]).json()["email"] == zoe


def test_whoever_is_signed_in_is_asked_nothing_by_the_next_service(town: Town, zoe: str) -> None:
    town.register("autre", public=True)
    visitor = person.at(town).authorize("portail").log_in(zoe)
    assert "code" in visitor.authorize("autre").answer


def test_a_wrong_password_and_an_unknown_address_read_the_same(town: Town, zoe: str) -> None:
    pages = []
    for email in (zoe, "personne@exemple.fr"):
        visitor = person.at(town).authorize("portail").log_in(email, "pas le bon")
        assert visitor.response.status_code == 422
        assert COOKIE not in visitor.http.cookies
        pages.append(visitor.page.words)
    assert pages[0] == pages[1]
    assert "L'e-mail ou le mot de passe est incorrect" in pages[0]


def test_what_is_missing_is_told_beside_its_field_and_in_a_summary_that_leads_there(
    town: Town, zoe: str
) -> None:
    visitor = person.at(town).authorize("portail").press("login-submit", email=zoe)
    assert visitor.response.status_code == 422
    assert visitor.page.links["Saisissez votre mot de passe."] == "#password"
    assert 'aria-describedby="password-fault"' in visitor.response.text
    assert visitor.page.button("login-submit")[0].fields["email"] == zoe


def test_the_page_counts_attempts_as_the_mutation_does(town: Town, zoe: str) -> None:
    """Past the limit even the right password waits, and the page says how long."""
    visitor = person.at(town).authorize("portail")
    for _ in range(login.PER_EMAIL.times):
        visitor.log_in(zoe, "pas le bon")
    visitor.log_in(zoe)
    assert visitor.response.status_code == 429
    assert int(visitor.response.headers["retry-after"]) > 0
    assert COOKIE not in visitor.http.cookies


def test_a_form_that_is_not_ours_signs_nobody_in(town: Town, zoe: str) -> None:
    """Another site's form, another browser's form, a form for another request."""
    visitor, other = person.at(town).authorize("portail"), person.at(town).authorize("portail")
    form, _ = visitor.page.button("login-submit")
    strange, _ = other.page.button("login-submit")
    typed = {"email": zoe, "password": person.PASSWORD}
    forged = [
        ({**form.fields, "mark": ""}, {}),
        ({**form.fields, "mark": strange.fields["mark"]}, {}),
        ({**strange.fields}, {}),
        ({**form.fields}, {"sec-fetch-site": "cross-site"}),
        ({**form.fields}, {"sec-fetch-site": "same-site"}),
    ]
    for fields, headers in forged:
        answered = visitor.http.post("/login", data=fields | typed, headers=headers, follow_redirects=False)
        assert answered.status_code == 403
        assert COOKIE not in visitor.http.cookies


def test_a_session_cookie_that_was_planted_beforehand_is_worth_nothing_after(town: Town, zoe: str) -> None:
    """Session fixation: the cookie is drawn anew at every sign-in."""
    planted = town.settle()
    visitor = person.at(town)
    town.clock.pass_(minutes=1)
    visitor.http.cookies.set(COOKIE, planted.cookie.reveal(), domain="parvis.test")
    visitor.authorize("portail", prompt="login").log_in(zoe)
    assert visitor.http.cookies.get(COOKIE) != planted.cookie.reveal()
    assert town.authorize(planted, **person.request_for("portail", visitor.pkce)).status_code == 303


def test_a_request_that_was_answered_or_is_too_old_says_so(town: Town, zoe: str) -> None:
    visitor = person.at(town).authorize("portail")
    page = str(visitor.response.url)
    town.clock.pass_(hours=2)
    visitor.log_in(zoe)
    assert visitor.response.status_code == 400
    assert "a expiré" in visitor.page.words
    for path in (page, "/login?continue=inconnu", "/consent?continue=inconnu", "/consent"):
        assert visitor.http.get(path).status_code == 400


def test_signing_in_for_oneself_leads_home_and_nowhere_else(town: Town, zoe: str) -> None:
    """No open redirect: an address in the query is not where a sign-in leads."""
    visitor = person.at(town)
    elsewhere = {"next": "https://evil.test", "redirect_uri": "https://evil.test", "return_to": "//evil.test"}
    visitor.open("/login", **elsewhere)
    form, _ = visitor.page.button("login-submit")
    fields = form.fields | elsewhere | {"email": zoe, "password": person.PASSWORD}
    answered = visitor.http.post("/login", data=fields, follow_redirects=False)
    assert (answered.status_code, answered.headers["location"]) == (303, f"{ISSUER}/")


def test_the_cookie_lasts_only_where_the_person_wants_it(town: Town, zoe: str) -> None:
    for stays, lasts in (({}, False), ({"stay": "on"}, True)):
        visitor = person.at(town).authorize("portail")
        form, _ = visitor.page.button("login-submit")
        typed = {"email": zoe, "password": person.PASSWORD, **stays}
        answered = visitor.http.post("/login", data=form.fields | typed, follow_redirects=False)
        (cookie,) = [line for line in answered.headers.get_list("set-cookie") if line.startswith(COOKIE)]
        assert ("Max-Age" in cookie) is lasts
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


def test_a_locked_account_is_let_in_nowhere(town: Town, zoe: str) -> None:
    account = person.settle(town, zoe)
    town.change(type(account), account.id, locked_at=town.clock.now)
    assert person.at(town).authorize("portail").log_in(zoe).response.status_code == 422


def test_malformed_forms_are_pages_and_never_faults(town: Town, zoe: str) -> None:
    visitor = person.at(town).authorize("portail")
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body, headers in (
        (b"email=%00&password=x", form),
        (b"email=%ff", form),
        (b"a=1&a=2", form),
        (b"x=" + b"y" * 70_000, form),
        (b"{}", {"content-type": "application/json"}),
        (b"", {}),
    ):
        for path in ("/login", "/login/account", "/consent", "/logout", "/logout/confirm"):
            assert (
                visitor.http.post(path, content=body, headers=headers, follow_redirects=False).status_code
            ) in (200, 303, 400, 403)


def test_a_session_that_is_used_at_the_page_stays_the_same(town: Town, zoe: str) -> None:
    """Opening the page again neither ends a session nor makes one."""
    visitor = person.at(town).authorize("portail").log_in(zoe)
    before = visitor.http.cookies.get(COOKIE)
    visitor.open("/login")
    assert visitor.http.cookies.get(COOKIE) == before
    account = person.settle(town, zoe)
    with town.units.read() as work:
        assert len(sessions.of_account(work, account.id)) == 1
