"""Text that people read as a name: one line, in which everything can be seen. Owns what may be in it.

A direction mark, a zero-width letter or a line break lets a name read as another's (Unicode TR 36 §2, TR 39 §5).
"""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and signs by their category, and nothing to the eye."""


def is_plain(text: str) -> bool:
    """Can all of this be seen, in one line? Joiners may stand between letters, where some scripts need them."""
    return not any(_is_unseen(text, at) for at in range(len(text)))


def _is_unseen(text: str, at: int) -> bool:
    symbol = text[at]
    if symbol in _JOINERS:
        return not (_is_letter(text[at - 1 : at]) and _is_letter(text[at + 1 : at + 2]))
    return symbol in _BLANK or unicodedata.category(symbol) in _UNSEEN


def _is_letter(symbol: str) -> bool:
    return bool(symbol) and unicodedata.category(symbol)[0] in "LM" and not symbol.isascii()
