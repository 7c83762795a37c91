"""What a citizen does at any service that federates, and what the service must have learnt. Knows only pages."""

import time
from dataclasses import dataclass
from typing import Any

from tests.support.browser import Browser, Page
from tests.support.citizen import PASSWORD, PROFILE


@dataclass(frozen=True)
class Known:
    """A citizen with an account."""

    email: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Service:
    """A running service of the handbook: who it is to Parvis, and where its pages are."""

    url: str
    client_id: str
    name: str
    """What the consent page must call it."""
    issuer: str
    protected: str = "/me"
    """A page that wants somebody signed in."""
    me: str = "/me"
    """What it knows of who is signed in: `{"id_token": claims, "userinfo": claims}`."""
    renew: str = "/renew"
    """Has it fetch fresh tokens."""
    logout: str = "/logout"
    logout_button: str | None = None
    """On the page `logout`, where that asks for a form."""
    goodbye: str = "/goodbye"
    """Where Parvis sends people back to who have left."""


def sign_in(browser: Browser, service: Service, citizen: Known) -> dict[str, Any]:
    """From the service through Parvis's two pages and back; what the service then knows."""
    asked = browser.open(service.url + service.protected)
    assert (asked.url.startswith(f"{service.issuer}/"), asked.path) == (True, "/login"), asked.summary
    consent = browser.submit("login-submit", email=citizen.email, password=citizen.password)
    assert consent.path == "/consent", consent.summary
    assert service.name in consent.document.words, consent.summary
    back = browser.submit("consent-accept")
    assert (back.url, back.status) == (service.url + service.protected, 200), back.summary
    return known(browser.open(service.url + service.me), service)


def return_silently(browser: Browser, service: Service) -> dict[str, Any]:
    """The service has forgotten the citizen, Parvis has not: signed in again without being asked anything."""
    browser.forget(service.url)
    since = len(browser.visited)
    browser.open(service.url + service.protected)
    passed = {url.removeprefix(service.issuer).split("?")[0] for url in browser.visited[since:]}
    assert "/authorize" in passed and not {"/login", "/consent"} & passed, browser.visited[since:]
    return known(browser.open(service.url + service.me), service)


def renew(browser: Browser, service: Service) -> dict[str, Any]:
    """Have the service fetch fresh tokens; what it then knows."""
    browser.open(service.url + service.renew)
    return known(browser.open(service.url + service.me), service)


def leave(browser: Browser, service: Service) -> None:
    """Sign out at the service: Parvis asks nothing more, and leads back there."""
    browser.open(service.url + service.logout)
    if service.logout_button:
        browser.submit(service.logout_button)
    assert browser.page.url.split("?")[0] == service.url + service.goodbye, browser.page.summary


def require_gone(browser: Browser, service: Service) -> None:
    """Neither the service nor Parvis knows who is at this browser."""
    page = browser.open(service.url + service.protected)
    assert page.url.startswith(f"{service.issuer}/login"), page.summary


def wait_until_gone(browser: Browser, service: Service, seconds: float = 30) -> None:
    """The same, once the service has been told by Parvis."""
    deadline = time.monotonic() + seconds
    while browser.open(service.url + service.protected).url.startswith(service.url):
        assert time.monotonic() < deadline, f"still signed in at {service.name} after {seconds} s"
        time.sleep(0.1)
    require_gone(browser, service)


def known(page: Page, service: Service) -> dict[str, Any]:
    """What the service shows that it knows, once checked to be this citizen's and meant for this service."""
    assert (page.url.startswith(f"{service.url}/"), page.status) == (True, 200), page.summary
    told: dict[str, Any] = page.json
    claims, userinfo = told["id_token"], told["userinfo"]
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    assert (claims["iss"], audience) == (service.issuer, [service.client_id])
    assert claims["sub"] == userinfo["sub"]
    assert claims["auth_time"] <= claims["iat"] < claims["exp"]
    assert (userinfo["family_name"], userinfo["given_name"]) == (PROFILE["familyName"], PROFILE["givenName"])
    return told
