"""How one cell of an operator's file is read: what a spreadsheet may hold, and what is stored of it.

A check takes a cell and gives what is stored, None for a blank one, or says why it cannot without quoting it. A
million rows come through here, so what repeats is remembered.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from identity.directory.folding import fold_contract, fold_meter, fold_place
from identity.directory.subscribers import Civility, LegalNature
from identity.foundation import emails

Check = Callable[[str], str | None]

LONGEST_NUMBER = 64
NATURES: Mapping[str, tuple[str, ...]] = {
    LegalNature.INDIVIDUAL: ("particulier", "individu", "personne physique"),
    LegalNature.SOLE_TRADER: (
        "entreprise individuelle", "entrepreneur individuel", "auto-entrepreneur", "micro-entreprise",
        "micro-entrepreneur", "artisan", "commerçant", "indépendant", "profession libérale",
    ),
    LegalNature.COMPANY: (
        "entreprise", "société", "personne morale", "SA", "SARL", "SAS", "SASU", "EURL", "SCI", "SCOP",
    ),
    LegalNature.ASSOCIATION: ("association",),
    LegalNature.PUBLIC_BODY: (
        "collectivité", "collectivité territoriale", "commune", "mairie", "administration",
        "organisme public", "établissement public", "personne publique",
    ),
    LegalNature.CO_OWNERSHIP: (
        "copropriété", "syndic", "syndicat de copropriété", "syndicat des copropriétaires",
    ),
}  # fmt: skip
CIVILITIES: Mapping[str, tuple[str, ...]] = {
    Civility.MADAM: ("madame", "Mme", "Mlle", "mademoiselle", "Mrs", "Ms"),
    Civility.SIR: ("monsieur", "M.", "Mr"),
    # A couple is addressed by its names alone.
    "": ("M. et Mme", "Mme et M.", "M. ou Mme", "Mme ou M.", "M. Mme", "Mme M.", "Monsieur et Madame"),
}

_ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_FRENCH_PHONE = re.compile(r"0[1-9][0-9]{8}")
_PHONE_MARKS = str.maketrans("", "", " .-/()\u00a0\u2011\u202f")
_PLAIN_LOCAL_PART = re.compile(r"[A-Za-z0-9_+-]{1,20}(?:\.[A-Za-z0-9_+-]{1,20}){0,2}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class Wrong(Exception):
    """Why a cell cannot be stored."""


def text(longest: int) -> Check:
    """Words one space apart."""

    def check(cell: str) -> str | None:
        words = " ".join(cell.split())
        if not words.isascii():
            words = unicodedata.normalize("NFC", words)
        if len(words) > longest:
            raise Wrong(f"has more than {longest} characters")
        return words or None

    return check


_SHORT_TEXT = text(LONGEST_NUMBER)


def contract_number(cell: str) -> str | None:
    """A contract number as the operator writes it; its fold must not be empty."""
    _fold(cell, fold_contract)
    return _SHORT_TEXT(cell)


def meter_number(cell: str) -> str | None:
    """A meter number, folded."""
    return _fold(cell, fold_meter)


def phone(cell: str) -> str | None:
    """A phone number in E.164; one without country code is French."""
    digits = cell.translate(_PHONE_MARKS)
    if _FRENCH_PHONE.fullmatch(digits):
        return f"+33{digits[1:]}"
    return _other_phone(cell) if cell.strip() else None


def email(cell: str) -> str | None:
    """An e-mail address that is well formed."""
    address = emails.clean(cell)
    if not address:
        return None
    local, _, domain = address.rpartition("@")
    plain = _PLAIN_LOCAL_PART.fullmatch(local) and len(address) <= emails.LONGEST and _is_domain(domain)
    if not plain and emails.fault(address):
        raise Wrong("is not an e-mail address")
    return address


def words(choices: Mapping[str, tuple[str, ...]], kind: type[StrEnum]) -> Check:
    """One of an enumeration's members, by its own name or by one of the words that mean it."""
    meant = {fold_place(word): value for value, meaning in choices.items() for word in meaning}
    meant |= {fold_place(member): member.value for member in kind}

    @lru_cache(maxsize=1024)
    def check(cell: str) -> str | None:
        folded = fold_place(cell)
        if folded and folded not in meant:
            raise Wrong(f"is none of {', '.join(kind)}")
        return str(meant.get(folded, "")) or None

    return check


def insee_code(known: frozenset[str]) -> Check:
    """The code of a commune; a spreadsheet may have dropped its leading zero."""

    def check(cell: str) -> str | None:
        code = cell.strip().upper()
        if code and code.zfill(5) not in known:
            raise Wrong("is not the INSEE code of a commune")
        return code.zfill(5) if code else None

    return check


@lru_cache(maxsize=4096)
def day(cell: str) -> str | None:
    """A date in ISO form, from that form or from day/month/year."""
    if not cell.strip():
        return None
    found = _DATE.fullmatch(cell.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day_, *french = found.groups()
        numbers = (year, month, day_) if year else reversed(french)
        return date(*map(int, numbers)).isoformat()
    except ValueError:
        raise Wrong("is not a date such as 2026-12-31 or 31/12/2026") from None


def _fold(cell: str, fold: Callable[[str], str]) -> str | None:
    if _ROUNDED.fullmatch(cell.strip()):
        raise Wrong("was rounded by a spreadsheet")
    folded = fold(cell)
    if not folded and cell.strip():
        raise Wrong("has neither letter nor digit")
    if len(folded) > LONGEST_NUMBER:
        raise Wrong(f"has more than {LONGEST_NUMBER} characters")
    return folded or None


@lru_cache(maxsize=4096)
def _other_phone(cell: str) -> str:
    try:
        number = phonenumbers.parse(cell, "FR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Wrong("is not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    return emails.fault(f"a@{domain}") is None
