"""A municipality's provider in one process: its routes, its database, a citizen, a clock to be moved."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.testclient import TestClient

from api import oidc, pages
from identity.accounts import sessions
from identity.accounts.account import Account
from identity.accounts.sessions import SignInSession
from identity.directory.subscribers import LegalNature
from identity.foundation import tokens
from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Units, Visitor
from identity.oidc import registration, resources
from identity.oidc.registration import Metadata
from schema.context import Workers

ISSUER = "https://parvis.test"
CALLBACK = "https://portail.test/retour"
COOKIE = "__Host-parvis_session"


@dataclass
class Clock:
    """The time, as the units of work read it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


@dataclass(frozen=True)
class Citizen:
    """An account, and the cookie of the browser where it is signed in."""

    account_id: str
    session_id: str
    cookie: Secret


@dataclass(frozen=True)
class Pkce:
    """A verifier and its challenge."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """BASE64URL(SHA256(verifier))."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Town:
    """The provider, and whoever uses it."""

    units: Units
    clock: Clock
    http: TestClient

    def register(self, id: str, **metadata: Any) -> str:
        """A client; its secret, or "" for a public one. First-party, unless told otherwise."""
        defaults: dict[str, Any] = {
            "redirect_uris": (CALLBACK,),
            "first_party": True,
            "signature_alg": "ES256",
        }
        with self.units.begin() as work:
            registered = registration.add(work, Metadata(id=id, name=id.title(), **(defaults | metadata)))
        return registered.secret.reveal() if registered.secret else ""

    def serve(self, client_id: str, *uris: str) -> None:
        """Let a client serve these resources and no others."""
        with self.units.begin() as work:
            resources.declare(work, client_id, uris)

    def allow(self, client_id: str, *uris: str) -> None:
        """Let a client ask for these resources."""
        with self.units.begin() as work:
            resources.allow(work, client_id, uris)

    def settle(self, **profile: Any) -> Citizen:
        """A citizen who is signed in."""
        with self.units.begin() as work:
            account = Account(
                id=tokens.new_id(),
                password_hash="none",
                created_at=work.now,
                updated_at=work.now,
                **(
                    {"email": f"{secrets.token_hex(4)}@exemple.fr", "email_folded": secrets.token_hex(8)}
                    | {"family_name": "Durand", "given_name": "Zoé", "legal_nature": LegalNature.INDIVIDUAL}
                    | profile
                ),
            )
            work.session.add(account)
            work.session.flush()
            session, cookie = sessions.open(work, account.id)
            return Citizen(account.id, session.id, cookie)

    def authorize(self, citizen: Citizen | None, **parameters: Any) -> Any:
        """What /authorize answers the citizen's browser."""
        cookies = {"Cookie": f"{COOKIE}={citizen.cookie.reveal()}"} if citizen else {}
        return self.http.get("/authorize", params=parameters, headers=cookies, follow_redirects=False)

    def code(self, citizen: Citizen, client_id: str, pkce: Pkce, **parameters: Any) -> str:
        """A code for the citizen; the parameters replace the usual ones."""
        usual = request_for(client_id, pkce)
        return answer(self.authorize(citizen, **(usual | parameters)))["code"]

    def token(self, **form: Any) -> Any:
        """What /token answers; `auth` authenticates by Basic."""
        return self.http.post(
            "/token", data={k: v for k, v in form.items() if k != "auth"}, auth=form.get("auth")
        )

    def redeem(self, client_id: str, code: str, pkce: Pkce, **form: Any) -> Any:
        """What /token answers a public client for a code."""
        usual = {"grant_type": "authorization_code", "client_id": client_id, "code": code,
                 "redirect_uri": CALLBACK, "code_verifier": pkce.verifier}  # fmt: skip
        return self.token(**(usual | form))

    def sign_in(self, citizen: Citizen, client_id: str, **parameters: Any) -> dict[str, Any]:
        """The tokens of a whole code flow of a public client."""
        pkce = Pkce()
        reply = self.redeem(client_id, self.code(citizen, client_id, pkce, **parameters), pkce)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def refresh(self, client_id: str, refresh_token: str, **form: Any) -> Any:
        """What /token answers a public client for a refresh token."""
        return self.token(
            grant_type="refresh_token", client_id=client_id, refresh_token=refresh_token, **form
        )

    def userinfo(self, access_token: str) -> Any:
        """What /userinfo answers."""
        return self.http.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    def change(self, record: type[Account] | type[SignInSession], key: str, **values: Any) -> None:
        """Write a fact as the accounts wing does."""
        with self.units.begin() as work:
            row = work.session.get_one(record, key)
            for name, value in values.items():
                setattr(row, name, value)
            work.session.add(row)

    def visited_by(self, citizen: Citizen) -> Units:
        """The units of the browser where a citizen is signed in."""
        return self.units.visited_by(Visitor(session_token=citizen.cookie))

    def visited_from(self, origin: str | None) -> Units:
        """The units of a visitor whose page has this origin."""
        return self.units.visited_by(Visitor(origin=origin))


def build(units: Units, clock: Clock) -> Town:
    """A town on this database."""
    workers = Workers(units.settings)
    app = Starlette(routes=[*oidc.routes(units, workers), *pages.routes(units, workers)])
    return Town(units, clock, TestClient(app, base_url=ISSUER, raise_server_exceptions=True))


def settings(database_url: str) -> Settings:
    """The settings of the town."""
    return Settings(database_url=database_url, public_url=ISSUER, secret_key=[secrets.token_urlsafe(48)])


def request_for(client_id: str, pkce: Pkce) -> dict[str, str]:
    """The usual parameters of an authorization request."""
    return {
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "s t~é&",
        "nonce": "n-0S6_WzA2Mj",
        "code_challenge": pkce.challenge,
        "code_challenge_method": "S256",
    }


def sent_back(response: Any) -> dict[str, str]:
    """The parameters that the client gets, by redirect or by form."""
    if response.status_code == 302:
        return answer(response)
    assert response.status_code == 200, response.text
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.text)
    return {unescape(name): unescape(value) for name, value in found}


def answer(response: Any) -> dict[str, str]:
    """The parameters that a redirect to the client carries."""
    assert response.status_code == 302, response.text
    parts = urlsplit(response.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    return dict(parse_qsl(parts.query, strict_parsing=True))
