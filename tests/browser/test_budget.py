"""What a citizen's phone must load, as it goes over the line: small enough for the end of a country road."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from api import built_files
from tests.browser.portal import require_built

PORTAL = built_files.BUILT / "portal"
ENTRY = "index.html"
FIRST_LOAD, STYLE, SCREEN = 30_000, 10_000, 20_000
"""Bytes after gzip: scripts before anything is seen, style sheets, scripts of any further screen."""


@pytest.fixture(autouse=True)
def _built() -> None:
    require_built()


def test_any_screen_that_is_opened_first_comes_in_thirty_kilobytes_of_scripts() -> None:
    """Mailed links and printed codes lead to every one of them."""
    for door in screens():
        first = sum(map(size, closure(ENTRY) | closure(door))) + words("start") + words(Path(door).stem)
        assert first <= FIRST_LOAD, f"{door}: {first} bytes"


def test_a_further_screen_comes_in_twenty_kilobytes() -> None:
    for screen in screens():
        more = sum(map(size, lazily(screen) - closure(ENTRY))) + words(Path(screen).stem)
        assert more <= SCREEN, f"{screen}: {more} bytes more"


def test_style_sheets_come_in_ten_kilobytes() -> None:
    sheets = {sheet for chunk in manifest().values() for sheet in chunk.get("css", [])}
    assert sheets
    assert sum(map(size, sheets)) <= STYLE


def screens() -> Iterator[str]:
    """The chunk of every screen."""
    found = [name for name in manifest() if name.startswith("src/screens/")]
    assert found
    return iter(found)


def closure(name: str) -> frozenset[str]:
    """The files that must be there before this chunk runs, its own included."""
    return _files(name, dynamic=False)


def lazily(name: str) -> frozenset[str]:
    """The same, and what it loads once it runs; no other screen, and no words."""
    return _files(name, dynamic=True)


def _files(name: str, *, dynamic: bool) -> frozenset[str]:
    found, left = dict[str, str](), [name]
    while left:
        one = left.pop()
        if one in found:
            continue
        chunk = manifest()[one]
        found[one] = chunk["file"]
        left += chunk.get("imports", [])
        if dynamic:
            later = chunk.get("dynamicImports", [])
            left += [other for other in later if not other.startswith(("src/screens/", "src/locales/"))]
    return frozenset(file for file in found.values() if file.endswith(".js"))


def words(part: str) -> int:
    """Bytes of the words of a screen, or of those around every screen, in the longer language."""
    return max(weight(f"src/locales/{language}/messages.po?part={part}.po") for language in ("fr", "en"))


def weight(name: str) -> int:
    """Bytes of one chunk as it goes over the line."""
    return size(manifest()[name]["file"])


def size(file: str) -> int:
    """Bytes of a file after gzip, or of the file itself where it is too small to be compressed."""
    path: Path = PORTAL / file
    squeezed = path.with_name(f"{path.name}.gz")
    return (squeezed if squeezed.is_file() else path).stat().st_size


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """What Vite wrote of its chunks."""
    found: dict[str, dict[str, Any]] = json.loads((PORTAL / "manifest.json").read_text(encoding="utf-8"))
    return found
