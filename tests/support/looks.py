"""What people need of every page, whatever it says: axe, narrow screens, large text, targets for fingers.

Each function gives the faults that it finds, a sentence each; none where all is well.
"""

import functools
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
PHONE = {"width": 360, "height": 740}

_SCROLLS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > room + 1);
  return wide.slice(-3).map((one) => one.outerHTML.slice(0, 120));
}"""

# WCAG 2.2, 2.5.8: links inside a sentence are as tall as its lines; what has a label is as large as the two together.
_SMALL = """() => {
  const seen = (one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".unseen, [inert]");
  const box = (one) => one.getBoundingClientRect();
  const inSentence = (one) => getComputedStyle(one).display === "inline" && one.tagName === "A" &&
    one.parentElement.innerText.trim() !== one.innerText.trim();
  const faults = [];
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  for (const one of document.querySelectorAll(all)) {
    if (!seen(one) || inSentence(one)) continue;
    let {width, height} = box(one);
    if (["checkbox", "radio"].includes(one.type) && one.labels.length) {
      height = Math.max(height, box(one.labels[0]).height);
      width += box(one.labels[0]).width;
    }
    const least = one.tagName === "BUTTON" || one.type === "submit" ? 44 : 24;
    if (Math.min(width, height) < least - 0.1)
      faults.push(`${Math.round(width)} x ${Math.round(height)} < ${least}: ${one.outerHTML.slice(0, 120)}`);
  }
  return faults;
}"""

_STANDS = """() => {
  const count = (what) => document.querySelectorAll(what).length;
  const faults = [];
  if (count("h1") !== 1) faults.push(`${count("h1")} titles`);
  if (!document.title.trim()) faults.push("no name for the window");
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push(`twice #${id}`);
  return faults;
}"""


def accessible(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in light and in dark."""
    faults = []
    page.evaluate(_axe())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        faults += [f"{scheme}: {fault}" for fault in _violations(page)]
    page.emulate_media(color_scheme="light")
    return faults


def roomy(page: Page) -> list[str]:
    """What sticks out at 320 px, and at 360 px with text twice as large; and what a finger would miss."""
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    faults = [f"320 px: {one}" for one in page.evaluate(_SCROLLS)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    faults += [f"target {one}" for one in page.evaluate(_SMALL)]
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults += [f"200 %: {one}" for one in page.evaluate(_SCROLLS)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    if before:
        page.set_viewport_size(before)
    return faults


def well_formed(page: Page, language: str) -> list[str]:
    """What is missing of a document in this language."""
    said = page.locator("html").get_attribute("lang")
    wrong = [] if said == language else [f"lang is {said!r}"]
    return wrong + list(page.evaluate(_STANDS))


def shoot(page: Page, folder: Path, name: str) -> None:
    """Pictures of the whole page: on a phone, in light and dark, and on a desk."""
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, scheme in ((360, "light"), (360, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        mark = "-dark" if scheme == "dark" else ""
        page.screenshot(path=folder / f"{name}-{width}{mark}.png", full_page=True, animations="disabled")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def _violations(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = page.evaluate(
        "async (options) => (await axe.run(document, options)).violations", options
    )
    return [
        f"{one['id']}: {node['html'][:160]} ({node.get('failureSummary', '').splitlines()[-1].strip()})"
        for one in found
        for node in one["nodes"]
    ]


@functools.cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
