"""A browser that follows the conformance suite's own script: addresses, then what to fill and press on each.

Reads what the suite reads and refuses what it refuses: a task at another address, an element that is not there, a
heading that does not match. Runs no script of a page's; what a service answers, it does not fetch.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urljoin

import httpx2

from tests.support.html import Document

Script = list[dict[str, Any]]


@dataclass
class Scripted:
    """One module's browser: `url` is where it is, `seen` the headings that were taken for pictures."""

    issuer: str
    script: Script
    http: httpx2.Client
    url: str = ""
    body: str = ""
    seen: list[str] = field(default_factory=list)
    _visits: dict[int, int] = field(default_factory=dict)

    def visit(self, url: str) -> str:
        """Go where the suite wants it to, do every task; where it ended."""
        entry = self._entry(url)
        self._follow(self.http.get(url))
        for task in entry["tasks"]:
            if _matches(task.get("match", "*"), self.url):
                self._do(task.get("commands", []))
            else:
                assert task.get("optional"), f"{task['task']} is for {task['match']}, not for {self.url}"
        return self.url

    def _entry(self, url: str) -> dict[str, Any]:
        for number, entry in enumerate(self.script):
            times = self._visits.get(number, 0)
            if _matches(entry["match"], url) and times < entry.get("match-limit", times + 1):
                self._visits[number] = times + 1
                return entry
        raise AssertionError(f"nothing to do at {url}")

    def _do(self, commands: list[list[Any]]) -> None:
        typed: dict[str, str] = {}
        for verb, kind, target, *rest in commands:
            if verb == "text":
                assert kind == "id"
                typed[target] = rest[0]
            elif verb == "click":
                self._press(target, typed, optional="optional" in rest)
            elif (kind, target) == ("css", "h1"):
                [heading] = re.findall(r"<h1>(.*?)</h1>", self.body, re.DOTALL)
                assert re.search(rest[1], heading), f"{heading} is not {rest[1]}"
                self.seen.append(heading)
            else:
                assert (verb, target) == ("wait", "submission_complete"), (verb, kind, target)

    def _press(self, id: str, typed: dict[str, str], *, optional: bool) -> None:
        page = Document(self.body)
        if optional and not any(button.id == id for form in page.forms for button in form.buttons):
            return
        form, pressed = page.button(id)
        fields = form.fields | typed | ({pressed.name: pressed.value} if pressed.name else {})
        self._follow(self.http.post(urljoin(self.url, form.action), data=fields))

    def _follow(self, response: Any) -> None:
        while response.has_redirect_location:
            target = urljoin(str(response.url), response.headers["location"])
            if not target.startswith(self.issuer):
                self.url, self.body = target, ""
                return
            response = self.http.get(target)
        self.url, self.body = str(response.url), response.text


def _matches(pattern: str, url: str) -> bool:
    return fnmatchcase(url.replace("[", "(").replace("?", "!"), pattern.replace("?", "!"))
