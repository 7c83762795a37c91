"""How a row of an operator's file becomes a subscriber: which column is which, and what must be there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from identity.backoffice import subscriber_cells
from identity.backoffice.subscriber_cells import Check, Wrong
from identity.directory.folding import fold_contract, fold_place
from identity.directory.subscribers import Civility, LegalNature
from identity.foundation.errors import NotAllowed

LABELS = {
    "contract_number": ("contrat", "référence contrat", "référence du contrat"),
    "meter_number": ("compteur",),
    "legal_nature": ("nature juridique",),
    "civility": ("civilité",),
    "organization_name": ("raison sociale", "organisation", "organisation name"),
    "family_name": ("nom", "nom de famille"),
    "given_name": ("prénom",),
    "phone": ("téléphone", "tél", "téléphone fixe", "fixe"),
    "mobile": ("portable", "téléphone portable", "téléphone mobile"),
    "email": ("mail", "e-mail", "courriel", "adresse e-mail", "adresse mail", "adresse électronique"),
    "address_line1": ("adresse", "adresse 1", "adresse ligne 1", "voie"),
    "address_line2": ("adresse 2", "adresse ligne 2", "complément d'adresse", "complément"),
    "postcode": ("code postal", "CP"),
    "city": ("ville", "commune", "localité"),
    "insee_code": ("code INSEE", "INSEE", "code commune"),
    "closed_on": ("résilié le", "date de résiliation", "clos le", "date de clôture", "date de fin"),
}
"""Each column, and what else a header may call it; « numéro de », « n° » and the like are left out."""
STORED = (
    "contract_number", "contract_folded", "meter_folded", "legal_nature", "civility", "organization_name",
    "family_name", "given_name", "phone", "mobile", "email", "address_line1", "address_line2", "postcode",
    "city", "insee_code", "closed_on",
)  # fmt: skip
"""What a file decides of a subscriber, in the order of a row that was read."""
Row = list[str | None]

_BLANK: Row = ["" if name in ("address_line1", "postcode", "city") else None for name in STORED]
_WORDS = re.compile(r"[^\W_]+")
_SMALL_WORDS = frozenset({"numero", "num", "n", "no", "de", "du", "des", "d", "la", "le", "l"})
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and bytes that the file's encoding does not know."""


@dataclass(frozen=True)
class BadCell:
    """Why a row cannot be stored."""

    line: int
    column: str
    """Empty where it is the row as a whole."""
    reason: str


@dataclass(frozen=True)
class Rules:
    """What a file's values are held against."""

    meter_required: bool
    insee_codes: frozenset[str]


class Column(NamedTuple):
    """One column of the file: its name, the place of its value in a row, and how it is read."""

    name: str
    place: int
    check: Check
    required: bool


@dataclass(frozen=True)
class Layout:
    """The columns of one file, in its order."""

    columns: tuple[Column, ...]

    @property
    def stored(self) -> list[str]:
        """What this file decides of a subscriber; the rest is left as it is."""
        return ["contract_folded", *(STORED[column.place] for column in self.columns)]

    def read(self, line: int, cells: list[str]) -> tuple[Row, list[BadCell]]:
        """A row in the order of STORED, and every cell of it that is bad."""
        row, bad = _BLANK.copy(), []
        if len(cells) != len(self.columns):
            reason = f"has {len(cells)} cells where the header has {len(self.columns)}"
            return row, [BadCell(line, "", reason)]
        suspect = _UNREADABLE.search("".join(cells)) is not None
        for (name, place, check, required), cell in zip(self.columns, cells, strict=True):
            try:
                if suspect and _UNREADABLE.search(cell):
                    raise Wrong("holds a character that cannot be read")
                value = check(cell) if cell else None
                if value is not None:
                    row[place] = value
                elif required:
                    raise Wrong("is missing")
            except Wrong as wrong:
                bad.append(BadCell(line, name, str(wrong)))
        if row[0] is not None:
            row[1] = fold_contract(row[0])
        return row, bad


def lay_out(header: Sequence[str], rules: Rules) -> Layout:
    """Recognise each column; NotAllowed names those that are unknown, missing or there twice."""
    required = {"contract_number", "meter_number"} if rules.meter_required else {"contract_number"}
    known = _labels()
    if unknown := [label for label in header if _fold(label) not in known]:
        raise NotAllowed(f"Unknown column: {', '.join(map(repr, unknown))}. Known are {', '.join(LABELS)}.")
    names = [known[_fold(label)] for label in header]
    if missing := sorted(required.difference(names)):
        raise NotAllowed(f"Missing column: {', '.join(missing)}.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise NotAllowed(f"Column given twice: {', '.join(twice)}.")
    checks = _checks(rules)
    return Layout(tuple(Column(name, _place(name), checks[name], name in required) for name in names))


def _place(name: str) -> int:
    return STORED.index("meter_folded" if name == "meter_number" else name)


@cache
def _labels() -> dict[str, str]:
    return {_fold(label): name for name, labels in LABELS.items() for label in (name, *labels)}


def _fold(label: str) -> str:
    folded = (fold_place(word) for word in _WORDS.findall(label))
    return "".join(word for word in folded if word not in _SMALL_WORDS)


def _checks(rules: Rules) -> dict[str, Check]:
    # The widths are those of the table's columns.
    remembered = lru_cache(maxsize=8192)
    return {
        "contract_number": subscriber_cells.contract_number,
        "meter_number": subscriber_cells.meter_number,
        "legal_nature": subscriber_cells.words(subscriber_cells.NATURES, LegalNature),
        "civility": subscriber_cells.words(subscriber_cells.CIVILITIES, Civility),
        "organization_name": subscriber_cells.text(200),
        "family_name": subscriber_cells.text(100),
        "given_name": remembered(subscriber_cells.text(100)),
        "phone": subscriber_cells.phone,
        "mobile": subscriber_cells.phone,
        "email": subscriber_cells.email,
        "address_line1": subscriber_cells.text(200),
        "address_line2": subscriber_cells.text(200),
        "postcode": remembered(subscriber_cells.text(10)),
        "city": remembered(subscriber_cells.text(100)),
        "insee_code": remembered(subscriber_cells.insee_code(rules.insee_codes)),
        "closed_on": subscriber_cells.day,
    }
