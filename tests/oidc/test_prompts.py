"""What a client may want a person to be asked, and that each is asked once."""

import pytest

from tests.oidc import jose, person
from tests.oidc.person import Person
from tests.oidc.town import COOKIE, Town

ZOE, MAX = "zoe@exemple.fr", "max@exemple.fr"


@pytest.fixture
def zoe(town: Town) -> Person:
    """Somebody who signed in a while ago."""
    town.register("portail", public=True, backchannel_logout_uri="https://portail.test/adieu")
    for email in (ZOE, MAX):
        person.settle(town, email)
    visitor = person.at(town).authorize("portail").log_in(ZOE)
    town.clock.pass_(minutes=10)
    return visitor


def subject(town: Town, visitor: Person) -> dict[str, object]:
    """The ID token that the browser's code gives."""
    told = town.redeem("portail", visitor.answer["code"], visitor.pkce).json()
    return dict(jose.verify(told["id_token"], town.http.get("/jwks").json())[1])


def test_prompt_login_asks_for_the_password_again_and_only_once(town: Town, zoe: Person) -> None:
    """oidcc-prompt-login: the time of the sign-in is that of the new one."""
    zoe.authorize("portail", prompt="login")
    assert zoe.path == "/login"
    assert "à nouveau" in zoe.page.words
    zoe.log_in(ZOE)
    assert subject(town, zoe)["auth_time"] == int(town.clock.now.timestamp())
    town.clock.pass_(minutes=1)
    assert zoe.authorize("portail", prompt="login").path == "/login"


def test_max_age_asks_again_once_the_sign_in_is_too_old(town: Town, zoe: Person) -> None:
    """oidcc-max-age-1 and oidcc-max-age-10000; 0 is the same as prompt=login."""
    assert "code" in zoe.authorize("portail", max_age="10000").answer
    for max_age in ("1", "0"):
        zoe.authorize("portail", max_age=max_age)
        assert zoe.path == "/login"
        town.clock.pass_(minutes=2)
        assert subject(town, zoe.log_in(ZOE))["auth_time"] == int(town.clock.now.timestamp())
        town.clock.pass_(minutes=2)


def test_prompt_none_never_shows_a_page(town: Town, zoe: Person) -> None:
    """oidcc-prompt-none-logged-in and oidcc-prompt-none-not-logged-in."""
    assert "code" in zoe.authorize("portail", prompt="none").answer
    assert person.at(town).authorize("portail", prompt="none").answer["error"] == "login_required"
    assert zoe.authorize("portail", prompt="none", max_age="1").answer["error"] == "login_required"


def test_select_account_offers_the_account_or_another(town: Town, zoe: Person) -> None:
    zoe.authorize("portail", prompt="select_account")
    assert ZOE in zoe.page.words
    first = subject(town, zoe.press("account-continue"))["sub"]

    town.clock.pass_(minutes=1)
    zoe.authorize("portail", prompt="select_account").follow("account-other")
    second = subject(town, zoe.log_in(MAX))["sub"]
    assert first != second


def test_a_choice_is_the_person_s_own(town: Town, zoe: Person) -> None:
    """Another site's form chooses nothing."""
    zoe.authorize("portail", prompt="select_account")
    form, _ = zoe.page.button("account-continue")
    forged = form.fields | {"mark": "0" * 64}
    answered = zoe.http.post("/login/account", data=forged, follow_redirects=False)
    assert answered.status_code == 200
    assert zoe.authorize("portail", prompt="select_account").path == "/login"


def test_an_id_token_hint_of_the_person_is_enough(town: Town, zoe: Person) -> None:
    """oidcc-id-token-hint."""
    hint = _id_token(town, zoe)
    assert "code" in zoe.authorize("portail", id_token_hint=hint, prompt="none").answer
    town.clock.pass_(days=2)  # an old token is still a hint
    visitor = person.at(town).authorize("portail", id_token_hint=hint)
    assert visitor.path == "/login"
    assert "code" in visitor.log_in(ZOE).answer


def test_an_id_token_hint_of_another_is_told_to_the_client_once_somebody_else_signed_in(
    town: Town, zoe: Person
) -> None:
    hint = _id_token(town, zoe)
    other = person.at(town).authorize("portail").log_in(MAX)
    town.clock.pass_(minutes=1)
    told = other.authorize("portail", id_token_hint=hint, prompt="none").answer
    assert told["error"] == "login_required"
    other.authorize("portail", id_token_hint=hint)
    assert other.path == "/login"
    assert other.log_in(MAX).answer["error"] == "login_required"


def test_a_hint_that_we_did_not_sign_is_refused(town: Town, zoe: Person) -> None:
    told = zoe.authorize("portail", id_token_hint="e30.e30.e30").answer
    assert told["error"] == "invalid_request"


