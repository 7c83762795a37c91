"""The consent page: what it says, when it asks, and what becomes of the answer."""

import pytest

from api.pages.words import Speaker
from identity.accounts.actors import Actor
from identity.oidc import claims, consents, registration, resources
from tests.oidc import person
from tests.oidc.person import Person
from tests.oidc.town import CALLBACK, Town

METADATA = {
    "organization": "Ville de Loudun",
    "policy_uri": "https://mediatheque.test/confidentialite",
    "tos_uri": "https://mediatheque.test/conditions",
}


@pytest.fixture
def zoe(town: Town) -> Person:
    """Somebody who is signed in, and a service that is not ours."""
    town.register("mediatheque", public=True, first_party=False, **METADATA)
    town.register("portail", public=True)
    person.settle(town, "zoe@exemple.fr")
    return person.at(town).authorize("portail").log_in("zoe@exemple.fr")


def test_the_page_names_the_service_its_operator_its_links_and_every_claim_in_plain_words(
    town: Town, zoe: Person
) -> None:
    zoe.authorize("mediatheque", scope="openid profile email phone")
    assert zoe.path == "/consent"
    for words in ("Mediatheque", "Ville de Loudun", "portail.test", "zoe@exemple.fr", "votre prénom",
                  "votre nom de famille", "votre adresse e-mail", "votre numéro de téléphone"):  # fmt: skip
        assert words in zoe.page.words, words
    leads_to = set(zoe.page.links.values())
    assert {METADATA["policy_uri"], METADATA["tos_uri"]} <= leads_to
    assert "votre adresse postale" not in zoe.page.words


