"""A citizen's browser without JavaScript: it follows redirects, keeps cookies, fills and submits forms.

It holds to what parts a browser from an HTTP client, where sign-ins break unseen: SameSite, the `form-action` of
a Content-Security-Policy along a form's redirects, and the `Origin` that a Referrer-Policy hides.
"""

import json
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx2

from tests.support import cookie_jar
from tests.support.cookie_jar import Jar, origin, site
from tests.support.html import Document

LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    url: str
    response: httpx2.Response

    @property
    def status(self) -> int:
        """Of the last answer in the chain."""
        return self.response.status_code

    @property
    def path(self) -> str:
        """Where it is, on its host."""
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters that the address shows."""
        return dict(parse_qsl(urlsplit(self.url).query))

    @property
    def text(self) -> str:
        """Its source."""
        return self.response.text

    @property
    def json(self) -> Any:
        """What it says to a program."""
        assert self.response.headers.get("content-type", "").startswith("application/json"), self.summary
        return json.loads(self.text)

    @cached_property
    def document(self) -> Document:
        """What a person can do there."""
        return Document(self.text)

    @property
    def summary(self) -> str:
        """For a test that failed: where the browser is and what a person reads there."""
        return f"{self.status} {self.url}: {self.document.words[:500]}"

    @property
    def form_action(self) -> list[str] | None:
        """Where its forms may lead, redirects included; None where it does not say."""
        for policy in self.response.headers.get_list("content-security-policy", split_commas=True):
            for directive in policy.split(";"):
                name, *sources = directive.split()[:1] + directive.split()[1:] or [""]
                if name.lower() == "form-action":
                    return sources
        return None


@dataclass(frozen=True)
class _Step:
    """One request of a navigation."""

    url: str
    method: str = "GET"
    form: tuple[tuple[str, str], ...] | None = None


class Browser:
    """One person's browser. `open` an address, `follow` a link, `submit` a form; `page` is what it shows."""

    def __init__(self, *, language: str = "fr") -> None:
        self.jar = Jar()
        self.visited: list[str] = []
        """Every address it went to, redirects included, the latest last."""
        self._page: Page | None = None
        self._authorities = ssl.create_default_context()
        self._http = httpx2.Client(
            headers={"accept-language": language, "accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
            verify=self._authorities, timeout=30, trust_env=False, follow_redirects=False,
        )  # fmt: skip

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def page(self) -> Page:
        """What it shows."""
        assert self._page is not None, "nothing is open"
        return self._page

    def trust(self, authority: Path) -> None:
        """Believe the certificates that this one (PEM) has signed."""
        self._authorities.load_verify_locations(authority)

    def forget(self, url: str) -> None:
        """Drop the cookies of the host of this address, as a person does who clears them."""
        self.jar.clear(urlsplit(url).hostname or "")

    def open(self, url: str) -> Page:
        """Go where the person typed."""
        return self._navigate(_Step(url), None)

    def follow(self, link: str) -> Page:
        """Go where the link of this id or these words leads."""
        links = self.page.document.links
        assert link in links, f"no link {link!r}, only {list(links)}, on {self.page.summary}"
        return self._navigate(_Step(urljoin(self.page.url, links[link])), self.page)

    def submit(self, button: str, **typed: str) -> Page:
        """Fill the fields of the form that holds the button of this id, and press it."""
        form, pressed = self.page.document.button(button)
        unknown = typed.keys() - form.fields.keys()
        assert not unknown, f"no field {unknown}, only {list(form.fields)}, on {self.page.summary}"
        fields = form.fields | typed | ({pressed.name: pressed.value} if pressed.name else {})
        return self._navigate(self._filled(form.action, form.method, fields), self.page)

    def _filled(self, action: str, method: str, fields: dict[str, str]) -> _Step:
        target = urldefrag(urljoin(self.page.url, action)).url
        if method == "POST":
            return _Step(target, "POST", tuple(fields.items()))
        return _Step(str(httpx2.URL(target).copy_with(params=fields)))

    def _navigate(self, step: _Step, since: Page | None) -> Page:
        """Walk the chain of redirects; `since` is the page whose link or form began it."""
        crossed, submitted = False, since is not None and (step.form is not None)
        former = since.url if since else None
        for _ in range(LONGEST_CHAIN):
            crossed = crossed or (former is not None and site(former) != site(step.url))
            if since and submitted:
                _require_allowed(since, step.url)
            answer = self._ask(step, since, crossed)
            if not answer.has_redirect_location:
                self._page = Page(step.url, answer)
                return self._page
            former, step = step.url, _next(step, answer)
        raise AssertionError(f"a redirect without end: {self.visited[-LONGEST_CHAIN:]}")

    def _ask(self, step: _Step, since: Page | None, crossed: bool) -> httpx2.Response:
        is_post = step.method == "POST"
        headers = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-user": "?1"}
        headers["sec-fetch-site"] = _relation(since, step.url, crossed)
        if cookies := self.jar.send(step.url, is_post=is_post, crosses=crossed):
            headers["cookie"] = cookies
        if is_post and since:
            headers["origin"] = _shown_origin(since, step.url)
        self.visited.append(step.url)
        answer = self._http.request(
            step.method, step.url, headers=headers, data=dict(step.form) if step.form is not None else None
        )
        self.jar.keep(step.url, answer.headers.get_list("set-cookie"))
        self._http.cookies.clear()  # the jar above is the only one
        return answer


def _next(step: _Step, answer: httpx2.Response) -> _Step:
    target = urldefrag(urljoin(step.url, answer.headers["location"])).url
    return _Step(target, step.method, step.form) if answer.status_code in (307, 308) else _Step(target)


def _relation(since: Page | None, url: str, crossed: bool) -> str:
    if since is None:
        return "none"
    if crossed:
        return "cross-site"
    return "same-origin" if origin(since.url) == origin(url) else "same-site"


def _shown_origin(since: Page, url: str) -> str:
    """The page's origin, unless its Referrer-Policy hides it (Fetch §3.2)."""
    policy = since.response.headers.get("referrer-policy", "").split(",")[-1].strip().lower()
    same = cookie_jar.origin(since.url) == cookie_jar.origin(url)
    hidden = policy == "no-referrer" or (policy == "same-origin" and not same)
    return "null" if hidden else origin(since.url)


def _require_allowed(page: Page, url: str) -> None:
    """AssertionError where the page's `form-action` does not admit this address: Chromium checks redirects too."""
    if (sources := page.form_action) is None:
        return
    admitted = {origin(page.url) if source == "'self'" else source.rstrip("/") for source in sources}
    scheme = f"{urlsplit(url).scheme}:"
    named = {"*", scheme, origin(url), url.split("?")[0]}
    assert named & admitted, f"form-action {' '.join(sources)} on {page.url} does not admit {url}"