def test_another_jwt_that_we_signed_is_no_hint(town: Town, zoe: Person) -> None:
    """Userinfo, which says the same of the same person to the same client, and an access token for us."""
    signs = {"userinfo_signed_response_alg": "ES256", "access_token_format": "jwt"}
    town.register("mairie", public=True, post_logout_redirect_uris=("https://portail.test/parti",), **signs)
    zoe.authorize("mairie")
    told = town.redeem("mairie", zoe.answer["code"], zoe.pkce).json()
    for text in (town.userinfo(told["access_token"]).text, told["access_token"]):
        assert text.count(".") == 2
        asked = zoe.authorize("mairie", id_token_hint=text).answer
        assert asked["error"] == "invalid_request"
        back = {"post_logout_redirect_uri": "https://portail.test/parti", "client_id": "mairie"}
        assert zoe.open("/logout", id_token_hint=text, **back).outside is None
    assert "code" in zoe.authorize("mairie", id_token_hint=told["id_token"]).answer


def test_login_hint_fills_the_field_where_it_is_an_address(town: Town, zoe: Person) -> None:
    """oidcc-login-hint."""
    for hint, filled in ((ZOE, ZOE), ("+33601020304", ""), ('"><script>', ""), ("x" * 400, "")):
        visitor = person.at(town).authorize("portail", login_hint=hint)
        assert visitor.page.button("login-submit")[0].fields["email"] == filled
        assert "<script" not in visitor.response.text


def test_the_client_s_language_comes_before_the_browser_s_and_the_person_s_own_before_both(
    town: Town, zoe: Person
) -> None:
    """oidcc-ui-locales."""
    english = {"Accept-Language": "en"}
    assert '<html lang="en">' in person.at(town, **english).authorize("portail").response.text
    visitor = person.at(town, **english).authorize("portail", ui_locales="de fr-FR en")
    assert '<html lang="fr">' in visitor.response.text
    visitor.follow("English")
    assert '<html lang="en">' in visitor.response.text
    visitor.press("login-submit", email=ZOE)
    assert "Enter your password." in visitor.page.words


def test_what_may_be_ignored_is_ignored(town: Town, zoe: Person) -> None:
    """oidcc-display-page, oidcc-display-popup, oidcc-claims-locales, oidcc-ensure-request-with-acr-values-succeeds."""
    ignored = {"display": "popup", "claims_locales": "se", "acr_values": "1 2", "extra": "foobar"}
    assert "code" in zoe.authorize("portail", **ignored).answer


def test_a_request_may_be_sent_as_a_form(town: Town, zoe: Person) -> None:
    """oidcc-ensure-post-request-succeeds."""
    answered = zoe.http.post(
        "/authorize", data=person.request_for("portail", zoe.pkce), follow_redirects=False
    )
    assert answered.status_code == 303
    assert "code" in zoe._walk(answered, None).answer


def test_a_page_that_is_loaded_again_asks_the_same_and_the_code_comes_once(town: Town, zoe: Person) -> None:
    """Two tabs with one request: the second is told that it was answered."""
    zoe.authorize("portail", prompt="login")
    page = str(zoe.response.url)
    form, _ = zoe.page.button("login-submit")
    zoe.http.get(page)
    typed = {"email": ZOE, "password": person.PASSWORD}
    first = zoe.http.post("/login", data=form.fields | typed, follow_redirects=False)
    assert "code" in zoe._walk(first, None).answer
    again = zoe.http.get(first.headers["location"], follow_redirects=False)
    assert again.status_code == 400


def _id_token(town: Town, visitor: Person) -> str:
    visitor.authorize("portail")
    return str(town.redeem("portail", visitor.answer["code"], visitor.pkce).json()["id_token"])


def test_signing_in_again_is_the_same_session_under_another_cookie(town: Town, zoe: Person) -> None:
    """Other services keep their tokens and are told of no end; whoever kept the former cookie has nothing."""
    town.register("cantine", public=True)
    zoe.authorize("cantine")
    kept = town.redeem("cantine", zoe.answer["code"], zoe.pkce).json()
    cookie, former = zoe.http.cookies.get(COOKIE), subject(town, zoe.authorize("portail"))
    renewed = subject(town, zoe.authorize("portail", prompt="login").log_in(ZOE))
    assert renewed["sid"] == former["sid"]
    assert zoe.http.cookies.get(COOKIE) != cookie
    assert town.userinfo(kept["access_token"]).status_code == 200
    stolen = person.at(town)
    stolen.http.cookies.set(COOKIE, cookie or "", domain="parvis.test")
    assert stolen.authorize("portail").path == "/login"

    town.clock.pass_(minutes=1)
    other = subject(town, zoe.authorize("portail", prompt="login").log_in(MAX))
    assert other["sid"] != former["sid"]
    assert town.userinfo(kept["access_token"]).status_code == 401
