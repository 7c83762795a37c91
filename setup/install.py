"""Installs what lock files pin, and nothing else, into the environment whose Python runs this.

    .venv/bin/python setup/install.py requirements.lock [--editable .]

Nothing is resolved (`--no-deps`, every file by its hash), so no later release changes what is installed; then the
environment is checked. uv, pinned by requirements-uv.lock, takes seconds. Where the platform has no wheel of it, or
it cannot do it, pip does the same: any pip since 22.3, the one that Python 3.11.0 carries.
"""

import argparse
import importlib.metadata
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import uv

ROOT = Path(__file__).parent.parent
LOCKED = ("install", "--no-deps", "--require-hashes")
KEPT = {"parvis", "pip", "setuptools", "wheel"}
"""What no lock names: the project itself, and what `venv` may put into every environment."""

Tool = Callable[..., bool]


def by_pip(*arguments: str) -> bool:
    """Whether pip could."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    return subprocess.run([*pip, *arguments], check=False).returncode == 0


def by_uv(*arguments: str) -> bool:
    """Whether uv could, in this same environment."""
    command = [uv.PROGRAM, "pip", *arguments, "--python", sys.executable]
    return subprocess.run(command, env=uv.environment(), check=False).returncode == 0


def tools() -> list[Tool]:
    """What to install with, best first."""
    lock = ROOT / "requirements-uv.lock"
    if by_pip(*LOCKED, "--only-binary", ":all:", "-r", str(lock)):
        return [by_uv, by_pip]
    print("uv is not to be had for this machine: pip installs, which takes longer", flush=True)
    return [by_pip]


def leftovers() -> list[str]:
    """What is installed that no lock of this tree names (any more)."""
    pins = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
    locks = [*ROOT.glob("requirements*.lock"), *ROOT.glob("web/requirements*.lock")]
    locked = {_normal(name) for lock in locks for name in pins.findall(lock.read_text())}
    here = importlib.metadata.distributions(path=[sysconfig.get_path("purelib")])
    return sorted({_normal(one.name) for one in here} - locked - KEPT)


def install(tool: Tool, locks: list[str], editable: str | None) -> bool:
    """Whether everything that the locks pin is installed by this tool, and fits together."""
    if not tool(*LOCKED, *(word for lock in locks for word in ("-r", lock))):
        return False
    if editable and not tool("install", "--no-deps", "--no-build-isolation", "--editable", editable):
        return False
    left = leftovers()
    return (not left or by_pip("uninstall", "--yes", *left)) and tool("check")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("locks", nargs="+")
    parser.add_argument(
        "--editable", metavar="FOLDER", help="a project to install in place, once the locks are"
    )
    asked = parser.parse_args()
    if not any(install(tool, asked.locks, asked.editable) for tool in tools()):
        sys.exit(f"Not installed: {', '.join(asked.locks)}")
