"""`parvis subscribers import`: what an agent types, sees and may script."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from api.cli import subscribers as cli
from identity.directory.subscribers import Subscriber
from tests.proof import town

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`parvis subscribers import --operator loudun …` in an empty folder."""
    with town.open_town(database_url) as units, units.begin() as work:
        town.operator(work)
    monkeypatch.setenv("PARVIS_DATABASE_URL", database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", town.SECRET)
    folder = tmp_path / "agent"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(cli.app, ["import", "--operator", "loudun", *arguments])


def kept(database_url: str) -> list[str]:
    with town.open_town(database_url) as units, units.read() as work:
        return sorted(work.session.exec(select(Subscriber.contract_number)))


def test_a_good_file_is_imported_and_counted(run: Run, database_url: str) -> None:
    """One line on stdout, status 0."""
    Path("abonnes.csv").write_text("N° de contrat;Nom\n1;A\n2;B\n")
    result = run("abonnes.csv")
    assert (result.exit_code, result.stdout) == (0, "Were imported: 2 added, 0 updated, 0 unchanged.\n")
    assert kept(database_url) == ["1", "2"]


def test_a_dry_run_keeps_nothing(run: Run, database_url: str) -> None:
    """It says what would be."""
    Path("abonnes.csv").write_text("contrat\n1\n")
    result = run("abonnes.csv", "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "Would be imported: 1 added, 0 updated, 0 unchanged.\n")
    assert kept(database_url) == []


def test_bad_rows_are_told_in_short_and_reported_in_full(run: Run, database_url: str) -> None:
    """The first ones on stderr, all of them in the report, status 1, and nothing is kept."""
    Path("abonnes.csv").write_text("contrat,téléphone\n" + "".join(f"{n},non\n" for n in range(30)))
    result = run("abonnes.csv", "--report", "R.csv")
    assert result.exit_code == 1
    told = result.stderr.splitlines()
    assert told[0] == "Line 2, phone is not a phone number."
    assert told[-1] == "Nothing was imported: 30 cells are bad; R.csv has them all."
    assert len(told) == cli.SHOWN + 1
    with Path("R.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {"line": str(n), "column": "phone", "reason": "is not a phone number"} for n in range(2, 32)
    ]
    assert kept(database_url) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv"], "nowhere.csv: No such file or directory.\n"),
        (["."], ".: Is a directory.\n"),
        (["empty.csv"], "empty.csv has no header in its first line.\n"),
        (["good.csv", "--report", "good.csv"], "The report would overwrite the file to import.\n"),
        (["good.csv", "--operator", "nowhere"], "Operator not found.\n"),
    ],
)
def test_what_goes_wrong_is_one_sentence(run: Run, arguments: list[str], sentence: str) -> None:
    """On stderr, status 1, and the file is as it was."""
    Path("empty.csv").touch()
    Path("good.csv").write_text("contrat\n1\n")
    result = run(*arguments)
    assert (result.exit_code, result.stderr, result.stdout) == (1, sentence, "")
    assert Path("good.csv").read_text() == "contrat\n1\n"
