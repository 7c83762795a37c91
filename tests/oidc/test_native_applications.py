"""Public clients on loopback or with a private scheme: never a code in silence, whoever asks (RFC 8252 §8.6)."""

import pytest

from identity.oidc import consents
from tests.oidc import person
from tests.oidc.person import Person
from tests.oidc.town import CALLBACK, Town

NATIVE = (
    "http://127.0.0.1/x",
    "http://[::1]/x",
    "http://localhost:9/x",
    "https://localhost/x",
    "fr.exemple.app:/x",
)


@pytest.fixture
def zoe(town: Town) -> Person:
    """Somebody who is signed in."""
    town.register("portail", public=True)
    person.settle(town, "zoe@exemple.fr")
    return person.at(town).authorize("portail").log_in("zoe@exemple.fr")


@pytest.mark.parametrize("uri", NATIVE)
@pytest.mark.parametrize("first_party", [True, False])
def test_a_native_application_is_confirmed_each_time(
    town: Town, zoe: Person, uri: str, first_party: bool
) -> None:
    town.register("appli", public=True, first_party=first_party, redirect_uris=(uri,))
    if not first_party:
        silent = zoe.authorize("appli", redirect_uri=uri, prompt="none").answer
        assert silent["error"] == "consent_required"
        assert "code" in zoe.authorize("appli", redirect_uri=uri).press("consent-accept").answer
    for asked in (uri, uri.replace("/x", ":4242/x") if uri in NATIVE[:2] else uri):
        silent = zoe.authorize("appli", redirect_uri=asked, prompt="none").answer
        assert silent["error"] == "interaction_required" and "code" not in silent
        zoe.authorize("appli", redirect_uri=asked)
        assert zoe.path == "/consent" and "Continuer vers Appli" in zoe.page.words
        assert "code" in zoe.press("consent-accept").answer
    zoe.authorize("appli", redirect_uri=uri).press("consent-deny")
    assert zoe.answer["error"] == "access_denied"


def test_to_confirm_one_request_answers_no_other(town: Town, zoe: Person) -> None:
    town.register("appli", public=True, redirect_uris=NATIVE[:1])
    stolen = (
        zoe.authorize("appli", redirect_uri=NATIVE[0]).page.button("consent-accept")[0].fields["continue"]
    )
    zoe.authorize("appli", redirect_uri=NATIVE[0]).press("consent-accept")
    assert zoe.open("/consent", **{"continue": stolen}).path == "/consent"


def test_a_first_party_application_that_is_confirmed_becomes_no_connected_service(
    town: Town, zoe: Person
) -> None:
    town.register("appli", public=True, redirect_uris=NATIVE[:1])
    assert "code" in zoe.authorize("appli", redirect_uri=NATIVE[0]).press("consent-accept").answer
    with town.units.read() as work:
        assert consents.of_account(work, person.settle(town, "zoe@exemple.fr").id) == []


def test_whoever_authenticates_or_is_on_https_is_answered_in_silence(town: Town, zoe: Person) -> None:
    town.register("secret", redirect_uris=NATIVE[:1])
    assert "code" in zoe.authorize("secret", redirect_uri=NATIVE[0], prompt="none").answer
    assert "code" in zoe.authorize("portail", redirect_uri=CALLBACK, prompt="none").answer
