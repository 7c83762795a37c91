"""The commands as guides quote them, each a process of its own, on both databases."""

import csv
import json
import re
import stat
from datetime import datetime
from pathlib import Path

from tests.cli.conftest import Desk
from tests.support import letters, server

ROOT = Path(__file__).parents[2]
OPERATORS = {
    "eaux": (["WATER"], ["CONTRACT_AND_METER"], ["13026"], False, True),
    "loudun": (["WASTE"], ["ACTIVATION_KEY"], ["86137"], True, False),
}


def keys_in(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["contract_number"]: row["activation_key"] for row in csv.DictReader(file)}


def states(desk: Desk) -> dict[str, str]:
    """Contract -> what its newest key is worth."""
    return {row["contract_number"]: row["state"] for row in desk.rows("keys", "list", "--operator", "loudun")}


# -- the server's own ---------------------------------------------------------------------------------------


def test_schema_prints_the_file_that_people_review() -> None:
    """A whole process, as `parvis schema > schema.graphql` starts one."""
    done = server.run("schema", env={})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "schema.graphql").read_text(encoding="utf-8")


def test_migrating_again_changes_nothing(desk: Desk) -> None:
    before = desk.rows("operators", "list")
    assert desk.do("migrate") == ""
    assert desk.rows("operators", "list") == before


def test_the_demonstration_loads_and_prints_what_to_try_the_same_however_often(desk: Desk) -> None:
    hints = desk.do("demo")
    assert desk.do("demo") == hints
    assert re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", hints)
    assert "1234567" in hints
    assert {"pays-loudunais", "eau-de-marseille"} <= {row["slug"] for row in desk.rows("operators", "list")}
    assert len(desk.rows("clients", "list")) == 3


def test_the_demonstration_migrates_the_embedded_database_itself(nowhere: Desk) -> None:
    assert "GraphiQL" in nowhere.do("demo")


# -- operators, subscribers ---------------------------------------------------------------------------------


def test_operators_are_added_by_what_has_no_default(desk: Desk) -> None:
    listed = desk.rows("operators", "list")
    assert {
        row["slug"]: (
            row["services"], row["proof_methods"], row["communes"], row["accepts_requests"],
            row["login_on_confirmation"],
        )
        for row in listed
    } == OPERATORS  # fmt: skip
    for row in listed:
        assert row["terms_version"] and row["terms_url"] and row["languages"] and row["sender_name"]
    assert "Eau de Marseille Métropole" in desk.do("operators", "list")


def test_subscribers_are_imported_or_not_at_all(desk: Desk) -> None:
    importing = ("subscribers", "import", "--operator", "eaux")
    good = desk.write(
        "good.csv", "contract_number,meter_number,family_name\n1111111,A1,Ève\n1234567,B2,Roux\n"
    )
    assert "1 added, 1 updated" in desk.do(*importing, good, "--dry-run")
    assert "1 added, 1 updated" in desk.do(*importing, good), "the dry run kept something"
    assert "2 unchanged" in desk.do(*importing, good)

    bad = desk.write("bad.csv", "contract_number,meter_number,phone\n2222222,A2,\n3333333,A3,jamais\n")
    done = desk.run(*importing, bad, "--report", "R.csv")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines() == [
        "Line 3, phone is not a phone number.",
        "Nothing was imported: 1 cell is bad; R.csv has them all.",
    ]
    report = list(csv.DictReader((desk.folder / "R.csv").read_text(encoding="utf-8").splitlines()))
    assert report == [{"line": "3", "column": "phone", "reason": "is not a phone number"}]
    assert "1 added" in desk.do(
        *importing, "--dry-run", desk.write("2.csv", "contract_number,meter_number\n2222222,A2\n")
    )


# -- keys ---------------------------------------------------------------------------------------------------


