"""The page that shows services how to federate shows what the tests run."""

import pytest

from tests.federation import handbook

CONFIGURATION = sorted(
    str(path.relative_to(handbook.ROOT))
    for folder in (handbook.ROOT / "tests/federation").iterdir()
    if folder.is_dir()
    for pattern in ("*.py", "*.mjs", "*.conf")
    for path in folder.glob(f"**/{pattern}")
    if "node_modules" not in path.parts and not path.name.startswith("test_")
)


@pytest.mark.parametrize("path", CONFIGURATION)
def test_the_page_shows_every_file_of_every_service_letter_by_letter(path: str) -> None:
    assert handbook.shown_files().get(path) == (handbook.ROOT / path).read_text(encoding="utf-8")


def test_the_page_shows_no_file_that_is_not_run() -> None:
    assert sorted(handbook.shown_files()) == CONFIGURATION
