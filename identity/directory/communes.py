"""The communes of France, found as a citizen types them. Owns their tables; knows no operator.

How they are spelt and ordered is in `commune_index`; where the shipped file comes from, in `communes_data`.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from identity.directory import bulk, commune_index, communes_data
from identity.directory.commune_index import LONGEST_ANSWER, Place, Term
from identity.directory.folding import fold_place
from identity.foundation.columns import JSON_DOCUMENT, ORDERED_TEXT
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork

INDEX_VERSION = "1"
"""Raised when spellings or their order change, so that every database is indexed anew."""
LONGEST_TEXT = 200
_AFTER = "{"
"""Byte by byte, what sorts after every letter and digit."""


class Commune(SQLModel, table=True):
    """A commune; one that no longer is stays, for those who name it, but no search finds it."""

    __tablename__ = "communes"

    insee_code: str = Field(primary_key=True, max_length=5)
    name: str = Field(max_length=100)
    postcodes: list[str] = Field(sa_type=JSON_DOCUMENT)
    population: int = 0
    """Orders what is otherwise alike."""


class CommuneTerm(SQLModel, table=True):
    """One folded way to write a commune."""

    __tablename__ = "commune_terms"

    term: str = Field(primary_key=True, sa_type=ORDERED_TEXT)
    insee_code: str = Field(primary_key=True, max_length=5)
    kind: int
    population: int


class CommuneShortlist(SQLModel, table=True):
    """The best communes for a prefix that many share."""

    __tablename__ = "commune_shortlists"

    prefix: str = Field(primary_key=True, sa_type=ORDERED_TEXT)
    insee_codes: list[str] = Field(sa_type=JSON_DOCUMENT)


class CommuneEdition(SQLModel, table=True):
    """Which file of communes was loaded: one row."""

    __tablename__ = "commune_edition"

    id: int = Field(primary_key=True)
    file_digest: str = Field(max_length=64)


@dataclass(frozen=True, slots=True)
class Found:
    """A commune as others see it."""

    insee_code: str
    name: str
    postcodes: list[str]


_COMMUNES: Any = Commune.__table__  # type: ignore[attr-defined]
_TERMS: Any = CommuneTerm.__table__  # type: ignore[attr-defined]
_SHORTLISTS: Any = CommuneShortlist.__table__  # type: ignore[attr-defined]
_EDITION: Any = CommuneEdition.__table__  # type: ignore[attr-defined]

_BEST = select(_SHORTLISTS.c.insee_codes).where(_SHORTLISTS.c.prefix == bindparam("prefix"))
_BEGINNING = select(_TERMS.c.term, _TERMS.c.kind, _TERMS.c.population, _TERMS.c.insee_code).where(
    _TERMS.c.term >= bindparam("prefix"), _TERMS.c.term < bindparam("end")
)
_SHOWN = select(_COMMUNES.c.insee_code, _COMMUNES.c.name, _COMMUNES.c.postcodes).where(
    _COMMUNES.c.insee_code.in_(bindparam("codes", expanding=True))
)
_INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_COLUMNS = ("insee_code", "name", "postcodes", "population")
_LOADED = select(_EDITION.c.file_digest)
_FIRST_EDITION = {
    "sqlite": sqlite.insert(_EDITION).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_EDITION).on_conflict_do_nothing(),
}


def search(work: UnitOfWork, text: str, first: int = 20) -> list[Found]:
    """Communes whose name or postcode begins with the text, the best first, at most `first` (1 to 100).

    Accents, case, hyphens, apostrophes, a leading article and St for Saint do not matter.
    """
    prefix = fold_place(text[:LONGEST_TEXT])
    first = max(1, min(first, LONGEST_ANSWER))
    if not prefix:
        return []
    codes = work.execute(_BEST, {"prefix": prefix}).scalar_one_or_none()
    if codes is None:
        matches = work.execute(_BEGINNING, {"prefix": prefix, "end": prefix + _AFTER})
        codes = commune_index.best(prefix, map(Term._make, matches), first)
    shown = _show(work, codes[:first])
    return [shown[code] for code in codes[:first]]


def find(work: UnitOfWork, insee_code: str) -> Found | None:
    """The commune with this INSEE code (`2A004` in Corsica), or None."""
    return _show(work, [insee_code]).get(insee_code) if _INSEE_CODE.fullmatch(insee_code) else None


def get(work: UnitOfWork, insee_code: str) -> Found:
    """The commune with this INSEE code; NotFound."""
    commune = find(work, insee_code)
    if commune is None:
        raise NotFound
    return commune


def known_codes(work: UnitOfWork) -> frozenset[str]:
    """Every INSEE code there is."""
    return frozenset(work.execute(select(_COMMUNES.c.insee_code)).scalars())


def load(work: UnitOfWork, file: Path = communes_data.FILE) -> int:
    """Bring the tables to the shipped file; the number of communes in it, or 0 where it was loaded already.

    One SELECT where there is nothing to do. Of several processes one loads, and the others wait for it.
    """
    digest = hashlib.sha256(INDEX_VERSION.encode() + file.read_bytes()).hexdigest()
    if work.execute(_LOADED).scalar_one_or_none() == digest:
        return 0
    connection = work.session.connection()
    work.execute(_FIRST_EDITION[connection.dialect.name], {"id": 1, "file_digest": ""})
    if work.execute(_LOADED.with_for_update()).scalar_one() == digest:
        return 0
    places = [
        Place(code, name, tuple(postcodes.split()), int(population))
        for code, name, population, postcodes in communes_data.read(file)
    ]
    _write(connection, places)
    _index(connection, places)
    work.execute(update(_EDITION).values(file_digest=digest))
    return len(places)


def _show(work: UnitOfWork, codes: list[str]) -> dict[str, Found]:
    rows = work.execute(_SHOWN, {"codes": codes})
    return {row.insee_code: Found(row.insee_code, row.name, row.postcodes) for row in rows}


def _write(connection: Connection, places: Iterable[Place]) -> None:
    """Insert the new ones, update the changed ones."""
    rows = {p.insee_code: (p.insee_code, p.name, list(p.postcodes), p.population) for p in places}
    known = {row.insee_code: tuple(row) for row in connection.execute(select(_COMMUNES))}
    new = (row for code, row in rows.items() if code not in known)
    bulk.insert(
        connection,
        _COMMUNES,
        _COLUMNS,
        ((code, name, json.dumps(postcodes), population) for code, name, postcodes, population in new),
    )
    for code in rows.keys() & known.keys():
        if rows[code] != known[code]:
            values = dict(zip(_COLUMNS, rows[code], strict=True))
            connection.execute(update(_COMMUNES).where(_COMMUNES.c.insee_code == code).values(values))


def _index(connection: Connection, places: Iterable[Place]) -> None:
    terms = list(commune_index.terms(places))
    connection.execute(delete(_TERMS))
    connection.execute(delete(_SHORTLISTS))
    bulk.insert(connection, _TERMS, ("term", "kind", "population", "insee_code"), terms)
    bulk.insert(
        connection,
        _SHORTLISTS,
        ("prefix", "insee_codes"),
        ((prefix, json.dumps(codes)) for prefix, codes in commune_index.shortlists(terms)),
    )
