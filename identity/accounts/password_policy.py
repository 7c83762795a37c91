"""What a password must be: one policy, served as data and enforced the same wherever a password is chosen.

Seed 000 step 5, seed 004 step 3. Hashes nothing.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from identity.foundation.errors import Fault

MIN_LENGTH = 8
MAX_LENGTH = 128
"""In characters after NFKC; longer ones are refused, never cut."""
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
    """NFKC, so that the same keys give the same password on every phone."""
    return unicodedata.normalize("NFKC", password)


def faults(password: str, path: tuple[str, ...], personal: Iterable[str]) -> list[Fault]:
    """Every rule that a chosen password breaks. `personal`: the person's names and e-mail."""
    if not password:
        return [Fault(path, "REQUIRED")]
    chosen = normalize(password)
    if len(chosen) > MAX_LENGTH:
        return [Fault(path, "TOO_LONG", {"max": MAX_LENGTH})]
    broken = [Fault(path, rule.code, {"min": MIN_LENGTH}) for rule in RULES if not rule.holds(chosen)]
    return broken + ([Fault(path, "PERSONAL")] if _is_personal(chosen, personal) else [])


_LOOKALIKES = str.maketrans("@4301!$57€", "aaeoiisste")


def _is_common(password: str) -> bool:
    """Is it a well-known word, once capitals, look-alikes and what is tacked on at the ends are gone?"""
    lowered = _plain(password)
    cores = {lowered, "".join(filter(str.isalnum, lowered)), lowered.strip("0123456789!@#$%&*?.,;:+-_=/ ")}
    cores |= {core.translate(_LOOKALIKES) for core in cores}
    cores |= {core.strip("0123456789!?.*") for core in cores}
    return len(set(lowered)) <= 3 or not cores.isdisjoint(_common_words()) or _is_run(lowered)


def _is_run(password: str) -> bool:
    """Letters and digits that merely follow each other: `Abcd1234!`."""
    symbols = [ord(symbol) for symbol in password if symbol.isalnum()]
    steps = {after - before for before, after in zip(symbols, symbols[1:], strict=False)}
    return len(symbols) >= 6 and sum(1 for _ in steps) <= 2 and 1 in steps and len(steps - {1}) <= 1


def _is_personal(password: str, personal: Iterable[str]) -> bool:
    plain = _plain(password)
    return any(word in plain for text in personal for word in _words(text))


def _words(text: str) -> Iterable[str]:
    """The words of a name, or an e-mail and its local part, long enough to be told apart from chance."""
    whole = _plain(text)
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
