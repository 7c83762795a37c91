"""A town in service: a migrated database, both seeds' operators, and the real server with a real relay.

Everything goes in by the command line, as an agent would do it; nothing is written past Parvis.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.support import server, warm
from tests.support.citizen import Citizen
from tests.support.smtp import Received, Sink

SECRET = "the-secret-of-an-invented-town-0123456789"
SUBSCRIBERS = {
    "loudun": [
        {"contract_number": "CCPL-1", "family_name": "TEST", "given_name": "Jean-Michel", "organization_name": "Test",
         "mobile": "06 39 98 01 02", "email": "jm@example.org", "address_line1": "99 RUE DE LA FONTAINE D ADAM",
         "postcode": "86200", "city": "LOUDUN"},
        {"contract_number": "CCPL-2", "family_name": "CHAUVEAU", "given_name": "Léonie",
         "address_line1": "1 PLACE DU PORTAIL", "postcode": "86200", "city": "LOUDUN"},
    ],
    "marseille": [
        {"contract_number": "1234567", "meter_number": "D23AB123456", "family_name": "ROUX", "given_name": "Inès",
         "address_line1": "3 QUAI DU PORT", "postcode": "13220", "city": "CHATEAUNEUF LES MARTIGUES"},
        {"contract_number": "7654321", "meter_number": "D23AB654321", "family_name": "BLANC", "given_name": "Paul",
         "address_line1": "5 QUAI DU PORT", "postcode": "13220", "city": "CHATEAUNEUF LES MARTIGUES"},
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A running server and what its citizens hold."""

    server: server.Running
    sink: Sink
    env: dict[str, str]
    keys: dict[str, str]
    """Contract number -> activation key, as printed."""

    def citizen(self, language: str = "fr") -> Citizen:
        """Somebody with a browser of their own."""
        return Citizen(self.server.url, language=language)

    def mails(self, to: str, count: int) -> list[Received]:
        """The first `count` mails to an address, once they have come."""
        return self.sink.wait_for(count, to=to)

    def command(self, *arguments: str) -> str:
        """One `parvis` command that must succeed; what it printed."""
        return warm.succeed(*arguments, env=self.env)


@contextmanager
def open_town(database_url: str, sink: Sink, folder: Path, **settings: str) -> Iterator[Town]:
    """Migrate, add both operators and their subscribers, issue keys, register the portal, and serve."""
    port = server.free_port()
    env = {
        "PARVIS_DATABASE_URL": database_url,
        "PARVIS_SECRET_KEY": SECRET,
        "PARVIS_PUBLIC_URL": f"http://{server.HOST}:{port}",
        "PARVIS_SMTP_URL": sink.url,
        "PARVIS_CHALLENGE": "off",
        **settings,
    }
    warm.succeed("migrate", env=env)
    keys = _found(env, folder)
    with server.serve(env, port) as running:
        yield Town(running, sink, env, keys)


def _found(env: dict[str, str], folder: Path) -> dict[str, str]:
    command = partial(warm.succeed, env=env)
    command(
        "operators", "add", "--slug", "loudun", "--name", "CC du Pays Loudunais", "--service", "WASTE",
        "--proof", "ACTIVATION_KEY", "--commune", "86137", "--requests",
    )  # fmt: skip
    command(
        "operators", "add", "--slug", "marseille", "--name", "Eau de Marseille Métropole", "--service", "WATER",
        "--proof", "CONTRACT_AND_METER", "--commune", "13026", "--login-on-confirmation",
    )  # fmt: skip
    for slug, rows in SUBSCRIBERS.items():
        path = folder / f"{slug}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), delimiter=";", restval="")
            writer.writeheader()
            writer.writerows(rows)
        command("subscribers", "import", "--operator", slug, str(path))
    command("keys", "issue", "--operator", "loudun", "--out", str(folder / "keys.csv"))
    url = env["PARVIS_PUBLIC_URL"]
    command(
        "clients", "add", "--id", "portal", "--name", "Portail", "--redirect-uri", f"{url}/callback", "--public",
        "--first-party", "--direct-login", "--origin", url, "--scope",
        "openid profile email offline_access account", "--id-token-alg", "ES256",
    )  # fmt: skip
    with (folder / "keys.csv").open(newline="", encoding="utf-8") as file:
        return {row["contract_number"]: row["activation_key"] for row in csv.DictReader(file)}
