"""The whole of a citizen's life at log level debug, mistakes and faults of ours included: no secret in the log."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import create_engine, text

from tests.resilience.deployment import SECRET, Deployment, deploy
from tests.support import smtp, warm
from tests.support.citizen import PASSWORD, Citizen, code_of, token_of

EMAIL, NEW_EMAIL, REFUSED = "chrysostome@example.org", "nouvelle.adresse@example.org", "plein@example.org"
NAME = "Brindavoine"
NEW_PASSWORD, WRONG_PASSWORD = "Nouveau-Mot-2b-Passe", "Un-Mot-De-Passe-Faux-9"
METRICS_TOKEN = "a-token-for-those-who-count"
CALLBACK = "https://portail.example/callback"
"""On https, since a public client on loopback is never answered in silence."""
VERIFIER = "a" * 43
CHALLENGE = "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"
LOGIN = f'mutation {{ login(input: {{email: "{EMAIL}", password: "{PASSWORD}"}}) {{ __typename }} }}'


@dataclass
class Witness:
    """A citizen who keeps everything that nobody else may read."""

    citizen: Citizen
    sink: smtp.Sink
    secrets: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, secret: str) -> str:
        self.secrets[name] = secret
        return secret

    def mailed(self, count: int, to: str = EMAIL) -> smtp.Received:
        """The newest of so many mails to an address; its token is kept."""
        mail = self.sink.wait_for(count, to=to, timeout=30)[count - 1]
        for link in mail.links:
            if "#token=" in link:
                self.keep(f"token of « {mail.subject} »", token_of(link))
        return mail

    def keep_cookies(self) -> None:
        for cookie in self.citizen.browser.cookies.jar:
            self.keep(f"{cookie.name} {len(self.secrets)}", cookie.value or "")


def register(witness: Witness, key: str) -> None:
    """By a key, with every kind of mistake before."""
    citizen = witness.citizen
    citizen.do("validateActivationKey", operator="loudun", activationKey=key[:-1] + "é")
    citizen.do("verifyContract", operator="loudun", contractNumber="7777777", meterNumber=key)
    proof = citizen.do("validateActivationKey", operator="loudun", activationKey=key)["proofToken"]
    witness.keep("proof token", proof)
    profile = {"legalNature": "INDIVIDUAL", "civility": "SIR", "familyName": NAME, "givenName": "A"}
    citizen.register(proof, EMAIL, profile=profile, password=EMAIL)
    told = citizen.register(proof, EMAIL, profile=profile)
    assert told["__typename"] == "RegistrationPending", told
    witness.keep_cookies()
    mail = witness.mailed(1)
    code = witness.keep("code", code_of(mail.text))
    witness.keep("code as printed", f"{code[:3]} {code[3:]}")
    citizen.do("confirmRegistration", code={"email": EMAIL, "code": "000000" if code != "000000" else "1"})
    assert citizen.do("confirmRegistration", code={"email": EMAIL, "code": code})["message"]


def sign_in(witness: Witness) -> None:
    """With tokens, by login and by an authorization code."""
    citizen = witness.citizen
    citizen.do("login", email=EMAIL, password=WRONG_PASSWORD)
    told = citizen.do(
        "login", email=EMAIL, password=PASSWORD, clientId="portal", scope="openid account offline_access"
    )
    for name, token in told["tokens"].items():
        if name in ("accessToken", "idToken", "refreshToken"):
            witness.keep(name, token)
    witness.keep_cookies()
    page = {
        "client_id": "portal", "redirect_uri": CALLBACK, "response_type": "code",
        "scope": "openid", "state": "the-state", "nonce": "the-nonce", "prompt": "none",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    answer = citizen.browser.get("/authorize", params=page)
    code = witness.keep("authorization code", parse_qs(urlsplit(answer.headers["location"]).query)["code"][0])
    exchange = {"grant_type": "authorization_code", "client_id": "portal", "code": code} | {
        "redirect_uri": page["redirect_uri"], "code_verifier": VERIFIER,
    }  # fmt: skip
    citizen.browser.post("/token", data=exchange)
    citizen.browser.post("/token", data=exchange)  # a replay
    bearer = {"authorization": f"Bearer {told['tokens']['accessToken']}"}
    citizen.browser.get("/userinfo", headers=bearer)
    citizen.browser.post(
        "/token",
        data={"grant_type": "refresh_token", "client_id": "portal"}
        | {"refresh_token": told["tokens"]["refreshToken"]},
    )


def manage(witness: Witness) -> None:
    """A new address, a lost password, a relay that refuses somebody."""
    citizen = witness.citizen
    citizen.do("changeEmail", newEmail=NEW_EMAIL, password=PASSWORD)
    witness.mailed(1, NEW_EMAIL)
    citizen.do(
        "confirmEmailChange",
        token=witness.secrets["token of « " + witness.sink.to(NEW_EMAIL)[0].subject + " »"],
    )
    citizen.do("requestPasswordReset", email=NEW_EMAIL)
    mail = witness.mailed(2, NEW_EMAIL)
    token = next(token_of(link) for link in mail.links)
    assert citizen.do("resetPassword", token=token, password=NEW_PASSWORD)["__typename"] == "PasswordReset"
    citizen.do("requestPasswordReset", email=REFUSED)


def blunder(witness: Witness) -> None:
    """Secrets where they do not belong, and requests that are none."""
    browser, url = witness.citizen.browser, "/graphql"
    variables = {"i": {"email": EMAIL, "password": [PASSWORD], "proofToken": witness.secrets["proof token"]}}
    for blunder in (
        {"query": "mutation($i: LoginInput!) { login(input: $i) { __typename } }", "variables": variables},
        {"query": f'{{ operator(slug: "{PASSWORD}") {{ name }} {EMAIL} }}'},
        {"query": LOGIN.replace("login(", "logout(")},
        [{"query": LOGIN}],
    ):
        browser.post(url, json=blunder)
    browser.post(url, content=f'{{"query": "{LOGIN}"', headers={"content-type": "application/json"})
    browser.get(url, params={"query": LOGIN})
    browser.get(f"/{EMAIL}", params={"token": witness.secrets["proof token"]})
    browser.get("/metrics", headers={"authorization": f"Bearer {WRONG_PASSWORD}"})
    browser.get("/userinfo", headers={"authorization": f"Bearer {witness.secrets['accessToken']}x"})
    browser.post("/token", auth=(EMAIL, PASSWORD), data={"grant_type": "client_credentials"})


def break_down(deployment: Deployment, witness: Witness) -> None:
    """Faults of ours: the tables that everything needs are gone."""
    engine = create_engine(deployment.env["PARVIS_DATABASE_URL"])
    with engine.begin() as connection:
        for table in ("accounts", "sessions", "oidc_access_tokens", "oidc_refresh_tokens"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO gone_{table}"))
    engine.dispose()
    browser = witness.citizen.browser
    for document in ("{ me { email } }", LOGIN):
        assert "INTERNAL" in browser.post("/graphql", json={"query": document}).text
    form = {
        "grant_type": "refresh_token",
        "client_id": "portal",
        "refresh_token": witness.secrets["refreshToken"],
    }
    assert browser.post("/token", data=form).status_code == 500
    assert (
        browser.get(
            "/userinfo", headers={"authorization": f"Bearer {witness.secrets['accessToken']}"}
        ).status_code
        == 500
    )


@pytest.fixture
def deployment(database_url: str, smtp_sink: smtp.Sink) -> Deployment:
    return deploy(
        database_url,
        smtp_sink,
        PARVIS_LOG_LEVEL="debug",
        PARVIS_METRICS_TOKEN=METRICS_TOKEN,
        PARVIS_RATE_LIMITS="off",
    )


def test_no_secret_and_no_address_is_ever_logged(deployment: Deployment, smtp_sink: smtp.Sink) -> None:
    smtp_sink.refuse(REFUSED, f"550 5.1.1 <{REFUSED}> {NAME} is unknown")
    url = deployment.env["PARVIS_PUBLIC_URL"]
    warm.succeed(
        "clients", "add", "--id", "portal", "--name", "Portail", "--redirect-uri", CALLBACK, "--public",
        "--first-party", "--direct-login", "--origin", url, "--scope", "openid offline_access account",
        env=deployment.env,
    )  # fmt: skip
    with deployment.town() as town:
        key = town.key("CCPL-1")
    with deployment.serve() as running:
        witness = Witness(deployment.citizen(running), smtp_sink)
        register(witness, key)
        sign_in(witness)
        manage(witness)
        blunder(witness)
        break_down(deployment, witness)
        running.stop()
        log = running.log.read_text()

    secrets = witness.secrets | {
        "e-mail": "chrysostome", "new e-mail": "nouvelle.adresse", "refused e-mail": "plein@", "name": NAME,
        "password": PASSWORD, "new password": NEW_PASSWORD, "wrong password": WRONG_PASSWORD,
        "key": key, "key as stored": key.replace("-", ""), "secret": SECRET, "metrics token": METRICS_TOKEN,
        "verifier": VERIFIER,
    }  # fmt: skip
    assert {name for name, secret in secrets.items() if secret.lower() in log.lower()} == set()
    events = read(log)
    told = {"request", "mail.delivered", "mail.refused", "graphql.fault", "fault"}
    assert told <= {event["event"] for event in events}
    for event in events:
        assert event["level"] and event["timestamp"].endswith("Z")
    assert all(event["request_id"] and event["status"] for event in events if event["event"] == "request")


def read(log: str) -> list[dict[str, Any]]:
    """Every line is JSON, but for the warning that limits are lifted."""
    lines = [line for line in log.splitlines() if not line.startswith("WARNING: PARVIS_RATE_LIMITS=off")]
    return [json.loads(line) for line in lines]
