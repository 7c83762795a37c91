"""`parvis accounts`: what an agent sees of an account, and does to it, from the command line."""

import json
from collections.abc import Iterator

import pytest
from click.testing import Result
from sqlmodel import col, select
from typer.testing import CliRunner

from api.cli import accounts, agent
from identity.foundation.audit import AuditEvent
from identity.foundation.unit_of_work import utc_now
from tests.support import letters, people
from tests.support.people import JEAN, SECRET, Town


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A fresh town on either engine."""
    with people.open_town(database_url) as town:
        yield town


def parvis(town: Town, *arguments: str) -> Result:
    """`parvis accounts …`, as an agent runs it."""
    environment = {"PARVIS_DATABASE_URL": town.units.settings.database_url, "PARVIS_SECRET_KEY": SECRET}
    return CliRunner().invoke(accounts.app, arguments, env=environment)


def test_an_account_is_shown_with_its_contracts_and_sessions(town: Town) -> None:
    town.clock.now = utc_now()
    town.signed_in(number="1234567")
    shown = parvis(town, "show", "JEAN@exemple.fr", "--json")
    assert (shown.exit_code, shown.stderr) == (0, "")
    [row] = json.loads(shown.stdout)
    assert (row["email"], row["state"], row["name"], row["contracts"], row["sessions"]) == (
        JEAN, "open", "Jean-Michel Test", ["1234567"], 1,
    )  # fmt: skip
    table = parvis(town, "show", JEAN)
    assert table.exit_code == 0
    assert JEAN in table.stdout


def test_a_registration_that_waits_is_shown_and_sent_again(town: Town) -> None:
    town.clock.now = utc_now()
    jean = town.browser()
    jean.register(town.proof())
    former = letters.token(town.units, JEAN)
    [row] = json.loads(parvis(town, "show", JEAN, "--json").stdout)
    assert (row["state"], row["name"], row["contracts"]) == ("unconfirmed", None, [])
    assert parvis(town, "resend", JEAN).exit_code == 0
    assert letters.kinds(town.units, JEAN) == ["confirm_registration"] * 2
    assert letters.token(town.units, JEAN) != former
    assert jean.confirm().email == JEAN
    again = parvis(town, "resend", JEAN)
    assert (again.exit_code, again.stderr) == (1, f"No registration waits for {JEAN}.\n")


def test_an_account_is_locked_and_unlocked(town: Town) -> None:
    town.clock.now = utc_now()
    jean = town.signed_in()
    assert parvis(town, "lock", JEAN).exit_code == 0
    assert not jean.is_signed_in()
    [row] = json.loads(parvis(town, "show", JEAN, "--json").stdout)
    assert (row["state"], row["sessions"]) == ("locked", 0)
    assert parvis(town, "unlock", JEAN).exit_code == 0
    assert jean.log_in().account.email == JEAN


def test_whom_nobody_knows_is_one_sentence_and_status_1(town: Town) -> None:
    for command in ("show", "lock", "unlock", "resend"):
        for email in ("nobody@exemple.fr", "nobody"):
            refused = parvis(town, command, email)
            assert (refused.exit_code, refused.stdout) == (1, "")
            assert refused.stderr.startswith("No ")
            assert refused.stderr.count("\n") == 1


def test_each_command_says_what_it_did_and_the_audit_who_did_it(town: Town) -> None:
    town.clock.now = utc_now()
    town.signed_in()
    assert parvis(town, "lock", JEAN).stdout.startswith(f"{JEAN} is locked")
    assert parvis(town, "unlock", JEAN).stdout.startswith(f"{JEAN} is unlocked")
    with town.units.read() as work:
        done = work.session.exec(
            select(AuditEvent).where(col(AuditEvent.action).like("account.%locked"))
        ).all()
    assert [(event.action, event.detail) for event in done] == [
        ("account.locked", {"agent": agent.name()}),
        ("account.unlocked", {"agent": agent.name()}),
    ]
