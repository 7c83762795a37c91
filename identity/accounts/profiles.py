"""Who a person says they are: the fields of seed 000 step 5, checked all at once. Owns no table."""

import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import Any

import phonenumbers

from identity.directory.subscribers import Civility, LegalNature
from identity.foundation import names
from identity.foundation.errors import Fault

LONGEST_NAME = 100
LONGEST_ORGANIZATION = 200
LONGEST_TYPED = 4 * LONGEST_ORGANIZATION
"""Nothing longer is worth normalising, which takes quadratic time where somebody piles up accents."""
PEOPLE = (LegalNature.INDIVIDUAL, LegalNature.SOLE_TRADER)


@dataclass(frozen=True)
class Profile:
    """A person, or an organisation and who speaks for it. Phones in E.164 once cleaned."""

    legal_nature: LegalNature
    family_name: str
    given_name: str
    civility: Civility | None = None
    organization_name: str | None = None
    phone: str | None = None
    mobile: str | None = None

    @property
    def names(self) -> list[str]:
        """What a password must not contain."""
        return [name for name in (self.family_name, self.given_name, self.organization_name) if name]


def check(profile: Profile, *path: str) -> tuple[Profile, list[Fault]]:
    """The profile cleaned (spaces, E.164), and every field that does not fit, below `path`."""
    cleaned = replace(
        profile,
        family_name=_clean(profile.family_name),
        given_name=_clean(profile.given_name),
        organization_name=_clean(profile.organization_name) or None,
        phone=_e164(profile.phone),
        mobile=_e164(profile.mobile),
    )
    found = {
        "civility": _missing(cleaned.civility, cleaned.legal_nature in PEOPLE),
        "organizationName": _missing(cleaned.organization_name, cleaned.legal_nature not in PEOPLE)
        or _unfit(cleaned.organization_name, LONGEST_ORGANIZATION),
        "familyName": _missing(cleaned.family_name, True) or _unfit(cleaned.family_name, LONGEST_NAME),
        "givenName": _missing(cleaned.given_name, True) or _unfit(cleaned.given_name, LONGEST_NAME),
        "phone": _not_a_phone(profile.phone, cleaned.phone),
        "mobile": _not_a_phone(profile.mobile, cleaned.mobile),
    }
    faults = [Fault((*path, name), code, _FACTS.get(name, {})) for name, code in found.items() if code]
    return cleaned, faults


def to_json(profile: Profile) -> dict[str, Any]:
    """The profile as a JSON document; `from_json` reads it back."""
    return asdict(profile)


def from_json(document: dict[str, Any]) -> Profile:
    """A profile that `to_json` wrote."""
    civility = document["civility"]
    return Profile(
        **document
        | {
            "legal_nature": LegalNature(document["legal_nature"]),
            "civility": Civility(civility) if civility else None,
        }
    )


_FACTS: dict[str, dict[str, str | int]] = {
    "familyName": {"max": LONGEST_NAME},
    "givenName": {"max": LONGEST_NAME},
    "organizationName": {"max": LONGEST_ORGANIZATION},
}


def _clean(text: str | None) -> str:
    typed = text or ""
    return typed if len(typed) > LONGEST_TYPED else " ".join(unicodedata.normalize("NFC", typed).split())


def _missing(value: object, required: bool) -> str | None:
    return "REQUIRED" if required and not value else None


def _unfit(text: str | None, longest: int) -> str | None:
    if text and len(text) > longest:
        return "TOO_LONG"
    return None if names.is_plain(text or "") else "INVALID"


def _not_a_phone(typed: str | None, cleaned: str | None) -> str | None:
    return "INVALID" if typed and typed.strip() and not cleaned else None


def _e164(typed: str | None) -> str | None:
    """`06 12 34 56 78`, `+33 (0)6…`, `0033…`, or any international spelling, as +33612345678."""
    if not typed or len(typed) > 40:
        return None
    try:
        number = phonenumbers.parse(typed, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