def test_who_accepts_is_asked_once_and_again_when_more_is_asked_for(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque", scope="openid email").press("consent-accept")
    assert "code" in zoe.answer
    assert "code" in zoe.authorize("mediatheque", scope="openid email").answer
    assert "code" in zoe.authorize("mediatheque", scope="openid", prompt="none").answer
    assert zoe.authorize("mediatheque", scope="openid email phone").path == "/consent"
    told = zoe.authorize("mediatheque", scope="openid phone", prompt="none").answer
    assert told["error"] == "consent_required"


def test_who_refuses_is_sent_back_with_access_denied_and_may_be_asked_again(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque").press("consent-deny")
    assert zoe.outside and zoe.outside.startswith(f"{CALLBACK}?")
    assert (zoe.answer["error"], zoe.answer["state"]) == ("access_denied", "s t~é&")
    assert zoe.authorize("mediatheque").path == "/consent"


def test_a_request_that_was_refused_cannot_be_accepted_afterwards(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque")
    form, _ = zoe.page.button("consent-accept")
    zoe.press("consent-deny")
    answered = zoe.http.post("/consent", data=form.fields | {"decision": "accept"}, follow_redirects=False)
    assert answered.status_code == 400


def test_prompt_consent_asks_again_and_only_once(town: Town, zoe: Person) -> None:
    """Of our own applications too."""
    for client_id in ("mediatheque", "portail"):
        for _ in range(2):
            town.clock.pass_(minutes=1)
            zoe.authorize(client_id, prompt="consent")
            assert zoe.path == "/consent"
            assert "code" in zoe.press("consent-accept").answer


def test_a_consent_that_another_site_or_another_person_sends_counts_for_nothing(
    town: Town, zoe: Person
) -> None:
    """The mark of the form is of this browser, this request and this session."""
    zoe.authorize("mediatheque")
    form, _ = zoe.page.button("consent-accept")
    accepted = form.fields | {"decision": "accept"}
    person.settle(town, "max@exemple.fr")
    other = person.at(town).authorize("portail").log_in("max@exemple.fr").authorize("mediatheque")
    assert other.path == "/consent"
    for browser, fields, headers in (
        (other, accepted, {}),
        (zoe, accepted | {"mark": ""}, {}),
        (zoe, accepted | {"mark": other.page.button("consent-accept")[0].fields["mark"]}, {}),
        (zoe, accepted, {"sec-fetch-site": "cross-site"}),
    ):
        answered = browser.http.post("/consent", data=fields, headers=headers, follow_redirects=False)
        assert answered.status_code == 403
    # Somebody else signs in behind the page that is open.
    zoe.open("/login", other="1").log_in("max@exemple.fr")
    answered = zoe.http.post("/consent", data=accepted, follow_redirects=False)
    assert answered.status_code == 403
    accounts = [person.settle(town, email).id for email in ("zoe@exemple.fr", "max@exemple.fr")]
    with town.units.read() as work:
        assert [consents.of_account(work, account) for account in accounts] == [[], []]


def test_claims_that_are_asked_for_one_by_one_are_told_too(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque", scope="openid", claims='{"userinfo": {"phone_number": null}}')
    assert "votre numéro de téléphone" in zoe.page.words


def test_what_a_consent_withdrawn_was_for_is_asked_again(town: Town, zoe: Person) -> None:
    zoe.authorize("mediatheque").press("consent-accept")
    account = person.settle(town, "zoe@exemple.fr")
    with town.units.begin() as work:
        consents.withdraw(work, Actor(account, None), "mediatheque")
    assert zoe.authorize("mediatheque").path == "/consent"


def test_names_and_links_of_a_service_are_text_and_never_markup(town: Town, zoe: Person) -> None:
    town.register("farce", public=True, first_party=False, organization='"><script>alert(1)</script>')
    zoe.authorize("farce")
    assert "<script" not in zoe.response.text
    assert "&lt;script&gt;" in zoe.response.text


def test_every_claim_and_every_scope_has_words_in_both_languages() -> None:
    for language in ("fr", "en"):
        say = Speaker(language)
        for scope, named in claims.SCOPES.items():
            assert say.knows(f"scope.{scope}"), scope
            assert [name for name in named if name != "sub" and not say.knows(f"claim.{name}")] == []


WATER, CANTEEN = "https://eau.test/api", "https://cantine.test/api"


@pytest.fixture
def apis(town: Town, zoe: Person) -> Person:
    """The same, and two resources of others that the service may ask for."""
    for client_id, uri in (("eau", WATER), ("cantine", CANTEEN)):
        town.register(client_id, sector=f"{client_id}.test")
        town.serve(client_id, uri)
        town.allow("mediatheque", uri)
    return zoe


def test_resources_are_named_in_words_remembered_and_asked_for_one_by_one(town: Town, apis: Person) -> None:
    apis.authorize("mediatheque", scope="openid").press("consent-accept")
    apis.authorize("mediatheque", scope="openid", resource=WATER)
    assert apis.path == "/consent" and "Eau, à l’adresse eau.test/api" in apis.page.words
    assert "Cantine" not in apis.page.words
    assert "code" in apis.press("consent-accept").answer
    assert "code" in apis.authorize("mediatheque", scope="openid", resource=WATER, prompt="none").answer
    told = apis.authorize("mediatheque", scope="openid", resource=[WATER, CANTEEN], prompt="none").answer
    assert told["error"] == "consent_required"
    apis.authorize("mediatheque", scope="openid", resource=CANTEEN).press("consent-accept")
    assert "code" in apis.authorize("mediatheque", scope="openid", resource=[WATER, CANTEEN]).answer


def test_a_resource_under_another_name_is_asked_for_again(town: Town, apis: Person) -> None:
    apis.authorize("mediatheque", scope="openid", resource=WATER).press("consent-accept")
    with town.units.begin() as work:
        registration.edit(work, "eau", {"name": "Grande Régie"})
    apis.authorize("mediatheque", scope="openid", resource=WATER)
    assert apis.path == "/consent" and "Grande Régie" in apis.page.words


def test_our_own_applications_need_the_pair_and_no_consent(town: Town, apis: Person) -> None:
    assert apis.authorize("portail", resource=WATER).answer["error"] == "invalid_target"
    town.allow("portail", WATER)
    assert "code" in apis.authorize("portail", resource=WATER).answer


def test_a_pair_that_is_taken_back_while_the_page_waits_is_refused(town: Town, apis: Person) -> None:
    apis.authorize("mediatheque", scope="openid", resource=WATER)
    with town.units.begin() as work:
        resources.disallow(work, "mediatheque", [WATER])
    assert apis.press("consent-accept").answer["error"] == "invalid_target"
