"""Debian's mod_auth_openidc: Apache in front of an application that knows nothing of OpenID."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest

from tests.federation import journey, programs
from tests.federation.conftest import Provider
from tests.federation.journey import Known, Service
from tests.support import site
from tests.support.browser import Browser
from tests.support.site import HOST

FOLDER = Path(__file__).parent
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is about Apache
MODULES = Path("/usr/lib/apache2/modules")
APACHE = shutil.which("apache2", path="/usr/sbin:/usr/bin")
# What Debian's own apache2.conf and mods-enabled say, for one process on a port of ours.
FRAME = """
ServerRoot {folder}
ServerName localhost
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
Mutex file:{folder}
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
Listen {host}:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
{user}
Include {service}
"""


@dataclass(frozen=True)
class Guarded(Service):
    """A service behind Apache, and the application that it guards."""

    application: site.Site | None = None

    @property
    def heard(self) -> dict[str, str]:
        """The headers with which Apache asked the application last."""
        assert self.application is not None
        return self.application.asked[-1].headers


@pytest.fixture(scope="module")
def apache() -> str:
    """Looked for before anything is started."""
    programs.require(
        APACHE and (MODULES / "mod_auth_openidc.so").exists(),
        "Apache's module is missing: apt install libapache2-mod-auth-openidc",
    )
    return str(APACHE)


@pytest.fixture
def service(apache: str, provider: Provider, tmp_path: Path) -> Iterator[Guarded]:
    """The swimming pool, which Apache guards."""
    address = programs.Address.free()
    credentials = provider.register("piscine", address.url, tmp_path)
    with site.serve() as application:
        application.pages |= {"/": (200, {}, b"Bonjour"), "/goodbye": (200, {}, b"Au revoir")}
        env = programs.variables(provider.issuer, address, credentials)
        env["SERVICE_APPLICATION"] = application.url
        command = [apache, "-f", str(_configuration(tmp_path, address)), "-D", "FOREGROUND"]
        with programs.run(command, address, tmp_path, env):
            yield Guarded(
                address.url, "piscine", "Piscine", provider.issuer, protected="/", me="/oidc?info=json",
                logout=f"/oidc?logout={address.url}/goodbye", application=application,
            )  # fmt: skip


def test_a_citizen_signs_in_stays_and_leaves(
    provider: Provider, service: Guarded, citizen: Known, browser: Browser
) -> None:
    told = journey.sign_in(browser, service, citizen)
    assert (told["userinfo"]["email"], told["userinfo"]["email_verified"]) == (citizen.email, True)
    heard = service.heard
    assert (heard["x-citizen-sub"], heard["x-citizen-email"]) == (told["id_token"]["sub"], citizen.email)
    asked, former = provider.times("/token"), heard["oidc_access_token"]
    browser.open(f"{service.url}/oidc?{urlencode({'refresh': f'{service.url}/', 'access_token': former})}")
    assert service.heard["oidc_access_token"] != former
    assert provider.times("/token") == asked + 1
    assert journey.known(browser.open(service.url + service.me), service)["userinfo"] == told["userinfo"]
    assert journey.return_silently(browser, service)["userinfo"] == told["userinfo"]
    journey.leave(browser, service)
    assert browser.page.text == "Au revoir"
    journey.require_gone(browser, service)


@SQLITE
def test_a_citizen_cannot_tell_the_application_that_they_are_another(
    service: Guarded, citizen: Known, browser: Browser
) -> None:
    journey.sign_in(browser, service, citizen)
    known = {name: value for name, value in service.heard.items() if "citizen" in name}
    cookies = browser.jar.send(service.url, is_post=False, crosses=False)
    forged = {"X-Citizen-sub": "another", "X_Citizen_sub": "another", "X-Citizen-role": "mayor"}
    httpx2.get(f"{service.url}/", headers=forged | {"Cookie": cookies}, trust_env=False)
    assert {name: value for name, value in service.heard.items() if "citizen" in name} == known


@SQLITE
def test_a_citizen_who_left_parvis_is_signed_out_behind_apache_too(
    provider: Provider, service: Guarded, citizen: Known, browser: Browser
) -> None:
    """Back-channel logout: Parvis tells Apache, whatever the browser does."""
    journey.sign_in(browser, service, citizen)
    browser.open(f"{service.issuer}/logout")
    browser.submit("logout-confirm")
    journey.wait_until_gone(browser, service)


def _configuration(folder: Path, address: programs.Address) -> Path:
    """Apache's whole configuration: a frame of ours around what the handbook shows."""
    frame = FRAME.format(
        folder=folder, host=HOST, port=address.port, modules=MODULES, service=FOLDER / "service.conf",
        user="User nobody\nGroup nogroup" if os.geteuid() == 0 else "",
    )  # fmt: skip
    path = folder / "apache.conf"
    path.write_text(frame)
    return path
