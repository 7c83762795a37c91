"""`parvis clients show|edit` and `clients invitations`: what an agent changes later, and what stays as it was."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from api.cli import agent, clients
from api.cli.client_options import OPTIONS
from identity.foundation import settings as settings_
from identity.foundation.audit import AuditEvent
from identity.foundation.unit_of_work import Units, open_engine
from identity.oidc import clients as clients_
from identity.oidc import editing, invitations
from identity.oidc.metadata import Metadata

LIBRARY = ("add", "--id", "mediatheque", "--name", "Médiathèque", "--redirect-uri", "https://m.test/retour")
EDIT = ("edit", "--id", "mediatheque")


@pytest.fixture(autouse=True)
def _environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_URL", database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", secrets.token_urlsafe(48))


def test_only_what_is_given_changes_and_an_empty_option_takes_away() -> None:
    _done(*LIBRARY, "--policy-uri", "https://m.test/p", "--contact", "dsi@m.test", "--default-max-age", "60")
    former = _shown()
    result = _done(
        *EDIT, "--name", "Bibliothèque", "--policy-uri", "", "--contact", "", "--default-max-age", ""
    )
    assert result.stderr == "Changed: contacts, default_max_age, name, policy_uri.\n"
    expected = {"name": "Bibliothèque", "policy_uri": None, "contacts": [], "default_max_age": None}
    assert _shown() == former | expected
    assert _done(*EDIT, "--name", "Bibliothèque").stderr == "Changed: nothing.\n"


def test_a_client_that_loses_its_scopes_is_not_given_everybodys() -> None:
    _done(*LIBRARY, "--scope", "openid")
    _done(*EDIT, "--scope", "")
    assert _shown()["scope"] == ""


def test_the_secret_stays_and_a_client_that_begins_to_need_one_is_told_it() -> None:
    secret = json.loads(_done(*LIBRARY, "--json").stdout)["client_secret"]
    assert json.loads(_done(*EDIT, "--scope", "openid", "--json").stdout) == {"client_id": "mediatheque"}
    assert _has_secret(secret)
    assert json.loads(_done(*EDIT, "--public", "--json").stdout) == {"client_id": "mediatheque"}
    assert not _has_secret(secret)
    anew = json.loads(_done(*EDIT, "--no-public", "--json").stdout)["client_secret"]
    assert anew != secret and _has_secret(anew)


def test_another_address_leaves_the_names_by_which_citizens_are_known() -> None:
    _done(*LIBRARY)
    _done(*EDIT, "--redirect-uri", "https://nouveau.test/retour")
    assert (_shown()["redirect_uris"], _shown()["sector"]) == (["https://nouveau.test/retour"], "m.test")
    _done(*EDIT, "--sector", "")
    assert _shown()["sector"] == "nouveau.test"


def test_what_follows_from_the_rest_follows_again() -> None:
    _done(*LIBRARY)
    usual = _shown()["grant_types"]
    _done(*EDIT, "--device", "--exchange-audience", "cantine")
    assert len(_shown()["grant_types"]) == len(usual) + 2
    _done(*EDIT, "--no-device", "--exchange-audience", "")
    assert _shown()["grant_types"] == usual


def test_a_client_becomes_one_of_fapi_and_keeps_what_it_was_told(tmp_path: Path) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=False, kid="k")]}))
    _done(*LIBRARY, "--organization", "Ville de M.")
    _done(*EDIT, "--profile", "fapi2", "--jwks", str(jwks), "--id-token-alg", "ES256")
    told = _shown()
    assert (told["auth_methods"], told["require_par"], told["organization"]) == (
        ["private_key_jwt"], True, "Ville de M.",
    )  # fmt: skip


def test_what_cannot_be_is_one_sentence_and_nothing_is_changed() -> None:
    _done(*LIBRARY)
    former = _shown()
    for options in (
        ("--redirect-uri", ""), ("--name", ""), ("--policy-uri", "http://m.test/"), ("--first-party", "--scope", "é"),
        ("--sector-identifier-uri", "https://127.0.0.1:1/sector"), ("--jwks", "absent.json"), ("--profile", "fapi2"),
        ("--default-max-age", "soon"), ("--direct-login",), ("--public", "--auth-method", "private_key_jwt"),
    ):  # fmt: skip
        if options == ("--redirect-uri", ""):
            options = (*options, "--public")  # a service without people is one that keeps a secret
        result = _run(*EDIT, *options)
        assert result.exit_code in (1, 2) and result.stdout == "", options
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert _shown() == former
    for command in ("edit", "show"):
        assert _run(command, "--id", "personne").exit_code == 1


def test_the_audit_says_who_changed_what() -> None:
    _done(*LIBRARY)
    _done(*EDIT, "--logo-uri", "https://m.test/logo.png")
    with _units().read() as work:
        events = work.session.exec(select(AuditEvent).where(col(AuditEvent.action).like("client.%"))).all()
    assert [(event.action, event.subject, event.detail) for event in events] == [
        ("client.added", "oidc_clients:mediatheque", {"agent": agent.name()}),
        ("client.changed", "oidc_clients:mediatheque", {"agent": agent.name(), "changed": ["logo_uri"]}),
    ]


def test_a_client_is_shown_whole_without_its_secrets_to_people_too() -> None:
    secret = json.loads(_done(*LIBRARY, "--json").stdout)["client_secret"]
    _done("serves", "mediatheque", "https://m.test/api")
    _done("disable", "mediatheque")
    told = _shown()
    assert told["serves"] == ["https://m.test/api"] and told["disabled_at"]
    assert not [name for name in told if "digest" in name]
    table = _done("show", "--id", "mediatheque").stdout
    assert "https://m.test/retour" in table and secret not in table


def test_every_option_is_a_piece_of_metadata_and_a_client_is_the_metadata_that_made_it() -> None:
    assert {option.piece for option in OPTIONS} <= Metadata.__dataclass_fields__.keys()
    _done(*LIBRARY, "--device", "--pkce-optional", "--default-acr", "urn:parvis:acr:password")
    with _units().read() as work:
        client = clients_.find(work, "mediatheque")
        assert client
        again = editing.edited(client, {})
    assert again.device and not again.pkce_required and again.grant_types is None
    assert again.default_acr_values == ("urn:parvis:acr:password",)


def test_invitations_are_listed_and_taken_back_once() -> None:
    token = _done("invite", "--label", "Médiathèque", "--uses", "3").stdout.strip()
    (row,) = json.loads(_done("invitations", "list", "--json").stdout)
    assert (row["label"], row["uses_left"]) == ("Médiathèque", 3)
    assert token not in json.dumps(row)
    _done("invitations", "revoke", str(row["number"]))
    with _units().read() as work:
        assert invitations.find(work, token) is None
    for number in (row["number"], 999):
        refused = _run("invitations", "revoke", str(number))
        assert (refused.exit_code, refused.stderr) == (1, f"No invitation {number} could be used.\n")


def _units() -> Units:
    settings = settings_.load()
    return Units(open_engine(settings), settings)


def _has_secret(secret: str) -> bool:
    with _units().read() as work:
        client = clients_.find(work, "mediatheque")
        return client is not None and client.check_client_secret(secret)


def _shown() -> dict[str, Any]:
    return dict(json.loads(_done("show", "--id", "mediatheque", "--json").stdout))


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(clients.app, arguments)


def _done(*arguments: str) -> Result:
    result = _run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result
