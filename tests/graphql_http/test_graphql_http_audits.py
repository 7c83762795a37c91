"""The audits of GraphQL over HTTP, against the real server in a process of its own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import server

FOLDER = Path(__file__).parent
AUDITS = 61  # of graphql-http 1.23.1: 13 MUST, 23 SHOULD, 25 MAY


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with the audits installed. Where one of them is missing, the test is skipped, in CI it fails."""
    command, required = shutil.which("node"), os.environ.get("CI") == "true"
    if command and required and not _are_installed():
        subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=True)
    if command and _are_installed():
        return command
    sentence = "Node is missing" if not command else "run `npm ci` in tests/graphql_http (`make audit` does)"
    pytest.fail(sentence) if required else pytest.skip(sentence)


def test_every_audit_of_graphql_over_http_passes(node: str) -> None:
    with server.serve({}) as parvis:
        played = subprocess.run(
            [node, "audit.mjs", f"{parvis.url}/graphql"],
            cwd=FOLDER, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    results = json.loads(played.stdout)
    assert len(results) == AUDITS
    assert [result for result in results if result["status"] != "ok"] == []
    assert played.returncode == 0


def _are_installed() -> bool:
    return (FOLDER / "node_modules" / "graphql-http").is_dir()
