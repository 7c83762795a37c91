"""What a password must be: one policy, served as data and enforced the same wherever a password is chosen.

Seed 000 step 5, seed 004 step 3. Hashes nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from identity.foundation.errors import Fault

MIN_LENGTH = 8
MAX_LENGTH = 128
"""In characters after NFKC; longer ones are refused, never cut."""
LONGEST_TYPED = 4 * MAX_LENGTH
"""NFKC makes one of four characters at most: what is longer as typed is longer than MAX_LENGTH however it is read."""
SHORTEST_PERSONAL_WORD = 3


@dataclass(frozen=True)
class Rule:
    """One rule. `pattern` (ECMAScript, flag u) lets a page check it alone; None where only the server can."""

    code: str
    pattern: str | None
    holds: Callable[[str], bool]


def _has(*categories: str) -> Callable[[str], bool]:
    return lambda password: any(unicodedata.category(symbol) in categories for symbol in password)


_SPECIAL = ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So")

RULES = (
    Rule("MIN_LENGTH", rf"^[\s\S]{{{MIN_LENGTH},}}$", lambda password: len(password) >= MIN_LENGTH),
    Rule("LOWERCASE", r"\p{Ll}", _has("Ll")),
    Rule("UPPERCASE", r"\p{Lu}", _has("Lu")),
    Rule("DIGIT", r"\p{Nd}", _has("Nd")),
    Rule("SPECIAL", r"[\p{P}\p{S}]", _has(*_SPECIAL)),
    Rule("COMMON", None, lambda password: not _is_common(password)),
)
"""PERSONAL is the one rule that needs to know the person: see `faults`."""

RULE_CODES = (*(rule.code for rule in RULES), "PERSONAL")


def normalize(password: str) -> str:
    """NFKC, so that the same keys give the same password on every phone.

    Of what is far too long only the beginning is read, itself too long: normalising takes quadratic time where
    somebody piles up accents.
    """
    return unicodedata.normalize("NFKC", password[: LONGEST_TYPED + 1])


def faults(password: str, path: tuple[str, ...], personal: Iterable[str]) -> list[Fault]:
    """Every rule that a chosen password breaks. `personal`: the person's names and e-mail."""
    if not password:
        return [Fault(path, "REQUIRED")]
    chosen = normalize(password)
    if len(chosen) > MAX_LENGTH:
        return [Fault(path, "TOO_LONG", {"max": MAX_LENGTH})]
    if _has("Cs")(chosen):  # half a surrogate pair is no text
        return [Fault(path, "INVALID")]
    broken = [Fault(path, rule.code, {"min": MIN_LENGTH}) for rule in RULES if not rule.holds(chosen)]
    return broken + ([Fault(path, "PERSONAL")] if _is_personal(chosen, personal) else [])


_LOOKALIKES = str.maketrans("@4301!$57€", "aaeoiisste")
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop")
"""What merely follows: digits, letters, the keyboards' rows (`asdf` and `zxcv` are among the common words)."""
SHORTEST_RUN, FEWEST_OTHERS = 4, 4


def _is_common(password: str) -> bool:
    """Is it a well-known word, or nearly nothing, once capitals, look-alikes, runs and what is tacked on are gone?"""
    lowered = _plain(password)
    without_runs = _runs().sub("", lowered)
    others = "".join(filter(str.isalnum, without_runs))
    cores = {lowered, others, "".join(filter(str.isalnum, lowered))}
    cores |= {lowered.strip("0123456789!@#$%&*?.,;:+-_=/ ")}
    cores |= {core.translate(_LOOKALIKES) for core in cores}
    cores |= {core.strip("0123456789!?.*") for core in cores}
    repeats = len(set(lowered)) < FEWEST_OTHERS and len(lowered) < 2 * MIN_LENGTH
    follows = without_runs != lowered and len(others) < FEWEST_OTHERS
    return repeats or follows or not cores.isdisjoint(_common_words())


@cache
def _runs() -> re.Pattern[str]:
    """What merely follows on a keyboard or in the alphabet, forwards or backwards: `1234`, `azer`."""
    rows = [row for forwards in _ROWS for row in (forwards, forwards[::-1])]
    starts = ((row, start) for row in rows for start in range(len(row) - SHORTEST_RUN + 1))
    runs = {row[start:end] for row, start in starts for end in range(start + SHORTEST_RUN, len(row) + 1)}
    return re.compile("|".join(sorted(runs, key=len, reverse=True)))


def _is_personal(password: str, personal: Iterable[str]) -> bool:
    plain = _plain(password)
    return any(word in plain for text in personal for word in _words(text))


def _words(text: str) -> Iterable[str]:
    """The words of a name, or an e-mail and its local part, long enough to be told apart from chance."""
    whole = _plain(text[:LONGEST_TYPED])
    local = whole.partition("@")[0]
    parts = "".join(symbol if symbol.isalnum() else " " for symbol in local).split()
    return {word for word in (whole, local, *parts) if len(word) >= SHORTEST_PERSONAL_WORD}


def _plain(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(symbol for symbol in decomposed if not unicodedata.combining(symbol))


@cache
def _common_words() -> frozenset[str]:
    return frozenset(
        resources.files("identity.accounts").joinpath("common_passwords.txt").read_text().split()
    )
