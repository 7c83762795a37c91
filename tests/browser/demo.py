"""The demonstration in service, as `make run` starts it, with more subscribers than tests use up.

What a test needs of it and a browser would only do again (an account that is there already) goes through GraphQL;
what an agent does goes through the command line.
"""

import atexit
import csv
import itertools
import random
import secrets
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from identity.foundation import tokens
from identity.proof import key_form
from tests.support import server, warm
from tests.support.citizen import PASSWORD, Citizen, code_of, mailbox, token_of

KEYS, CONTRACTS = "pays-loudunais", "eau-de-marseille"
"""The two seeds' operators: one asks for an activation key, the other for a contract and a meter."""
NEWCOMERS = 60
SOLVED = "demo"
"""What the demonstration takes for a proof of work from programs; pages do the real one."""


@dataclass(frozen=True)
class Known:
    """Somebody who has an account."""

    email: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Demo:
    """A running demonstration and what its citizens hold."""

    running: server.Running
    env: dict[str, str]
    keys: Iterator[str]
    """Activation keys that nobody has used, as printed."""
    contracts: Iterator[tuple[str, str]]
    """Contract and meter numbers that nobody has used."""
    keyless: Iterator[str]
    """Numbers of contracts whose holders have lost their key."""

    @property
    def url(self) -> str:
        """Where Parvis is."""
        return self.running.url

    @property
    def library(self) -> str:
        """Where the library is."""
        return self._neighbour("bibliotheque", 1)

    @property
    def canteen(self) -> str:
        """Where the school canteen is."""
        return self._neighbour("cantine", 2)

    @property
    def origins(self) -> tuple[str, ...]:
        """All that a browser may ask."""
        return (self.url, self.library, self.canteen)

    def settle(self, email: str | None = None) -> Known:
        """An account that is there already."""
        known = Known(email or f"{secrets.token_hex(4)}@example.org")
        number, meter = next(self.contracts)
        citizen = Citizen(self.url)
        asked = {"operator": CONTRACTS, "contractNumber": number, "meterNumber": meter}
        proof = citizen.do("verifyContract", challengeSolution=SOLVED, **asked)
        pending = citizen.register(proof["proofToken"], known.email, challengeSolution=SOLVED)
        assert pending["__typename"] == "RegistrationPending", pending
        confirmed = citizen.do("confirmRegistration", token=self.token(known.email))
        assert confirmed["__typename"] == "RegistrationConfirmed", confirmed
        citizen.close()
        return known

    def mails(self, to: str, count: int = 1) -> list[dict[str, Any]]:
        """What this address was sent, newest first, once there are so many."""
        return mailbox(self.url, to, count, seconds=60)

    def link(self, to: str, path: str, count: int = 1) -> str:
        """The newest link to this path that was mailed to the address, once it has had so many mails."""
        links = [link for mail in self.mails(to, count) for link in mail["links"]]
        return str(next(link for link in links if urlsplit(link).path == path))

    def token(self, to: str) -> str:
        """What follows `#token=` in the first link of the newest mail."""
        return token_of(self.mails(to)[0]["links"][0])

    def code(self, to: str) -> str:
        """The six digits of the newest mail."""
        return code_of(self.mails(to)[0]["text"])

    def command(self, *arguments: str) -> str:
        """One `parvis` command, as an agent gives it; what it printed."""
        return warm.succeed(*arguments, env=self.env)

    def let_expire(self, link: str) -> None:
        """Make a mailed link older than it may get. The clock of another process cannot be moved; its rows can."""
        digest = tokens.digest(token_of(link))
        with closing(sqlite3.connect(self.env["PARVIS_DATABASE_URL"].removeprefix("sqlite:///"))) as database:
            past = "UPDATE links SET expires_at = created_at WHERE token_digest = ?"
            assert database.execute(past, (digest,)).rowcount == 1
            database.commit()

    def device(self) -> str:
        """The code that the town hall's kiosk shows."""
        form = {"client_id": "borne", "scope": "openid profile email"}
        answer = httpx2.post(f"{self.url}/device_authorization", data=form, trust_env=False)
        return str(answer.raise_for_status().json()["user_code"])

    def _neighbour(self, name: str, ports_away: int) -> str:
        return f"http://{name}.localhost:{(urlsplit(self.url).port or 0) + ports_away}"


def unknown_key() -> str:
    """A key that is well formed, and nobody's."""
    body = "".join(secrets.choice(key_form.ALPHABET) for _ in range(key_form.LENGTH - 1))
    return next(body + check for check in key_form.ALPHABET if key_form.is_checked(body + check))


@contextmanager
def serve(**settings: str) -> Iterator[Demo]:
    """A demonstration of its own, ready to answer; stopped at the end."""
    town = _founded()
    with tempfile.TemporaryDirectory(prefix="parvis-demo-") as folder:
        path, port = Path(folder) / "parvis.sqlite3", _three_free_ports()
        shutil.copy(town.database, path)
        env = town.env | {
            "PARVIS_PUBLIC_URL": f"http://{server.HOST}:{port}",
            "PARVIS_DATABASE_URL": f"sqlite:///{path}",
            **settings,
        }
        with server.serve(env, port) as running:
            keyless = (f"CCPL-N{n}" for n in reversed(range(NEWCOMERS)))
            yield Demo(running, env, iter(town.keys), iter(town.contracts), keyless)


@dataclass(frozen=True)
class _Town:
    """What every demonstration begins as."""

    env: dict[str, str]
    database: Path
    keys: list[str]
    contracts: list[tuple[str, str]]


@cache
def _founded() -> _Town:
    """Made once, because it takes seconds: the communes of France are in it."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-town-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = folder / "parvis.sqlite3"
    env = {"PARVIS_DEMO": "on", "PARVIS_SECRET_KEY": secrets.token_urlsafe(48)}
    at_work = env | {"PARVIS_DATABASE_URL": f"sqlite:///{database}"}
    warm.succeed("demo", env=at_work)
    keys, contracts = _let_people_move_in(at_work, folder)
    # What still waits in the log beside the file would not be copied with it.
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return _Town(env, database, keys, contracts)


def _let_people_move_in(env: dict[str, str], folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    contracts = [(str(8_000_000 + n), f"D24NV{n:06}") for n in range(NEWCOMERS)]
    holder = {"family_name": "ARRIVANT", "given_name": "Noé", "address_line1": "1 RUE NEUVE"}
    holder |= {"postcode": "86200", "city": "LOUDUN"}
    keyed = [{"contract_number": f"CCPL-N{n}", **holder} for n in range(NEWCOMERS)]
    metered = [{"contract_number": number, "meter_number": meter, **holder} for number, meter in contracts]
    for slug, those in ((KEYS, keyed), (CONTRACTS, metered)):
        path = folder / f"{slug}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(those[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(those)
        warm.succeed("subscribers", "import", "--operator", slug, str(path), env=env)
    warm.succeed("keys", "issue", "--operator", KEYS, "--out", str(folder / "keys.csv"), env=env)
    warm.succeed(
        "clients", "add", "--id", "borne", "--name", "Borne de la mairie", "--public", "--device", env=env
    )
    with (folder / "keys.csv").open(newline="", encoding="utf-8") as file:
        return [row["activation_key"] for row in csv.DictReader(file)], contracts


def _three_free_ports() -> int:
    """The first of three that nobody uses, below those that systems give out for a moment."""
    for first in random.sample(range(20_000, 30_000), 50):
        try:
            for port in itertools.islice(itertools.count(first), 3):
                socket.create_server((server.HOST, port)).close()
            return first
        except OSError:
            continue
    raise AssertionError("no three ports are free")