def test_keys_are_issued_to_a_file_for_the_mail_house(desk: Desk) -> None:
    desk.do("keys", "issue", "--operator", "loudun", "--out", "KEYS.csv")
    path = desk.folder / "KEYS.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "contract_number", "activation_key", "expires_at",
        "recipient", "address_line1", "address_line2", "postcode", "city",
    ]  # fmt: skip
    assert [row["contract_number"] for row in rows] == ["CCPL-1", "CCPL-2"]
    assert all(re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", row["activation_key"]) for row in rows)
    assert [(row["address_line1"], row["postcode"], row["city"]) for row in rows] == [
        ("99 RUE DE LA FONTAINE D ADAM", "86200", "LOUDUN"), ("1 PLACE DU PORTAIL", "86200", "LOUDUN"),
    ]  # fmt: skip
    assert datetime.fromisoformat(rows[0]["expires_at"])
    assert not any(
        key in json.dumps(desk.rows("keys", "list", "--operator", "loudun")) for key in keys_in(path).values()
    )


def test_keys_are_revoked_one_by_one_and_all(desk: Desk) -> None:
    desk.do("keys", "issue", "--operator", "loudun", "--out", "KEYS.csv")
    (first, second) = keys_in(desk.folder / "KEYS.csv").items()
    with desk.town() as town:
        town.prove(first[1])
    desk.do("keys", "revoke", "--operator", "loudun", "--contract", first[0])
    with desk.town() as town:
        town.prove(second[1])
    assert states(desk)[first[0]] != states(desk)[second[0]]
    desk.do("keys", "revoke", "--operator", "loudun", "--all")
    assert len(set(states(desk).values())) == 1


def test_printed_keys_are_taken_over_and_those_that_fold_alike_are_reported(desk: Desk) -> None:
    importing = ("keys", "import", "--operator", "loudun")
    twins = desk.write("twins.csv", "contract_number,activation_key\nCCPL-1,OLD-KEY-01\nCCPL-2,old key o1\n")
    done = desk.run(*importing, twins, "--report", "R.csv")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("Nothing was imported")
    assert "activation_key" in (desk.folder / "R.csv").read_text(encoding="utf-8")
    assert states(desk) == {}

    desk.do(*importing, desk.write("good.csv", "contract_number,activation_key\nCCPL-1,OLD-KEY-01\n"))
    with desk.town() as town:
        town.prove("0ld key oI")


def test_keys_are_sent_by_email_to_whoever_has_an_address(desk: Desk) -> None:
    sent = desk.do("keys", "send", "--operator", "eaux")
    assert sent.startswith("2 e-mails queued.")
    with desk.town() as town:
        for address in ("ines@exemple.fr", "paul@exemple.fr"):
            assert [letter.kind for letter in letters.to(town.units, address)] == ["activation_key"]


# -- services -----------------------------------------------------------------------------------------------


def test_a_client_is_told_its_secret_once(desk: Desk) -> None:
    added = desk.do(
        "clients", "add", "--id", "mediatheque", "--name", "Médiathèque",
        "--redirect-uri", "https://mediatheque.example/retour",
    )  # fmt: skip
    secret = re.search(r"^client_secret: (\S{43})$", added, re.MULTILINE)
    assert secret
    listed = desk.do("clients", "list") + desk.do("clients", "list", "--json")
    assert "mediatheque" in listed
    assert secret[1] not in listed


def test_a_page_keeps_no_secret_and_logs_in_directly(desk: Desk) -> None:
    added = desk.do(
        "clients", "add", "--id", "portail", "--name", "Portail", "--redirect-uri", "https://portail.example/retour",
        "--public", "--first-party", "--direct-login", "--origin", "https://portail.example",
        "--scope", "openid profile email offline_access account",
    )  # fmt: skip
    assert "secret" not in added
    (portal,) = desk.rows("clients", "list")
    assert (portal["public"], portal["first_party"], portal["direct_login"]) == (True, True, True)
    assert portal["origins"] == ["https://portail.example"]


def test_signing_keys_are_listed_and_rotated(desk: Desk) -> None:
    before = {(row["algorithm"], row["state"]): row["kid"] for row in desk.rows("signing-keys", "list")}
    desk.do("signing-keys", "rotate")
    after = {(row["algorithm"], row["state"]): row["kid"] for row in desk.rows("signing-keys", "list")}
    for algorithm in ("ES256", "RS256"):
        assert after[algorithm, "active"] == before[algorithm, "next"]
        assert after[algorithm, "retired"] == before[algorithm, "active"]


# -- people -------------------------------------------------------------------------------------------------


def test_an_account_is_shown_locked_and_unlocked(desk: Desk) -> None:
    with desk.town() as town:
        town.settle("jean@exemple.fr", number="CCPL-9")

    def shown() -> tuple[str, list[str]]:
        (row,) = desk.rows("accounts", "show", "Jean@exemple.fr")
        return row["state"], row["contracts"]

    assert shown() == ("open", ["CCPL-9"])
    desk.do("accounts", "lock", "jean@exemple.fr")
    assert shown() == ("locked", ["CCPL-9"])
    desk.do("accounts", "unlock", "jean@exemple.fr")
    assert shown() == ("open", ["CCPL-9"])
    assert "CCPL-9" in desk.do("accounts", "show", "jean@exemple.fr")


def test_a_waiting_registration_is_shown_and_mailed_again(desk: Desk) -> None:
    with desk.town() as town:
        town.browser().register(town.proof("CCPL-9"), "jean@exemple.fr")
    (row,) = desk.rows("accounts", "show", "jean@exemple.fr")
    assert row["state"] == "unconfirmed"
    desk.do("accounts", "resend", "jean@exemple.fr")
    with desk.town() as town:
        assert letters.kinds(town.units, "jean@exemple.fr") == ["confirm_registration"] * 2


def test_there_may_be_no_requests(desk: Desk) -> None:
    assert desk.rows("requests", "list") == []
    assert desk.rows("requests", "list", "--operator", "loudun") == []
    assert desk.do("requests", "list") == ""
