"""People who register, log in and manage their accounts by the flows themselves. Knows no HTTP.

A Town is a fresh database with a clock that only tests move. A Browser keeps the cookies that the flows give.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from identity.accounts import (
    actors,
    closing,
    confirmation,
    email_change,
    login,
    profile,
    recovery,
    registration,
)
from identity.accounts.account import Account
from identity.accounts.contracts import Contract
from identity.accounts.login import Attempt, LoggedIn
from identity.accounts.registration import Pending, Registering
from identity.directory.operators import Operator
from identity.directory.subscribers import Subscriber
from identity.foundation.errors import LoginRequired
from identity.foundation.settings import Settings
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units, Visitor, open_engine
from identity.proof import activation_key, contract_meter
from identity.proof.activation_key import AttemptedKey
from identity.proof.contract_meter import AttemptedContract
from tests.support import letters, residents
from tests.support.residents import JEAN_MICHEL, METER, PASSWORD

P = ParamSpec("P")
T = TypeVar("T")

SECRET = "a secret of this town that is long enough"
OTHER_PASSWORD = "Vélo-bleu-47"
JEAN = "jean@exemple.fr"


class Clock:
    """A time that moves only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


@dataclass
class Browser:
    """One browser: where it is, and its cookies."""

    town: Units
    network: str = "192.0.2.1"
    user_agent: str | None = "Firefox"
    session: Secret | None = None
    began: Secret | None = None
    known: Secret | None = None

    @property
    def units(self) -> Units:
        """The town, as this browser visits it."""
        return self.town.visited_by(
            Visitor(
                network=self.network,
                user_agent=self.user_agent,
                session_token=self.session,
                browser_token=self.began,
                known_browser=self.known,
            )
        )

    def do(self, flow: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One flow in one unit of work."""
        with self.units.begin() as work:
            return flow(work, *args, **kwargs)

    def as_actor(self, flow: Callable[..., T], *args: Any) -> T:
        """One flow of a signed-in person."""
        with self.units.begin() as work:
            return flow(work, actors.by_cookie(work), *args)

    def is_signed_in(self) -> bool:
        """Does its session live?"""
        with self.units.read() as work:
            return bool(self.session) and _lives(work)

    def register(self, proof_token: str, email: str = JEAN, **differences: Any) -> Pending:
        """Register as Jean-Michel Test, unless the differences say otherwise."""
        usual: dict[str, Any] = {"profile": JEAN_MICHEL, "password": PASSWORD, "accepted_terms_version": "1"}
        waiting = registration.register(
            self.units, Registering(proof_token=proof_token, email=email, **(usual | differences))
        )
        self.began = waiting.browser_token
        return waiting

    def confirm(self, email: str = JEAN) -> confirmation.Confirmed:
        """Follow the newest confirmation link of this address."""
        return self.confirm_by(letters.token(self.town, email, "confirm_registration"))

    def confirm_by(self, token: str) -> confirmation.Confirmed:
        """Follow a confirmation link."""
        confirmed = self.do(confirmation.by_link, token)
        self.session = confirmed.session_token or self.session
        return confirmed

    def log_in(self, email: str = JEAN, password: str = PASSWORD, *, stay: bool = False) -> LoggedIn:
        """Log in and keep the cookies."""
        logged_in = login.log_in(self.units, Attempt(email, password, stay))
        self.session, self.known = logged_in.session_token, logged_in.known_browser
        return logged_in

    def reset(self, token: str, password: str = OTHER_PASSWORD) -> None:
        """Choose a new password by a reset link."""
        self.known = recovery.reset(self.units, token, password)

    def change_password(self, current: str = PASSWORD, new: str = OTHER_PASSWORD) -> None:
        """Choose another password."""
        profile.change_password(self.units, actors.by_cookie, current, new)

    def change_email(self, new_email: str, password: str = PASSWORD) -> datetime:
        """Ask for another address."""
        return email_change.request_change(self.units, actors.by_cookie, new_email, password)

    def link_contract(self, proof_token: str) -> Contract:
        """Add a contract."""
        return self.as_actor(profile.link_contract, proof_token)

    def close_account(self, password: str = PASSWORD) -> datetime:
        """Close the account."""
        return closing.close(self.units, actors.by_cookie, password)


@dataclass(frozen=True)
class Town:
    """A municipality: its database, its clock, and whoever lives there."""

    units: Units
    clock: Clock

    def operator(self, slug: str = "loudun", **differences: Any) -> Operator:
        """The operator of this slug, made when first named: it asks for every proof and takes requests."""
        with self.units.begin() as work:
            return residents.operator(work, slug, differences)

    def subscriber(self, number: str, slug: str = "loudun", **differences: Any) -> Subscriber:
        """A new subscriber of an operator."""
        with self.units.begin() as work:
            return residents.subscriber(work, residents.operator(work, slug, {}), number, differences)

    def key(self, number: str = "1234567", slug: str = "loudun") -> str:
        """The printed key of a new subscriber."""
        holder = self.subscriber(number, slug)
        with self.units.begin() as work:
            return activation_key.issue(work, holder, work.now + timedelta(days=365)).reveal()

    def prove(self, key: str, slug: str = "loudun") -> str:
        """A proof token by a key."""
        with self.units.begin() as work:
            return activation_key.prove(work, AttemptedKey(slug, key)).token.reveal()

    def proof(self, number: str = "1234567", slug: str = "loudun") -> str:
        """A proof token by the key of a new subscriber."""
        return self.prove(self.key(number, slug), slug)

    def proof_by_contract(self, number: str, slug: str = "loudun") -> str:
        """A proof token by the contract and meter of a subscriber who is there."""
        with self.units.begin() as work:
            return contract_meter.prove(work, AttemptedContract(slug, number, METER)).token.reveal()

    def browser(self, network: str = "192.0.2.1") -> Browser:
        """A browser without cookies."""
        return Browser(self.units, network)

    def settle(self, email: str = JEAN, *, number: str | None = None, **differences: Any) -> str:
        """An account that is there already, with a contract if a number is given; its id."""
        holder = self.subscriber(number) if number else None
        with self.units.begin() as work:
            account = residents.account(work, email, differences)
            if holder:
                work.session.add(holder)
                holder.account_id, holder.linked_at = account.id, work.now
            return account.id

    def signed_in(self, email: str = JEAN, *, number: str | None = None) -> Browser:
        """The browser of a new account's owner."""
        self.settle(email, number=number)
        browser = self.browser()
        browser.log_in(email)
        return browser

    def account(self, account_id: str) -> Account:
        """An account as it is now."""
        with self.units.read() as work:
            return work.session.get_one(Account, account_id)

    def with_settings(self, **changes: Any) -> "Town":
        """The same town, otherwise configured."""
        settings = self.units.settings
        configured = settings.model_copy(update=changes)
        return Town(replace(self.units, settings=configured), self.clock)


@contextmanager
def open_town(url: str, **settings: Any) -> Iterator[Town]:
    """A town on a fresh database, at noon; no proof of work is asked unless the settings say so."""
    usual = {"secret_key": [SECRET], "challenge": "off"}
    configured = Settings(database_url=url, **(usual | settings))
    engine, clock = open_engine(configured), Clock()
    try:
        yield Town(Units(engine, configured, clock=clock), clock)
    finally:
        engine.dispose()


def _lives(work: UnitOfWork) -> bool:
    try:
        actors.by_cookie(work)
    except LoginRequired:
        return False
    return True
