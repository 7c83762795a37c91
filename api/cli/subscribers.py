"""`parvis subscribers`: the people and companies that an operator's file names."""

import csv
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import fail, one_sentence, open_units, progress
from identity.backoffice import imports
from identity.backoffice.imports import Report, Wish
from identity.backoffice.subscriber_rows import LABELS, BadCell

app = typer.Typer(help="Who holds a contract with an operator.", no_args_is_help=True)

SHOWN = 20
"""Bad cells told on stderr; the report has them all."""


@app.callback()
def _group() -> None:
    """Keeps `import` a command of its own: an app with one command would lose its name."""


@app.command("import", help=f"Import an operator's CSV, all or nothing. Columns: {', '.join(LABELS)}.")
def import_(
    operator: Annotated[str, typer.Option(help="The operator's slug.")],
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 or Windows-1252, with commas or semicolons.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write every bad cell here, as CSV.")] = None,
) -> None:
    """Import a file; status 1 where a cell is bad."""
    if report and report.exists() and report.samefile(file):
        fail("The report would overwrite the file to import.")
    told: list[BadCell] = []
    with one_sentence(), _reporting(report, told) as tell, progress(f"Reading {file.name}") as bar:

        def tick(done: int, total: int) -> None:
            title = f"Reading {file.name}" if done < total else "Comparing and merging"
            bar.update(bar.task_ids[0], completed=done, total=total, description=title)

        outcome = imports.run(open_units(), Wish(operator, file, dry_run), tell, tick)
    for cell in told:
        print(f"Line {cell.line}, {cell.column or 'the row'} {cell.reason}.", file=sys.stderr)
    if outcome.bad:
        fail(_refusal(outcome.bad, report))
    changed = outcome.difference
    print(
        f"{'Would be' if dry_run else 'Were'} imported: "
        f"{changed.added} added, {changed.updated} updated, {changed.unchanged} unchanged."
    )


@contextmanager
def _reporting(report: Path | None, told: list[BadCell]) -> Iterator[Report]:
    """Takes bad cells: the first few are kept to be told, all of them go to the report."""
    with ExitStack() as stack:
        writer = None
        if report:
            writer = csv.writer(stack.enter_context(report.open("w", encoding="utf-8", newline="")))
            writer.writerow(["line", "column", "reason"])

        def tell(cell: BadCell) -> None:
            if len(told) < SHOWN:
                told.append(cell)
            if writer:
                writer.writerow([cell.line, cell.column, cell.reason])

        yield tell


def _refusal(bad: int, report: Path | None) -> str:
    where = f"; {report} has them all" if report else "; --report writes them all" if bad > SHOWN else ""
    return f"Nothing was imported: {bad} cell{'s are' if bad > 1 else ' is'} bad{where}."
