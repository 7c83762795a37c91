"""Agents issue keys by file and by e-mail, import printed ones, revoke and list them, at the command line."""

import csv
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from typer.testing import CliRunner, Result

from api.cli import keys as cli
from identity.backoffice import key_file, key_import, key_mailing
from identity.directory import operators
from identity.directory.subscribers import Civility, Subscriber
from identity.foundation.errors import Conflict, KeyMalformed, ProofRefused
from identity.foundation.unit_of_work import Units, utc_now
from identity.proof import activation_key, key_form
from identity.proof.activation_key import AttemptedKey
from tests.proof import town

Run = Callable[..., Result]
Row = dict[str, str]


@pytest.fixture
def units(database_url: str) -> Iterator[Units]:
    """Five subscribers of whom three may have a key: one is closed, one has an account."""
    with town.open_town(database_url) as units:
        with units.begin() as work:
            loudun = town.operator(work)
            for number in ("1000001", "1000002", "1000003"):
                town.subscriber(work, loudun, number)
            town.subscriber(work, loudun, "1000004", closed_on=date(2020, 1, 1))
            town.subscriber(work, loudun, "1000005", account_id=town.account(work).id)
            town.subscriber(work, town.operator(work, "marseille"), "1000001")
        yield units


@pytest.fixture
def run(units: Units, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`parvis keys …` against the town, in an empty folder."""
    monkeypatch.setenv("PARVIS_DATABASE_URL", units.settings.database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", town.SECRET)
    folder = tmp_path / "agent"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def issue(run: Run, *options: object, out: str = "KEYS.csv") -> list[Row]:
    result = run("issue", "--operator", "loudun", "--out", out, *options)
    assert result.exit_code == 0, result.stderr
    return read(out)


def read(path: str) -> list[Row]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def works(units: Units, key: str) -> bool:
    try:
        with town.from_network(units, key).begin() as work:
            activation_key.prove(work, AttemptedKey("loudun", key))
    except ProofRefused:
        return False
    return True


def states(run: Run, *options: str) -> list[tuple[str, str]]:
    """Contract and state of each key, as `parvis keys list --json` tells."""
    result = run("list", "--operator", "loudun", "--json", *options)
    return [(row["contract_number"], row["state"]) for row in json.loads(result.stdout)]


def actions(units: Units) -> list[str]:
    return [row.action for row in town.rows(units, "SELECT action FROM audit_events ORDER BY id")]


# -- issue -----------------------------------------------------------------------------------------------------


def test_every_open_subscriber_without_account_gets_a_key_that_works(units: Units, run: Run) -> None:
    rows = issue(run)
    assert [row["contract_number"] for row in rows] == ["1000001", "1000002", "1000003"]
    assert list(rows[0])[:3] == ["contract_number", "activation_key", "expires_at"]
    assert rows[0]["recipient"] == "Jean-Michel Test"
    assert (rows[0]["address_line1"], rows[0]["postcode"], rows[0]["city"]) == (
        "99 RUE DE LA FONTAINE D ADAM",
        "86200",
        "LOUDUN",
    )
    assert all(works(units, row["activation_key"]) for row in rows)
    assert "keys.issued" in actions(units)


def test_the_file_is_for_its_owner_alone_and_never_overwritten(run: Run) -> None:
    former_mask = os.umask(0)
    try:
        issue(run)
    finally:
        os.umask(former_mask)
    assert stat.S_IMODE(Path("KEYS.csv").stat().st_mode) == 0o600
    before = Path("KEYS.csv").read_bytes()
    again = run("issue", "--operator", "loudun", "--out", "KEYS.csv", "--reissue")
    assert again.exit_code == 1
    assert "not overwritten" in again.stderr
    assert Path("KEYS.csv").read_bytes() == before


def test_a_key_lives_as_long_as_the_agent_says(units: Units, run: Run) -> None:
    (row, *_) = issue(run, "--days", 30)
    units.clock.now = key_expiry(row) - timedelta(seconds=1)
    assert works(units, row["activation_key"])
    units.clock.now = key_expiry(row)
    assert not works(units, row["activation_key"])


def key_expiry(row: Row) -> datetime:
    return datetime.fromisoformat(row["expires_at"])


def test_who_has_a_usable_key_gets_no_second_one_unless_it_is_reissued(units: Units, run: Run) -> None:
    former = issue(run)
    assert issue(run, out="none.csv") == []
    newer = issue(run, "--reissue", "--contract", "1000002", out="newer.csv")
    assert [row["contract_number"] for row in newer] == ["1000002"]
    assert works(units, newer[0]["activation_key"])
    assert [works(units, row["activation_key"]) for row in former] == [True, False, True]


def test_an_expired_or_revoked_key_is_replaced_without_being_asked(units: Units, run: Run) -> None:
    issue(run, "--days", 1)
    run("revoke", "--operator", "loudun", "--contract", "1000001")
    assert [row["contract_number"] for row in issue(run, out="second.csv")] == ["1000001"]


def test_single_contracts_are_named_as_people_type_them(run: Run) -> None:
    rows = issue(run, "--contract", "100 0003 B", "--contract", "1000001")
    assert [row["contract_number"] for row in rows] == ["1000001", "1000003"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--operator", "loudun", "--contract", "9999999"), "9999999"),
        (("--operator", "poitiers"), "Operator not found"),
    ],
)
def test_what_does_not_exist_is_told_in_one_sentence_and_leaves_no_file(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    result = run("issue", "--out", "KEYS.csv", *arguments)
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("KEYS.csv").exists()


def test_a_folder_that_is_not_there_is_told_in_one_sentence(run: Run) -> None:
    result = run("issue", "--operator", "loudun", "--out", "nowhere/KEYS.csv")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_no_cell_of_the_address_is_a_formula_to_a_spreadsheet(units: Units, run: Run) -> None:
    with units.begin() as work:
        holder = work.session.get_one(Subscriber, 1)
        holder.organization_name, holder.address_line1, holder.address_line2 = (
            "=cmd|' /C calc'!A0",
            "+1",
            "@x",
        )
        holder.city, holder.postcode = "-1", "\t86200"
    (row, *_) = issue(run)
    assert (row["recipient"], row["address_line1"], row["address_line2"]) == (
        "'=cmd|' /C calc'!A0",
        "'+1",
        "'@x",
    )
    assert (row["city"], row["postcode"]) == ("'-1", "'\t86200")


def test_a_letter_is_addressed_to_the_person_with_a_title_or_to_the_organisation(
    units: Units, run: Run
) -> None:
    with units.begin() as work:
        work.session.get_one(Subscriber, 1).civility = Civility.MADAM
        work.session.get_one(Subscriber, 2).organization_name = "SCI du Château"
    rows = issue(run)
    assert [row["recipient"] for row in rows] == [
        "Mme Jean-Michel Test",
        "SCI du Château",
        "Jean-Michel Test",
    ]


class PowerCut(BaseException):
    """The process ends here."""


def test_a_key_that_works_was_always_written_and_synced_before(
    units: Units, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, told = tmp_path / "KEYS.csv", []
    synced: list[int] = []
    really_sync = os.fsync

    def sync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        really_sync(descriptor)

    def at_commit(_connection: object) -> None:
        told.append((len(read(str(out))), list(synced)))

    monkeypatch.setattr(os, "fsync", sync)
    event.listen(units.engine, "commit", at_commit)
    key_file.issue(units, key_file.Wish("loudun", out, timedelta(days=1)), "agent")
    (rows, on_disk), *_ = [seen for seen in told if seen[0]]
    assert rows == 3
    assert {out.stat().st_ino, tmp_path.stat().st_ino} <= set(on_disk)


def test_a_process_killed_after_the_file_and_before_the_commit_leaves_keys_that_do_not_work(
    units: Units, run: Run
) -> None:
    former = issue(run, out="former.csv")
    dying = (
        "import os, signal, sys\n"
        "from sqlalchemy import Engine, event\n"
        "event.listen(Engine, 'commit', lambda connection: os.kill(os.getpid(), signal.SIGKILL))\n"
        "from api.cli.keys import app\n"
        "app(sys.argv[1:])\n"
    )
    arguments = ("issue", "--operator", "loudun", "--out", "KEYS.csv", "--reissue")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", dying, *arguments], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    written = read("KEYS.csv")
    assert len(written) == 3
    assert [works(today(units), row["activation_key"]) for row in written] == [False] * 3
    assert [works(today(units), row["activation_key"]) for row in former] == [True] * 3


def test_a_cut_while_the_file_is_written_leaves_no_file(
    units: Units, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_descriptor: int) -> None:
        raise PowerCut

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(PowerCut):
        key_file.issue(units, key_file.Wish("loudun", tmp_path / "KEYS.csv", timedelta(days=1)), "agent")
    assert not (tmp_path / "KEYS.csv").exists()
    assert town.rows(units, "SELECT * FROM activation_keys") == []


def test_the_agent_is_told_that_a_file_without_commit_is_worth_nothing(
    units: Units, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the database went away")

    monkeypatch.setattr(activation_key, "store", refuse)
    result = run("issue", "--operator", "loudun", "--out", "KEYS.csv")
    assert result.exit_code == 1
    assert "none of them works" in result.stderr
    assert len(read("KEYS.csv")) == 3


def test_keys_that_were_issued_meanwhile_are_not_voided_unseen(units: Units, tmp_path: Path) -> None:
    def meanwhile(done: int, total: int) -> None:
        other = key_file.Wish("loudun", tmp_path / "other.csv", timedelta(days=1), ["1000001"])
        key_file.issue(units, other, "another agent")

    out = tmp_path / "KEYS.csv"
    with pytest.MonkeyPatch.context() as patch, pytest.raises(key_file.NotCommitted):
        patch.setattr("identity.backoffice.keys.AT_ONCE", 3)
        key_file.issue(units, key_file.Wish("loudun", out, timedelta(days=1)), "agent", meanwhile)
    assert [works(units, row["activation_key"]) for row in read(str(out))] == [False] * 3
    assert works(units, read(str(tmp_path / "other.csv"))[0]["activation_key"])


def test_more_subscribers_than_are_held_in_memory_all_get_one(
    units: Units, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identity.backoffice.keys.AT_ONCE", 2)
    rows = issue(run)
    assert len({row["activation_key"] for row in rows}) == 3
    assert all(works(units, row["activation_key"]) for row in rows)


# -- send ------------------------------------------------------------------------------------------------------


def test_every_subscriber_with_an_address_is_mailed_a_key_that_works_and_its_link(
    units: Units, run: Run
) -> None:
    with units.begin() as work:
        work.session.get_one(Subscriber, 2).email = None
        work.session.get_one(Subscriber, 3).email = "no address"
    result = run("send", "--operator", "loudun")
    assert result.exit_code == 0
    assert "1 e-mail queued" in result.stdout
    assert "2 without an e-mail" in result.stdout
    (letter,) = town.delivered(today(units))
    assert letter.recipient == "abonne1000001@exemple.fr"
    assert works(today(units), town.key_of(letter))


def today(units: Units) -> Units:
    """The town as the command line sees it: by the true time."""
    return replace(units, clock=utc_now)


def test_nobody_is_mailed_twice_within_a_day_unless_asked_for(units: Units) -> None:
    wish = key_mailing.Wish("loudun", timedelta(days=30))
    assert key_mailing.send(units, wish, "agent").mailed == 3
    again = key_mailing.send(units, wish, "agent")
    assert (again.mailed, again.mailed_before) == (0, 3)
    insisted = key_mailing.send(units, key_mailing.Wish("loudun", timedelta(days=30), again=True), "agent")
    assert (insisted.mailed, insisted.voided) == (3, 3)
    units.clock.pass_(hours=24)
    assert key_mailing.send(units, wish, "agent").mailed == 3
    assert actions(units).count("keys.sent") == 3


def test_a_run_that_was_cut_short_is_run_again_and_mails_the_others(
    units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_mailing, "AT_ONCE", 1)
    wish = key_mailing.Wish("loudun", timedelta(days=30))

    def cut(done: int, _total: int) -> None:
        if done == 2:
            raise PowerCut

    with pytest.raises(PowerCut):
        key_mailing.send(units, wish, "agent", cut)
    assert key_mailing.send(units, wish, "agent").mailed == 1
    letters = town.delivered(units)
    assert len({letter.recipient for letter in letters}) == len(letters) == 3
    assert all(works(units, town.key_of(letter)) for letter in letters)


def test_two_runs_at_the_same_moment_mail_everybody_once(units: Units) -> None:
    wish = key_mailing.Wish("loudun", timedelta(days=30))
    town.all_at_once(3, lambda _: key_mailing.send(units, wish, "agent"))
    letters = town.delivered(units)
    assert len({letter.recipient for letter in letters}) == len(letters) == 3


def test_a_mailed_key_voids_the_printed_one_and_says_so(units: Units, run: Run) -> None:
    (row, *_) = issue(run, "--contract", "1000001")
    result = run("send", "--operator", "loudun", "--contract", "1000001")
    assert "1 former key void" in result.stdout
    assert not works(today(units), row["activation_key"])


# -- import ----------------------------------------------------------------------------------------------------


def import_(run: Run, text: str, *options: str, encoding: str = "utf-8") -> Result:
    Path("printed.csv").write_text(text, encoding=encoding)
    return run("import", "--operator", "loudun", "printed.csv", *options)


def test_keys_printed_by_another_system_work_however_they_are_typed(units: Units, run: Run) -> None:
    result = import_(run, "contract_number,activation_key\n1000001,abcd-O1l8\n1000002,ZZZZ-9999-ZZZZ\n")
    assert result.exit_code == 0, result.stderr
    assert "2 keys imported" in result.stdout
    for spelling in ("ABCD0118", "abcd o1i8", "ABCD-OLL8"):
        assert works(today(units), spelling)
    assert "keys.imported" in actions(units)


def test_one_key_without_a_good_check_symbol_and_form_alone_is_judged(units: Units, run: Run) -> None:
    ours = key_form.new().reveal()
    assert "check symbol" not in import_(run, f"contract_number;activation_key\n1000001;{ours}\n").stdout
    with units.read() as work:
        assert operators.get(work, "loudun").activation_keys_checked
    assert "check symbol" in import_(run, "contract_number;activation_key\n1000002;ABCD1234\n").stdout
    with units.read() as work:
        assert not operators.get(work, "loudun").activation_keys_checked
        assert operators.get(work, "marseille").activation_keys_checked
    assert works(today(units), ours)
    assert not works(today(units), "A" * 16)
    with pytest.raises(KeyMalformed):
        works(today(units), "ABC")


def test_importing_the_same_file_again_changes_nothing(units: Units, run: Run) -> None:
    text = "contract_number,activation_key\n1000001,ABCD1234\n1000001,abcd 1234\n1000002,WXYZ1234\n"
    assert "2 keys imported, 1 there already" in import_(run, text).stdout
    assert "0 keys imported, 3 there already" in import_(run, text).stdout
    assert len(town.rows(units, "SELECT id FROM activation_keys")) == 2


@pytest.mark.parametrize("at_once", [1, 500])
def test_every_bad_row_is_reported_by_line_and_nothing_is_imported(
    units: Units, run: Run, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("identity.backoffice.key_import.AT_ONCE", at_once)
    result = import_(
        run,
        "contract_number,activation_key,expires_at\n"
        "1000001,ABCD1234,\n"
        "9999999,WXYZ1234,\n"
        "1000002,short,31/12/2027\n"
        "1000002,ABCD-I234,\n"
        "1000003,LMNP1234,tomorrow\n"
        "1000003\n",
        "--report",
        "report.csv",
    )
    assert result.exit_code == 1
    told = {row["line"]: (row["column"], row["reason"]) for row in read("report.csv")}
    assert list(told) == ["3", "4", "5", "6", "7"]
    assert told["3"] == ("contract_number", "is no contract of loudun")
    assert told["4"][0] == "activation_key"
    assert told["5"] == ("activation_key", "folds like the key of contract 1000001")
    assert told["6"][0] == "expires_at"
    assert told["7"] == ("", "has too few cells or unmatched quotes")
    assert "line 5" in result.stderr
    assert town.rows(units, "SELECT * FROM activation_keys") == []
    with units.read() as work:
        assert operators.get(work, "loudun").activation_keys_checked


def test_a_key_that_folds_like_one_of_another_run_or_secret_is_reported(
    units: Units, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_(run, "contract_number,activation_key\n1000001,ABCD1234\n")
    monkeypatch.setenv("PARVIS_SECRET_KEY", "another secret that came into use later on," + town.SECRET)
    result = import_(run, "contract_number,activation_key\n1000002,abcd l234\n")
    assert result.exit_code == 1
    assert "folds like the key of contract 1000001" in result.stderr


def test_a_key_that_was_revoked_is_not_revived_by_importing_it_again(run: Run) -> None:
    text = "contract_number,activation_key\n1000001,ABCD1234\n"
    import_(run, text)
    run("revoke", "--operator", "loudun", "--key", "abcd-1234")
    result = import_(run, text)
    assert result.exit_code == 1
    assert "was revoked" in result.stderr


def test_a_file_of_a_spreadsheet_is_read_with_its_own_encoding_mark_and_labels(
    units: Units, run: Run
) -> None:
    text = "N° de contrat;Nom;Clé d'activation;Expire le\n1000001;Hélène;ABCD1234;31/12/2097\n"
    assert import_(run, text, encoding="cp1252").exit_code == 0
    assert import_(run, "\ufeff" + text).exit_code == 0
    (row,) = town.rows(units, "SELECT expires_at FROM activation_keys")
    assert str(row.expires_at).startswith("2098-01-01 0")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no header"),
        ("contract_number,expires_at\n1,2\n", "activation_key"),
        ("a,b\n1,2\n", "contract_number"),
    ],
)
def test_a_file_without_the_columns_is_refused_in_one_sentence(run: Run, text: str, told: str) -> None:
    result = import_(run, text)
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_told_in_one_sentence(run: Run) -> None:
    result = run("import", "--operator", "loudun", "nothing.csv")
    assert result.exit_code == 1
    assert "nothing.csv" in result.stderr


def test_an_import_that_other_keys_overtook_stores_nothing(units: Units, tmp_path: Path) -> None:
    printed = tmp_path / "printed.csv"
    printed.write_text("contract_number,activation_key\n1000001,ABCD1234\n")

    def meanwhile(_done: int, _size: int) -> None:
        with units.begin() as work:
            activation_key.issue(work, work.session.get_one(Subscriber, 2), work.now + timedelta(days=1))

    with pytest.raises(Conflict):
        key_import.import_(units, key_import.Wish("loudun", printed, timedelta(days=1)), "agent", meanwhile)
    assert [row.subscriber_id for row in town.rows(units, "SELECT subscriber_id FROM activation_keys")] == [2]


def test_importing_voids_no_key(units: Units, run: Run) -> None:
    (row, *_) = issue(run)
    import_(run, "contract_number,activation_key\n1000001,ABCD1234\n")
    assert works(today(units), row["activation_key"])
    assert works(today(units), "ABCD1234")


# -- revoke and list -------------------------------------------------------------------------------------------


def test_keys_are_revoked_one_by_one_by_contract_or_all(units: Units, run: Run) -> None:
    rows = issue(run)
    assert (
        "1 key revoked"
        in run("revoke", "--operator", "loudun", "--key", rows[0]["activation_key"].lower()).stdout
    )
    assert "1 key revoked" in run("revoke", "--operator", "loudun", "--contract", "1000002").stdout
    assert [works(today(units), row["activation_key"]) for row in rows] == [False, False, True]
    assert "1 key revoked" in run("revoke", "--operator", "loudun", "--all").stdout
    assert states(run) == [("1000001", "REVOKED"), ("1000002", "REVOKED"), ("1000003", "REVOKED")]
    assert actions(units).count("keys.revoked") == 3


def test_revoking_what_is_not_there_or_not_said_is_refused(run: Run) -> None:
    unknown = key_form.new().reveal()
    for arguments in (("--key", unknown), ("--contract", "9999999"), (), ("--all", "--contract", "1000001")):
        result = run("revoke", "--operator", "loudun", *arguments)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1


def test_a_used_key_stays_used(units: Units, run: Run) -> None:
    issue(run)
    with units.begin() as work:
        work.execute(
            activation_key._TABLE.update().where(activation_key._TABLE.c.id == 1).values(used_at=work.now)
        )
    run("revoke", "--operator", "loudun", "--all")
    assert states(run)[0] == ("1000001", "USED")


def test_listing_tells_what_each_key_is_worth_and_never_the_key(units: Units, run: Run) -> None:
    rows = issue(run)
    listed = run("list", "--operator", "loudun", "--json").stdout
    assert [row["activation_key"] for row in rows if row["activation_key"] in listed] == []
    assert states(run) == [("1000001", "USABLE"), ("1000002", "USABLE"), ("1000003", "USABLE")]
    assert states(run, "--contract", "1000002") == [("1000002", "USABLE")]
    with units.begin() as work:
        work.execute(activation_key._TABLE.update().values(expires_at=town.NOON - timedelta(days=9999)))
    assert [state for _, state in states(run)] == ["EXPIRED"] * 3
    assert "EXPIRED" in run("list", "--operator", "loudun").stdout


def test_the_town_next_door_is_never_touched(units: Units, run: Run) -> None:
    issue(run)
    run("send", "--operator", "loudun")
    run("revoke", "--operator", "loudun", "--all")
    assert {row.operator_id for row in town.rows(units, "SELECT operator_id FROM activation_keys")} == {1}
