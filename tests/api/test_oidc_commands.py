"""`parvis clients` and `parvis signing-keys`, as an operator's agent types them."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from typer.testing import CliRunner, Result

from api.cli import clients, signing_keys
from api.cli.console import open_units
from identity.oidc import refusals
from identity.oidc.exchange import Arrival, Refusal, Reply

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
        "client/portail",
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


def test_a_service_is_told_apart_by_everything_that_an_agent_said(tmp_path: Path) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=False, kid="k")]}))
    said = {
        "--profile": "fapi2", "--jwks": str(jwks), "--access-token": "jwt", "--exchange-audience": "cantine",
        "--post-logout-redirect-uri": "https://m.test/bye", "--backchannel-logout-uri": "https://m.test/bc",
        "--frontchannel-logout-uri": "https://m.test/fc", "--policy-uri": "https://m.test/p",
        "--tos-uri": "https://m.test/t", "--logo-uri": "https://m.test/l", "--client-uri": "https://m.test/",
        "--organization": "Ville de M.", "--contact": "dsi@m.test", "--initiate-login-uri": "https://m.test/login",
    }  # fmt: skip
    added = _done(clients, *LIBRARY, *(word for pair in said.items() for word in pair), "--device", "--json")
    assert json.loads(added.stdout) == {"client_id": "mediatheque"}, "who signs has no secret"
    (told,) = json.loads(_done(clients, "list", "--json").stdout)
    assert (told["profile"], told["auth_methods"], told["id_token_alg"]) == (
        "fapi2",
        ["private_key_jwt"],
        "ES256",
    )
    assert told["require_par"] and told["dpop_bound"] and told["access_token_format"] == "jwt"
    assert told["policy_uri"] == "https://m.test/p" and told["organization"] == "Ville de M."
    assert told["post_logout_redirect_uris"] == ["https://m.test/bye"]
    assert len(told["grant_types"]) == 5
    assert _run(clients, "rotate-secret", "mediatheque").exit_code == 1


def test_a_service_whose_keys_cannot_be_fetched_yet_is_added_with_a_warning() -> None:
    result = _done(
        clients, *LIBRARY, "--auth-method", "private_key_jwt", "--jwks-uri", "https://127.0.0.1:1/jwks"
    )
    assert "shows no key yet" in result.stderr


def test_wrong_options_of_a_service_are_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    for options in (
        ("--jwks", str(wrong)), ("--jwks", str(tmp_path / "absent.json")), ("--profile", "fapi9"),
        ("--profile", "fapi2"), ("--auth-method", "private_key_jwt"), ("--auth-method", "client_secret_jwt"),
        ("--access-token", "paper"), ("--policy-uri", "http://m.test/"), ("--default-max-age", "-1"),
        ("--sector-identifier-uri", "https://127.0.0.1:1/sector"), ("--frontchannel-logout-uri", "https://x.test/"),
    ):  # fmt: skip
        result = _run(clients, *LIBRARY, *options)
        assert (result.exit_code, result.stdout) == (1, ""), options
        assert len(result.stderr.strip().splitlines()) == 1
    assert json.loads(_done(clients, "list", "--json").stdout) == []


def test_resources_are_allowed_pair_by_pair_and_shown() -> None:
    _done(clients, *LIBRARY)
    _done(clients, "add", "--id", "eau", "--name", "Eau", "--redirect-uri", "https://eau.test/retour")
    _done(clients, "serves", "eau", "https://eau.test/api", "https://eau.test/v2")
    assert _run(clients, "resources", "allow", "mediatheque", "https://inconnue.test").exit_code == 1
    _done(clients, "resources", "allow", "mediatheque", "https://eau.test/api")
    listed = json.loads(_done(clients, "resources", "list", "--json").stdout)
    assert listed == [
        {"uri": "https://eau.test/api", "served_by": "eau", "allowed_to": ["mediatheque"]},
        {"uri": "https://eau.test/v2", "served_by": "eau", "allowed_to": []},
    ]
    assert "mediatheque" in _done(clients, "resources", "list").stdout
    shown = json.loads(_done(clients, "show", "--id", "mediatheque", "--json").stdout)
    assert (shown["serves"], shown["may_ask_for"]) == ([], ["https://eau.test/api"])
    refused = _run(clients, "edit", "--id", "eau", "--access-token", "jwt")
    assert refused.exit_code == 1 and "opaque" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    _done(clients, "resources", "disallow", "mediatheque", "https://eau.test/api")
    assert _run(clients, "resources", "disallow", "mediatheque", "https://eau.test/api").exit_code == 1
    assert json.loads(_done(clients, "show", "--id", "mediatheque", "--json").stdout)["may_ask_for"] == []


def test_an_invitation_is_printed_once() -> None:
    assert len(_done(clients, "invite", "--label", "Médiathèque").stdout.strip()) == 43
    told = json.loads(
        _done(clients, "invite", "--label", "M", "--scope", "openid contracts", "--json").stdout
    )
    assert len(told["initial_access_token"]) == 43
    for wrong in (("--scope", "openid account"), ("--uses", "0"), ("--days", "0"), ("--uses", "100000")):
        assert _run(clients, "invite", "--label", "M", *wrong).exit_code == 1


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


def test_a_signing_key_that_others_may_know_is_revoked() -> None:
    before = _states(_done(signing_keys, "list", "--json"))
    after = _states(_done(signing_keys, "revoke", "--kid", before["ES256"]["active"], "--json"))
    assert after["ES256"]["active"] == before["ES256"]["next"]
    assert before["ES256"]["active"] not in after["ES256"].values()
    assert after["RS256"] == before["RS256"]
    anew = _states(_done(signing_keys, "revoke", "--all", "--json"))
    assert not _kids(anew) & (_kids(before) | _kids(after))
    assert [sorted(states) for states in anew.values()] == [["active", "next"]] * 2
    for options in ((), ("--all", "--kid", "x")):
        assert _run(signing_keys, "revoke", *options).exit_code == 1
    refused = _run(signing_keys, "revoke", "--kid", "x")
    assert (refused.exit_code, refused.stderr) == (1, "There is no signing key x.\n")


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


def _kids(states: dict[str, dict[str, str]]) -> set[str]:
    return {kid for by_state in states.values() for kid in by_state.values()}


def test_why_a_service_was_refused_is_shown_by_cause() -> None:
    _done(clients, *LIBRARY)
    units = open_units()
    for client_id, error in (
        ("mediatheque", "invalid_grant"),
        ("mediatheque", "invalid_grant"),
        ("autre", "x"),
    ):
        refusals.note(units, Arrival("POST", "/token"), Reply(400, refusal=Refusal(error, "Why.", client_id)))
    refusals.flush(units)
    [shown] = json.loads(_done(clients, "show", "--id", "mediatheque", "--json").stdout)["refused"]
    assert (shown["times"], shown["endpoint"], shown["error"]) == (2, "/token", "invalid_grant")
    assert "invalid_grant Why." in _done(clients, "show", "--id", "mediatheque").stdout
    told = json.loads(_done(clients, "refused", "--json").stdout)
    assert {one["client"]: one["error"] for one in told} == {"mediatheque": "invalid_grant", "unknown": "x"}
