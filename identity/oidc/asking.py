"""An authorization request as it was read: who asks for what, and who is signed in there. How it is read is the
business of `reading`, what is wrong with it of `well_formed`, what a person must do first of `obstacles`.
"""

from dataclasses import dataclass
from functools import cached_property

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error

from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import (
    audiences,
    consents,
    hints,
    requested_claims,
    subjects,
)
from identity.oidc.clients import Client
from identity.oidc.consents import Asked
from identity.oidc.exchange import Destination, Pairs
from identity.oidc.hints import Hint
from identity.oidc.pushed import Kept
from identity.oidc.requested_claims import RequestedClaims
from identity.oidc.resources import Served
from identity.oidc.signed_in import Person

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
RESPONSE_MODES = frozenset({"query", "form_post"})
LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Asking:
    """Who asks for what: a known client with a redirect URI of its own, and who is signed in there."""

    work: UnitOfWork
    client: Client
    pairs: Pairs
    person: Person | None = None
    kept: Kept | None = None
    """The request under whose handle it came: pushed, or waiting for the person."""
    was_signed: bool = False
    pushing: bool = False
    """Is it being pushed now, so that nobody is at a browser?"""
    dpop_jkt: str | None = None
    """The key of the proof that it was pushed with."""
    beside: Pairs = ()
    """What was sent along with a signed request or a reference: never read, and it must not contradict."""
    fault: OAuth2Error | None = None
    """What was wrong with the way it was brought."""

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What was asked, each name once."""
        return dict(self.pairs)

    @cached_property
    def outside(self) -> dict[str, str]:
        """What was sent beside, each name once."""
        return dict(self.beside)

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that tokens shall be for."""
        return tuple(dict.fromkeys(value for name, value in self.pairs if name == "resource"))

    @cached_property
    def served(self) -> list[Served]:
        """Those of them that others serve, which this client may ask for; InvalidTarget."""
        return audiences.require(self.work, self.client, self.resources)

    @property
    def asked(self) -> Asked:
        """What the person is asked for."""
        return Asked(self.consent_scope, consents.named(self.served))

    @property
    def redirect_uri(self) -> str:
        """Where the answer goes, as it was asked."""
        return self.parameters["redirect_uri"]

    @property
    def destination(self) -> Destination:
        """Where and how the answer goes; by query where the mode is nonsense."""
        mode = self.parameters.get("response_mode", "query")
        return Destination(
            issuer=self.work.settings.public_url,
            uri=self.redirect_uri,
            state=self.parameters.get("state"),
            mode=mode if mode in RESPONSE_MODES and self.redirect_uri.startswith("http") else "query",
        )

    @property
    def scope(self) -> str:
        """Of the scopes asked for, those that the client may have."""
        return self.client.get_allowed_scope(self.parameters.get("scope"))

    @property
    def consent_scope(self) -> str:
        """What the person is asked for: the scope, and the scopes of claims that are asked for one by one."""
        return self.client.get_allowed_scope(" ".join([self.scope, *self.claims.scopes]))

    @cached_property
    def claims(self) -> RequestedClaims:
        """The claims asked for one by one; InvalidRequestError."""
        return requested_claims.parse(self.parameters.get("claims"))

    @property
    def prompts(self) -> set[str]:
        """What the client wants the person to be asked."""
        return set(self.parameters.get("prompt", "").split())

    @property
    def max_age(self) -> int | None:
        """Seconds since the sign-in that the client puts up with, now or as a rule."""
        value = self.parameters.get("max_age")
        return self.client.default_max_age if value is None else int(value)

    @property
    def login_hint(self) -> str:
        """What the person may want to sign in as; nothing of it is known to be true."""
        return self.parameters.get("login_hint", "")[:320]

    @property
    def language(self) -> str | None:
        """The first of our languages that the client asks for."""
        asked = (tag.partition("-")[0].lower() for tag in self.parameters.get("ui_locales", "").split())
        return next((language for language in asked if language in LANGUAGES), None)

    @cached_property
    def hint(self) -> Hint | None:
        """Whom the ID token that came as a hint spoke of; None without one; InvalidRequestError."""
        if "id_token_hint" not in self.parameters:
            return None
        found = hints.find(self.work, self.parameters["id_token_hint"])
        if found is None or found.client_id != self.client.id:
            raise InvalidRequestError("The id_token_hint is not an ID token of this client.")
        return found

    @property
    def wanted_subject(self) -> str | None:
        """The one person that will do, as the client knows them."""
        return self.claims.subject or (self.hint.subject if self.hint else None)

    @property
    def is_wanted(self) -> bool:
        """Is whoever is signed in the person that the client means, if it means one?"""
        wanted = self.wanted_subject
        if wanted is None or self.person is None:
            return wanted is None
        return subjects.of(self.work, self.client, self.person.account_id) == wanted
