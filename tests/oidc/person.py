"""A person at a browser without JavaScript, in one process: keeps cookies, fills forms, is sent from page to page.

It stops where it is sent elsewhere than to the provider, and at a redirect that the page's `form-action` refuses.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from starlette.testclient import TestClient

from identity.accounts import account as accounts
from identity.accounts import passwords
from identity.accounts.account import Account, Credentials
from identity.accounts.profiles import Profile
from identity.directory.subscribers import LegalNature
from tests.oidc.town import ISSUER, Pkce, Town, request_for
from tests.support.html import Document

PASSWORD = "Kx9#mPq2vL"


@dataclass
class Person:
    """One browser; `response` is what it shows, `outside` the address beyond the provider where it was sent."""

    town: Town
    http: TestClient
    response: Any = None
    outside: str | None = None
    pkce: Pkce = field(default_factory=Pkce)

    @property
    def page(self) -> Document:
        """What it shows."""
        return Document(self.response.text)

    @property
    def path(self) -> str:
        """Where it is."""
        return urlsplit(str(self.response.url)).path

    @property
    def answer(self) -> dict[str, str]:
        """What the client was told through the browser."""
        assert self.outside, f"{self.response.status_code} {self.response.url}: {self.page.words}"
        return dict(parse_qsl(urlsplit(self.outside).query))

    def authorize(self, client_id: str, **parameters: Any) -> "Person":
        """Come from a service."""
        return self.open("/authorize", **(request_for(client_id, self.pkce) | parameters))

    def open(self, path: str, **parameters: Any) -> "Person":
        """Go to an address of the provider."""
        return self._walk(self.http.get(path, params=parameters or None, follow_redirects=False), None)

    def press(self, button: str, **typed: str) -> "Person":
        """Fill the form that holds this button, and press it."""
        form, pressed = self.page.button(button)
        fields = form.fields | typed | ({pressed.name: pressed.value} if pressed.name else {})
        policy = self.response.headers["content-security-policy"]
        return self._walk(self.http.post(form.action, data=fields, follow_redirects=False), policy)

    def follow(self, link: str) -> "Person":
        """Follow the link of this id or these words."""
        parts = urlsplit(self.page.links[link])
        return self.open(parts.path, **dict(parse_qsl(parts.query)))

    def log_in(self, email: str, password: str = PASSWORD, **typed: str) -> "Person":
        """Fill the sign-in form."""
        return self.press("login-submit", email=email, password=password, **typed)

    def _walk(self, response: Any, policy: str | None) -> "Person":
        self.outside = None
        for _ in range(10):
            if not response.has_redirect_location:
                self.response = response
                return self
            target = urljoin(str(response.url), response.headers["location"])
            if policy:
                require_allowed(policy, target)
            if not target.startswith(f"{ISSUER}/"):
                self.response, self.outside = response, target
                return self
            response = self.http.get(target, follow_redirects=False)
        raise AssertionError(f"sent around without end: {response.url}")


def at(town: Town, **headers: str) -> Person:
    """Somebody whom the provider has never seen."""
    return Person(town, TestClient(town.http.app, base_url=ISSUER, headers=headers))


def settle(town: Town, email: str) -> Account:
    """Somebody with an account and a password."""
    profile = Profile(LegalNature.INDIVIDUAL, "Durand", "Zoé")
    hashed = passwords.hash(town.units.settings, PASSWORD)
    with town.units.begin() as work:
        return accounts.find_or_create(work, profile, Credentials(email, hashed, "fr"))[0]


def require_allowed(policy: str, target: str) -> None:
    """AssertionError where a form under this policy may not lead there: browsers check every redirect."""
    (actions,) = re.findall(r"form-action ([^;]*)", policy)
    parts = urlsplit(target)
    origins = {ISSUER if action == "'self'" else action for action in actions.split()}
    assert f"{parts.scheme}://{parts.netloc}" in origins or f"{parts.scheme}:" in origins, (policy, target)
