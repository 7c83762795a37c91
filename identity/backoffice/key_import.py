"""Keys that another system has printed already: read from a CSV, all or nothing, in bounded memory.

Reading and judging them holds up nobody; those that are new are stored in one short transaction.

They match under the same folding as ours; two that fold alike are reported. Where one of them lacks a good
check symbol, the operator's keys are judged by their form alone from then on. Importing voids no key.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from identity.backoffice import csv_files, keys
from identity.backoffice.csv_files import CsvFile, Tick
from identity.backoffice.key_spool import KeySpool
from identity.backoffice.keys import KEYS, SUBSCRIBERS
from identity.backoffice.subscriber_rows import BadCell
from identity.directory import operators
from identity.directory.folding import fold_contract, fold_place
from identity.directory.operators import Operator
from identity.foundation import audit
from identity.foundation.errors import Conflict, KeyMalformed, NotAllowed
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import activation_key, key_form

AT_ONCE = 500
MOST_REPORTED = 1000
"""Bad rows after which reading on would help nobody."""
COLUMNS = {
    "contract_number": ("contractnumber", "numerodecontrat", "numerocontrat", "ndecontrat", "contrat"),
    "activation_key": ("activationkey", "cledactivation", "cle"),
    "expires_at": ("expiresat", "expirele", "datedexpiration"),
}
"""Each column, and what a header may call it once folded; other columns are left alone."""
OPTIONAL = frozenset({"expires_at"})


@dataclass(frozen=True)
class Wish:
    """Which file, for whom, and how long keys live of which it does not say so."""

    operator_slug: str
    path: Path
    lifetime: timedelta


@dataclass(frozen=True)
class Imported:
    """How many keys are new, how many were there already; nothing was stored where a row is bad."""

    stored: int
    unchanged: int
    bad: Sequence[BadCell]
    checked: bool
    """Do all the operator's keys carry the check symbol now?"""


@dataclass(frozen=True)
class _Read:
    """One good row."""

    line: int
    contract_number: str
    folded: str
    expires_at: datetime


@dataclass
class _Reading:
    """How far a file has been read."""

    operator: Operator
    spool: KeySpool
    bad: list[BadCell] = field(default_factory=list)
    stored: int = 0
    unchanged: int = 0
    checked: bool = True


def import_(units: Units, wish: Wish, agent: str, tick: Tick = lambda done, size: None) -> Imported:
    """Store the keys of a file, all or none of them.

    OperatorNotFound, NotAllowed (a file that cannot be read), OSError; Conflict where other keys were issued
    meanwhile.
    """
    file = csv_files.examine(wish.path)
    places = _places(file)
    with KeySpool() as spool:
        with units.read() as work:
            newest = keys.newest(work)
            reading = _Reading(operators.get(work, wish.operator_slug), spool)
            rows = _readable(csv_files.rows(file, tick), places, work.now + wish.lifetime, reading.bad)
            while len(reading.bad) < MOST_REPORTED and (some := list(islice(rows, AT_ONCE))):
                _judge(work, reading, some)
        if reading.bad:
            worst = sorted(reading.bad, key=lambda cell: cell.line)[:MOST_REPORTED]
            return Imported(0, 0, worst, reading.operator.activation_keys_checked)
        with units.begin() as work:
            return _store(work, reading, newest, agent)


def _store(work: UnitOfWork, reading: _Reading, newest: int, agent: str) -> Imported:
    operator = keys.lock(work, reading.operator.slug)
    if keys.issued_since(work, operator, newest):
        raise Conflict(f"Other keys of {operator.slug} were issued meanwhile: start this import again.")
    operator.activation_keys_checked &= reading.checked
    work.session.add(operator)
    activation_key.store(work, reading.spool.keys(operator.id or 0, work.now))
    audit.record(
        work,
        "keys.imported",
        operator_id=operator.id,
        count=reading.stored,
        checked=operator.activation_keys_checked,
        agent=agent,
    )
    return Imported(reading.stored, reading.unchanged, (), operator.activation_keys_checked)


def _places(file: CsvFile) -> dict[str, int]:
    """Where each column stands."""
    labels = [fold_place(label) for label in file.header]
    places = {
        name: place
        for name, spellings in COLUMNS.items()
        for place, label in enumerate(labels)
        if label in spellings
    }
    if missing := [name for name in COLUMNS if name not in places and name not in OPTIONAL]:
        raise NotAllowed(f"{file.path.name} has no column {' and no column '.join(missing)}.")
    return places


