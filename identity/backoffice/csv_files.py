"""An operator's CSV as spreadsheets save it: UTF-8 or Windows-1252, comma or semicolon, with or without BOM.

Reads a file of any length in little memory; judges no value and knows no column.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from identity.foundation.errors import NotAllowed

Tick = Callable[[int, int], None]
"""Told from time to time how many bytes are done, of how many."""
Rows = Iterator[tuple[int, list[str] | None]]
"""Rows with the number of their first line; None for one whose quotes do not match."""

LONGEST_LINE = 65_536
_CHUNK = 1 << 20
_ROWS_A_TICK = 1_000
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
"""What a byte becomes that is no UTF-8 (PEP 383)."""


@dataclass(frozen=True)
class CsvFile:
    """How a file is written."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    """The labels of the first line, as written."""


def examine(path: Path) -> CsvFile:
    """Find out how a file is written; NotAllowed says why it cannot be read, OSError where there is none."""
    encoding = _encoding(path)
    found = [CsvFile(path, encoding, mark, _header(path, encoding, mark)) for mark in ",;"]
    best = max(found, key=lambda file: len(file.header))
    if not any(best.header):
        raise NotAllowed(f"{path.name} has no header in its first line.")
    return best


def rows(file: CsvFile, tick: Tick) -> Rows:
    """Every row below the header but blank ones; a byte that the encoding does not know becomes a surrogate."""
    size = file.path.stat().st_size
    with file.path.open("rb") as source:
        numbered = _numbered(_text(source, file.encoding), file.delimiter)
        next(numbered, None)
        for count, (line, cells) in enumerate(numbered, 1):
            if cells is None or any(map(str.strip, cells)):
                yield line, cells
            if count % _ROWS_A_TICK == 0:
                tick(source.tell(), size)
    tick(size, size)


def _header(path: Path, encoding: str, delimiter: str) -> tuple[str, ...]:
    with path.open("rb") as source:
        _, header = next(_numbered(_text(source, encoding), delimiter), (1, None))
    return tuple(header or ())


def _numbered(text: TextIOWrapper, delimiter: str) -> Rows:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None


def _lines(text: TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise NotAllowed(f"Line {number} has more than {LONGEST_LINE} characters.")
        yield line


def _text(source: BinaryIO, encoding: str) -> TextIOWrapper:
    return TextIOWrapper(source, encoding=encoding, errors="surrogateescape", newline="")


def _encoding(path: Path) -> str:
    """UTF-8, unless most of what is not ASCII is something else: some damaged bytes are no other encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    beyond_ascii = damaged = 0
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise NotAllowed(f"{path.name} is written in UTF-16: save it as “CSV UTF-8”.")
        file.seek(0)
        chunk = b"\n"
        while chunk and not damaged:
            chunk = file.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            beyond_ascii += len(text) - len(text.encode("ascii", "ignore"))
            damaged = len(_NOT_UTF_8.findall(text))
    return "cp1252" if damaged > beyond_ascii / 2 else "utf-8-sig"
