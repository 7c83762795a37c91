"""The page that shows services how to federate shows what the tests run."""

import httpx2
import pytest

from identity.oidc import claims
from tests.federation import handbook
from tests.federation.conftest import Provider

CONFIGURATION = sorted(
    str(path.relative_to(handbook.ROOT))
    for folder in (handbook.ROOT / "tests/federation").iterdir()
    if folder.is_dir() and folder.name != "products"  # theirs are held by tests/cli/test_products.py
    for pattern in ("*.py", "*.mjs", "*.conf")
    for path in folder.glob(f"**/{pattern}")
    if "node_modules" not in path.parts and not path.name.startswith("test_")
)

OURS_ALONE = {"account"}


@pytest.mark.parametrize("path", CONFIGURATION)
def test_the_page_shows_every_file_of_every_service_letter_by_letter(path: str) -> None:
    assert handbook.shown_files().get(path) == (handbook.ROOT / path).read_text(encoding="utf-8")


def test_the_page_shows_no_file_that_is_not_run() -> None:
    assert sorted(handbook.shown_files()) == CONFIGURATION


@pytest.mark.parametrize("scope", sorted(claims.SCOPES.keys() - OURS_ALONE))
def test_the_page_names_every_scope_and_its_claims(scope: str) -> None:
    [row] = [line for line in handbook.PAGE.read_text().splitlines() if line.startswith(f"| `{scope}` |")]
    assert [name for name in claims.SCOPES[scope] if f"`{name}`" not in row] == []


def test_a_service_that_was_invited_registers_by_itself_as_the_page_says(provider: Provider) -> None:
    invitation = provider.command("clients", "invite", "--label", "Médiathèque")["initial_access_token"]
    headers = {"Authorization": f"Bearer {invitation}"}
    answers = [
        httpx2.post(f"{provider.issuer}/register", json=handbook.metadata(), headers=headers, trust_env=False)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 401], answers[0].text
    registered = answers[0].json()
    assert registered["client_id"] and registered["client_secret"] and registered["registration_access_token"]
    assert registered.items() >= handbook.metadata().items()
