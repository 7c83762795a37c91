"""npm's products that read the ID token alone, each with the configuration that the command printed."""

import pytest

from tests.federation import journey, programs
from tests.federation.conftest import Provider
from tests.federation.journey import Known
from tests.federation.products.conftest import Program, Start
from tests.support.browser import Browser

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # they are about the products


@pytest.fixture(scope="module")
def node() -> str:
    """Looked for before anything is started."""
    return programs.node()


def test_passport_openidconnect_which_sends_no_pkce(
    node: str, start: Start, citizen: Known, browser: Browser
) -> None:
    service = start(
        Program("passport-openidconnect", [node, "passport.cjs"], ("passport.cjs",), on_node=True)
    )
    told = journey.sign_in(browser, service, citizen)
    assert told["userinfo"]["email"] == citizen.email
    assert journey.return_silently(browser, service)["userinfo"] == told["userinfo"]
    journey.leave(browser, service)
    journey.require_gone(browser, service)


def test_express_openid_connect_which_is_told_who_left(
    node: str, start: Start, citizen: Known, browser: Browser
) -> None:
    service = start(Program("express-openid-connect", [node, "express.cjs"], ("express.cjs",), on_node=True))
    told = journey.sign_in(browser, service, citizen)
    assert told["userinfo"]["email"] == citizen.email
    browser.open(f"{service.issuer}/logout")
    browser.submit("logout-confirm")
    journey.wait_until_gone(browser, service)


def test_express_openid_connect_leaves_parvis_as_well(
    node: str, start: Start, citizen: Known, browser: Browser
) -> None:
    service = start(
        Program("express-openid-connect", [node, "express.cjs"], ("express.cjs",), "", on_node=True)
    )
    journey.sign_in(browser, service, citizen)
    journey.leave(browser, service)
    journey.require_gone(browser, service)


def test_auth_js_which_checks_state_nonce_and_pkce(
    node: str, start: Start, citizen: Known, browser: Browser, provider: Provider
) -> None:
    service = start(Program("authjs", [node, "authjs.mjs"], ("authjs.mjs",), on_node=True))
    told = journey.sign_in(browser, service, citizen)
    assert told["userinfo"]["email"] == citizen.email
    assert provider.times("/userinfo") == 0, "it reads the ID token alone"
    assert journey.return_silently(browser, service)["userinfo"]["email"] == citizen.email
