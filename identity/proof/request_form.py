"""What a person without a key fills in: the form of a request, cleaned and checked. Owns no table.

The profile comes checked from the wing above (accounts.profiles); everything else is checked here.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from identity.foundation import emails, names
from identity.foundation.errors import Fault

MOST_LINES, LONGEST_LINE = 5, 200
LONGEST_POSTCODE, LONGEST_CITY, LONGEST_CONTRACT, LONGEST_COMMENT = 10, 100, 64, 2000


@dataclass(frozen=True)
class RequestedAccount:
    """What a person asks with. `profile` is checked already, as accounts.profiles writes it to JSON."""

    operator_slug: str
    profile: dict[str, Any]
    email: str
    address_lines: Sequence[str]
    postcode: str
    city: str
    accepted_terms_version: str
    contract_number: str | None = None
    comment: str | None = None
    challenge_solution: str | None = None


def check(asked: RequestedAccount) -> tuple[RequestedAccount, list[Fault]]:
    """The form cleaned, and every field of it that does not fit (the profile excepted)."""
    cleaned = replace(
        asked,
        email=emails.clean(asked.email),
        address_lines=[line for line in map(_one_line, asked.address_lines) if line],
        postcode=_one_line(asked.postcode),
        city=_one_line(asked.city),
        contract_number=_one_line(asked.contract_number or "") or None,
        comment=_text(asked.comment or "") or None,
    )
    found = [
        emails.fault(asked.email, "email"),
        _lines_fault(cleaned.address_lines),
        _fault(cleaned.postcode, LONGEST_POSTCODE, "address", "postcode")
        or _missing(cleaned.postcode, "postcode"),
        _fault(cleaned.city, LONGEST_CITY, "address", "city") or _missing(cleaned.city, "city"),
        _fault(cleaned.contract_number, LONGEST_CONTRACT, "contractNumber"),
        _fault((cleaned.comment or "").replace("\n", " "), LONGEST_COMMENT, "comment"),
    ]
    return cleaned, [fault for fault in found if fault]


def _one_line(text: str, longest: int = LONGEST_LINE) -> str:
    # Normalising takes quadratic time where somebody piles up accents: what is too long anyway is left as typed.
    return text if len(text) > 4 * longest else " ".join(unicodedata.normalize("NFC", text).split())


def _text(text: str) -> str:
    """Several lines, each cleaned."""
    if len(text) > 4 * LONGEST_COMMENT:
        return text
    return "\n".join(_one_line(line, LONGEST_COMMENT) for line in text.splitlines()).strip()


def _missing(text: str, name: str) -> Fault | None:
    return None if text else Fault(("address", name), "REQUIRED")


def _fault(text: str | None, longest: int, *path: str) -> Fault | None:
    if text and len(text) > longest:
        return Fault(path, "TOO_LONG", {"max": longest})
    return None if all(map(names.is_plain, (text or "").split("\n"))) else Fault(path, "INVALID")


def _lines_fault(lines: Sequence[str]) -> Fault | None:
    path = ("address", "lines")
    if not lines:
        return Fault(path, "REQUIRED")
    if len(lines) > MOST_LINES:
        return Fault(path, "TOO_LONG", {"max": MOST_LINES})
    return next((fault for line in lines if (fault := _fault(line, LONGEST_LINE, *path))), None)
