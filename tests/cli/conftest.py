"""An agent's terminal in a town that agents have set up, on each database. What every test changes is its own."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from identity.foundation.unit_of_work import utc_now
from tests.support import people, postgres, warm

SECRET = "the-secret-of-an-invented-town-0123456789"
EAUX = (
    "contract_number;meter_number;family_name;given_name;email;address_line1;postcode;city\n"
    "1234567;D23AB123456;ROUX;Inès;ines@exemple.fr;3 QUAI DU PORT;13220;CHATEAUNEUF LES MARTIGUES\n"
    "7654321;D23AB654321;BLANC;Paul;paul@exemple.fr;5 QUAI DU PORT;13220;CHATEAUNEUF LES MARTIGUES\n"
)
LOUDUN = (
    "contract_number,family_name,given_name,address_line1,postcode,city\n"
    "CCPL-1,TEST,Jean-Michel,99 RUE DE LA FONTAINE D ADAM,86200,LOUDUN\n"
    "CCPL-2,CHAUVEAU,Léonie,1 PLACE DU PORTAIL,86200,LOUDUN\n"
)


@dataclass(frozen=True)
class Desk:
    """A terminal: the folder that commands run in, and the database that they work on."""

    url: str
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The variables of every command."""
        return {
            "PARVIS_DATABASE_URL": self.url,
            "PARVIS_SECRET_KEY": SECRET,
            "PARVIS_PUBLIC_URL": "http://localhost:8000",
        }

    def run(self, *arguments: str) -> warm.Done:
        """One `parvis` command to its end."""
        return warm.run(*arguments, env=self.env, folder=self.folder)

    def do(self, *arguments: str) -> str:
        """One that must succeed; what it printed."""
        return warm.succeed(*arguments, env=self.env, folder=self.folder)

    def refused(self, *arguments: str) -> str:
        """One that must fail; its one sentence."""
        return self.run(*arguments).sentence

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """What a command lists with --json."""
        listed: list[dict[str, Any]] = json.loads(self.do(*arguments, "--json"))
        return listed

    def write(self, name: str, text: str, encoding: str = "utf-8") -> str:
        """A file in the folder; its name."""
        (self.folder / name).write_text(text, encoding=encoding)
        return name

    @contextmanager
    def town(self) -> Iterator[people.Town]:
        """The same town, lived in by citizens."""
        with people.open_town(self.url, secret_key=[SECRET]) as town:
            town.clock.now = utc_now()
            yield town


def found(desk: Desk) -> None:
    """Set the town up, from an empty database, by the forms that guides quote."""
    desk.do("migrate")
    desk.do(
        "operators", "add", "--slug", "eaux", "--name", "Eau de Marseille Métropole", "--service", "WATER",
        "--proof", "CONTRACT_AND_METER", "--commune", "13026", "--login-on-confirmation",
    )  # fmt: skip
    desk.do(
        "operators", "add", "--slug", "loudun", "--name", "CC du Pays Loudunais", "--service", "WASTE",
        "--proof", "ACTIVATION_KEY", "--commune", "86137", "--requests",
    )  # fmt: skip
    desk.do("subscribers", "import", "--operator", "eaux", desk.write("eaux.csv", EAUX))
    desk.do("subscribers", "import", "--operator", "loudun", desk.write("loudun.csv", LOUDUN, "cp1252"))


@pytest.fixture(scope="session")
def _sqlite_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    path = folder / "parvis.sqlite3"
    found(Desk(f"sqlite:///{path}", folder))
    # What still waits in the log beside the file would not be copied with it.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def _postgres_town(
    postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with postgres_server.database() as url:
        found(Desk(url, tmp_path_factory.mktemp("town")))
        yield postgres_server.seal(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A terminal in a fresh copy of the town."""
    folder = tmp_path / "desk"
    folder.mkdir()
    if request.param == "sqlite":
        yield Desk(f"sqlite:///{shutil.copy(request.getfixturevalue('_sqlite_town'), tmp_path)}", folder)
        return
    host: postgres.Server = request.getfixturevalue("postgres_server")
    with host.database(request.getfixturevalue("_postgres_town")) as url:
        yield Desk(url, folder)


@pytest.fixture
def nowhere(tmp_path: Path) -> Desk:
    """A terminal without a database: nothing is at its address yet."""
    return Desk(f"sqlite:///{tmp_path}/parvis.sqlite3", tmp_path)