def _readable(
    rows: Iterable[tuple[int, list[str] | None]],
    places: dict[str, int],
    default: datetime,
    bad: list[BadCell],
) -> Iterator[_Read]:
    """The rows that can be read; the others go to `bad`."""
    for line, cells in rows:
        if cells is None or len(cells) <= max(places.values()):
            bad.append(BadCell(line, "", "has too few cells or unmatched quotes"))
            continue
        number, typed = (cells[places[name]].strip() for name in ("contract_number", "activation_key"))
        until = cells[places["expires_at"]].strip() if "expires_at" in places else ""
        folded, expires_at = _folded(typed), _moment(until) if until else default
        if number and number.isprintable() and folded and expires_at:
            yield _Read(line, number, folded, expires_at)
            continue
        if not number or not number.isprintable():
            bad.append(BadCell(line, "contract_number", "is missing, or cannot be read"))
        if not folded:
            bad.append(BadCell(line, "activation_key", "is not 8 to 32 letters and digits"))
        if not expires_at:
            bad.append(BadCell(line, "expires_at", "is not a date like 2027-12-31"))


def _folded(typed: str) -> str | None:
    try:
        return key_form.parse_foreign(typed)
    except KeyMalformed:
        return None


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime | None:
    """A moment, or the end of a day, 31/12/2027 as well as 2027-12-31; without a zone it is UTC."""
    try:
        if len(text) > len("2027-12-31"):
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        day = date.fromisoformat("-".join(reversed(text.split("/"))))
        return datetime.combine(day + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        return None


def _judge(work: UnitOfWork, reading: _Reading, some: Sequence[_Read]) -> None:
    """Spool the keys of these rows that are not there yet; a row that contradicts another is bad."""
    operator_id = reading.operator.id or 0
    subscribers = _subscribers(work, operator_id, some)
    former_keys = _keys(work, operator_id, some)
    for row in some:
        digests = activation_key.digests(work.keyring, operator_id, row.folded)
        subscriber_id = subscribers.get(row.contract_number)
        former = next((former_keys[digest] for digest in digests if digest in former_keys), None)
        twin = reading.spool.holder(digests[0])
        reading.checked &= key_form.is_checked(row.folded)
        if subscriber_id is None:
            reading.bad.append(
                BadCell(row.line, "contract_number", f"is no contract of {reading.operator.slug}")
            )
        elif former and former.subscriber_id != subscriber_id:
            reading.bad.append(BadCell(row.line, "activation_key", _alike(former.contract_number)))
        elif twin and twin[0] != subscriber_id:
            reading.bad.append(BadCell(row.line, "activation_key", _alike(twin[1])))
        elif former and former.revoked_at:
            reading.bad.append(BadCell(row.line, "activation_key", "was revoked"))
        elif former or twin:
            reading.unchanged += 1
        else:
            reading.stored += 1
            reading.spool.put(digests[0], (subscriber_id, row.contract_number), row.expires_at)


def _alike(contract_number: str) -> str:
    return f"folds like the key of contract {contract_number}"


def _subscribers(work: UnitOfWork, operator_id: int, some: Sequence[_Read]) -> dict[str, int]:
    """By contract number as the file writes it: exactly the operator's, or one that it folds to alone."""
    numbers = {row.contract_number for row in some}
    folded = {number: fold_contract(number) for number in numbers}
    columns = SUBSCRIBERS.c
    everywhere = work.execute(
        select(columns.id, columns.operator_id, columns.contract_number, columns.contract_folded).where(
            columns.contract_folded.in_(set(folded.values()))
        )
    )
    # Asked for the operator too, SQLite walks through all of its contracts instead.
    found = [row for row in everywhere if row.operator_id == operator_id]
    exact = {row.contract_number: row.id for row in found}
    alike: dict[str, list[int]] = {}
    for row in found:
        alike.setdefault(row.contract_folded, []).append(row.id)
    alone = {text: ids[0] for text, ids in alike.items() if len(ids) == 1}
    matched = {number: exact.get(number, alone.get(folded[number])) for number in numbers}
    return {number: subscriber_id for number, subscriber_id in matched.items() if subscriber_id}


def _keys(work: UnitOfWork, operator_id: int, some: Sequence[_Read]) -> dict[str, Row[Any]]:
    """The keys that any of these rows may be, under any secret, by digest."""
    digests = [
        digest for row in some for digest in activation_key.digests(work.keyring, operator_id, row.folded)
    ]
    found = work.execute(
        select(KEYS.c.key_digest, KEYS.c.subscriber_id, KEYS.c.revoked_at, SUBSCRIBERS.c.contract_number)
        .join(SUBSCRIBERS, SUBSCRIBERS.c.id == KEYS.c.subscriber_id)
        .where(KEYS.c.key_digest.in_(digests))
    )
    return {row.key_digest: row for row in found}
