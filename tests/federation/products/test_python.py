"""PyPI's Flask-pyoidc and django-allauth, each with the configuration that the command printed and nothing else."""

from pathlib import Path

import pytest

from tests.federation import journey, programs
from tests.federation.journey import Known
from tests.federation.products.conftest import Program, Start
from tests.support.browser import Browser
from tests.support.server import HOST

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # they are about the products

DJANGO = [programs.PYTHON, "-m", "django"]


def test_flask_pyoidc_which_sends_no_pkce(start: Start, citizen: Known, browser: Browser) -> None:
    flask = [programs.PYTHON, "-m", "flask", "--app", "app", "run", "--host", HOST, "--port", "{port}"]
    service = start(Program("flask-pyoidc", flask, goodbye="/logout"))
    told = journey.sign_in(browser, service, citizen)
    assert told["userinfo"]["email"] == citizen.email
    assert journey.return_silently(browser, service)["userinfo"] == told["userinfo"]
    journey.leave(browser, service)
    journey.require_gone(browser, service)


def test_django_allauth_which_leaves_without_a_hint(
    start: Start, citizen: Known, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "project")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = ["sh", "-c", f"{' '.join(DJANGO)} migrate -v0 && exec {' '.join(DJANGO)} runserver --noreload "
               f"{HOST}:{{port}}"]  # fmt: skip
    service = start(Program("django-allauth", command, ("project.py", "urls.py")))
    told = journey.sign_in(browser, service, citizen)
    assert told["userinfo"]["email"] == citizen.email
    browser.open(f"{service.url}/accounts/logout/")
    assert browser.page.path == "/logout", browser.page.summary
    browser.submit("logout-confirm")
    assert browser.page.url == f"{service.url}/"
    journey.require_gone(browser, service)
