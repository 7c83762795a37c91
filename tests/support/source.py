"""The source as git knows it, for the rules of the house. Reads; judges nothing."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "schema", "identity")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be tracked, relative to the root; git's error where this is no clone."""
    # The folder may belong to somebody else than who runs the tests (containers): git would refuse it.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return tuple(
        path for name in sorted(set(listed.stdout.split("\0"))) if (ROOT / (path := Path(name))).is_file()
    )


def modules(*folders: str) -> tuple[Path, ...]:
    """The Python files below these folders."""
    return tuple(path for path in files() if path.suffix == ".py" and path.parts[0] in folders)


def lines() -> Iterator[tuple[Path, int, str]]:
    """Every line of every text file, with its file and number."""
    for path in files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            yield path, number, line


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))
