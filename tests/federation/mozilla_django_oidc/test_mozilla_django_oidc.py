"""PyPI's mozilla-django-oidc in a Django project. It has no refresh tokens: it asks again, unseen (prompt=none)."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.federation import journey, programs
from tests.federation.conftest import Provider
from tests.federation.journey import Known, Service
from tests.support.browser import Browser
from tests.support.site import HOST

FOLDER = Path(__file__).parent
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is about Django
DJANGO = [programs.PYTHON, "-m", "django"]


@pytest.fixture
def service(provider: Provider, tmp_path: Path) -> Iterator[Service]:
    """The after-school care, which Django's own server serves."""
    address = programs.Address.free()
    credentials = provider.register("periscolaire", address.url, tmp_path)
    env = programs.variables(provider.issuer, address, credentials) | {
        "PYTHONPATH": str(FOLDER),
        "DJANGO_SETTINGS_MODULE": "settings",
        "SERVICE_HOSTS": programs.NAME,
        "SERVICE_DATABASE": str(tmp_path / "django.sqlite3"),
    }
    subprocess.run([*DJANGO, "migrate", "--verbosity=0"], env=os.environ | env, check=True, timeout=120)
    command = [*DJANGO, "runserver", "--noreload", f"{HOST}:{address.port}"]
    with programs.run(command, address, tmp_path, env):
        yield Service(
            address.url, "periscolaire", "Accueil périscolaire", provider.issuer,
            logout="/", logout_button="logout", goodbye="/",
        )  # fmt: skip


def test_a_citizen_signs_in_stays_and_leaves(
    provider: Provider, service: Service, citizen: Known, browser: Browser
) -> None:
    told = journey.sign_in(browser, service, citizen)
    assert told["user"] == told["userinfo"]["email"] == citizen.email
    asked = provider.times("/token")
    assert journey.renew(browser, service)["userinfo"] == told["userinfo"]
    assert provider.times("/token") == asked + 1
    assert journey.return_silently(browser, service)["userinfo"] == told["userinfo"]
    browser.open(service.url)
    journey.leave(browser, service)
    assert "login" in browser.page.document.links
    journey.require_gone(browser, service)


@SQLITE
def test_a_citizen_who_left_parvis_is_signed_out_at_the_next_renewal(
    service: Service, citizen: Known, browser: Browser
) -> None:
    journey.sign_in(browser, service, citizen)
    browser.open(f"{service.issuer}/logout")
    browser.submit("logout-confirm")
    browser.open(service.url + service.renew)
    journey.require_gone(browser, service)


@SQLITE
def test_a_citizen_who_refuses_comes_back_unknown(service: Service, citizen: Known, browser: Browser) -> None:
    browser.open(service.url + service.protected)
    browser.submit("login-submit", email=citizen.email, password=citizen.password)
    page = browser.submit("consent-deny")
    assert page.url == f"{service.url}/", page.summary
    assert any("error=access_denied" in url for url in browser.visited)
    assert "login" in page.document.links
