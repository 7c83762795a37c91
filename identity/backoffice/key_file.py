"""A file of fresh keys for the mail house. Owns the order in which file and database are written.

First the whole file, written and synced to the disk with its folder; then one commit. So a key that works was
always written; a run that is cut short leaves a file of keys that do not work, and changes nothing else. The
file is written while reading only, and the digests wait in a temporary file: citizens go on meanwhile, and
memory is bounded whatever the number of subscribers.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import ColumnElement, Row, func, select, true

from identity.backoffice import keys
from identity.backoffice.keys import SUBSCRIBERS
from identity.directory import operators
from identity.directory.operators import Operator
from identity.foundation import audit
from identity.foundation.errors import Conflict
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.proof import activation_key
from identity.proof.activation_key import NewKey

COLUMNS = (
    "contract_number", "activation_key", "expires_at",
    "recipient", "address_line1", "address_line2", "postcode", "city",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula when it begins a cell."""

Tick = Callable[[int, int], None]
"""Called with (done, total) now and then; the file counts for one half, the database for the other."""


class NotCommitted(Exception):
    """The file is written, the keys in it are not in the database: none of them works."""


@dataclass(frozen=True)
class Wish:
    """Keys for an operator's open and free subscribers: those without a usable key, or with `reissue` all."""

    operator_slug: str
    out: Path
    lifetime: timedelta
    contracts: Sequence[str] = ()
    reissue: bool = False


@dataclass(frozen=True)
class Issued:
    """How many keys were written, and how many former ones are void now."""

    keys: int
    voided: int


@dataclass(frozen=True)
class _Batch:
    operator_id: int
    issued_at: datetime
    expires_at: datetime
    count: int
    newest: int
    """The newest key of all when the file was begun."""


def issue(units: Units, wish: Wish, agent: str, tick: Tick = lambda done, total: None) -> Issued:
    """Write a file of fresh keys, then make them work.

    FileExistsError (nothing is ever overwritten), OperatorNotFound, NotFound (contract); NotCommitted where
    the database fails after the file is written. Any earlier failure leaves no file.
    """
    with tempfile.TemporaryFile("w+", encoding="ascii") as digests:
        with _new_file(wish.out) as file:
            batch = _write(units, wish, (file, digests), tick)
        _sync_folder(wish.out)
        try:
            with units.begin() as work:
                voided = _store(work, wish, batch, digests, tick)
                audit.record(
                    work, "keys.issued", operator_id=batch.operator_id, count=batch.count, agent=agent
                )
        except BaseException as error:
            raise NotCommitted(str(wish.out)) from error
    return Issued(batch.count, voided)


def _write(units: Units, wish: Wish, files: tuple[IO[str], IO[str]], tick: Tick) -> _Batch:
    """Both files, from one reading of the directory."""
    file, digests = files
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    with units.read() as work:
        operator = operators.get(work, wish.operator_slug)
        newest = keys.newest(work)
        operator_id, expires_at = operator.id or 0, work.now.replace(microsecond=0) + wish.lifetime
        which = _which(work, operator, wish)
        total = work.execute(select(func.count()).select_from(SUBSCRIBERS).where(which)).scalar_one()
        done = 0
        for row in _candidates(work, which):
            key, digest = activation_key.draw(work.keyring, operator_id)
            rows.writerow((row.contract_number, key.reveal(), _iso(expires_at), *map(_inert, _address(row))))
            digests.write(f"{row.id} {digest}\n")
            done += 1
            if done % keys.AT_ONCE == 0:
                tick(done, 2 * total)
    return _Batch(operator_id, work.now, expires_at, done, newest)


def _store(work: UnitOfWork, wish: Wish, batch: _Batch, digests: IO[str], tick: Tick) -> int:
    """The keys into the database, the former ones void; how many of those there were."""
    operator = keys.lock(work, wish.operator_slug)
    if keys.issued_since(work, operator, batch.newest):
        raise Conflict(f"Other keys of {operator.slug} were issued meanwhile.")
    voided = keys.void(work, _which(work, operator, wish)) if wish.reissue else 0
    digests.seek(0)
    activation_key.store(work, _counted(_new(batch, digests), batch, tick))
    return voided


def _new(batch: _Batch, digests: IO[str]) -> Iterator[NewKey]:
    for line in digests:
        subscriber_id, digest = line.split()
        yield NewKey(batch.operator_id, int(subscriber_id), digest, batch.issued_at, batch.expires_at)


def _counted(new: Iterator[NewKey], batch: _Batch, tick: Tick) -> Iterator[NewKey]:
    for done, key in enumerate(new, 1):
        yield key
        if done % keys.AT_ONCE == 0:
            tick(batch.count + done, 2 * batch.count)


def _which(work: UnitOfWork, operator: Operator, wish: Wish) -> ColumnElement[bool]:
    awaits = true() if wish.reissue else keys.awaits_key(work)
    return keys.may_have_key(work, operator, wish.contracts) & awaits


def _candidates(work: UnitOfWork, which: ColumnElement[bool]) -> Iterator[Row[Any]]:
    statement = select(SUBSCRIBERS).where(which).order_by(SUBSCRIBERS.c.id)
    yield from work.execute(statement.execution_options(yield_per=keys.AT_ONCE))


def _address(row: Row[Any]) -> tuple[str, ...]:
    return keys.recipient(row), row.address_line1, row.address_line2 or "", row.postcode, row.city


def _inert(cell: str) -> str:
    """The cell, so that no spreadsheet runs it."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def _new_file(path: Path) -> Iterator[IO[str]]:
    """A file for its owner alone that did not exist, synced at the end; gone again where the body fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _sync_folder(path: Path) -> None:
    """Without this a power cut could keep the keys and lose the file's name."""
    folder = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
