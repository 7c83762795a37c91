"""An account that holds more than a citizen is asked for tells it as it tells the rest, and never more than that.

Mirrors oidcc-scope-profile, oidcc-scope-email, oidcc-scope-phone, oidcc-scope-address and oidcc-scope-all.
"""

import pytest

from identity import conformance
from identity.accounts.account import Account
from identity.oidc import claims
from tests.oidc import person
from tests.oidc.town import Citizen, Town

STANDARD = {"profile", "email", "phone", "address"}


@pytest.fixture
def citizen(town: Town) -> Citizen:
    """Somebody of whom everything is known."""
    return town.settle(mobile="+33612345678", further_claims=dict(conformance.FURTHER))


@pytest.mark.parametrize("scope", sorted(STANDARD))
def test_a_scope_tells_each_of_its_standard_claims_and_no_other(
    town: Town, citizen: Citizen, scope: str
) -> None:
    town.register("portail", public=True)
    told = town.userinfo(town.sign_in(citizen, "portail", scope=f"openid {scope}")["access_token"]).json()
    assert told.keys() - {"sub"} == {*claims.SCOPES[scope], *claims.FURTHER.get(scope, ())}
    assert all(value not in (None, "", {}, []) for value in told.values())


def test_what_the_account_says_of_itself_comes_before(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle(
        further_claims={"name": "Autre", "sub": "autre", "email": "autre@exemple.fr", "x": 1}
    )
    told = town.userinfo(
        town.sign_in(citizen, "portail", scope="openid profile email")["access_token"]
    ).json()
    assert (told["name"], told["email"].startswith("autre"), "x" in told) == ("Zoé Durand", False, False)
    assert told["sub"] != "autre"


def test_the_consent_page_names_it_to_whom_it_belongs_and_to_nobody_else(town: Town) -> None:
    town.register("cantine", public=True, first_party=False)
    for email, held in (("zoe@exemple.fr", {"birthdate": "1984-04-12"}), ("max@exemple.fr", None)):
        account = person.settle(town, email)
        town.change(Account, account.id, further_claims=held)
        page = person.at(town).authorize("cantine", scope="openid profile").log_in(email).page
        assert ("votre date de naissance" in page.words) == bool(held)
