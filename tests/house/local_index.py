"""A folder of invented wheels that stand for what locks pin, and for a later release of each."""

import hashlib
import importlib.metadata
import re
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

LATER = "9999"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ]+)(?: ; (.*?))? \\$", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    """What a lock pins on this very platform: by name, the version."""
    found = {}
    for name, version, marker in _PIN.findall(lock.read_text()):
        wanted = Requirement(f"{name}=={version}" + (f" ; {marker}" if marker else ""))
        if wanted.marker is None or wanted.marker.evaluate():
            found[name] = version
    return found


def publish(folder: Path, name: str, version: str) -> str:
    """Adds the wheel and a later one, both with the real one's requirements where that is installed; its hash."""
    _wheel(folder, name, LATER)
    return hashlib.sha256(_wheel(folder, name, version).read_bytes()).hexdigest()


def lock(pinned: dict[str, str], folder: Path) -> str:
    """The text of a lock that pins the same versions of the invented wheels, which it publishes."""
    lines = [
        f"{name}=={version} --hash=sha256:{publish(folder, name, version)}"
        for name, version in pinned.items()
    ]
    return "\n".join(lines) + "\n"


def _wheel(folder: Path, name: str, version: str) -> Path:
    stem = f"{name.replace('-', '_').replace('.', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{_requirements(name)}",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{stem}.dist-info/{file},,\n" for file in [*files, "RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in {**files, "RECORD": record}.items():
            wheel.writestr(zipfile.ZipInfo(f"{stem}.dist-info/{file}"), text)
    return path


def _requirements(name: str) -> str:
    try:
        real = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    kept = [(key, value) for key in ("Requires-Dist", "Provides-Extra") for value in real.get_all(key, [])]
    return "".join(f"{key}: {value}\n" for key, value in kept)
