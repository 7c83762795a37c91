"""The tests name the modules of the conformance suite that they mirror: real ones, and all of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from api.cli import suite
from tests.oidc import plans

TESTS = Path(__file__).parents[1]
FULL = re.compile(r"\b((?:oidcc|fapi2)-[\w-]*\w)")
SHORT = re.compile(r"(?<![\w-])(-[a-z][\w-]*\w)")
LISTED = re.compile(rf"[Oo]f {plans.PREFIX}\b(.*)", re.DOTALL)
"""The last parts of names of one family."""
PLAN = re.compile(r"(-certification|-final)-test-plan$")


def test_every_module_that_a_test_names_exists_and_every_module_is_named() -> None:
    named = {name for text in _docstrings() for name in _modules(text)}
    assert sorted(named - plans.MODULES) == []
    assert sorted(plans.MODULES - named) == []


def test_what_the_suite_is_told_of_single_modules_is_of_modules_that_exist() -> None:
    told = {value for name, value in vars(suite).items() if name.startswith("_") and isinstance(value, str)}
    listed = {name for value in vars(suite).values() if isinstance(value, tuple) for name in value}
    named = {name for name in told | listed if FULL.fullmatch(str(name)) and not PLAN.search(str(name))}
    assert named and sorted(named - plans.MODULES) == []


def _docstrings() -> Iterator[str]:
    for folder in ("oidc", "cli", "federation"):
        for path in (TESTS / folder).glob("test_*.py"):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                if isinstance(node, ast.Module | ast.FunctionDef):
                    yield ast.get_docstring(node) or ""


def _modules(text: str) -> Iterator[str]:
    for name in FULL.findall(text):
        if name != plans.PREFIX and not PLAN.search(name):
            yield name
    if listed := LISTED.search(text):
        yield from (plans.PREFIX + name for name in SHORT.findall(listed[1]))
