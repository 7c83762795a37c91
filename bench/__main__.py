"""`python -m bench`: measure, print a table, write var/bench.json. A miss is printed, never an error.

`--quick` leaves the million subscribers out. The figures are worth what the machine's idleness is worth: the load
average is printed beside them.
"""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import first_sight, rows, servers

RESULT = Path("var/bench.json")
MARKS = {True: "met", False: "MISSED", None: ""}


def main(quick: bool) -> None:
    """Measure everything and say it."""
    measurements = [
        rows.key_validation,
        rows.logins,
        rows.searches,
        rows.starts,
        first_sight.portal,
        *([] if quick else [rows.a_million]),
    ]
    servers.stay_on_load_core()
    print(f"load average at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    found: list[rows.Row] = []
    for measure in measurements:
        with tempfile.TemporaryDirectory(prefix="parvis-bench-") as folder:
            for row in measure(Path(folder)):
                found.append(row)
                print(
                    f"{row.name:48}{row.measured:>10.2f} {row.unit:8}{row.target:20}{MARKS[row.met]}",
                    flush=True,
                )
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(row) for row in found], indent=2, ensure_ascii=False) + "\n")


main("--quick" in sys.argv)
