"""`parvis clients` and `parvis signing-keys`, as an operator's agent types them."""

import json
import secrets
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import clients, signing_keys

PORTAL = (
    "add", "--id", "portail", "--name", "Portail", "--public", "--first-party", "--direct-login",
    "--origin", "https://portail.test", "--origin", "http://localhost:5173",
    "--redirect-uri", "https://portail.test/retour", "--scope", "openid account",
)  # fmt: skip
LIBRARY = ("add", "--id", "mediatheque", "--name", "Médiathèque", "--redirect-uri", "https://m.test/retour")


@pytest.fixture(autouse=True)
def _environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_URL", database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", secrets.token_urlsafe(48))


def test_adding_a_service_prints_its_secret_once() -> None:
    lines = _done(clients, *LIBRARY).stdout.splitlines()
    assert lines[0] == "client_id: mediatheque"
    secret = lines[1].removeprefix("client_secret: ")
    assert len(secret) == 43
    assert secret not in _done(clients, "list", "--json").stdout


def test_adding_a_public_client_prints_no_secret() -> None:
    assert json.loads(_done(clients, *PORTAL, "--json").stdout) == {"client_id": "portail"}


def test_the_list_tells_everything_but_secrets() -> None:
    _done(clients, *PORTAL)
    _done(clients, *LIBRARY, "--id-token-alg", "ES256", "--sector", "ville.test", "--subject-type", "public")
    portal, library = json.loads(_done(clients, "list", "--json").stdout)
    assert portal["origins"] == ["https://portail.test", "http://localhost:5173"]
    assert (portal["public"], portal["first_party"], portal["direct_login"]) == (True, True, True)
    assert (portal["scope"], portal["sector"], portal["disabled_at"]) == (
        "openid account",
        "portail.test",
        None,
    )
    assert (library["id_token_alg"], library["sector"], library["subject_type"]) == (
        "ES256",
        "ville.test",
        "public",
    )
    assert "mediatheque" in _done(clients, "list").stdout


def test_what_cannot_be_registered_is_one_sentence_and_nothing_is_kept() -> None:
    _done(clients, *LIBRARY)
    for arguments in (
        LIBRARY,
        (*PORTAL[:5], "--redirect-uri", "http://portail.test/"),
        tuple(word for word in PORTAL if word != "--first-party"),
        (*LIBRARY[:2], "autre", *LIBRARY[3:], "--scope", "openid account"),
        (*LIBRARY[:2], "autre", *LIBRARY[3:], "--id-token-alg", "none"),
    ):
        result = _run(clients, *arguments)
        assert result.exit_code == 1 and result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1
    assert len(json.loads(_done(clients, "list", "--json").stdout)) == 1


def test_a_secret_can_be_rotated_and_a_client_disabled_but_not_twice() -> None:
    first = json.loads(_done(clients, *LIBRARY, "--json").stdout)["client_secret"]
    second = json.loads(_done(clients, "rotate-secret", "mediatheque", "--json").stdout)["client_secret"]
    assert second != first
    _done(clients, "disable", "mediatheque")
    assert json.loads(_done(clients, "list", "--json").stdout)[0]["disabled_at"]
    for command in ("rotate-secret", "disable"):
        assert _run(clients, command, "mediatheque").exit_code == 1


def test_signing_keys_are_made_listed_and_rotated() -> None:
    before = _states(_done(signing_keys, "list", "--json"))
    after = _states(_done(signing_keys, "rotate", "--json"))
    for algorithm in ("ES256", "RS256"):
        assert sorted(before[algorithm]) == ["active", "next"]
        assert before[algorithm]["active"] == after[algorithm]["retired"]
        assert before[algorithm]["next"] == after[algorithm]["active"]
        assert after[algorithm]["next"] not in before[algorithm].values()
    assert _states(_done(signing_keys, "list", "--json")) == after
    assert "retired" in _done(signing_keys, "list").stdout


def _states(result: Result) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key in json.loads(result.stdout):
        found.setdefault(key["algorithm"], {})[key["state"]] = key["kid"]
    return found


def _run(group: Any, *arguments: str) -> Result:
    return CliRunner().invoke(group.app, arguments)


def _done(group: Any, *arguments: str) -> Result:
    result = _run(group, *arguments)
    assert result.exit_code == 0, result.stderr
    return result
