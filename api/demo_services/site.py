"""A demonstration service's pages: a welcome, what it knows of whoever is signed in, and the ways in and out."""

import secrets
import threading
from dataclasses import dataclass, field
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

from api.demo_services.relying_party import Begun, NotSignedIn, RelyingParty, Visitor

MOST_VISITORS = 1000
LARGEST_FORM = 65_536
COOKIE = "visite"

_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title></head>
<body><main><h1>{name}</h1>{main}</main></body></html>
"""
_STRANGER = """<p>Vous n’êtes pas connecté.</p>
<p><a id="login" href="/entrer">Me connecter avec mon compte usager</a></p>"""
_KNOWN = """<p>Bonjour <strong id="name">{name}</strong>.</p>
<p>Ce service vous connaît sous l’identifiant <code id="sub">{sub}</code>, et sait de vous :</p>
<dl>{claims}</dl>
<p><a id="logout" href="/sortir">Me déconnecter</a></p>"""
_REFUSED = """<p id="refused">La connexion n’a pas abouti ({reason}).</p>
<p><a id="login" href="/entrer">Recommencer</a></p>"""
_TEXT = {
    "/confidentialite": "Cette démonstration oublie tout quand elle s’arrête.",
    "/conditions": "Ceci est une démonstration : rien n’y engage personne.",
}


@dataclass
class Site:
    """What one service remembers of its browsers."""

    party: RelyingParty
    name: str
    begun: dict[str, Begun] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """The class that answers requests to this site."""
        return type("Handler", (_Handler,), {"site": self})

    def enter(self) -> tuple[str, str]:
        """A sign-in begins: where to go, and the browser's new mark."""
        url, begun = self.party.begin()
        mark = secrets.token_urlsafe(24)
        with self.lock:
            _make_room(self.begun)
            self.begun[mark] = begun
        return url, mark

    def come_back(self, mark: str, answer: dict[str, str]) -> str:
        """A sign-in ends: the mark of whoever is signed in from now on; NotSignedIn."""
        with self.lock:
            begun = self.begun.pop(mark, None)
        if begun is None:
            raise NotSignedIn("state")
        visitor, fresh = self.party.finish(answer, begun), secrets.token_urlsafe(24)
        with self.lock:
            _make_room(self.visitors)
            self.visitors[fresh] = visitor
        return fresh

    def leave(self, mark: str) -> str:
        """Whoever bears this mark is no longer signed in here: where to go, to be so everywhere."""
        with self.lock:
            visitor = self.visitors.pop(mark, None)
        return self.party.farewell(visitor) if visitor else "/"

    def forget(self, logout_token: str) -> bool:
        """The provider says that a session is over; False where it was not the provider."""
        session_id = self.party.ended(logout_token)
        if session_id is None:
            return False
        with self.lock:
            for mark in [mark for mark, one in self.visitors.items() if one.session_id == session_id]:
                del self.visitors[mark]
        return True

    def welcome(self, mark: str) -> str:
        """The first page."""
        visitor = self.visitors.get(mark)
        if visitor is None:
            return _STRANGER
        told = {name: value for name, value in visitor.claims.items() if name != "sub"}
        claims = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(told[name]))}</dd>" for name in told)
        name = escape(str(told.get("name", "")))
        return _KNOWN.format(name=name, sub=escape(str(visitor.claims["sub"])), claims=claims)


class _Handler(BaseHTTPRequestHandler):
    """Requests to one site."""

    site: Site

    def do_GET(self) -> None:
        """A page, or a step on the way in or out."""
        parts = urlsplit(self.path)
        if parts.path == "/":
            self._show(self.site.welcome(self._mark()))
        elif parts.path == "/entrer":
            self._go(*self.site.enter())
        elif parts.path == "/retour":
            self._come_back(dict(parse_qsl(parts.query)))
        elif parts.path == "/sortir":
            self._go(self.site.leave(self._mark()), "")
        elif parts.path in _TEXT:
            self._show(f"<p>{_TEXT[parts.path]}</p>")
        else:
            self._show("<p>Cette page n’existe pas.</p>", 404)

    def do_POST(self) -> None:
        """The provider's notice that a session is over (Back-Channel Logout)."""
        length = int(self.headers.get("content-length") or 0)
        form = dict(parse_qsl(self.rfile.read(min(length, LARGEST_FORM)).decode(errors="replace")))
        known = self.path == "/adieu" and self.site.forget(form.get("logout_token", ""))
        self.send_response(200 if known else 400)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the demonstration's terminal is for Parvis."""

    def _come_back(self, answer: dict[str, str]) -> None:
        try:
            self._go("/", self.site.come_back(self._mark(), answer))
        except (NotSignedIn, OSError) as error:
            told = error.filename if isinstance(error, HTTPError) else None
            reason = f"{told} : {error}" if told else str(error) or type(error).__name__
            self._show(_REFUSED.format(reason=escape(reason)), 400)

    def _mark(self) -> str:
        morsel = SimpleCookie(self.headers.get("cookie", "")).get(COOKIE)
        return morsel.value if morsel else ""

    def _go(self, url: str, mark: str) -> None:
        self.send_response(303)
        self.send_header("Location", url)
        self.send_header("Set-Cookie", f"{COOKIE}={mark}; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _show(self, main: str, status: int = 200) -> None:
        body = _PAGE.format(name=escape(self.site.name), main=main).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.end_headers()
        self.wfile.write(body)


def _make_room(kept: dict[str, Begun] | dict[str, Visitor]) -> None:
    """Forget the oldest, so that a demonstration left open does not grow."""
    while len(kept) >= MOST_VISITORS:
        kept.pop(next(iter(kept)))
