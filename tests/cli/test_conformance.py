"""`parvis demo --conformance`: what it prints is followed letter by letter, and leads where the suite wants to be."""

import json
import shlex
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
import pytest

from identity.accounts import account as accounts
from identity.accounts.account import Credentials
from identity.accounts.profiles import Profile
from identity.directory.subscribers import LegalNature
from identity.foundation import settings as settings_
from identity.foundation.unit_of_work import Units, open_engine
from identity.oidc import claims, clients, signed
from tests.support import server, smtp, warm
from tests.support.scripted import Scripted

SUITE = "https://suite.test:8443"
BASE = f"{SUITE}/test/a/parvis"
SECRET = "the-secret-of-an-invented-town-0123456789"


@dataclass(frozen=True)
class Run:
    """What was printed, and a server that was started as printed."""

    told: dict[str, Any]
    issuer: str
    certificate: Path

    def http(self) -> httpx2.Client:
        """A browser that trusts the certificate of the run, and no proxy."""
        trusted = ssl.create_default_context(cafile=self.certificate)
        return httpx2.Client(verify=trusted, trust_env=False)

    def module(self, name: str, configuration: str = "static") -> "Module":
        """A module of a plan that runs with this configuration."""
        chosen = self.told["configurations"][configuration]
        script = chosen["override"].get(name, chosen)["browser"]
        http = self.http()
        return Module(self, chosen, http, Scripted(self.issuer, script, http))


