"""What a citizen may type for each commune, and which commune is the better match. Pure: touches no table.

A term is a folded spelling: each way to write the name, the name less its article, and each postcode followed
by the name. For a prefix that more than LONGEST_ANSWER communes share, the shortlist holds the best of them,
in order, so that one letter costs a search no more than a whole name.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

from identity.directory.folding import fold_place, spellings

LONGEST_ANSWER = 100


class Kind(IntEnum):
    """What a term spells."""

    NAME = 0
    WITHOUT_ARTICLE = 1
    POSTCODE = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A commune as the file holds it."""

    insee_code: str
    name: str
    postcodes: tuple[str, ...]
    population: int


class Term(NamedTuple):
    """One spelling of one commune."""

    text: str
    kind: int
    population: int
    insee_code: str


Rank = tuple[int, int, str]


def rank(prefix: str, term: Term) -> Rank:
    """Sorts matches: the whole name, what goes on, what goes on after an article; the more populous first.

    A whole name less its article counts as going on: « mans » finds Le Mans before Mansigné, and « saint »
    finds Saint-Étienne before Le Saint.
    """
    if term.text == prefix:
        tier = 1 if term.kind == Kind.WITHOUT_ARTICLE else 0
    else:
        tier = 2 if term.kind == Kind.WITHOUT_ARTICLE else 1
    return tier, -term.population, term.insee_code


def terms(places: Iterable[Place]) -> Iterator[Term]:
    """Every term of every place; two of one place differ in text."""
    for place in places:
        texts: dict[str, Kind] = {}
        for text, cut in spellings(place.name):
            texts.setdefault(text, Kind.WITHOUT_ARTICLE if cut else Kind.NAME)
        for postcode in place.postcodes:
            texts[postcode + fold_place(place.name)] = Kind.POSTCODE
        for text, kind in texts.items():
            yield Term(text, kind, place.population, place.insee_code)


def best(prefix: str, matches: Iterable[Term], first: int) -> list[str]:
    """The INSEE codes of the `first` best places among terms that begin with the prefix."""
    ranks: dict[str, Rank] = {}
    for term in matches:
        found = rank(prefix, term)
        ranks[term.insee_code] = min(found, ranks.get(term.insee_code, found))
    return [code for *_, code in heapq.nsmallest(first, ranks.values())]


def shortlists(all_terms: Iterable[Term]) -> Iterator[tuple[str, list[str]]]:
    """Each prefix that more than LONGEST_ANSWER places share, with the codes of the best of them."""
    crowded, length = sorted(all_terms), 1
    while crowded:
        longer: list[Term] = []
        for prefix, group in groupby(crowded, lambda term: term.text[:length]):  # noqa: B023 - used at once
            matches = list(group)
            if len(prefix) == length and len({term.insee_code for term in matches}) > LONGEST_ANSWER:
                yield prefix, best(prefix, matches, LONGEST_ANSWER)
                longer += matches
        crowded, length = longer, length + 1
