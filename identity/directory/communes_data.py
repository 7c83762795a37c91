"""Rebuilds the file of communes that Parvis ships. Needs npm, once a year; a server only ever reads the file.

    python -m identity.directory.communes_data [VERSION]

Communes, INSEE codes and populations: Insee; postcodes: La Poste; gathered by Etalab in the npm package
`@etalab/decoupage-administratif`, under the Licence Ouverte 2.0 (see data/README.md).
"""

import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "@etalab/decoupage-administratif"
VERSION = "6.0.0"
"""The communes as they stand in 2026."""
FILE = Path(__file__).parent / "data" / "communes.tsv.gz"
CREDIT = f"# {PACKAGE} {{version}}: Insee, La Poste, Etalab; Licence Ouverte 2.0"


def read(path: Path) -> Iterator[list[str]]:
    """INSEE code, name, population and postcodes (separated by spaces) of each commune in a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\n").split("\t")


def rebuild(version: str = VERSION) -> int:
    """Fetch the package and write the file, the same bytes for the same data; how many communes it holds."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{version}"], cwd=folder, check=True)
        communes = _current(next(Path(folder).glob("*.tgz")))
    lines = [CREDIT.format(version=version), *sorted(map(_line, communes))]
    FILE.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))
    return len(communes)


def _current(package: Path) -> list[dict[str, Any]]:
    with tarfile.open(package) as archive:
        found = archive.extractfile("package/data/communes.json")
        communes = json.load(found) if found else []
    return [commune for commune in communes if commune["type"] == "commune-actuelle"]


def _line(commune: dict[str, Any]) -> str:
    # Desert islands have neither postcode nor, some of them, population.
    postcodes = " ".join(commune.get("codesPostaux", []))
    return f"{commune['code']}\t{commune['nom']}\t{commune.get('population') or 0}\t{postcodes}"


if __name__ == "__main__":
    print(f"{rebuild(*sys.argv[1:2])} communes in {FILE}.")
