"""The settings' reference page is what the code says."""

from pathlib import Path

from identity.foundation import settings_page

ROOT = Path(__file__).parents[2]


def test_the_page_is_printed_from_the_docstrings() -> None:
    assert (ROOT / "docs/settings.md").read_text() == settings_page.page()


def test_the_operating_guide_leads_to_it() -> None:
    assert "settings.md" in (ROOT / "docs/operating.md").read_text()
