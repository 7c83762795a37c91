"""What all commands share: opening the database, printing rows, ending with one sentence.

Exit status 0 only when all was done; an error is one sentence on stderr and status 1.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.cli import agent
from identity import migrations
from identity.foundation import settings as settings_
from identity.foundation.errors import InvalidInput, Refusal
from identity.foundation.unit_of_work import Units, Visitor, open_engine

WIDEST = 1000

Json = typer.Option(False, "--json", help="Print JSON instead of a table.")


def open_units() -> Units:
    """The database that PARVIS_DATABASE_URL names, visited by an agent at the command line; NotReady."""
    settings = settings_.load()
    engine = open_engine(settings, existing=True)
    migrations.require_current(engine)
    return Units(engine, settings, Visitor(network="command line", agent=agent.name()))


def print_rows(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    """A table for people, or a JSON array for programs; every row has the same keys."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        print("Nothing.", file=sys.stderr)
        return
    table = Table(*map(str, rows[0]))
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    # A citizen's name is no markup, and a file or a pipe has no width to wrap at.
    width = None if sys.stdout.isatty() else WIDEST
    Console(markup=False, emoji=False, width=width).print(table)


def fail(sentence: str, status: int = 1) -> NoReturn:
    """End with one sentence on stderr."""
    print(sentence, file=sys.stderr)
    raise SystemExit(status)


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing elsewhere; `bar.update(bar.task_ids[0], advance=n)`."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True
    ) as bar:
        bar.add_task(title, total=total)
        yield bar


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a refusal, a wrong option or setting, a missing file or a database that is down into one sentence."""
    try:
        yield
    except typer.TyperException as error:
        fail(error.format_message(), error.exit_code)
    except (settings_.SettingsError, migrations.NotReady) as error:
        fail(str(error))
    except InvalidInput as error:
        fail("; ".join(f"{'.'.join(fault.path)}: {fault.code}" for fault in error.faults))
    except Refusal as error:
        fail(error.reason or error.code.replace("_", " ").lower().capitalize() + ".")
    except OSError as error:
        fail(f"{error.filename or 'The file'}: {error.strerror or error}.")
    except Exception as error:
        if sentence := migrations.complaint(error):
            fail(sentence)
        raise