@dataclass(frozen=True)
class Module:
    """One module of the suite: its clients, and a browser that nobody has signed in with."""

    run: Run
    configuration: dict[str, Any]
    http: httpx2.Client
    browser: Scripted

    def request(self, **parameters: str) -> str:
        """The usual authorization request of the first client, without PKCE; the parameters replace others."""
        usual = {"client_id": self.client.get("client_id", ""), "redirect_uri": f"{BASE}/callback",
                 "response_type": "code", "scope": "openid profile email phone address",
                 "state": "s", "nonce": "n"}  # fmt: skip
        return f"{self.run.issuer}/authorize?{urlencode(usual | parameters)}"

    @property
    def client(self) -> dict[str, str]:
        """The first client."""
        return dict(self.configuration["client"])

    def tokens(self, url: str) -> dict[str, Any]:
        """What the code that came back gives, with the secret in the form."""
        code = dict(parse_qsl(urlsplit(url).query))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{BASE}/callback"}
        answered = self.http.post(f"{self.run.issuer}/token", data=form | self.client)
        assert answered.status_code == 200, answered.text
        return dict(answered.json())

    def sign_in(self) -> dict[str, Any]:
        """The tokens of a whole flow."""
        return self.tokens(self.browser.visit(self.request()))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The set-up of a suite that is nowhere: all that is played here needs no answer of its."""
    folder = tmp_path_factory.mktemp("conformance")
    _, certificate = smtp.certificate(folder)
    files = ("--certificate", str(certificate), "--key", str(certificate.with_suffix(".key")))
    issuer = f"https://{server.HOST}:{server.free_port()}"
    printed = warm.succeed("demo", "--conformance", *files, "--suite", SUITE, "--json",
                           "--rotate-every", "5", env={"PARVIS_PUBLIC_URL": issuer}, folder=folder)  # fmt: skip
    told = json.loads(printed)
    assert told["serve"][:2] == ["parvis", "serve"]
    arguments = told["serve"][2:]
    with server.serve(told["environment"], urlsplit(issuer).port, arguments) as running:
        yield Run(told, running.url, certificate)


def test_the_citizen_signs_in_and_every_standard_claim_is_told(run: Run) -> None:
    """oidcc-server, oidcc-server-client-secret-post, oidcc-scope-all."""
    module = run.module("oidcc-scope-all")
    token = module.sign_in()["access_token"]
    told = module.http.get(f"{run.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"}).json()
    standard = {"profile", "email", "phone", "address"}
    assert told.keys() == {"sub"} | {
        name for scope in standard for name in (*claims.SCOPES[scope], *claims.FURTHER.get(scope, ()))
    }
    assert len(told["address"]) == 6


def test_what_discovery_names_is_https_and_at_the_address_that_serves(run: Run) -> None:
    """oidcc-discovery-endpoint-verification."""
    told = run.http().get(run.module("").configuration["server"]["discoveryUrl"]).json()
    assert told["issuer"] == run.issuer
    endpoints = [value for name, value in told.items() if name.endswith(("_endpoint", "_uri"))]
    assert endpoints and all(address.startswith(f"{run.issuer}/") for address in endpoints)


@pytest.mark.parametrize("module", ["oidcc-prompt-login", "oidcc-max-age-1"])
def test_the_second_sign_in_is_seen(run: Run, module: str) -> None:
    played = run.module(module)
    played.sign_in()
    played.tokens(played.browser.visit(played.request(prompt="login")))
    assert len(played.browser.seen) == 2


def test_an_address_that_is_not_registered_is_a_page(run: Run) -> None:
    """oidcc-ensure-registered-redirect-uri."""
    played = run.module("oidcc-ensure-registered-redirect-uri")
    assert played.browser.visit(played.request(redirect_uri=f"{BASE}/autre")).startswith(run.issuer)
    assert len(played.browser.seen) == 1


LOGOUTS: dict[str, dict[str, str | None]] = {
    "oidcc-rp-initiated-logout": {},
    "oidcc-rp-initiated-logout-no-state": {"state": None},
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": {"post_logout_redirect_uri": f"{BASE}/autre"},
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": {
        "post_logout_redirect_uri": f"{BASE}/post_logout_redirect?foo=bar"
    },
    "oidcc-rp-initiated-logout-bad-id-token-hint": {"id_token_hint": "x"},
    "oidcc-rp-initiated-logout-modified-id-token-hint": {"id_token_hint": "e30.e30."},
    "oidcc-rp-initiated-logout-no-id-token-hint": {"id_token_hint": None},
    "oidcc-rp-initiated-logout-no-params": dict.fromkeys(("id_token_hint", "post_logout_redirect_uri", "state")),
    "oidcc-rp-initiated-logout-only-state": dict.fromkeys(("id_token_hint", "post_logout_redirect_uri")),
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": {"post_logout_redirect_uri": None},
}  # fmt: skip
RETURNS = {"oidcc-rp-initiated-logout", "oidcc-rp-initiated-logout-no-state"}


@pytest.mark.parametrize("name", LOGOUTS)
def test_each_logout_ends_where_the_suite_wants_it(run: Run, name: str) -> None:
    played = run.module(name)
    hint = played.sign_in()["id_token"]
    usual = {"id_token_hint": hint, "post_logout_redirect_uri": f"{BASE}/post_logout_redirect", "state": "s"}
    sent = {key: value for key, value in (usual | LOGOUTS[name]).items() if value is not None}
    ended = played.browser.visit(f"{run.issuer}/logout?{urlencode(sent)}")
    assert ended.startswith(BASE) == (name in RETURNS)
    assert len(played.browser.seen) == (name not in RETURNS)


def test_anybody_registers_and_the_page_shows_the_policy_and_the_terms(run: Run) -> None:
    """oidcc-registration-policy-uri, oidcc-registration-tos-uri."""
    played = run.module("oidcc-registration-policy-uri", "dynamic")
    asked = {"redirect_uris": [f"{BASE}/callback"], "policy_uri": f"{BASE}/policy", "tos_uri": f"{BASE}/tos"}
    registered = played.http.post(f"{run.issuer}/register", json=asked | played.client)
    assert registered.status_code == 201, registered.text
    played.browser.visit(played.request(client_id=registered.json()["client_id"]))
    assert asked["policy_uri"] in played.browser.body and asked["tos_uri"] in played.browser.body


def test_who_rejects_is_back_with_an_error(run: Run) -> None:
    """The screens of fapi2-security-profile-final-user-rejects-authentication, with a client that needs no proof; in
    plan order, where what the module before consented to is kept.
    """
    run.module("oidcc-server").sign_in()
    played = run.module("fapi2-security-profile-final-user-rejects-authentication")
    assert not any(task.get("optional") for entry in played.browser.script for task in entry["tasks"])
    back = played.browser.visit(played.request())
    assert parse_qs(urlsplit(back).query)["error"] == ["access_denied"]


def test_only_the_clients_of_the_plans_that_listen_are_called_at_a_logout(run: Run) -> None:
    """Retries in vain broke modules of the RP-initiated plan."""
    plans: dict[str, str] = run.told["plans"]
    listening = {used: plan for plan, used in plans.items() if "channel" in plan}
    assert listening.keys() == {"backchannel", "frontchannel"}
    settings = settings_.load(run.told["environment"])
    engine = open_engine(settings)
    with Units(engine, settings).read() as work:
        called = {
            client.id: (client.backchannel_logout_uri, client.frontchannel_logout_uri)
            for client in clients.all(work)
            if client.backchannel_logout_uri or client.frontchannel_logout_uri
        }
    engine.dispose()
    back, front = (run.told["configurations"][name]["client"]["client_id"] for name in sorted(listening))
    assert called == {
        back: (f"{BASE}/backchannel_logout", None),
        front: (None, f"{BASE}/frontchannel_logout"),
    }


@pytest.mark.parametrize("name", ["backchannel", "frontchannel"])
def test_who_signed_in_for_a_logout_that_calls_back_is_back_too(run: Run, name: str) -> None:
    played = run.module("", name)
    hint = played.sign_in()["id_token"]
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": f"{BASE}/post_logout_redirect", "state": "s"}
    assert "sid" in signed.read(hint).claims
    if name == "backchannel":
        assert played.browser.visit(f"{run.issuer}/logout?{urlencode(sent)}").startswith(BASE)


def test_keys_rotate_by_themselves_as_the_run_was_told_to(run: Run) -> None:
    """oidcc-server-rotate-keys: keys that are fetched, and later others beside them."""
    http = run.http()

    def kids() -> set[str]:
        return {key["kid"] for key in http.get(f"{run.issuer}/jwks").json()["keys"]}

    before, until = kids(), time.monotonic() + 60
    while not kids() - before:
        assert time.monotonic() < until
        time.sleep(0.5)


@pytest.mark.parametrize("name", ["fapi2", "fapi2-signed"])
def test_the_keys_of_fapi_s_clients_are_told_with_their_private_half(run: Run, name: str) -> None:
    clients = [run.told["configurations"][name][client] for client in ("client", "client2")]
    [one, two] = [key for client in clients for key in client["jwks"]["keys"]]
    assert {one["alg"], two["alg"]} < set(signed.STRICT_ALGORITHMS) and one["d"] and two["d"]


# -- what it will not do ------------------------------------------------------------------------------------


def test_what_is_printed_for_people_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    _, certificate = smtp.certificate(tmp_path)
    files = ("--certificate", str(certificate), "--key", str(certificate.with_suffix(".key")))
    printed = [warm.succeed("demo", "--conformance", *files, env={}, folder=tmp_path) for _ in range(2)]
    exports = [dict(word.split("=", 1) for line in text.splitlines() if line.startswith("export ")
                    for word in shlex.split(line)[1:]) for text in printed]  # fmt: skip
    assert exports[0] == exports[1], "what was sealed the first time can be read the second"
    assert exports[0]["PARVIS_OPEN_REGISTRATION"] == "on"
    secrets = [text.split('"client_secret": "')[1].split('"')[0] for text in printed]
    assert secrets[0] != secrets[1]


def test_a_certificate_that_will_not_do_is_told_in_one_sentence(tmp_path: Path) -> None:
    _, certificate = smtp.certificate(tmp_path)
    key = str(certificate.with_suffix(".key"))
    wrong = {
        "--key is missing": ("--certificate", str(certificate)),
        "No such file": ("--certificate", "absent.pem", "--key", key),
        "no certificate in PEM": ("--certificate", key, "--key", str(certificate)),
    }
    for sentence, options in wrong.items():
        for command in (("serve", "--port", str(server.free_port())), ("demo", "--conformance")):
            done = warm.run(*command, *options, env={"PARVIS_SECRET_KEY": SECRET}, folder=tmp_path)
            assert sentence in done.sentence
    options = ("--certificate", str(certificate), "--key", key)
    plain = {"PARVIS_SECRET_KEY": SECRET, "PARVIS_PUBLIC_URL": "http://localhost:8000"}
    assert "plain http" in warm.run("serve", *options, env=plain, folder=tmp_path).sentence
    assert "https" in warm.run("demo", "--conformance", *options, env=plain, folder=tmp_path).sentence
    assert (
        "--suite"
        in warm.run("demo", "--conformance", *options, "--suite", "suite", env={}, folder=tmp_path).sentence
    )


def test_a_database_where_citizens_live_is_refused(tmp_path: Path) -> None:
    env = {"PARVIS_DATABASE_URL": f"sqlite:///{tmp_path}/parvis.sqlite3", "PARVIS_SECRET_KEY": SECRET}
    warm.succeed("migrate", env=env, folder=tmp_path)
    settings = settings_.load(env)
    engine = open_engine(settings)
    profile = Profile(LegalNature.INDIVIDUAL, "Martin", "Léa")
    with Units(engine, settings).begin() as work:
        accounts.find_or_create(work, profile, Credentials("lea.martin@example.org", "none", "fr"))
    engine.dispose()
    _, certificate = smtp.certificate(tmp_path)
    files = ("--certificate", str(certificate), "--key", str(certificate.with_suffix(".key")))

    assert "holds citizens" in warm.run("demo", "--conformance", *files, env=env, folder=tmp_path).sentence

    env |= {
        "PARVIS_OPEN_REGISTRATION": "on",
        "PARVIS_RATE_LIMITS": "off",
        "PARVIS_PUBLIC_URL": "https://parvis.test",
    }
    rotating = ("serve", *files, "--port", str(server.free_port()), "--rotate-every", "5")
    limited = env | {"PARVIS_RATE_LIMITS": "on"}
    assert "conformance runs" in warm.run(*rotating, env=limited, folder=tmp_path).err
    done = warm.run("serve", *files, "--port", str(server.free_port()), env=env, folder=tmp_path)
    assert done.status == 1 and "holds citizens" in done.err
    assert "WARNING: PARVIS_OPEN_REGISTRATION=on" in done.err
