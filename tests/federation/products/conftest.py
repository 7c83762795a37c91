"""A product, registered by its name, its configuration pasted into a folder, and running there."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.products.table import PRODUCTS
from tests.federation import programs
from tests.federation.conftest import Provider
from tests.federation.journey import Service
from tests.federation.programs import Address

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Program:
    """How a product is started: with the files beside this one that surround what was pasted."""

    product: str
    command: Sequence[str]
    around: tuple[str, ...] = ()
    goodbye: str = "/"
    logout: str = "/logout"
    logout_button: str | None = None
    on_node: bool = False


Start = Callable[[Program], Service]


@pytest.fixture
def start(provider: Provider, tmp_path: Path) -> Iterator[Start]:
    """Starts a product; it ends with the test."""
    with ExitStack() as running:
        yield lambda program: running.enter_context(_running(provider, program, tmp_path))


@contextmanager
def _running(provider: Provider, program: Program, folder: Path) -> Iterator[Service]:
    address = Address.free()
    printed = provider.command("clients", "add", "--product", program.product, "--url", address.url)
    files: dict[str, str] = printed["files"]  # type: ignore[assignment]
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in program.around:
        shutil.copy(FOLDER / name, folder / name)
    if program.on_node:
        (folder / "node_modules").symlink_to(programs.FOLDER / "node" / "node_modules")
    env = {"SERVICE_URL": address.url, "PORT": str(address.port)}
    command = [word.format(port=address.port) for word in program.command]
    with programs.run(command, address, folder, env):
        yield Service(
            address.url, printed["client_id"], PRODUCTS[program.product].title, provider.issuer,
            logout=program.logout, logout_button=program.logout_button, goodbye=program.goodbye,
        )  # fmt: skip
