"""The letters that wait in the outbox, opened with the town's own secret. Delivers nothing."""

from sqlmodel import col, select

from identity.foundation import emails
from identity.foundation.unit_of_work import Units
from identity.mail.outbox import Letter, PostedLetter
from tests.support.citizen import code_of

_SEALED = select(col(PostedLetter.sealed_letter)).order_by(col(PostedLetter.id))


def to(units: Units, email: str) -> list[Letter]:
    """What was posted to this address, the oldest first."""
    with units.read() as work:
        sealed = work.session.exec(_SEALED).all()
        written = [work.keyring.unseal_json("mail", letter) for letter in sealed if letter]
    letters = [Letter(**one) for one in written if one]
    return [letter for letter in letters if emails.fold(letter.recipient) == emails.fold(email)]


def kinds(units: Units, email: str) -> list[str]:
    """The same, by kind alone."""
    return [letter.kind for letter in to(units, email)]


def newest(units: Units, email: str, kind: str | None = None) -> Letter:
    """The last one, of this kind if given."""
    return [letter for letter in to(units, email) if kind in (None, letter.kind)][-1]


def token(units: Units, email: str, kind: str | None = None) -> str:
    """The token of the newest letter's first link."""
    return token_of(newest(units, email, kind))


def token_of(letter: Letter) -> str:
    """What follows `#token=` in the first link of a letter."""
    first_link = letter.text[letter.text.index("http") :].split()[0]
    return first_link.partition("#token=")[2]


def code(units: Units, email: str) -> str:
    """The six digits of the newest confirmation letter."""
    return code_of(newest(units, email, "confirm_registration").text)
