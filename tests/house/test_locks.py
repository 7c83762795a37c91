"""What the locks pin can be installed on any day, by the oldest pip that we allow and by uv, and nothing else is.

The index is a folder of invented wheels: the locked releases and a later one of each, as the world has them one day
after `make lock`. Nothing here needs the network but the old pip itself.
"""

import importlib.metadata
import os
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.house import local_index
from tests.support.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "web/requirements-node.lock")
OLDEST_PIP = "pip==22.3 --hash=sha256:1daab4b8d3b97d1d763caeb01a4640a2250a0ea899e257b1e44b9eded91e15ab"
"""What CPython 3.11.0 carries, the first Python that we run on."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with our locks, of invented wheels in `index/`, and an environment of its own with the oldest pip."""
    root = tmp_path_factory.mktemp("town")
    (root / "web").mkdir()
    (root / "index").mkdir()
    shutil.copytree(ROOT / "setup", root / "setup")
    for name in LOCKS:
        (root / name).write_text(local_index.lock(local_index.pins(ROOT / name), root / "index"))
    subprocess.run([sys.executable, "-m", "venv", root / ".venv"], check=True)
    grow_old(root)
    return root


def grow_old(root: Path) -> None:
    if sys.version_info >= (3, 12):
        return  # that pip does not run there; the one that this Python carries stays
    wanted = root / "oldest-pip.lock"
    wanted.write_text(OLDEST_PIP)
    command = ["-m", "pip", "install", "--no-deps", "--require-hashes", "--retries", "1", "-r", str(wanted)]
    done = subprocess.run([root / ".venv/bin/python", *command], capture_output=True, check=False)
    assert done.returncode == 0 or os.environ.get("CI") != "true", done.stderr


def run(root: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the environment's Python where pip is configured for the invented index, and uv by pip alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(root / "index")}
    cold = {"UV_CACHE_DIR": str(root / "cache"), "PIP_NO_CACHE_DIR": "1"}
    return subprocess.run(
        [root / ".venv/bin/python", *command],
        cwd=root, env=kept | settings | cold, capture_output=True, text=True, check=False,
    )  # fmt: skip


def here(root: Path) -> list[importlib.metadata.Distribution]:
    """What the environment holds, but pip and what came with it."""
    [library] = (root / ".venv/lib").glob("python*/site-packages")
    found = importlib.metadata.distributions(path=[str(library)])
    return [one for one in found if one.name not in {"pip", "setuptools"}]


def emptied(root: Path) -> None:
    """The environment as it was: an invented wheel is nothing but its metadata."""
    for one in here(root):
        shutil.rmtree(Path(str(one.locate_file(f"{one.name.replace('-', '_')}-{one.version}.dist-info"))))


def test_what_resolves_refuses_the_lock_of_yesterday(town: Path) -> None:
    """The trap is set: without `--no-deps`, pip meets the later release behind an extra, and stops."""
    done = run(town, "-m", "pip", "install", "--dry-run", "--require-hashes", "-r", "requirements-dev.lock")
    assert done.returncode != 0
    assert "must have their versions pinned" in done.stderr


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_every_lock_installs_what_it_pins_and_nothing_else(town: Path, tool: str) -> None:
    uv_lock = town / "requirements-uv.lock"
    uv_lock.write_text("uv==0.0.1 --hash=sha256:" + "0" * 64 + "\n")
    if tool == "uv":
        program = shutil.which("uv", path=Path(sys.executable).parent)
        assert program or os.environ.get("CI") != "true", "make .venv/.dev installs uv"
        if not program:
            pytest.skip("This platform has no uv")
        (town / ".venv/bin/uv").symlink_to(program)
        uv_lock.write_text(local_index.lock({"uv": "1"}, town / "index"))
    local_index.publish(town / "index", "forgotten", "1")
    assert run(town, "-m", "pip", "install", "forgotten==1").returncode == 0

    expected: dict[str, str] = {}
    for name in LOCKS:
        done = run(town, "setup/install.py", name)
        assert done.returncode == 0, done.stdout + done.stderr
        assert ("pip installs" in done.stdout) == (tool == "pip")
        expected |= local_index.pins(ROOT / name)
        assert expected.items() <= {one.name: one.version for one in here(town)}.items()
    assert {one.name for one in here(town)} - expected.keys() <= {"uv"}
    emptied(town)


def test_what_does_not_fit_together_is_refused(town: Path) -> None:
    """A lock that lacks what one of its own asks for installs, and is told apart by the check."""
    (town / "broken.lock").write_text(local_index.lock({"jinja2": "3"}, town / "index"))
    (town / "requirements-uv.lock").write_text("uv==0.0.1 --hash=sha256:" + "0" * 64 + "\n")
    shutil.copy(town / "broken.lock", town / "requirements-broken.lock")
    done = run(town, "setup/install.py", "broken.lock")
    (town / "requirements-broken.lock").unlink()
    emptied(town)
    assert done.returncode != 0
    assert "requires markupsafe" in done.stdout
    assert "Not installed: broken.lock" in done.stderr


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_a_lock_holds_all_that_it_asks_for(lock: str, extras: list[str]) -> None:
    """Nothing is resolved at installation, so what an extra of an extra asks for is in the lock already."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = local_index.pins(ROOT / lock)
    lines = [
        *project["dependencies"],
        *(r for extra in extras for r in project["optional-dependencies"][extra]),
    ]
    asked, seen = [Requirement(line) for line in lines], set()
    while asked:
        wanted = asked.pop()
        name = wanted.name.lower().replace("_", "-").replace(".", "-")
        assert (
            wanted.specifier.contains(pinned.get(name, ""), prereleases=True) if name in pinned else False
        ), wanted
        for extra in ("", *wanted.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                asked += required(name, extra)


def required(name: str, extra: str) -> list[Requirement]:
    """What a distribution asks for on this platform, with that extra."""
    all_of_them = map(Requirement, importlib.metadata.requires(name) or [])
    return [one for one in all_of_them if one.marker is None or one.marker.evaluate({"extra": extra})]


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-uv.lock"])
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_uv_is_told_what_pip_is_configured_for() -> None:
    """As `pip config list` prints it; a later section wins, and what is nobody's business is left out."""
    lines = [
        ":env:.cert='/etc/ours.pem'",
        "global.index-url='https://mirror.example/simple'",
        "global.extra-index-url='\\nhttps://a.example\\nhttps://b.example'",
        "global.find-links='/one /two'",
        "install.index-url='https://closer.example/simple'",
        "list.format='json'",
    ]
    told = runpy.run_path(str(ROOT / "setup/uv.py"))["translated"](lines)
    assert told["UV_INDEX_URL"] == "https://closer.example/simple"
    assert told["UV_EXTRA_INDEX_URL"] == "https://a.example https://b.example"
    assert told["UV_FIND_LINKS"] == "/one,/two"
    assert told["SSL_CERT_FILE"] == "/etc/ours.pem"
    assert "json" not in told.values()


def test_a_step_that_fails_says_its_own_words_and_what_to_do() -> None:
    done = subprocess.run(
        [ROOT / "setup/aloud", "Trying", "sh", "-c", "echo no route; exit 7"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (7, "Trying\n")
    assert "no route" in done.stderr
    assert "make it again" in done.stderr


@pytest.mark.parametrize("file", ["Makefile", ".ci/run", "README.md", "docs/operating.md", "docs/portal.md"])
def test_nothing_is_installed_unlocked(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    unlocked = [line for line in lines if "pip install" in line and "--no-deps" not in line]
    assert unlocked + [line for line in lines if "npm install" in line or "npx " in line] == []
