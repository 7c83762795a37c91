"""What a service is told of a citizen, by scope, and to whom nothing is told."""

from datetime import date
from typing import Any

import pytest

from identity.directory.operators import Operator
from identity.directory.subscribers import LegalNature, Subscriber
from tests.oidc.town import Citizen, Town

ALL = "openid profile email phone address contracts legal_identity"


def test_each_scope_reveals_its_claims_and_no_other(town: Town) -> None:
    citizen = town.settle(
        mobile="+33612345678", language="fr", legal_nature=LegalNature.COMPANY, organization_name="SARL Eau"
    )
    _subscribe(town, citizen)

    told = {scope: _told(town, citizen, f"openid {scope}") for scope in ALL.split()[1:]}

    updated_at = int(town.clock.now.timestamp())
    assert told["profile"] == {
        "name": "Zoé Durand", "given_name": "Zoé", "family_name": "Durand", "locale": "fr", "updated_at": updated_at,
    }  # fmt: skip
    assert told["email"].keys() == {"email", "email_verified"} and told["email"]["email_verified"] is True
    assert told["phone"] == {"phone_number": "+33612345678", "phone_number_verified": False}
    assert told["address"] == {
        "address": {
            "formatted": "3 rue des Lavoirs\n86200 Loudun",
            "street_address": "3 rue des Lavoirs",
            "postal_code": "86200",
            "locality": "Loudun",
        }
    }
    assert told["contracts"] == {
        "contracts": [
            {
                "operator": "loudun",
                "operator_name": "Pays Loudunais",
                "services": ["WASTE"],
                "contract_number": "C-1",
            }
        ]
    }
    assert told["legal_identity"] == {
        "legal_identity": {"legal_nature": "COMPANY", "organization_name": "SARL Eau"}
    }
    assert _told(town, citizen, "openid") == {}


def test_claims_without_a_value_are_left_out(town: Town) -> None:
    citizen = town.settle()
    told = _told(town, citizen, ALL)
    assert told.keys() == {
        "name",
        "given_name",
        "family_name",
        "locale",
        "updated_at",
        "email",
        "email_verified",
        "legal_identity",
    }
    assert told["legal_identity"] == {"legal_nature": "INDIVIDUAL"}


def test_a_contract_that_is_closed_is_none(town: Town) -> None:
    citizen = town.settle()
    _subscribe(town, citizen, closed_on=date(2020, 1, 1))
    assert "contracts" not in _told(town, citizen, ALL)


def test_the_token_comes_in_the_header_or_in_a_form_and_once(town: Town) -> None:
    """oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body."""
    town.register("portail", public=True)
    token = town.sign_in(town.settle(), "portail")["access_token"]
    header = {"Authorization": f"Bearer {token}"}

    answers = [
        town.http.get("/userinfo", headers=header),
        town.http.post("/userinfo", headers=header),
        town.http.post("/userinfo", data={"access_token": token}),
        town.http.get("/userinfo", headers={"Authorization": f"bearer  {token} "}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].headers["cache-control"] == "no-store"
    twice = town.http.post("/userinfo", headers=header, data={"access_token": token})
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")


def test_a_token_in_the_query_is_none_and_without_one_no_error_is_named(town: Town) -> None:
    town.register("portail", public=True)
    token = town.sign_in(town.settle(), "portail")["access_token"]
    for response in (town.http.get("/userinfo", params={"access_token": token}), town.http.get("/userinfo")):
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == 'Bearer realm="parvis"'
        assert response.content == b""


@pytest.mark.parametrize("token", ["inconnu", "é", "\x00", "a" * 9000])
def test_a_token_that_was_never_issued_is_invalid(town: Town, token: str) -> None:
    response = town.http.post("/userinfo", data={"access_token": token})
    assert response.status_code in (400, 401)
    assert response.json()["error"] in ("invalid_request", "invalid_token")


def test_an_access_token_is_good_for_five_minutes(town: Town) -> None:
    town.register("portail", public=True)
    token = town.sign_in(town.settle(), "portail")["access_token"]
    town.clock.pass_(seconds=299)
    assert town.userinfo(token).status_code == 200
    town.clock.pass_(seconds=1)
    response = town.userinfo(token)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('Bearer realm="parvis", error="invalid_token"')


def test_a_token_without_openid_is_told_which_scope_would_do(town: Town) -> None:
    town.register("portail", public=True)
    response = town.userinfo(town.sign_in(town.settle(), "portail", scope="email")["access_token"])
    assert (response.status_code, response.json()["error"]) == (403, "insufficient_scope")
    assert 'scope="openid"' in response.headers["www-authenticate"]


def test_two_services_know_a_citizen_by_two_names_and_one_sector_by_one(town: Town) -> None:
    citizen = town.settle()
    sectors = {"mediatheque": "mediatheque.test", "cantine": "cantine.test", "cantine-appli": "cantine.test"}
    for client_id, sector in sectors.items():
        town.register(client_id, public=True, sector=sector)
    town.register("portail", public=True, subject_type="public")

    subs = {
        id: town.userinfo(town.sign_in(citizen, id)["access_token"]).json()["sub"]
        for id in (*sectors, "portail")
    }

    assert subs["cantine"] == subs["cantine-appli"] != subs["mediatheque"]
    assert subs["portail"] == citizen.account_id
    assert citizen.account_id not in (subs["cantine"], subs["mediatheque"])
    again = town.userinfo(town.sign_in(citizen, "mediatheque")["access_token"]).json()["sub"]
    assert again == subs["mediatheque"]


def _told(town: Town, citizen: Citizen, scope: str) -> dict[str, Any]:
    client_id = "c" + scope.replace(" ", "-").replace("_", "-")
    town.register(client_id, public=True)
    claims = town.userinfo(town.sign_in(citizen, client_id, scope=scope)["access_token"]).json()
    assert claims.pop("sub")
    return dict(claims)


def _subscribe(town: Town, citizen: Citizen, **facts: Any) -> None:
    with town.units.begin() as work:
        operator = Operator(
            slug="loudun", name="Pays Loudunais", services=["WASTE"], proof_methods=[], terms_version="1",
            terms_url="https://loudun.test", languages=["fr"], sender_name="CCPL", created_at=work.now,
        )  # fmt: skip
        work.session.add(operator)
        work.session.flush()
        assert operator.id
        subscriber = Subscriber(
            operator_id=operator.id, contract_number="C-1", contract_folded="C1", account_id=citizen.account_id,
            address_line1="3 rue des Lavoirs", postcode="86200", city="Loudun", linked_at=work.now, **facts,
        )  # fmt: skip
        work.session.add(subscriber)
