"""The providers that are measured side by side: what one is asked, and how. Starts none, sets none up.

Each asks the same of all: confidential client, secret in the header, PKCE, `openid profile email`, ES256, userinfo as
JSON, a person who is signed in and has consented. What each keeps on a disk is its own.
"""

import hashlib
import re
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, repeat
from urllib.parse import quote, urlencode

import orjson

from bench.load import Answer, Load, Request, Talk, drive, form, get
from bench.servers import Server

CALLBACK = "https://service.bench/callback"
SCOPE = "openid profile email"
CLIENT = "bench"
SECRET = secrets.token_urlsafe(32)
USER, PASSWORD = "citizen", secrets.token_urlsafe(12)
EMAIL = "citizen@example.org"
_CODE = re.compile(rb"[?&]code=([^&\s]+)")
_VERIFIER = secrets.token_urlsafe(48)
_CHALLENGE = urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Peer:
    """A provider that is ready: a client, and a person signed in by this cookie."""

    name: str
    server: Server
    cookie: str
    paths: dict[str, str]
    """Of `authorize`, `token`, `userinfo` and `introspect`."""
    own_scope: str = ""
    """What its client asks for itself."""
    offline: dict[str, str] = field(default_factory=lambda: {"scope": f"{SCOPE} offline_access"})
    """How to ask for a refresh token, beyond a code."""
    beyond: dict[str, str] = field(default_factory=dict)
    """What its authorization endpoint wants beyond the standard."""
    secret: str = field(default=SECRET, repr=False)

    def code_flows(self) -> Iterator[Talk]:
        """Authorize with a live session, token, userinfo; over and over."""
        return (self._code_flow() for _ in count())

    def userinfos(self) -> Iterator[Request]:
        """Who the person of one access token is."""
        request = get(self.paths["userinfo"], {"authorization": f"Bearer {self._tokens()['access_token']}"})
        return repeat(request)

    def introspections(self) -> Iterator[Request]:
        """What one access token is worth."""
        request = self._ask("introspect", {"token": self._tokens()["access_token"]})
        return repeat(request)

    def client_credentials(self) -> Iterator[Request]:
        """A token for the client itself."""
        scope = {"scope": self.own_scope} if self.own_scope else {}
        request = self._ask("token", {"grant_type": "client_credentials", **scope})
        return repeat(request)

    def refreshes(self, side_by_side: int) -> Iterator[Talk]:
        """Tokens for a refresh token, each the one that the answer before it gave."""
        held = [self._tokens(self.offline)["refresh_token"] for _ in range(side_by_side)]
        return (self._refresh(held) for _ in count())

    def _code_flow(self) -> Talk:
        code = _CODE.search((yield self._authorize({})).head)
        tokens = _read((yield self._exchange(code[1]))) if code else {}
        if "id_token" not in tokens:
            return False
        told = yield get(self.paths["userinfo"], {"authorization": f"Bearer {tokens['access_token']}"})
        return b'"sub"' in told.body

    def _refresh(self, held: list[str]) -> Talk:
        token = held.pop()
        answer = yield self._ask("token", {"grant_type": "refresh_token", "refresh_token": token})
        told = _read(answer)
        held.append(told.get("refresh_token", token))
        return "access_token" in told

    def _authorize(self, more: dict[str, str]) -> Request:
        asked = {
            "response_type": "code", "client_id": CLIENT, "redirect_uri": CALLBACK, "scope": SCOPE,
            "state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8),
            "code_challenge": _CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        return get(
            f"{self.paths['authorize']}?{urlencode(asked | self.beyond | more)}", {"cookie": self.cookie}
        )

    def _exchange(self, code: bytes) -> Request:
        return self._ask("token", {
            "grant_type": "authorization_code", "code": code.decode(), "redirect_uri": CALLBACK,
            "code_verifier": _VERIFIER,
        })  # fmt: skip

    def _ask(self, path: str, fields: dict[str, str]) -> Request:
        credentials = b64encode(f"{quote(CLIENT)}:{quote(self.secret)}".encode()).decode()
        return form(self.paths[path], fields, {"authorization": f"Basic {credentials}"})

    def _tokens(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """The token response of one flow."""
        told: dict[str, str] = {}

        def talk() -> Talk:
            code = _CODE.search((yield self._authorize(more or {})).head)
            told.update(_read((yield self._exchange(code[1]))) if code else {})
            return "access_token" in told

        (sample,) = drive(Load(self.server.url, iter([talk()]), connections=1))
        if sample.refused:
            raise SystemExit(f"{self.name} gives no token: {sample.specimen!r}")
        return told


def _read(answer: Answer) -> dict[str, str]:
    """The JSON of an answer; {} where it is none."""
    try:
        return dict(orjson.loads(answer.body))
    except ValueError:
        return {}
