"""What `parvis serve` will not start with, and what it says; what it starts with on this machine alone."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import altcha
import httpx2
import pytest

from tests.support import server, warm
from tests.support.citizen import Citizen

SECRET = "the-secret-of-an-invented-town-0123456789"
ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing ever listens here: the server refuses before
HTTPS = "https://compte.example"
NO_SECRET = {"PARVIS_SECRET_KEY": ""}
WRONG = {
    "PARVIS_DATABASE_URL": "mysql://parvis:motdepasse@host/parvis",
    "PARVIS_PUBLIC_URL": "compte.example",
    "PARVIS_SECRET_KEY": "motdepasse",
    "PARVIS_SMTP_URL": "http://relais:motdepasse@relais.example",
    "PARVIS_MAIL_FROM": "Eau de Marseille",
    "PARVIS_ALLOWED_ORIGINS": "https://portail.example/accueil",
    "PARVIS_TRUSTED_PROXIES": "10.0.0.0/99",
    "PARVIS_RATE_LIMITS": "no",
    "PARVIS_CHALLENGE": "on",
    "PARVIS_REDIS_URL": "http://:motdepasse@redis.example",
    "PARVIS_DEMO": "yes",
    "PARVIS_GRAPHIQL": "1",
    "PARVIS_COURIER": "true",
    "PARVIS_LOG_LEVEL": "loud",
    "PARVIS_DATABASE_POOL": "0",
    "PARVIS_HASHING_THREADS": "many",
}
INSECURE = [
    (server.HOST, NO_SECRET, "PARVIS_SECRET_KEY is missing"),
    (server.HOST, {"PARVIS_PUBLIC_URL": "http://compte.example"}, "plain http"),
    (ANYWHERE, {"PARVIS_DEMO": "on"}, "PARVIS_DEMO=on"),
    (ANYWHERE, {"PARVIS_DEMO": "on"} | NO_SECRET, "PARVIS_DEMO=on"),
    (server.HOST, {"PARVIS_DEMO": "on", "PARVIS_PUBLIC_URL": HTTPS}, "PARVIS_DEMO=on"),
    (server.HOST, {"PARVIS_RATE_LIMITS": "off", "PARVIS_PUBLIC_URL": HTTPS}, "PARVIS_RATE_LIMITS=off"),
    (server.HOST, {"PARVIS_CHALLENGE": "off", "PARVIS_PUBLIC_URL": HTTPS}, "PARVIS_CHALLENGE=off"),
    (ANYWHERE, {"PARVIS_RATE_LIMITS": "off"}, "PARVIS_RATE_LIMITS=off"),
    (ANYWHERE, {"PARVIS_CHALLENGE": "off"}, "PARVIS_CHALLENGE=off"),
]


def serve(folder: Path, host: str, **env: str) -> warm.Done:
    """A server that must not start."""
    given = {"PARVIS_SECRET_KEY": SECRET} | env
    return warm.run("serve", "--host", host, "--port", str(server.free_port()), env=given, folder=folder)


@pytest.mark.parametrize("variable", WRONG)
def test_a_wrong_variable_is_named_in_one_sentence_without_its_password(
    variable: str, tmp_path: Path
) -> None:
    sentence = serve(tmp_path, server.HOST, **{variable: WRONG[variable]}).sentence
    assert sentence.startswith(f"{variable} is wrong: ")
    assert "motdepasse" not in sentence


@pytest.mark.parametrize(("host", "env", "told"), INSECURE)
def test_insecure_settings_are_refused_in_one_sentence(
    tmp_path: Path, host: str, env: dict[str, str], told: str
) -> None:
    assert told in serve(tmp_path, host, **env).sentence
    assert not (tmp_path / "var/parvis.sqlite3").exists(), "it worked before it refused"


def test_a_whole_process_without_a_secret_ends_in_one_sentence() -> None:
    done = server.run("serve", env={})
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith("PARVIS_SECRET_KEY is missing")


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server((server.HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        done = warm.run("serve", "--port", port, env={"PARVIS_SECRET_KEY": SECRET}, folder=tmp_path)
    assert done.sentence.startswith(f"Cannot listen on 127.0.0.1:{port}: Address already in use.")


# -- a deployment on loopback, without the demonstration ----------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    """Proofs of work asked for, limits lifted."""
    folder = tmp_path_factory.mktemp("loopback")
    env = {"PARVIS_DATABASE_URL": f"sqlite:///{folder}/parvis.sqlite3", "PARVIS_RATE_LIMITS": "off"}
    with server.serve(env) as opened:
        yield opened


def test_lifted_limits_are_warned_of_on_stderr(running: server.Running) -> None:
    (warning,) = [line for line in running.log.splitlines() if "PARVIS_RATE_LIMITS" in line]
    assert warning.startswith("WARNING: ")


def test_the_demonstration_has_no_mailbox_where_there_is_none(running: server.Running) -> None:
    for path in ("/demo/mailbox", "/demo/mailbox/1"):
        assert httpx2.get(running.url + path, trust_env=False).status_code == 404


def test_a_proof_of_work_is_good_once_and_the_word_demo_never(running: server.Running) -> None:
    citizen = Citizen(running.url)

    def answer(**solution: str) -> str:
        told = citizen.do("requestPasswordReset", email="ines@example.org", **solution)
        return str(told.get("code", told["__typename"]))

    asked = altcha.Challenge.from_dict(
        json.loads(citizen.ask("{ challenge { payload } }")["challenge"]["payload"])
    )
    solved = altcha.solve_challenge(asked)
    assert solved
    solution = altcha.Payload(asked, solved).to_base64()
    assert answer() == answer(challengeSolution="demo") == "CHALLENGE_FAILED"
    assert answer(challengeSolution=solution) == "PasswordResetRequested"
    assert answer(challengeSolution=solution) == "CHALLENGE_FAILED"
