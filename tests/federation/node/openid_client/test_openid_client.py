"""npm's openid-client, which the OpenID Foundation has certified as a relying party."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.federation import journey, programs
from tests.federation.conftest import Provider
from tests.federation.journey import Known, Service
from tests.support.browser import Browser

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def node() -> str:
    """Looked for before anything is started."""
    return programs.node()


@pytest.fixture
def service(node: str, provider: Provider, tmp_path: Path) -> Iterator[Service]:
    """The buses, which Node serves."""
    address = programs.Address.free()
    credentials = provider.register("transports", address.url, tmp_path)
    env = programs.variables(provider.issuer, address, credentials)
    with programs.run([node, str(FOLDER / "app.mjs")], address, tmp_path, env):
        yield Service(address.url, "transports", "Transports", provider.issuer)


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
