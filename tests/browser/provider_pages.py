"""The provider's own pages, state by state: what a person meets between a service and their account."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.demo import Demo, Known


def signing_in(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The form on its own: as it stands, sent empty, refused, and too late."""
    page.goto("/login")
    yield "login"
    page.click("#login-submit")
    yield "login-empty"
    sign_in(page, Known("nobody@example.org", "wrong"))
    yield "login-refused"
    page.goto("/login")
    page.context.clear_cookies()
    sign_in(page, Known("nobody@example.org", "wrong"))
    yield "login-stale"
    waits = page.get_by_text(re.compile("[0-9] second"))
    for _ in range(20):
        sign_in(page, Known(f"guessed-in-{language}@example.org", "wrong"))
        if waits.count():
            break
    yield "login-slowed-down"


def federating(page: Page, town: Demo, language: str) -> Iterator[str]:
    """From a service through sign-in, consent, account choice and renewed sign-in; and out again."""
    known = town.settle()
    page.goto(town.library)
    page.click("#login")
    yield "login-for-a-service"
    sign_in(page, known)
    page.wait_for_selector("#consent-accept")
    yield "consent"
    page.evaluate("document.querySelector('[name=mark]').value = 'another'")
    page.click("#consent-accept")
    yield "consent-stale"
    page.click("#consent-accept")
    page.wait_for_selector("#logout")
    for prompt, state in (("select_account", "choice"), ("login", "login-again")):
        page.goto(authorization(page, town, prompt))
        yield f"{state}-for-a-service"
    page.goto("/login")
    yield "choice"
    page.goto("/logout")
    yield "logout"
    page.evaluate("document.querySelector('[name=mark]').value = 'another'")
    page.click("#logout-confirm")
    yield "logout-stale"
    page.click("#logout-confirm")
    page.wait_for_url("**/logout/done**")
    yield "logout-done"
    page.goto(f"{town.canteen}/entrer")
    sign_in(page, known)
    page.goto(f"/logout?client_id=cantine&post_logout_redirect_uri={town.canteen}/")
    yield "logout-for-a-service"


def connecting_a_device(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The code of a kiosk: asked for, forgotten, mistyped, recognised, allowed, refused."""
    known = town.settle()
    page.goto("/device")
    yield "login-for-a-device"
    sign_in(page, known)
    page.wait_for_selector("#device-submit")
    yield "device"
    page.click("#device-submit")
    yield "device-empty"
    page.fill("#user_code", "BCDF-GHJK")
    page.click("#device-submit")
    yield "device-unknown"
    for button, state in (("#consent-accept", "device-accepted"), ("#consent-deny", "device-denied")):
        page.goto("/device")
        page.fill("#user_code", town.device())
        page.click("#device-submit")
        page.wait_for_selector(button)
        if state == "device-accepted":
            yield "device-confirm"
        page.click(button)
        page.wait_for_selector(button, state="detached")
        yield state


def choosing_a_service(page: Page, town: Demo, language: str) -> Iterator[str]:
    """Where a sign-in may begin from the town's page."""
    if language == "fr":
        page.goto("/services")
        yield "services-none"
    for name in ("mediatheque", "piscine"):
        town.command(
            "clients", "add", "--id", f"{name}-{language}", "--name", name.title(), "--public", "--redirect-uri",
            f"https://{name}.example/retour", "--initiate-login-uri", f"https://{name}.example/entrer",
        )  # fmt: skip
    page.goto("/services")
    yield "services"
    page.goto(f"/services?service=piscine-{language}")
    yield "services-one"
    page.goto("/services?service=nobody")
    yield "services-unknown"


def failing(page: Page, town: Demo, language: str) -> Iterator[str]:
    """Where nothing can be done, and why."""
    page.goto("/authorize?client_id=nobody")
    yield "error"
    page.goto("/consent?continue=none")
    yield "over-unknown"
    page.goto(f"{town.canteen}/entrer")
    waiting = page.url
    page.click("#login-cancel")
    page.goto(waiting)
    yield "over-answered"
    page.goto("/logout?client_id=cantine&post_logout_redirect_uri=https://elsewhere.example/")
    yield "logout-error"


WALKS = {
    walk.__name__: walk for walk in (signing_in, federating, connecting_a_device, choosing_a_service, failing)
}


def sign_in(page: Page, known: Known) -> None:
    """Fill the provider's form and send it."""
    page.fill("#email", known.email)
    page.fill("#password", known.password)
    page.click("#login-submit")


def authorization(page: Page, town: Demo, prompt: str) -> str:
    """What the library asks of the provider, with this `prompt` beside it."""
    with page.expect_request(lambda request: "/authorize?" in request.url) as asked:
        page.goto(f"{town.library}/entrer")
    return f"{asked.value.url}&prompt={prompt}"
