"""A request that waits no more: the page says what became of it, and leads to where it can be begun again."""

from typing import Any
from urllib.parse import quote

import pytest

from api.pages.words import Speaker
from identity.oidc import pushed, registration
from tests.oidc import person
from tests.oidc.person import Person
from tests.oidc.town import ISSUER, Pkce, Town, request_for
from tests.support.html import Document

ZOE = "zoe@exemple.fr"
SITE, BEGINS = "https://mediatheque.test/", "https://mediatheque.test/entrer"


def says(name: str, language: str = "fr") -> str:
    """What a page says, as its words are read."""
    return " ".join(Speaker(language)(name).split())


@pytest.fixture
def visitor(town: Town) -> Person:
    """Somebody at a browser, and two services that push their requests."""
    town.register("mediatheque", public=True, client_uri=SITE)
    town.register("cantine", public=True, client_uri="https://cantine.test/", organization="Ville de Loudun")
    person.settle(town, ZOE)
    return person.at(town)


def push(town: Town, client_id: str = "mediatheque") -> str:
    """A request that waits to be brought."""
    asked = request_for(client_id, Pkce())
    return str(town.http.post("/par", data=asked).json()["request_uri"])


def bring(visitor: Person, uri: str, client_id: str = "mediatheque") -> Document:
    """The page where a browser that brings it ends; 400."""
    visitor.open("/authorize", client_id=client_id, request_uri=uri)
    return shown(visitor.response)


def shown(response: Any) -> Document:
    """The page of a request that is over."""
    assert response.status_code == 400
    assert response.headers["cache-control"] == "no-store"
    return Document(response.text)


def require_way_back(page: Document, url: str) -> None:
    """A link to the service, which names it and its host."""
    assert page.links["over-back"] == url
    assert "Retourner à Mediatheque (mediatheque.test)" in page.words


def test_each_end_has_its_own_words_in_both_languages_and_none_blames_the_application(
    town: Town, visitor: Person
) -> None:
    used, late, foreign = push(town), push(town), push(town, "cantine")
    visitor.open("/authorize", client_id="mediatheque", request_uri=used).log_in(ZOE)
    pages = [bring(visitor, used).words, bring(visitor, foreign).words]
    town.clock.pass_(seconds=90)
    pages.append(bring(visitor, late).words)
    for words, cause in zip(pages, ("answered", "unknown", "expired"), strict=True):
        assert says(f"over.{cause}") in words and says(f"over.{cause}.text") in words
        assert "n’est pas connue" not in words
    english = visitor.http.get(
        "/authorize",
        params={"client_id": "mediatheque", "request_uri": late},
        headers={"Accept-Language": "en"},
    )
    assert says("over.expired.text", "en") in Document(english.text).words


def test_the_page_leads_to_where_the_service_begins_or_to_its_site(town: Town, visitor: Person) -> None:
    used = push(town)
    visitor.open("/authorize", client_id="mediatheque", request_uri=used).log_in(ZOE)
    require_way_back(bring(visitor, used), SITE)
    town.register("piscine", public=True, client_uri="https://piscine.test/",
                  initiate_login_uri="https://piscine.test/entrer")  # fmt: skip
    begins = f"https://piscine.test/entrer?iss={quote(ISSUER, safe='')}"
    assert (
        bring(visitor, "urn:ietf:params:oauth:request_uri:x", "piscine").links["over-back"].startswith(begins)
    )
    town.register("portail", public=True)
    nowhere = bring(visitor, "urn:ietf:params:oauth:request_uri:x", "portail")
    assert "over-back" not in nowhere.links and "Le service est : Portail." in nowhere.words


def test_of_another_service_s_request_nothing_is_told_not_even_that_it_is_there(
    town: Town, visitor: Person
) -> None:
    """Whether it waits, was answered, is too late, or never was: one page."""
    waits, answered, late = (push(town, "cantine") for _ in range(3))
    visitor.open("/authorize", client_id="cantine", request_uri=answered).log_in(ZOE)
    absent = bring(visitor, "urn:ietf:params:oauth:request_uri:" + "x" * 43).words
    assert bring(visitor, waits).words == bring(visitor, answered).words == absent
    town.clock.pass_(seconds=90)
    assert bring(visitor, late).words == absent
    assert "antine" not in absent and "Loudun" not in absent
    nobody = visitor.http.get("/authorize", params={"client_id": "nobody", "request_uri": waits})
    assert nobody.status_code == 400 and "antine" not in nobody.text


def test_whoever_goes_back_after_the_code_reads_that_the_service_has_it(town: Town, visitor: Person) -> None:
    """The sign-in page, its form, and what it leads to, opened again."""
    visitor.authorize("mediatheque")
    page, fields = str(visitor.response.url), visitor.page.button("login-submit")[0].fields
    visitor.log_in(ZOE)
    typed = fields | {"email": ZOE, "password": person.PASSWORD}
    handle = {"continue": fields["continue"]}
    for response in (
        visitor.http.get(page),
        visitor.http.post("/login", data=typed),
        visitor.http.post("/login/account", data=handle),
        visitor.http.post("/login/cancel", data=handle),
        visitor.http.get("/login/register", params=handle),
        visitor.http.get("/consent", params=handle),
        visitor.http.post("/consent", data=handle | {"decision": "accept"}),
    ):
        told = shown(response)
        assert says("over.answered") in told.words
        require_way_back(told, SITE)


def test_whoever_waits_too_long_reads_so_also_the_next_morning(town: Town, visitor: Person) -> None:
    visitor.authorize("mediatheque")
    town.clock.pass_(hours=14)
    with town.units.begin() as work:
        pushed.purge(work)
    told = shown(visitor.log_in(ZOE).response)
    assert says("over.expired") in told.words
    require_way_back(told, SITE)


def test_a_handle_that_was_never_ours_leads_nowhere(town: Town, visitor: Person) -> None:
    for path in ("/login?continue=inconnu", "/consent?continue=inconnu", "/consent", "/login/register"):
        told = shown(visitor.http.get(path))
        assert says("over.unknown") in told.words
        assert "over-back" not in told.links


def test_a_client_that_is_gone_is_not_spoken_of(town: Town, visitor: Person) -> None:
    visitor.authorize("mediatheque")
    with town.units.begin() as work:
        registration.disable(work, "mediatheque")
    told = shown(visitor.log_in(ZOE).response)
    assert says("over.unknown") in told.words and "ediatheque" not in told.words
