"""The proof of work that the pages do by themselves is one that the server accepts."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from api import landing
from identity.foundation import challenge
from identity.foundation.errors import ChallengeFailed
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine

NODE = shutil.which("node")
SOLVE = """
import { solve } from "./server.js";
console.log(await solve(process.argv[2]));
"""

pytestmark = pytest.mark.skipif(NODE is None, reason="the pages' scripts are run by Node, which is not here")


def test_a_challenge_that_a_page_solved_is_spent_once(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=sqlite_url, secret_key=["a secret that is long enough for a challenge"])
    engine = open_engine(settings)
    units = Units(engine, settings)
    with units.read() as work:
        payload = challenge.issue(work).payload
    solution = _solve(payload, tmp_path)
    with units.begin() as work:
        challenge.demand(work, solution)
    with pytest.raises(ChallengeFailed), units.begin() as work:
        challenge.demand(work, solution)
    engine.dispose()


def test_a_challenge_of_another_kind_is_not_begun(tmp_path: Path) -> None:
    payload = {"parameters": {"algorithm": "ARGON2ID", "nonce": "00", "salt": "00", "keyPrefix": "00"}}
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _solve(json.dumps(payload), tmp_path)
    assert "Refused" in failed.value.stderr


def _solve(payload: str, folder: Path) -> str:
    """What the pages' own script answers, in Node."""
    shutil.copytree(Path(next(iter(landing.__path__))), folder / "landing")
    (folder / "landing" / "package.json").write_text('{"type": "module"}')
    (folder / "landing" / "solve.js").write_text(SOLVE)
    command = [NODE or "", "solve.js", payload]
    done = subprocess.run(
        command, cwd=folder / "landing", capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()
