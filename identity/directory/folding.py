"""How people may spell what a record holds: places, contract numbers, meter numbers. Touches no table.

Each fold is idempotent, never raises, and gives the same text for every spelling that means the same thing.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import product

ARTICLES = frozenset({"l", "la", "le", "les"})
ABBREVIATIONS = {"saint": "st", "sainte": "ste", "saints": "sts", "saintes": "stes"}

_BETWEEN_WORDS = re.compile(r"[\s'’()-]+")
_SEVEN_DIGITS_AND_A_LETTER = re.compile(r"[0-9]{7}[A-Z]")


def fold_contract(text: str) -> str:
    """A contract number in capitals without spaces, dots, dashes; seven digits lose a letter after them."""
    folded = _compact(text)
    return folded[:7] if _SEVEN_DIGITS_AND_A_LETTER.fullmatch(folded) else folded


def fold_meter(text: str) -> str:
    """A meter number without spaces, dots and dashes, in capitals."""
    return _compact(text)


def fold_place(text: str) -> str:
    """Letters and digits alone, lower case, without accents: `lhaylesroses` for « L’Haÿ-les-Roses »."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(filter(str.isalnum, plain))


def spellings(name: str) -> Iterator[tuple[str, bool]]:
    """Every folded way to write a place's name, Saint also as St, and whether it leaves out the article."""
    words = [fold_place(word) for word in _BETWEEN_WORDS.split(name)]
    choices = [(word, ABBREVIATIONS[word]) if word in ABBREVIATIONS else (word,) for word in words]
    for spelling in product(*choices):
        yield "".join(spelling), False
        if words[0] in ARTICLES and len(words) > 1:
            yield "".join(spelling[1:]), True


def _compact(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.upper()
    capitals = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    # What a space kept apart may now compose.
    return unicodedata.normalize("NFKC", "".join(filter(_meant, capitals)))


def _meant(symbol: str) -> bool:
    """Neither a space, a dot, a dash, nor something that cannot be seen."""
    return symbol not in ".·•" and unicodedata.category(symbol) not in (
        "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Pd",
    )  # fmt: skip
