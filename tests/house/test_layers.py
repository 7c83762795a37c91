"""Who may import whom: the contracts of pyproject.toml hold, and would not if somebody broke them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import ROOMS, ROOT


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run import-linter on the rooms of this folder."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()",
         "--no-cache", "--no-logo", "--config", str(folder / "pyproject.toml")],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_import_goes_the_way_of_the_house() -> None:
    """api -> schema -> identity, downward inside identity, and foreign libraries at home."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "forbidden", "contract"),
    [
        ("identity/foundation/tokens.py", "import identity.accounts.account", "only downward"),
        ("identity/accounts/login.py", "import identity.accounts.recovery", "flows stand on records"),
        ("identity/mail/outbox.py", "import identity.directory.operators", "neighbours"),
        ("identity/accounts/login.py", "import schema", "neither GraphQL nor HTTP"),
        ("identity/oidc/provider.py", "import starlette.requests", "Starlette"),
        ("schema/context.py", "import sqlalchemy", "SQL lives in identity"),
        ("identity/accounts/login.py", "import authlib", "Authlib"),
        ("identity/accounts/login.py", "import strawberry", "Strawberry"),
    ],
)
def test_an_import_against_the_rule_is_caught(
    module: str, forbidden: str, contract: str, tmp_path: Path
) -> None:
    """The contract breaks in a copy of the house where one module imports what it must not."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "*.gz"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as source:
        source.write(f"\n{forbidden}\n")
    result = lint(tmp_path)
    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]
    assert [line for line in broken if contract in line], result.stdout + result.stderr
