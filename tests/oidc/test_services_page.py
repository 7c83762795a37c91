"""The page where a sign-in begins with the provider (oidcc-3rd_party-init-login, OpenID Connect Core §4)."""

import dataclasses
from urllib.parse import parse_qsl, urlsplit

import pytest

from identity.oidc import registration
from tests.oidc import person
from tests.oidc import town as town_
from tests.oidc.town import ISSUER, Town

LOGIN = "https://portail.test/login"


def test_a_service_is_begun_from_the_list_with_our_issuer_and_its_own_home(town: Town) -> None:
    town.register(
        "mediatheque",
        public=True,
        initiate_login_uri=LOGIN,
        client_uri="https://portail.test/",
        organization="Ville de Loudun",
    )
    shown = person.at(town).open("/services")
    assert "Mediatheque – Ville de Loudun" in shown.page.words
    target = urlsplit(shown.page.links["service-mediatheque"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == LOGIN
    assert dict(parse_qsl(target.query)) == {"iss": ISSUER, "target_link_uri": "https://portail.test/"}


def test_a_query_of_the_service_s_own_stays_and_a_home_elsewhere_is_not_told(town: Town) -> None:
    town.register(
        "mediatheque", public=True, initiate_login_uri=f"{LOGIN}?idp=1", client_uri="https://www.test/"
    )
    target = person.at(town).open("/services").page.links["service-mediatheque"]
    assert target.startswith(f"{LOGIN}?idp=1&")
    assert dict(parse_qsl(urlsplit(target).query)) == {"idp": "1", "iss": ISSUER}


def test_who_is_signed_in_is_told_to_no_service_before_they_agree(town: Town) -> None:
    town.register("mediatheque", public=True, initiate_login_uri=LOGIN)
    person.settle(town, "zoe@exemple.fr")
    zoe = person.at(town).authorize("mediatheque").log_in("zoe@exemple.fr")
    zoe.open("/login").follow("services")
    assert zoe.path == "/services"
    assert "zoe" not in zoe.response.text
    assert zoe.response.headers["referrer-policy"] == "no-referrer"


def test_only_services_that_an_agent_stands_for_are_listed(town: Town) -> None:
    """A stranger's own registration, a disabled one and one that cannot begin a sign-in are not there."""
    town.register("mediatheque", public=True, initiate_login_uri=LOGIN)
    town.register("cantine", public=True)
    town.register("ancienne", public=True, initiate_login_uri=LOGIN)
    with town.units.begin() as work:
        registration.disable(work, "ancienne")
        invited = registration.Metadata(
            "inconnue", "Inconnue", (town_.CALLBACK,), public=True, initiate_login_uri=LOGIN
        )
        registration.add(work, invited, "invitation:1")
    links = person.at(town).open("/services").page.links
    assert [name for name in links if name.startswith("service-")] == ["service-mediatheque"]


def test_a_link_names_any_service_that_can_begin_a_sign_in(town: Town) -> None:
    with town.units.begin() as work:
        invited = registration.Metadata(
            "invitee", "Invitée", (town_.CALLBACK,), public=True, initiate_login_uri=LOGIN
        )
        registration.add(work, invited, "invitation:1")
    town.register("cantine", public=True)
    shown = person.at(town).open("/services", service="invitee").page
    assert shown.links["service-invitee"]
    assert urlsplit(LOGIN).hostname in shown.words and "s’est inscrit lui-même" in shown.words
    for name in ("cantine", "personne", "<script>"):
        shown = person.at(town).open("/services", service=name)
        assert (shown.response.status_code, shown.page.forms) == (404, [])
        assert "<script" not in shown.response.text


@pytest.mark.parametrize("switch", ["on", "off"])
def test_where_anybody_may_register_everybody_is_listed(town: Town, switch: str) -> None:
    """For conformance runs, whose client registers itself."""
    settings = town.units.settings.model_copy(update={"open_registration": switch})
    open_town = town_.build(dataclasses.replace(town.units, settings=settings), town.clock)
    with town.units.begin() as work:
        metadata = registration.Metadata(
            "suite", "Suite", (town_.CALLBACK,), public=True, initiate_login_uri=LOGIN
        )
        registration.add(work, metadata, "open")
    links = person.at(open_town).open("/services").page.links
    assert ("service-suite" in links) is (switch == "on")


def test_the_page_is_in_both_languages(town: Town) -> None:
    shown = person.at(town).open("/services")
    assert "Aucun service" in shown.page.words
    assert "No service" in shown.follow("English").page.words
