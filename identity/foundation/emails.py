"""E-mail addresses: which are well formed, and when two are the same. Sends nothing."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from identity.foundation import tokens
from identity.foundation.errors import Fault

LONGEST = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""


def fault(email: str, *path: str) -> Fault | None:
    """What is wrong with an address as typed, or None."""
    cleaned = clean(email)
    if not cleaned:
        return Fault(path, "REQUIRED")
    if len(cleaned) > LONGEST:
        return Fault(path, "TOO_LONG", {"max": LONGEST})
    return None if _normalized(cleaned) else Fault(path, "INVALID")


def clean(email: str) -> str:
    """The address as its owner writes it and as mail is sent to it: NFKC, without the spaces around it."""
    typed = email.strip()
    # Normalising takes quadratic time where somebody piles up accents: what is no address anyway is left alone.
    return typed if len(typed) > LONGEST else unicodedata.normalize("NFKC", typed)


def fold(email: str) -> str:
    """What two spellings of one mailbox share: lower case, ASCII domain. Anything else folds to no address at all."""
    # Not casefold: that would make one of two mailboxes, `strasse@` and `straße@`.
    return (_normalized(clean(email)) or f"not an address: {tokens.digest(email)}").lower()


def _normalized(cleaned: str) -> str | None:
    """Local part in NFC, domain in its ASCII form; None where this is no address with a dotted domain."""
    if len(cleaned) > LONGEST:
        return None
    try:
        found = validate_email(cleaned, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    domain = found.ascii_domain
    return f"{found.local_part}@{domain}" if domain and "." in domain and not domain.startswith("[") else None
