"""What an activation key looks like: its letters, its check symbol, and the many ways to type it.

Owns the form alone: it knows neither who holds a key nor whether one was ever issued.

The check symbol makes `x1·a^15 + x2·a^14 + … + x15·a + x16 = 0` over GF(32), `a` being a root of
X^5 + X^2 + 1 (primitive, so of order 31). One wrong symbol changes the sum by `a^i·d`, two swapped
neighbours by `a^i·(a + 1)·d`, where `d` is the difference of two different symbols: in a field neither
product is 0, so each such error is seen. The powers a^0 to a^15 all differ: any other swap is seen too.
"""

import re
import unicodedata

from identity.foundation import tokens
from identity.foundation.errors import KeyMalformed
from identity.foundation.tokens import Secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The digits and letters less I, L, O (look-alikes of 1 and 0) and U (look-alike of V)."""
LENGTH = 16
GROUP = 4
SHORTEST_FOREIGN, LONGEST_FOREIGN = 8, 32
"""Keys printed by another system."""
LONGEST_TYPED = 200
"""Characters, separators included; nothing longer is worth normalising."""

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_SEPARATORS = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Pc"))
"""Spaces, line ends, tabs, invisible marks and hyphens, and every dash and underscore there is."""
_OTHER_DASHES = frozenset("\u2212\u2043\u00b7\u2022.")
"""The minus sign and the hyphen bullet are no dashes to Unicode; dots stand for them on some papers."""


def _separates(symbol: str) -> bool:
    return unicodedata.category(symbol) in _SEPARATORS or symbol in _OTHER_DASHES


_ASCII = str.maketrans("OIL", "011", "".join(filter(_separates, map(chr, range(128)))))
"""Look-alikes become one symbol, separators none."""
_FOREIGN = re.compile(rf"[0-9A-Z]{{{SHORTEST_FOREIGN},{LONGEST_FOREIGN}}}")


def new() -> Secret:
    """A fresh key, folded: 15 symbols of chance (75 bits) and their check symbol."""
    # 256 is a multiple of 32: every symbol is as likely. Millions of keys are drawn in one go.
    drawn = tokens.new_bytes(LENGTH - 1)
    return Secret(complete("".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn)))


def complete(body: str) -> str:
    """The one key that begins with these 15 symbols."""
    return body + ALPHABET[_times_a(_sum(body))]


def printed(folded: str) -> Secret:
    """`XXXX-XXXX-XXXX-XXXX`, for paper and e-mail."""
    return Secret("-".join(folded[start : start + GROUP] for start in range(0, len(folded), GROUP)))


def parse(typed: str) -> str:
    """The folded key of ours that was meant; KeyMalformed where it cannot be one."""
    folded = fold(typed)
    if not is_checked(folded):
        raise KeyMalformed
    return folded


def parse_foreign(typed: str) -> str:
    """The folded key that was meant, ours or another system's: 8 to 32 letters and digits; KeyMalformed."""
    folded = fold(typed)
    if not _FOREIGN.fullmatch(folded):
        raise KeyMalformed
    return folded


def is_checked(folded: str) -> bool:
    """Is this a key of ours, check symbol included?"""
    return len(folded) == LENGTH and all(symbol in _VALUES for symbol in folded) and _sum(folded) == 0


def fold(typed: str) -> str:
    """What all spellings of a key share: no separator, capitals, 0 for O, 1 for I and L; KeyMalformed."""
    if len(typed) > LONGEST_TYPED:
        raise KeyMalformed
    if not typed.isascii():
        normal = unicodedata.normalize("NFKC", typed)
        typed = "".join(symbol for symbol in normal if not _separates(symbol))
    return typed.upper().translate(_ASCII)


def _sum(symbols: str) -> int:
    """The symbols as a polynomial at `a`, by Horner; addition in GF(32) is XOR."""
    total = 0
    for symbol in symbols:
        total = _times_a(total) ^ _VALUES[symbol]
    return total


def _times_a(element: int) -> int:
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
