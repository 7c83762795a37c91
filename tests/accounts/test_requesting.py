"""Asking without a key: the profile and the rest of the form are judged together, however long they are."""

from dataclasses import replace

import pytest

from identity.accounts import requesting
from identity.foundation.errors import InvalidInput
from identity.proof.request_form import RequestedAccount
from tests.proof.town import rows
from tests.support import letters
from tests.support.people import JEAN, Browser, Town
from tests.support.residents import JEAN_MICHEL

ASKED = RequestedAccount("loudun", {}, JEAN, ["99 rue de la Fontaine"], "86200", "Loudun", "1")
ENDLESS = "a" + "\u0301\u0323" * 60_000


def faults(browser: Browser, asked: RequestedAccount, **profile: str) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        browser.do(requesting.submit, asked, replace(JEAN_MICHEL, **profile))
    return {(".".join(fault.path), fault.code) for fault in refused.value.faults}


def test_every_fault_of_profile_and_request_is_told_at_once(town: Town, jean: Browser) -> None:
    town.operator()
    wrong = replace(ASKED, email="jean", postcode="", contract_number="x" * 65)
    assert faults(jean, wrong, family_name="", phone="1") == {
        ("profile.familyName", "REQUIRED"),
        ("profile.phone", "INVALID"),
        ("email", "INVALID"),
        ("address.postcode", "REQUIRED"),
        ("contractNumber", "TOO_LONG"),
    }
    assert rows(town.units, "select id from account_requests") == []


def test_endless_fields_are_too_long_at_once(town: Town, jean: Browser) -> None:
    """Normalising each would take half a minute."""
    town.operator()
    endless = replace(
        ASKED,
        email=ENDLESS,
        address_lines=[ENDLESS],
        postcode=ENDLESS,
        city=ENDLESS,
        contract_number=ENDLESS,
        comment=ENDLESS,
    )
    paths = {"email", "address.lines", "address.postcode", "address.city", "contractNumber", "comment"}
    assert faults(jean, endless, given_name=ENDLESS) == {
        (path, "TOO_LONG") for path in paths | {"profile.givenName"}
    }


def test_a_good_request_keeps_the_profile_as_cleaned_and_mails_one_letter(town: Town, jean: Browser) -> None:
    town.operator()
    asked = jean.do(
        requesting.submit, ASKED, replace(JEAN_MICHEL, family_name=" Le  Goff", phone="06 12 34 56 78")
    )
    assert (asked.profile["family_name"], asked.profile["phone"]) == ("Le Goff", "+33612345678")
    assert letters.kinds(town.units, JEAN) == ["confirm_request"]
