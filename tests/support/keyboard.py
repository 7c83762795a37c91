"""A person without a mouse: Tab, Enter, Space, arrows and letters, and always a sign of where they are."""

from playwright.sync_api import Locator, Page

FURTHEST = 60
"""Presses of Tab before a person gives up."""

_WHERE = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const drawn = style.outlineStyle === "auto" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return {what: one.outerHTML.slice(0, 120), drawn, body: one === document.body};
}"""


class Keyboard:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until the focus is there; AssertionError where it never comes, or cannot be seen on its way."""
        target.wait_for()
        passed = []
        for _ in range(FURTHEST):
            if is_focused(target):
                return
            self.page.keyboard.press("Tab")
            where = self.page.evaluate(_WHERE)
            passed.append(where["what"])
            assert where["drawn"] or where["body"], f"the focus cannot be seen on {where['what']}"
        raise AssertionError(f"Tab never reaches {target}, only {passed}")

    def type(self, target: Locator, text: str) -> None:
        """Go there and write over what stands there."""
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Go there and press this key."""
        self.reach(target)
        self.page.keyboard.press(key)

    def choose(self, target: Locator, option: str) -> None:
        """Go to a list and type the beginning of one of its options."""
        self.reach(target)
        self.page.keyboard.type(option)


def is_focused(target: Locator) -> bool:
    """Is what this locator finds the one element that keys go to?"""
    return bool(target.evaluate("one => one === document.activeElement"))
