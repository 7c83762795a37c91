"""Logging out because a service asked: who is asked, where it leads, and where it never does."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.oidc import jose, person
from tests.oidc.person import Person
from tests.oidc.town import COOKIE, ISSUER, Town

ZOE = "zoe@exemple.fr"
BACK = "https://portail.test/parti"


@pytest.fixture
def zoe(town: Town) -> Person:
    """Somebody who is signed in."""
    for client_id, back in (("portail", BACK), ("cantine", "https://cantine.test/parti?lieu=1")):
        town.register(client_id, public=True, post_logout_redirect_uris=(back,))
    person.settle(town, ZOE)
    return person.at(town).authorize("portail").log_in(ZOE)


def test_a_service_that_shows_its_id_token_ends_the_session_and_has_the_person_back(
    town: Town, zoe: Person
) -> None:
    """oidcc-rp-initiated-logout: at once, with `state`; the tokens of the session end with it."""
    told = _tokens(town, zoe)
    zoe.open("/logout", id_token_hint=told["id_token"], post_logout_redirect_uri=BACK, state="é&=")
    assert zoe.outside and zoe.outside.startswith(f"{BACK}?")
    assert zoe.answer == {"state": "é&="}
    assert COOKIE not in zoe.http.cookies
    assert zoe.authorize("portail").path == "/login"
    assert town.userinfo(told["access_token"]).status_code == 401


def test_the_way_back_is_left_as_it_is_without_state_and_with_a_query_of_its_own(
    town: Town, zoe: Person
) -> None:
    """oidcc-rp-initiated-logout-no-state."""
    hint = _tokens(town, zoe)["id_token"]
    assert zoe.open("/logout", id_token_hint=hint, post_logout_redirect_uri=BACK).outside == BACK
    hint = _tokens(town, zoe.open("/login").log_in(ZOE), "cantine")["id_token"]
    back = "https://cantine.test/parti?lieu=1"
    zoe.open("/logout", id_token_hint=hint, post_logout_redirect_uri=back, state="x")
    assert zoe.outside == f"{back}&state=x"


def test_without_an_id_token_the_person_is_asked_and_may_stay(town: Town, zoe: Person) -> None:
    """oidcc-rp-initiated-logout-no-params, oidcc-rp-initiated-logout-no-id-token-hint and
    oidcc-rp-initiated-logout-only-state: asked, and led nowhere else.
    """
    asked: list[dict[str, str]] = [
        {},
        {"state": "x"},
        {"post_logout_redirect_uri": BACK},
        {"client_id": "inconnu"},
    ]
    for parameters in asked:
        zoe.open("/logout", **parameters)
        assert (zoe.path, zoe.response.status_code) == ("/logout", 200)
        assert ZOE in zoe.page.words
        assert "code" in zoe.authorize("portail").answer  # nothing has happened yet
    zoe.open("/logout", post_logout_redirect_uri=BACK).press("logout-confirm")
    assert (zoe.path, zoe.outside) == ("/logout/done", None)
    assert zoe.authorize("portail").path == "/login"


def test_a_service_that_only_names_itself_has_the_person_back_once_they_agreed(
    town: Town, zoe: Person
) -> None:
    zoe.open("/logout", client_id="portail", post_logout_redirect_uri=BACK, state="x")
    assert "Portail" in zoe.page.words
    assert zoe.press("logout-confirm").outside == f"{BACK}?state=x"


REFUSED: list[dict[str, str]] = [
    {"post_logout_redirect_uri": f"{BACK}/"},
    {"post_logout_redirect_uri": f"{BACK}?x=1"},
    {"post_logout_redirect_uri": BACK.replace("https", "http")},
    {"post_logout_redirect_uri": BACK.upper()},
    {"post_logout_redirect_uri": "https://cantine.test/parti?lieu=1"},
    {"post_logout_redirect_uri": "//evil.test"},
    {"post_logout_redirect_uri": "javascript:alert(1)"},
    {"client_id": "cantine"},
]


def test_an_address_that_is_not_the_service_s_own_leads_nowhere_and_ends_nothing(
    town: Town, zoe: Person
) -> None:
    """oidcc-rp-initiated-logout-bad-post-logout-redirect-uri and
    oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri.
    """
    hint = _tokens(town, zoe)["id_token"]
    for parameters in REFUSED:
        zoe.open("/logout", id_token_hint=hint, **parameters)
        assert (zoe.path, zoe.response.status_code, zoe.outside) == ("/logout", 400, None), parameters
    assert "code" in zoe.authorize("portail").answer


def test_a_hint_that_is_no_id_token_of_ours_leads_nowhere(town: Town, zoe: Person) -> None:
    """oidcc-rp-initiated-logout-bad-id-token-hint, oidcc-rp-initiated-logout-modified-id-token-hint."""
    good = _tokens(town, zoe)["id_token"]
    head, body, signature = good.split(".")
    for hint in (f"{head}.{body}.{signature[:-4]}AAAA", "e30.e30.", "x", f"{head}.e30.{signature}"):
        zoe.open("/logout", id_token_hint=hint, post_logout_redirect_uri=BACK)
        assert (zoe.response.status_code, zoe.outside) == (400, None)
    assert "code" in zoe.authorize("portail").answer


def test_an_id_token_of_somebody_else_ends_no_session_without_asking(town: Town, zoe: Person) -> None:
    person.settle(town, "max@exemple.fr")
    other = person.at(town).authorize("portail").log_in("max@exemple.fr")
    hint = _tokens(town, other)["id_token"]
    zoe.open("/logout", id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert (zoe.path, zoe.outside) == ("/logout", None)
    assert ZOE in zoe.page.words


def test_where_nobody_is_signed_in_nobody_is_asked(town: Town, zoe: Person) -> None:
    hint = _tokens(town, zoe)["id_token"]
    town.clock.pass_(days=3)
    visitor = person.at(town)
    assert visitor.open("/logout", id_token_hint=hint, post_logout_redirect_uri=BACK).outside == BACK
    assert visitor.open("/logout").path == "/logout/done"


def test_a_service_may_send_a_form(town: Town, zoe: Person) -> None:
    """Sent on by GET: a form of another site comes without our cookies."""
    fields = {"id_token_hint": _tokens(town, zoe)["id_token"], "post_logout_redirect_uri": BACK, "state": "x"}
    answered = zoe.http.post("/logout", data=fields, follow_redirects=False)
    assert answered.status_code == 303
    assert answered.headers["location"].startswith(f"{ISSUER}/logout?")
    assert zoe._walk(answered, None).outside == f"{BACK}?state=x"


def test_another_site_cannot_press_the_button(town: Town, zoe: Person) -> None:
    zoe.open("/logout")
    form, _ = zoe.page.button("logout-confirm")
    for fields, headers in (
        ({**form.fields, "mark": ""}, {}),
        (form.fields, {"sec-fetch-site": "cross-site"}),
    ):
        assert zoe.http.post("/logout/confirm", data=fields, headers=headers).status_code == 403
    assert "code" in zoe.authorize("portail").answer


def test_nobody_can_write_where_a_logout_leads(town: Town, zoe: Person) -> None:
    """What follows is sealed: another address, or an old one, leads to our own page."""
    zoe.open("/logout")
    zoe.press("logout-confirm", onward="https://evil.test")
    assert zoe.path == "/logout/done"
    for onward in ("https://evil.test", "x", ""):
        assert "evil" not in zoe.open("/logout/done", onward=onward).response.text


def test_services_that_want_to_hear_of_it_through_the_browser_are_framed(town: Town, zoe: Person) -> None:
    """Front-channel logout: with `iss` and `sid`, only the services of this session, and then back."""
    for name in ("eau", "piscine"):
        town.register(name, public=True, frontchannel_logout_uri=f"https://portail.test/{name}?x=1")
    sid = _claims(town, _tokens(town, zoe.authorize("eau"), "eau")["id_token"])["sid"]
    hint = _tokens(town, zoe.authorize("portail"))["id_token"]

    zoe.open("/logout", id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert (zoe.path, zoe.outside) == ("/logout/done", None)
    (frame,) = [line for line in zoe.response.text.splitlines() if "<iframe" in line]
    parts = urlsplit(unescape(frame.split('src="')[1].split('"')[0]))
    assert parts.path == "/eau"
    assert parse_qs(parts.query) == {"x": ["1"], "iss": [ISSUER], "sid": [sid]}
    assert "frame-src https://portail.test;" in zoe.response.headers["content-security-policy"]
    assert f'content="2;url={BACK}"' in zoe.response.text
    assert zoe.page.links["logout-back"] == BACK


def test_the_session_of_our_own_pages_ends_as_well(town: Town, zoe: Person) -> None:
    """The cookie of before is worth nothing to whoever kept it."""
    kept = zoe.http.cookies.get(COOKIE)
    zoe.open("/logout").press("logout-confirm")
    zoe.http.cookies.set(COOKIE, kept, domain="parvis.test")
    assert zoe.authorize("portail").path == "/login"


def _tokens(town: Town, visitor: Person, client_id: str = "portail") -> dict[str, str]:
    visitor.authorize(client_id)
    return dict(town.redeem(client_id, visitor.answer["code"], visitor.pkce).json())


def _claims(town: Town, token: str) -> dict[str, object]:
    return jose.verify(token, town.http.get("/jwks").json())[1]
