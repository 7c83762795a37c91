"""npm's oauth4webapi under FAPI 2.0: the request pushed, private_key_jwt, tokens bound by DPoP."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.federation import journey, programs, tls
from tests.federation.conftest import Provider
from tests.federation.journey import Known, Service
from tests.support.browser import Browser

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def node() -> str:
    """Looked for before anything is started."""
    return programs.node()


@pytest.fixture
def service(node: str, provider: Provider, browser: Browser, tmp_path: Path) -> Iterator[Service]:
    """The billing of water, which Node serves behind TLS (FAPI 2.0 knows no other), with a key instead of a secret."""
    made = subprocess.run(
        [node, str(FOLDER / "key.mjs")], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    (tmp_path / "jwks.json").write_bytes(made.stdout)
    with tls.front(tmp_path) as front:
        browser.trust(front.authority)
        address = programs.Address(front.behind, f"https://{programs.NAME}:{front.port}")
        credentials = provider.register("facturation", address.url, tmp_path)
        assert credentials.keys() == {"client_id"}
        env = programs.variables(provider.issuer, address, credentials)
        with programs.run([node, str(FOLDER / "app.mjs")], address, tmp_path, env):
            yield Service(address.url, "facturation", "Facturation de l’eau", provider.issuer)


def test_a_citizen_signs_in_stays_and_leaves(
    provider: Provider, service: Service, citizen: Known, browser: Browser
) -> None:
    told = journey.sign_in(browser, service, citizen)
    assert told["token_type"].lower() == "dpop"
    assert (told["userinfo"]["email"], told["userinfo"]["email_verified"]) == (citizen.email, True)
    request = next(url for url in browser.visited if url.startswith(provider.issuer))
    assert parse_qs(urlsplit(request).query).keys() == {"client_id", "request_uri"}
    asked = provider.times("/token")
    assert journey.renew(browser, service)["userinfo"] == told["userinfo"]
    assert provider.times("/token") == asked + 1
    assert journey.return_silently(browser, service)["userinfo"] == told["userinfo"]
    journey.leave(browser, service)
    assert browser.page.json == {"signed_in": False}
    journey.require_gone(browser, service)
