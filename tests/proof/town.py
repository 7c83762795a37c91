"""A small town to prove things in: an operator, its subscribers, an account, and where visitors come from."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

import altcha
from sqlalchemy import event, text

from identity.accounts.account import Account
from identity.directory import folding
from identity.directory.operators import Operator, ProofMethod
from identity.directory.subscribers import LegalNature, Subscriber
from identity.foundation import challenge
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork, Units, Visitor, open_engine, utc_now
from identity.mail import outbox
from identity.mail.outbox import Letter
from identity.proof import activation_key

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "a secret of this town that is long enough to be one"
Result = TypeVar("Result")


class Clock:
    """A time that moves only when a test says so."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@contextmanager
def open_town(url: str, **settings: Any) -> Iterator[Units]:
    """Units of work on this database, at noon."""
    configured = Settings(database_url=url, **{"secret_key": [SECRET], **settings})
    engine = open_engine(configured)
    try:
        yield Units(engine, configured, Visitor(network="192.0.2.1"), Clock())
    finally:
        engine.dispose()


def from_network(units: Units, network: str) -> Units:
    """The same town for somebody elsewhere."""
    return units.visited_by(Visitor(network=network))


def operator(work: UnitOfWork, slug: str = "loudun", **differences: Any) -> Operator:
    """An operator that asks for every proof and takes requests."""
    made = Operator(
        **{
            "slug": slug,
            "name": "Communauté de communes",
            "services": ["WASTE"],
            "proof_methods": [method.value for method in ProofMethod],
            "accepts_requests": True,
            "terms_version": "2026-01",
            "terms_url": "https://loudun.example/terms",
            "languages": ["fr", "en"],
            "sender_name": "Pays Loudunais",
            "created_at": work.now,
            **differences,
        }
    )
    work.session.add(made)
    work.session.flush()
    return made


def subscriber(work: UnitOfWork, of: Operator, number: str = "1234567", **differences: Any) -> Subscriber:
    """A subscriber who lives in Loudun."""
    made = Subscriber(
        **{
            "operator_id": of.id,
            "contract_number": number,
            "contract_folded": folding.fold_contract(number),
            "meter_folded": "D19FA123456",
            "legal_nature": LegalNature.INDIVIDUAL,
            "family_name": "Test",
            "given_name": "Jean-Michel",
            "email": f"abonne{number}@exemple.fr",
            "address_line1": "99 RUE DE LA FONTAINE D ADAM",
            "postcode": "86200",
            "city": "LOUDUN",
            **differences,
        }
    )
    work.session.add(made)
    work.session.flush()
    return made


def account(work: UnitOfWork, name: str = "a") -> Account:
    """A confirmed account."""
    made = Account(
        id=f"00000000-0000-4000-8000-{name:0>12}",
        email=f"{name}@exemple.fr",
        email_folded=f"{name}@exemple.fr",
        password_hash="none",
        legal_nature=LegalNature.INDIVIDUAL,
        family_name="Test",
        given_name="Jean-Michel",
        created_at=work.now,
        updated_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def key_for(units: Units, number: str = "1234567", **differences: Any) -> str:
    """A key for a new subscriber of a new operator, as printed; good for a year."""
    with units.begin() as work:
        holder = subscriber(work, operator(work), number, **differences)
        return activation_key.issue(work, holder, work.now + timedelta(days=365)).reveal()


def all_at_once(count: int, act: Callable[[int], Result]) -> list[Result]:
    """What `count` threads return that begin at the same moment."""
    gate = Barrier(count)

    def run(number: int) -> Result:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


@contextmanager
def listening(units: Units) -> Iterator[list[str]]:
    """Every SQL statement that runs meanwhile, in order, as its text."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    event.listen(units.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(units.engine, "before_cursor_execute", hear)


def rows(units: Units, query: str, **parameters: Any) -> list[Any]:
    """What the database holds."""
    with units.read() as work:
        return list(work.execute(text(query), parameters).all())


def solve(units: Units) -> str:
    """The answer to a fresh challenge, as a browser's solver sends it; its age is judged by the true time."""
    with replace(units, clock=utc_now).begin() as work:
        asked = altcha.Challenge.from_dict(json.loads(challenge.issue(work).payload))
    solution = altcha.solve_challenge(asked)
    assert solution
    return altcha.Payload(asked, solution).to_base64()


def sharing_clock(units: Units, other: Units) -> Units:
    """The first town by the second one's clock."""
    return replace(units, clock=other.clock)


def delivered(units: Units) -> list[Letter]:
    """Every letter that waits in the outbox, taken as a courier takes it."""
    letters = []
    with units.begin() as work:
        while claim := outbox.claim(work):
            assert claim.letter
            letters.append(claim.letter)
            outbox.deliver(work, claim)
    return letters


def token_of(letter: Letter) -> str:
    """What follows `#token=` in the first address of a letter."""
    found = re.search(r"#token=(\S+)", letter.text)
    assert found
    return found[1]


def key_of(letter: Letter) -> str:
    """What follows `#key=` in the first address of a letter."""
    found = re.search(r"#key=([0-9A-Z-]+)", letter.text)
    assert found
    return found[1]
