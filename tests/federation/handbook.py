"""docs/federation.md, as the tests read it: the command that registers a service, and the files that it shows.

What a reader copies is what the tests run: the commands come from the page itself, the files are held to be equal.
"""

import json
import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "federation.md"

_SHOWN = re.compile(
    r"^\[`[^`]+`\]\(\.\./([^)]+)\)(?:[^\n]*\n)+?\n```[a-z]+\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(r"^parvis clients add (?:.*\\\n)*.*$", re.MULTILINE)
_METADATA = re.compile(r"-d '(\{.*?\})'", re.DOTALL)
_EXAMPLE = re.compile(r"https://(?!comptes\.)[a-z]+\.exemple\.fr")


def shown_files() -> dict[str, str]:
    """Path in this repository -> what the page shows of it."""
    return dict(_SHOWN.findall(PAGE.read_text(encoding="utf-8")))


def metadata() -> dict[str, object]:
    """What a service sends that registers by itself."""
    [found] = _METADATA.findall(PAGE.read_text(encoding="utf-8"))
    sent: dict[str, object] = json.loads(found)
    return sent


def registration(client_id: str, service_url: str) -> list[str]:
    """The arguments of `parvis` that register this client, its example address replaced by the service's own."""
    commands = (
        shlex.split(found.replace("\\\n", " "))
        for found in _COMMAND.findall(PAGE.read_text(encoding="utf-8"))
    )
    found = [words[1:] for words in commands if words[words.index("--id") + 1] == client_id]
    assert len(found) == 1, f"docs/federation.md registers {client_id} {len(found)} times"
    return [_EXAMPLE.sub(service_url, word) for word in found[0]]
