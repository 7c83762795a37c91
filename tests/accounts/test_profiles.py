"""Who a person says they are: required fields by legal nature, phones in E.164, every fault at once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.accounts import profiles
from identity.accounts.profiles import Profile
from identity.directory.subscribers import Civility, LegalNature

JEAN = Profile(LegalNature.INDIVIDUAL, "Test", "Jean-Michel", Civility.SIR)
PEOPLE = [LegalNature.INDIVIDUAL, LegalNature.SOLE_TRADER]
ORGANISATIONS = [nature for nature in LegalNature if nature not in PEOPLE]


def faults(profile: Profile) -> dict[str, str]:
    return {".".join(fault.path): fault.code for fault in profiles.check(profile, "profile")[1]}


@pytest.mark.parametrize("nature", PEOPLE)
def test_a_person_needs_a_civility_and_no_organisation(nature: LegalNature) -> None:
    assert faults(replace(JEAN, legal_nature=nature)) == {}
    assert faults(replace(JEAN, legal_nature=nature, civility=None)) == {"profile.civility": "REQUIRED"}


@pytest.mark.parametrize("nature", ORGANISATIONS)
def test_an_organisation_needs_its_name_and_no_civility(nature: LegalNature) -> None:
    speaker = replace(JEAN, legal_nature=nature, civility=None)
    assert faults(speaker) == {"profile.organizationName": "REQUIRED"}
    assert faults(replace(speaker, organization_name=" \u00a0 ")) == {"profile.organizationName": "REQUIRED"}
    assert faults(replace(speaker, organization_name="Les Amis de l'eau")) == {}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("(06) 12 34 56 78", "+33612345678"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+1 (202) 555-0143", "+12025550143"),
        ("00 49 30 123456", "+4930123456"),
        ("  ", None),
        ("", None),
        (None, None),
    ],
)
def test_usual_spellings_of_a_phone_are_stored_alike(typed: str | None, stored: str | None) -> None:
    cleaned, found = profiles.check(replace(JEAN, phone=typed, mobile=typed), "profile")
    assert found == []
    assert (cleaned.phone, cleaned.mobile) == (stored, stored)


@pytest.mark.parametrize(
    "typed", ["12", "bonjour", "+999 123", "0612345678" * 5, "\0", "\ud800", "06\ud80012345678"]
)
def test_what_is_no_phone_is_told(typed: str) -> None:
    assert faults(replace(JEAN, phone=typed, mobile=typed)) == {
        "profile.phone": "INVALID",
        "profile.mobile": "INVALID",
    }


def test_every_field_that_does_not_fit_is_told_at_once() -> None:
    wrong = Profile(LegalNature.COMPANY, "", "x" * 101, organization_name="y" * 201, phone="1", mobile="z")
    assert faults(wrong) == {
        "profile.organizationName": "TOO_LONG",
        "profile.familyName": "REQUIRED",
        "profile.givenName": "TOO_LONG",
        "profile.phone": "INVALID",
        "profile.mobile": "INVALID",
    }


def test_how_long_it_may_be_is_told_with_the_fault() -> None:
    wrong = replace(JEAN, family_name="x" * 101, organization_name="y" * 201)
    facts = {fault.path[-1]: fault.facts for fault in profiles.check(wrong, "profile")[1]}
    assert facts == {"familyName": {"max": 100}, "organizationName": {"max": 200}}


@pytest.mark.parametrize("name", ["Te\0st", "Te\x1bst", "Te\ud800st", "Te\ue000st"])
def test_what_no_database_and_no_mail_can_hold_is_invalid(name: str) -> None:
    assert faults(replace(JEAN, family_name=name, given_name=name, organization_name=name)) == {
        "profile.familyName": "INVALID",
        "profile.givenName": "INVALID",
        "profile.organizationName": "INVALID",
    }


@pytest.mark.parametrize("name", ["a" + "\u0301\u0323" * 60_000, "x" * 250_000, "a" + " " * 250_000 + "b"])
def test_an_endless_name_is_too_long_at_once(name: str) -> None:
    """Normalising the first one would take half a minute."""
    assert faults(replace(JEAN, family_name=name)) == {"profile.familyName": "TOO_LONG"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Le   Goff ", "Le Goff"), ("D\u2019Alembert", "D\u2019Alembert"), ("He\u0301le\u0300ne", "Hélène")],
)
def test_names_are_kept_as_written_less_the_spaces(typed: str, kept: str) -> None:
    assert profiles.check(replace(JEAN, family_name=typed), "profile")[0].family_name == kept


any_text = st.text(st.characters(exclude_categories=[]), max_size=60)


@given(any_text, any_text, st.none() | any_text, st.none() | any_text)
def test_no_text_breaks_the_check_and_a_good_profile_comes_back_from_json(
    family: str, given_: str, organisation: Any, phone: Any
) -> None:
    typed = Profile(LegalNature.SOLE_TRADER, family, given_, Civility.MADAM, organisation, phone)
    cleaned, found = profiles.check(typed, "profile")
    if not found:
        assert profiles.from_json(profiles.to_json(cleaned)) == cleaned
        assert profiles.check(cleaned, "profile") == (cleaned, [])
