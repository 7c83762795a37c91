"""PyPI's Authlib: its client for Starlette."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.federation import journey, programs
from tests.federation.conftest import Provider
from tests.federation.journey import Known, Service
from tests.support.browser import Browser
from tests.support.site import HOST

FOLDER = Path(__file__).parent


@pytest.fixture
def service(provider: Provider, tmp_path: Path) -> Iterator[Service]:
    """The library, which uvicorn serves."""
    address = programs.Address.free()
    credentials = provider.register("mediatheque", address.url, tmp_path)
    command = [
        programs.PYTHON, "-m", "uvicorn", "app:app", "--app-dir", str(FOLDER),
        "--host", HOST, "--port", str(address.port),
    ]  # fmt: skip
    with programs.run(command, address, tmp_path, programs.variables(provider.issuer, address, credentials)):
        yield Service(address.url, "mediatheque", "Médiathèque", provider.issuer)


def test_a_citizen_signs_in_stays_and_leaves(
    provider: Provider, service: Service, citizen: Known, browser: Browser
) -> None:
    told = journey.sign_in(browser, service, citizen)
    assert (told["userinfo"]["email"], told["userinfo"]["email_verified"]) == (citizen.email, True)
    asked = provider.times("/token")
    assert journey.renew(browser, service)["userinfo"] == told["userinfo"]
    assert provider.times("/token") == asked + 1
    assert journey.return_silently(browser, service)["userinfo"] == told["userinfo"]
    journey.leave(browser, service)
    assert browser.page.json == {"signed_in": False}
    journey.require_gone(browser, service)
