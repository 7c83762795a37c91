"""What the source may not say, and what it has to: names, docstrings, lengths, the README's first screen."""

import ast
import re
from pathlib import Path

from tests.support.source import ROOMS, ROOT, files, lines, modules, tree

LONGEST = 250
# A longer file needs a reason that is better than « it grew »: its path, and the reason.
MAY_BE_LONGER: dict[str, str] = {}
# A migration tells the shape of a whole release, and is read once.
VERSIONS = Path("identity/migrations/versions")

VAGUE_ROOMS = {"common", "helper", "helpers", "manager", "managers", "misc", "repositories", "repository"}
VAGUE_ROOMS |= {"service", "services", "shared", "util", "utils"}
VAGUE_CLASS = re.compile(r"(Helper|Manager|Repository|(?<=[a-z])(?<!Of)Service|Utils?)$")

REGISTRIES = r"pypi\.(org|io)|pythonhosted\.org|npmjs\.(com|org)|yarnpkg\.com|crates\.io|proxy\.golang\.org"
REGISTRIES += r"|maven\.org|deb\.debian\.org|security\.debian\.org|(--(extra-)?index-url|registry *=) *http"
MACHINES = r"(?<![\w.:/-])/(work|farm|root|home/[a-z]+|opt/wheels|tmp/(venv|brief))/"
ADDRESS = re.compile(f"{REGISTRIES}|{MACHINES}")


def test_no_file_names_a_registry_or_a_machine() -> None:
    """Another machine takes its packages from elsewhere and keeps its files elsewhere."""
    named = [f"{path}:{number}: {line}" for path, number, line in lines() if ADDRESS.search(line)]
    assert named == []


def test_every_line_of_a_lock_file_pins_or_proves() -> None:
    """One exact version a package, each with its hashes, and no option that says from where."""
    pinned = re.compile(r"[a-z0-9.-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|#.*")
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert [line for line in (ROOT / name).read_text().splitlines() if not pinned.fullmatch(line)] == []


def test_no_room_is_named_after_nothing() -> None:
    """Utils, services and managers are names for « I did not know where »."""
    vague = [
        path for path in modules(*ROOMS, "tests", "bench") if VAGUE_ROOMS & {*path.parent.parts, path.stem}
    ]
    assert vague == []


def test_no_class_is_named_after_nothing() -> None:
    """A class is named after what it is, not after what pattern it follows."""
    classes = [
        f"{path}: {node.name}"
        for path in modules(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(node.name)
    ]
    assert classes == []


def test_every_module_says_what_it_owns() -> None:
    """The docstring is the sign on the room's door."""
    assert [path for path in modules(*ROOMS) if not ast.get_docstring(tree(path))] == []


def test_every_public_function_of_the_domain_says_what_it_does() -> None:
    """One sentence, so that its caller need not read on."""
    silent = [
        f"{path}:{node.lineno}: {node.name}"
        for path in modules("identity")
        if VERSIONS not in path.parents
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    """Past 250 lines a file holds two things, unless it is named above with a reason."""
    rooms = (path for path in modules(*ROOMS) if VERSIONS not in path.parents)
    long = {str(path) for path in rooms if len((ROOT / path).read_text().splitlines()) > LONGEST}
    assert long == set(MAY_BE_LONGER)


def test_the_readme_begins_with_how_to_try_it() -> None:
    """Its first screen names the two commands that a newcomer needs."""
    assert Path("README.md") in files()
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:40])
    assert "make run" in first_screen
    assert "make test" in first_screen
