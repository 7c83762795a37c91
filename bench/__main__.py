"""`python -m bench`: measure, print a table, write var/bench.json. A miss is printed, never an error.

`--quick` leaves the million subscribers out, `--providers` all but the provider and its peers. The figures are worth
what the machine's idleness is worth: the load average is printed beside them.
"""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import federation, first_sight, rows, servers
from bench.row import Row

RESULT = Path("var/bench.json")
MARKS = {True: "met", False: "MISSED", None: ""}


TOWN = (rows.key_validation, rows.logins, rows.searches, rows.starts, first_sight.portal)


def main(options: set[str]) -> None:
    """Measure everything and say it."""
    measurements = [federation.providers]
    if "--providers" not in options:
        measurements = [*TOWN, *measurements, *([] if "--quick" in options else [rows.a_million])]
    servers.stay_on_load_core()
    print(f"load average at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    found: list[Row] = []
    for measure in measurements:
        with tempfile.TemporaryDirectory(prefix="parvis-bench-") as folder:
            for row in measure(Path(folder)):
                found.append(row)
                print(_line(row), flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(row) for row in found], indent=2, ensure_ascii=False) + "\n")


def _line(row: Row) -> str:
    cpu = "" if row.cpu is None else f"{row.cpu:.2f}{' ms CPU' if row.unit else ' by CPU'}"
    return f"{row.name:48}{row.measured:>10.2f} {row.unit:8}{cpu:14}{row.target:20}{MARKS[row.met]}".rstrip()


main(set(sys.argv[1:]))
