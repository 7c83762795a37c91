"""What is installed is what was written: the wheel holds every file of the rooms, the locks what is asked."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.source import ROOMS, ROOT, files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_wheel_holds_every_file_of_the_three_rooms_and_no_other(tmp_path: Path) -> None:
    """Templates, the communes and what `make build` wrote travel with the code that reads them."""
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / built.stdout.strip()) as wheel:
        packed = {Path(name) for name in wheel.namelist() if ".dist-info/" not in name}
    shipped = {path.relative_to(ROOT) for path in (ROOT / "api/built").rglob("*") if path.is_file()}
    assert packed == {path for path in files() if path.parts[0] in ROOMS} | shipped


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_a_lock_pins_a_version_that_the_project_asks_for(lock: str, extras: list[str]) -> None:
    """Whoever changes pyproject.toml runs `make lock`."""
    optional = PROJECT["optional-dependencies"]
    asked = [
        Requirement(line)
        for line in PROJECT["dependencies"] + [r for extra in extras for r in optional[extra]]
    ]
    pinned = dict(re.findall(r"^([a-z0-9.-]+)==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))
    unmet = [str(one) for one in asked if not one.specifier.contains(pinned.get(one.name, "0"))]
    assert unmet == []


def test_the_development_lock_holds_the_other_whole() -> None:
    """What is tested is what runs."""
    runtime, development = (
        (ROOT / name).read_text() for name in ("requirements.lock", "requirements-dev.lock")
    )
    pins = re.compile(r"^[a-z0-9.-]+==[^ ]+", re.MULTILINE)
    assert set(pins.findall(runtime)) <= set(pins.findall(development))
