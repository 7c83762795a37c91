"""Every product that Parvis knows, as `clients add --product` registers it, played by a client that does what it does.

What each does is its row's `Way`: with or without PKCE and nonce, which authentication, what it reads, how it leaves.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from api.cli import products
from api.cli.products import Product
from api.cli.products.table import PRODUCTS
from identity.oidc import registration
from identity.oidc.registration import Metadata
from tests.oidc import jose
from tests.oidc import person as people
from tests.oidc.person import Person
from tests.oidc.town import ISSUER, Town

EMAIL = "zoe@exemple.fr"
URL = "https://service.test"

pytestmark = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)


@dataclass
class Played:
    """The product, registered, and what it got."""

    town: Town
    product: Product
    secret: str

    @property
    def redirect_uri(self) -> str:
        """The first of its addresses."""
        return str(self.product.metadata(URL)["redirect_uris"][0])

    @property
    def scope(self) -> str:
        """What it asks for."""
        return str(self.product.more["scope"])

    def ask(self, person: Person, **parameters: str | None) -> Person:
        """Send a browser to Parvis, as the product does."""
        way = self.product.way
        asked: dict[str, str | None] = {"redirect_uri": self.redirect_uri, "scope": self.scope}
        if not way.pkce:
            asked |= {"code_challenge": None, "code_challenge_method": None}
        if not way.nonce:
            asked |= {"nonce": None}
        return person.authorize(self.product.name, **(asked | parameters))

    def redeem(self, person: Person, **form: str) -> Any:
        """What the token endpoint answers for the code."""
        sent = {"grant_type": "authorization_code", "code": person.answer["code"]}
        verifier = {"code_verifier": person.pkce.verifier} if self.product.way.pkce else {}
        return self.token(**sent, redirect_uri=self.redirect_uri, **(verifier | form))

    def token(self, **form: str) -> Any:
        """The same for any grant, authenticated in the product's way."""
        name = self.product.name
        if self.product.way.auth == "client_secret_basic":
            return self.town.token(**form, auth=(name, self.secret))
        secret = {"client_secret": self.secret} if self.secret else {}
        return self.town.token(**form, client_id=name, **secret)

    def read(self, tokens: dict[str, str]) -> dict[str, Any]:
        """What the product believes to know of the person."""
        if self.product.way.reads == "userinfo":
            return dict(self.town.userinfo(tokens["access_token"]).json())
        return dict(jose.verify(tokens["id_token"], self.town.http.get("/jwks").json())[1])


@pytest.fixture
def played(town: Town, product: Product) -> Played:
    """Registered from the table alone."""
    people.settle(town, EMAIL)
    metadata = Metadata(id=product.name, name=product.title, **product.metadata(URL))
    with town.units.begin() as work:
        registered = registration.add(work, metadata)
    return Played(town, product, registered.secret.reveal() if registered.secret else "")


def test_a_citizen_signs_in_at_the_first_try_and_the_product_knows_name_and_e_mail(played: Played) -> None:
    person = played.ask(people.at(played.town)).log_in(EMAIL)
    assert person.path == "/consent", person.page.words
    person.press("consent-accept")
    assert (person.outside or "").startswith(played.redirect_uri)
    answered = played.redeem(person)
    assert answered.status_code == 200, answered.text
    told = played.read(answered.json())
    assert (told["email"], bool(told["name"])) == (EMAIL, True)
    if played.product.way.refreshes:
        again = played.token(grant_type="refresh_token", refresh_token=answered.json()["refresh_token"])
        assert played.read(again.json())["email"] == EMAIL


def test_it_is_held_to_pkce_where_its_configuration_sends_it(played: Played) -> None:
    refused = played.ask(people.at(played.town), code_challenge=None, code_challenge_method=None)
    assert (refused.outside is not None) is played.product.way.pkce
    if refused.outside:
        assert refused.answer["error"] == "invalid_request"


def test_every_address_of_the_row_may_be_returned_to_and_none_beside_it(played: Played) -> None:
    for uri in played.product.metadata(URL)["redirect_uris"]:
        assert played.ask(people.at(played.town), redirect_uri=uri).path == "/login", uri
    beside = played.ask(people.at(played.town), redirect_uri=f"{played.redirect_uri}/x")
    assert (beside.response.status_code, beside.outside) == (400, None)


def test_it_leaves_parvis_in_its_own_way(played: Played, product: Product) -> None:
    person = played.ask(people.at(played.town)).log_in(EMAIL).press("consent-accept")
    tokens = played.redeem(person).json()
    goodbyes = product.metadata(URL)["post_logout_redirect_uris"]
    if product.way.leaves == "hint":
        for goodbye in goodbyes:
            hinted = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": goodbye}
            person.open("/logout", **hinted)
        assert person.outside == goodbyes[-1] or not goodbyes
    if product.way.leaves == "client_id":
        filled = products.values(product, ISSUER, URL, {"client_id": product.name})
        person.open("/logout", **dict(parse_qsl(urlsplit(filled["LOGOUT"]).query)))
        assert person.path == "/logout", "without a hint the citizen is asked"
        assert person.press("logout-confirm").outside == goodbyes[0]


def test_its_configuration_holds_what_it_was_registered_with_and_no_hole(product: Product) -> None:
    told = {"client_id": "c-1", "client_secret": "s-1", "own_secret": "o-1"}
    files = product.configuration(products.values(product, "https://i.test", f"{URL}/chemin/", told))
    text = "\n".join(files.values())
    assert "c-1" in text and "https://i.test" in text and "@CLIENT" not in text and "@ISSUER" not in text
    assert ("s-1" in text) is (product.way.auth != "none")
    assert f"{URL}/chemin//" not in text
