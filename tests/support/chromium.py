"""A real browser, Debian's Chromium moved by Playwright, that tells on the pages it shows. Knows none of them.

Nothing that it does leaves this machine. A console error, an exception, a break of a Content-Security-Policy, a file
that is missing or a request to an origin that the test did not name is kept as a complaint.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE *localhost",
]  # fmt: skip
PATIENCE = 30_000
"""Milliseconds: the machine may be busy with the other tests."""

# Said again as an error, because the console's own line does not always name what was refused.
_TELL = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI} at ${event.sourceFile}`));
"""


@dataclass(frozen=True)
class Person:
    """How somebody looks at pages: language, screen, scheme, and whether their browser runs scripts."""

    locale: str = "fr-FR"
    width: int = 360
    height: int = 740
    scheme: str = "light"
    scripts: bool = True


@dataclass
class Watch:
    """What the pages of one browser did wrong; `origins` are those that they may ask."""

    origins: set[str]
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Look on from now on."""
        context.add_init_script(_TELL)
        context.on("weberror", lambda error: self.complaints.append(f"exception: {error.error}"))
        context.on("console", self._hear)
        context.on("request", self._follow)
        context.on("response", self._receive)

    def _hear(self, message: Any) -> None:
        # What could not be loaded is told by the answer, which says more.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console of {message.location.get('url')}: {message.text}")

    def _follow(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss"):
            origin = f"{parts.scheme}://{parts.netloc}"
            if origin not in self.origins:
                self.complaints.append(f"asked another origin: {request.url}")

    def _receive(self, response: Response) -> None:
        # A page that says what is wrong is a page all the same.
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{response.status} for {response.url}")


def find() -> str | None:
    """Where Chromium is on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def launch(path: str) -> Iterator[Browser]:
    """A running browser; nobody is in it yet."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def let_in(browser: Browser, person: Person, watch: Watch, base_url: str) -> Page:
    """A page in a browser of this person's own: no cookie is shared with another's."""
    context = browser.new_context(
        base_url=base_url,
        locale=person.locale,
        viewport={"width": person.width, "height": person.height},
        color_scheme="dark" if person.scheme == "dark" else "light",
        java_script_enabled=person.scripts,
        reduced_motion="reduce",
        service_workers="block",
    )
    context.set_default_timeout(PATIENCE)
    watch.over(context)
    return context.new_page()
