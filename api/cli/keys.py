"""`parvis keys`: issue activation keys to a file or by e-mail, import, revoke and list them."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from api.cli import agent
from api.cli.console import Json, fail, one_sentence, open_units, print_rows, progress
from identity.backoffice import key_file, key_import, key_mailing, keys
from identity.backoffice.keys import Revocation
from identity.backoffice.subscriber_rows import BadCell

app = typer.Typer(
    help="Activation keys: what a citizen finds in a letter or an e-mail.", no_args_is_help=True
)

SHOWN = 20
"""Bad rows that are printed; `--report` writes them all."""

Operator = Annotated[str, typer.Option(help="The operator's slug.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="How many days a key is good for.")]
Contracts = Annotated[
    list[str], typer.Option("--contract", help="Only this contract; repeat for several.", show_default=False)
]


@app.command()
def issue(
    operator: Operator,
    out: Annotated[Path, typer.Option(help="The file to write; it must not exist.", dir_okay=False)],
    days: Days = 365,
    contract: Contracts = [],  # noqa: B006 - Typer copies it
    reissue: Annotated[bool, typer.Option("--reissue", help="Also where a usable key is void then.")] = False,
) -> None:
    """Write a key for each open subscriber without account who has no usable key, with the postal address.

    The file (mode 0600) is on the disk before any of its keys works: it is the only place that shows them.
    """
    wish = key_file.Wish(operator, out, timedelta(days=days), contract, reissue)
    with one_sentence(), progress("Issuing") as bar:
        try:
            issued = key_file.issue(open_units(), wish, agent.name(), _advance(bar))
        except FileExistsError:
            fail(
                f"{out} exists, and is not overwritten. If a run was cut short, its keys may not work: "
                "see parvis keys list, delete the file and issue again."
            )
        except key_file.NotCommitted as error:
            cause = getattr(error.__cause__, "reason", None) or type(error.__cause__).__name__
            fail(
                f"{out} is written but the database did not take its keys ({cause}): "
                "none of them works. Delete the file and issue again."
            )
    print(f"{_count(issued.keys, 'key')} written to {out}. {_voided(issued.voided)}".strip())


@app.command("import")
def import_(
    operator: Operator,
    file: Annotated[Path, typer.Argument(help="CSV: contract_number, activation_key[, expires_at].")],
    days: Days = 365,
    report: Annotated[Path | None, typer.Option(help="Write every bad row to this CSV.")] = None,
) -> None:
    """Take over keys that another system has printed: all of them, or none where a row is bad."""
    wish = key_import.Wish(operator, file, timedelta(days=days))
    with one_sentence():
        with progress("Importing") as bar:
            imported = key_import.import_(open_units(), wish, agent.name(), _advance(bar))
        if report is not None:
            _write_report(report, imported.bad)
        if imported.bad:
            rows = [
                f"line {bad.line}: {bad.column} {bad.reason}".replace(":  ", ": ") for bad in imported.bad
            ]
            more = [f"and {len(rows) - SHOWN} more"] * (len(rows) > SHOWN)
            fail("\n".join([*rows[:SHOWN], *more, f"Nothing was imported: {_count(len(rows), 'bad cell')}."]))
    print(f"{_count(imported.stored, 'key')} imported, {imported.unchanged} there already.")
    if not imported.checked:
        print(f"Keys of {operator} are judged by their form alone: not all carry the check symbol.")


@app.command()
def send(
    operator: Operator,
    days: Days = 365,
    contract: Contracts = [],  # noqa: B006
    again: Annotated[bool, typer.Option("--again", help="Also who was mailed within the day.")] = False,
) -> None:
    """E-mail a fresh key and its link to each open subscriber without account; their former keys are void.

    A run that was cut short is run again: nobody is mailed twice within a day.
    """
    wish = key_mailing.Wish(operator, timedelta(days=days), contract, again)
    with one_sentence(), progress("Sending") as bar:
        sent = key_mailing.send(open_units(), wish, agent.name(), _advance(bar))
    left_out = f"{sent.without_email} without an e-mail address, {sent.mailed_before} mailed within the day."
    print(f"{_count(sent.mailed, 'e-mail')} queued. {_voided(sent.voided)} Left out: {left_out}")


@app.command()
def revoke(
    operator: Operator,
    contract: Contracts = [],  # noqa: B006
    key: Annotated[str | None, typer.Option(help="This key alone.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every key that is not used.")] = False,
) -> None:
    """Void keys that are not used yet."""
    if [bool(contract), key is not None, everything].count(True) != 1:
        fail("Say which: --contract, --key or --all.")
    with one_sentence(), open_units().begin() as work:
        voided = keys.revoke(work, Revocation(operator, contract, key), agent.name())
    if key is not None and not voided:
        fail(f"No key of {operator} that could be used matches.")
    print(f"{_count(voided, 'key')} revoked.")


@app.command("list")
def list_(
    operator: Operator,
    contract: Contracts = [],  # noqa: B006
    as_json: bool = Json,
) -> None:
    """List the keys and what each is worth; never the keys themselves."""
    with one_sentence(), open_units().read() as work:
        print_rows([_row(listed) for listed in keys.listed(work, operator, contract)], as_json)


def _row(listed: keys.ListedKey) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
        for name, value in asdict(listed).items()
    }


def _advance(bar: Progress) -> key_file.Tick:
    return lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total)


def _write_report(path: Path, bad: Sequence[BadCell]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("line", "column", "reason"))
        rows.writerows((cell.line, cell.column, cell.reason) for cell in bad)


def _voided(count: int) -> str:
    return f"{_count(count, 'former key')} void." if count else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
