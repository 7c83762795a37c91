"""Who a person without a key may be: likely subscribers, scored, for an agent to choose from.

Decides nothing. The contract number weighs most, then the name, then the address; spelling is forgiven as far
as accents, case, punctuation and common abbreviations of streets go.
"""

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, or_, select

from identity.backoffice import keys
from identity.backoffice.keys import SUBSCRIBERS
from identity.directory.folding import fold_contract, fold_place
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import contract
from identity.proof.account_request import AccountRequest

CONTRACT, NAME, GIVEN_NAME, ORGANIZATION, STREET, POSTCODE = 60, 25, 10, 30, 25, 5
LIKELY = 25
"""A whole family name, a whole street, or half of each; a postcode alone is no likeness."""

_WORDS = re.compile(r"\w+")
_ABBREVIATIONS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bvd": "boulevard", "ch": "chemin", "che": "chemin",
    "imp": "impasse", "pl": "place", "r": "rue", "rte": "route", "sq": "square", "st": "saint",
    "ste": "sainte",
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A subscriber whom the person may be."""

    score: int
    """Out of about 125."""
    contract_number: str
    name: str
    address: str
    flaw: str | None
    """`closed` or `linked`: it cannot be approved."""


@dataclass(frozen=True)
class _Likeness:
    """What of a request is compared, folded once."""

    contract_folded: str
    family_name: str
    given_name: str
    organization: str
    street: frozenset[str]
    postcode: str


def matches(work: UnitOfWork, request: AccountRequest, most: int = 5) -> list[Match]:
    """The likeliest subscribers of its operator, the best first; looks at every one of its postcode."""
    wanted = _likeness(request)
    scored = ((_score(wanted, row), row.id, row) for row in _candidates(work, request, wanted))
    best = heapq.nlargest(most, (found for found in scored if found[0] >= LIKELY))
    return [_match(work, score, row) for score, _, row in best]


def _candidates(work: UnitOfWork, request: AccountRequest, wanted: _Likeness) -> Iterator[Row[Any]]:
    columns = SUBSCRIBERS.c
    statement = select(SUBSCRIBERS).where(
        columns.operator_id == request.operator_id,
        or_(columns.contract_folded == wanted.contract_folded, columns.postcode == request.postcode),
    )
    yield from work.execute(statement.execution_options(yield_per=keys.AT_ONCE))


def _likeness(request: AccountRequest) -> _Likeness:
    profile = request.profile
    return _Likeness(
        contract_folded=fold_contract(request.contract_number or ""),
        family_name=fold_place(profile.get("family_name") or ""),
        given_name=fold_place(profile.get("given_name") or ""),
        organization=fold_place(profile.get("organization_name") or ""),
        street=_street(" ".join(request.address_lines)),
        postcode=request.postcode,
    )


def _score(wanted: _Likeness, row: Row[Any]) -> int:
    street = _street(f"{row.address_line1} {row.address_line2 or ''}")
    alike = len(wanted.street & street) / max(1, len(wanted.street | street))
    return (
        CONTRACT * _same(wanted.contract_folded, row.contract_folded)
        + NAME * _same(wanted.family_name, fold_place(row.family_name or ""))
        + GIVEN_NAME * _same(wanted.given_name, fold_place(row.given_name or ""))
        + ORGANIZATION * _same(wanted.organization, fold_place(row.organization_name or ""))
        + round(STREET * alike)
        + POSTCODE * _same(wanted.postcode, row.postcode)
    )


def _same(left: str, right: str) -> bool:
    return bool(left) and left == right


def _street(text: str) -> frozenset[str]:
    """The words of an address, abbreviations written out, without the smallest ones."""
    words = map(fold_place, _WORDS.findall(text))
    return frozenset(_ABBREVIATIONS.get(word, word) for word in words) - {
        "",
        "de",
        "du",
        "des",
        "la",
        "le",
        "l",
        "d",
    }


def _match(work: UnitOfWork, score: int, row: Row[Any]) -> Match:
    lines = (row.address_line1, row.address_line2, f"{row.postcode} {row.city}".strip())
    address = ", ".join(line for line in lines if line)
    return Match(score, row.contract_number, keys.recipient(row), address, contract.flaw(row, work.now))
