"""The apps that docs/spa.md shows, letter by letter, in a real browser on origins of their own."""

import os
import re
import shlex
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import demo
from tests.browser.demo import Demo
from tests.support import chromium, site
from tests.support.chromium import Person, Watch
from tests.support.citizen import PASSWORD
from tests.support.server import HOST, ROOT

PAGE = (ROOT / "docs" / "spa.md").read_text(encoding="utf-8")
PARVIS, OURS, THEIRS = (
    "https://comptes.exemple.fr",
    "https://moncompte.exemple.fr",
    "https://appli.exemple.org",
)
ALTCHA = ROOT / "web/node_modules/altcha/dist/lib/index.js"
OAUTH = ROOT / "tests/federation/node/node_modules/oauth4webapi/build/index.js"
EMAIL = "noe.arrivant@example.org"
TOKENS_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8">
<script type="importmap">{ "imports": { "oauth4webapi": "/oauth4webapi.js" } }</script>
<script type="module" src="/tokens.js"></script>
<p id="told" role="status"></p><button id="login">Me connecter</button></html>"""


def shown(language: str, part: str) -> str:
    """The first block of this language below this heading."""
    _, _, below = PAGE.partition(f"\n## {part}\n")
    found = re.search(rf"^```{language}\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    assert found, f"docs/spa.md shows no {language} below {part}"
    return found[1]


HTML = shown("html", "Registration and login in 60 lines")
APP = shown("javascript", "Registration and login in 60 lines")
TOKENS = shown("javascript", "Tokens for pages of another site")
REGISTERED = shown("sh", "Tokens for pages of another site")


@dataclass(frozen=True)
class Apps:
    """Both apps in service, and the Parvis that knows their origins."""

    town: Demo
    ours: str
    """Of the same site as Parvis."""
    theirs: str
    """Of another."""


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apps]:
    """Both, with what npm installs beside them."""
    for needed in (ALTCHA, OAUTH):
        if not needed.exists():
            assert os.environ.get("CI") != "true", f"{needed} is missing: npm ci"
            pytest.skip(f"{needed} is missing: npm ci")
    ours, theirs = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
    with ExitStack() as stack:
        own = stack.enter_context(serve(ours))
        other = stack.enter_context(serve(theirs)).replace(HOST, site.HOST)
        town = stack.enter_context(demo.serve(PARVIS_ALLOWED_ORIGINS=f"{own},{other}", PARVIS_DEMO="on"))
        town.command("operators", "update", "--slug", demo.KEYS, "--portal-url", own)
        town.command(*shlex.split(REGISTERED.replace("\\\n", " ").replace(THEIRS, other))[1:])
        (ours / "confirm").mkdir()
        for name in ("index.html", "confirm/index.html"):
            (ours / name).write_text(HTML.replace(PARVIS, town.url), encoding="utf-8")
        (ours / "app.js").write_text(APP.replace(PARVIS, town.url), encoding="utf-8")
        shutil.copy(ALTCHA, ours / "altcha.js")
        (theirs / "index.html").write_text(TOKENS_PAGE, encoding="utf-8")
        (theirs / "tokens.js").write_text(TOKENS.replace(PARVIS, town.url), encoding="utf-8")
        shutil.copy(OAUTH, theirs / "oauth4webapi.js")
        yield Apps(town, own, other)


@pytest.fixture
def page(running_chromium: Browser, apps: Apps) -> Iterator[Page]:
    """One person; whatever a page did wrong fails the test."""
    watch = Watch({apps.town.url, apps.ours, apps.theirs})
    page = chromium.let_in(running_chromium, Person(), watch, apps.ours)
    yield page
    page.context.close()
    assert watch.complaints == []


def test_the_app_keeps_the_promise_of_its_title() -> None:
    assert sum(1 for line in APP.splitlines() if line.strip()) <= 60


def test_the_page_names_every_path_that_mail_leads_to() -> None:
    source = (ROOT / "identity/mail/messages.py").read_text(encoding="utf-8")
    paths = set(re.findall(r'_(?:link|page)\(letterhead, "([\w-]+)"', source))
    assert {"confirm", "reset", "undo-email"} < paths
    assert [path for path in paths if f"`/{path}`" not in PAGE] == []


@pytest.mark.parametrize("by", ["link", "code"])
def test_a_citizen_registers_confirms_and_logs_in(page: Page, apps: Apps, by: str) -> None:
    email = f"{by}.{EMAIL}"
    page.goto("/")
    send(page, "prove", activationKey="ABCD-EFGH-JKLM-NPQR")
    expect(page.locator("[name=activationKey]")).to_have_value("ABCD-EFGH-JKLM-NPQR")
    expect(page.locator("#told")).not_to_be_empty()
    send(page, "prove", activationKey=next(apps.town.keys))
    expect(page.locator("[name=familyName]")).to_have_value("ARRIVANT")
    send(page, "register", email=email, password="short")
    expect(page.locator("#register [name=password]")).to_be_focused()
    expect(page.locator("#register [name=email]")).to_have_value(email)
    send(page, "register", password=PASSWORD)
    expect(page.locator("#confirm")).to_be_visible()
    if by == "link":
        page.goto(apps.town.link(email, "/confirm"))
        expect(page.locator("#code")).to_be_hidden()
        send(page, "confirm")
    else:
        page.reload()
        send(page, "confirm", code=apps.town.code(email))
    expect(page.locator("#told")).to_have_text("Votre compte a été validé.")
    send(page, "login", email=email, password=PASSWORD)
    expect(page.locator("#told")).to_contain_text("Bonjour Noé ARRIVANT.")
    page.reload()
    expect(page.locator("#told")).to_contain_text("Bonjour Noé ARRIVANT.")
    send(page, "logout")
    expect(page.locator("#login")).to_be_visible()


def test_a_page_of_another_site_reads_the_account_with_a_token(page: Page, apps: Apps) -> None:
    known = apps.town.settle()
    page.goto(apps.theirs)
    page.click("#login")
    page.fill("#email", known.email)
    page.fill("#password", known.password)
    page.click("#login-submit")
    expect(page.locator("#told")).to_have_text("Bonjour Jean-Michel, 1 contrat")
    assert page.url == f"{apps.theirs}/"


# -- hands -------------------------------------------------------------------------------------------------------


def send(page: Page, form: str, **typed: str) -> None:
    """Fill a form's fields, tick what must be ticked, and send it."""
    for name, value in typed.items():
        page.fill(f"#{form} [name={name}]", value)
    for box in page.locator(f"#{form} [type=checkbox]").all():
        box.check()
    page.click(f"#{form} button")


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """A folder's files at an origin of their own."""
    server = ThreadingHTTPServer((HOST, 0), partial(_Files, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
