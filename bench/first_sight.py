"""How soon a citizen sees something: the portal on a slow telephone, at the end of a slow line."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from api import built_files
from bench import servers, town
from bench.row import Row
from tests.support import chromium

PHONE = {"width": 360, "height": 740}
CPU_SLOWDOWN = 4
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
"""Bytes a second and milliseconds: 1.6 Mbit/s, as Lighthouse's slow 4G."""
PATHS = ("/", "/sign-in")
VISITS = 5

_LARGEST = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  resolve(list.getEntries().at(-1).startTime);
}).observe({type: "largest-contentful-paint", buffered: true}))"""


def portal(folder: Path) -> Iterator[Row]:
    """Largest Contentful Paint with nothing in the cache; no row where there is no Chromium or no portal."""
    path = chromium.find()
    if path is None or not (built_files.BUILT / "portal" / "index.html").is_file():
        return
    town.found(folder, 0)
    with servers.parvis(folder) as server, chromium.launch(path) as browser:
        for page in PATHS:
            seconds = statistics.median(_seconds(browser, f"{server.url}{page}") for _ in range(VISITS))
            yield Row(f"LCP of {page} on a slow telephone", seconds, "s", "≤ 1.5", seconds <= 1.5)


def _seconds(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport=PHONE, locale="fr-FR")  # type: ignore[arg-type]
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.goto(url)
    page.locator("h1").wait_for()
    milliseconds = page.evaluate(_LARGEST)
    context.close()
    return float(milliseconds) / 1000
