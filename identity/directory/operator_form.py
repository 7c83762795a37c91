"""What an operator may say of itself, judged without a database."""

from collections.abc import Iterator
from math import floor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from identity.directory import colours
from identity.foundation import emails, names
from identity.foundation.settings import is_loopback

if TYPE_CHECKING:
    from identity.directory.operators import NewOperator

LANGUAGES = ("fr", "en")
LONGEST_ADDRESS = 500


def objections(new: "NewOperator") -> Iterator[str]:
    """What is wrong, a sentence each. Whether the slug is free and the communes exist is asked elsewhere."""
    if not new.services or not new.communes:
        yield "An operator runs at least one service in at least one commune."
    if not new.proof_methods and not new.accepts_requests:
        yield "An operator asks for a proof, or takes requests without one."
    if not new.languages or not set(new.languages) <= set(LANGUAGES):
        yield "The languages are fr and en."
    for what, text, longest in (
        ("name", new.name, 200),
        ("sender", new.sender_name, 200),
        ("terms version", new.terms_version, 32),
    ):
        if text is not None and not _is_line(text, longest):
            yield f"The {what} must be one line of at most {longest} characters."
    for url in filter(None, (new.terms_url, new.portal_url)):
        if not _is_address(url):
            yield f"{url} is not an https address."
    if new.portal_url and ("#" in new.portal_url or "?" in new.portal_url):
        yield f"{new.portal_url} must end with its path: links append to it."
    for email in filter(None, (new.sender_address, new.support_email)):
        if emails.fault(email):
            yield f"{email} is not an e-mail address."
    yield from filter(None, map(_objection_to_colour, filter(None, (new.colour, new.second_colour))))


def _objection_to_colour(colour: str) -> str | None:
    if not colours.is_colour(colour):
        return f"{colour} is not a colour: write it as #005b8f."
    if colours.is_readable(colour, colours.PAPER):
        return None
    ratio = floor(colours.contrast(colour, colours.PAPER) * 100) / 100
    return (
        f"{colour} has a contrast of {ratio} to 1 with a light page, and text needs {colours.ENOUGH} to 1 "
        f"(WCAG 2.2): {colours.for_paper(colour)} has it."
    )


def _is_line(text: str, longest: int) -> bool:
    return bool(text.strip()) and names.is_plain(text) and len(text) <= longest


def _is_address(url: str) -> bool:
    """Https, or http that stays on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    plain = url.isascii() and " " not in url and _is_line(url, LONGEST_ADDRESS)
    return secure and plain and bool(parts.hostname)
