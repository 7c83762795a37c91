"""One request for a page: who asks, in which language, what its form says, and whether that form is ours.

Owns the mark that every form bears (CSRF): an HMAC over a cookie of this browser, the form's path, the request that
it is about and the session that it was shown in. A form that another site sends, or that was shown to somebody
else, has another mark.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import cookies, refused, visitors
from api.pages import rendering
from api.pages.rendering import Page
from api.pages.words import Speaker
from identity.foundation import tokens
from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import exchange, interaction
from identity.oidc.exchange import Arrival, Reply
from identity.oidc.interaction import Waiting
from schema.context import CookieChange, CookieName
from schema.workers import Workers

T = TypeVar("T")

LANGUAGES = ("fr", "en")
_MARK = "form"


@dataclass
class Visit:
    """What a page is given."""

    units: Units
    workers: Workers
    fields: dict[str, str]
    """Of the form of a POST, of the query of a GET."""
    forms_cookie: Secret
    is_foreign: bool
    """Does the browser say that another site sent this?"""
    changes: list[CookieChange] = field(default_factory=list)
    arrival: Arrival = field(default_factory=lambda: Arrival("GET", "/"), repr=False)
    """What came, as it came."""
    asked_language: str | None = None
    """The language that the client asks for."""

    @property
    def settings(self) -> Settings:
        """The deployment's settings."""
        return self.units.settings

    @property
    def handle(self) -> str:
        """Under which the authorization request waits; "" where there is none."""
        return self.fields.get("continue", "")

    @property
    def language(self) -> str:
        """What the person chose on the page, else what the client asks for, else what the browser does."""
        chosen = self.fields.get("lang")
        return chosen if chosen in LANGUAGES else self.asked_language or self.units.visitor.language

    @property
    def say(self) -> Speaker:
        """Speaks that language."""
        return Speaker(self.language)

    def switch(self, path: str, **more: str) -> str:
        """The address of the same page in the other language."""
        other = "fr" if self.language == "en" else "en"
        asked = {"continue": self.handle, "lang": other} | more
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"

    async def perform(self, flow: Callable[[UnitOfWork], T]) -> T:
        """Run one flow in one unit of work, in a worker thread."""

        def call() -> T:
            with self.units.begin() as work:
                return flow(work)

        return await self.workers.run(call)

    async def waiting(self) -> Waiting | None:
        """The request that this page is about."""
        handle = self.handle
        found = await self.perform(lambda work: interaction.find(work, handle)) if handle else None
        self.asked_language = found.asking.language if found else None
        return found

    def mark(self, form: str) -> str:
        """The mark of a form of this path, for this browser, request and session."""
        return self.settings.keyring.digest(_MARK, self._marked(form))

    def bears_mark(self, form: str) -> bool:
        """Did this browser get this form from us, in this session?"""
        if self.is_foreign:
            return False
        given = self.fields.get("mark", "")
        return any(
            tokens.equal(given, mark) for mark in self.settings.keyring.digests(_MARK, self._marked(form))
        )

    def keep(self, name: CookieName, token: Secret | None, *, persistent: bool = False) -> None:
        """Send this cookie with the answer."""
        self.changes.append(CookieChange(name, token, persistent))

    def render(self, page: Page) -> Response:
        """The page, in the visitor's language."""
        return self._finish(rendering.render(self.settings, self.language, page))

    def go(self, url: str) -> Response:
        """Send the browser on, by GET."""
        return self._finish(RedirectResponse(url, 303, {"Cache-Control": "no-store"}))

    def send_error(self, name: str, status: int = 400) -> Response:
        """A page that says why nothing can be done here."""
        return self._finish(rendering.error(self.settings, self.language, status, name))

    async def send_over(self) -> Response:
        """A page that says what became of the request of this handle, and where to start again."""
        handle = self.handle
        return self.send((await self.perform(lambda work: interaction.over(work, handle))).reply())

    def send(self, reply: Reply) -> Response:
        """What the provider answers, as it is."""
        self.note(reply)
        return self._finish(rendering.respond(self.settings, self.language, reply))

    def note(self, reply: Reply) -> None:
        """Leave the reason of a refusal to whoever helps the service."""
        refused.note(self.units, self.arrival, reply)

    @cached_property
    def _session(self) -> str:
        token = self.units.visitor.session_token
        return tokens.digest(token.reveal()) if token else ""

    def _marked(self, form: str) -> str:
        return "\x1f".join((self.forms_cookie.reveal(), form, self.handle, self._session))

    def _finish(self, response: Response) -> Response:
        for change in self.changes:
            cookies.write(response, self.settings, change)
        return response


@dataclass(frozen=True)
class Desk:
    """Where requests for pages come in."""

    units: Units
    workers: Workers

    async def receive(self, request: Request) -> Visit:
        """The visit that a request is."""
        settings, arrival = self.units.settings, await _arrival(request)
        known = cookies.read(request, settings, CookieName.FORMS)
        visit = Visit(
            units=self.units.visited_by(visitors.visitor(request, settings)),
            workers=self.workers,
            fields=interaction.parameters(arrival, settings.public_url),
            arrival=arrival,
            forms_cookie=known or tokens.new_token(),
            is_foreign=request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"),
        )
        if known is None:
            visit.keep(CookieName.FORMS, visit.forms_cookie)
        return visit


async def _arrival(request: Request) -> Arrival:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > exchange.LONGEST_BODY:
            return Arrival(request.method, request.url.path, body=None)
    query = request.scope["query_string"]
    return Arrival(request.method, request.url.path, query, dict(request.headers), bytes(body))
