"""An operator's file becomes its subscribers: all of it or nothing, again and again, beside people who register."""

import csv
import io
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from identity.backoffice import imports
from identity.backoffice.imports import Outcome, Wish
from identity.backoffice.staging import Difference
from identity.backoffice.subscriber_rows import BadCell
from identity.directory.communes import Commune
from identity.directory.operators import Operator
from identity.directory.subscribers import Civility, LegalNature, Subscriber
from identity.foundation.audit import AuditEvent
from identity.foundation.errors import Conflict, OperatorNotFound
from identity.foundation.unit_of_work import Units
from identity.proof import contract
from tests.proof import town

Tick = Callable[[int, int], None]

FULL = {
    "contract_number": "1234567A",
    "meter_number": "d23-ab 123456",
    "legal_nature": "Particulier",
    "civility": "Mme",
    "organization_name": "",
    "family_name": "Lefèvre",
    "given_name": "Éloïse",
    "phone": "05 49 22 10 15",
    "mobile": "06.39.98.12.34",
    "email": "eloise@exemple.fr",
    "address_line1": "1;  rue de l’Œuf",
    "address_line2": "Bât. B",
    "postcode": "86200",
    "city": "LOUDUN",
    "insee_code": "86137",
    "closed_on": "31/12/2030",
}


@pytest.fixture
def units(database_url: str) -> Iterator[Units]:
    """Loudun, its operator without subscribers, and an operator that asks for contract and meter alone."""
    with town.open_town(database_url) as units:
        with units.begin() as work:
            work.session.add(Commune(insee_code="86137", name="Loudun", postcodes=["86200"]))
            town.operator(work)
            town.operator(work, "marseille", proof_methods=["CONTRACT_AND_METER"])
        yield units


class Agent:
    """Somebody who imports files and notes what is bad."""

    def __init__(self, units: Units, folder: Path) -> None:
        self.units, self.folder, self.bad = units, folder, list[BadCell]()

    def imports(self, *rows: dict[str, str], slug: str = "loudun", **options: Any) -> Outcome:
        """Import rows that have the columns of the first."""
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return self.imports_text(file.getvalue(), slug=slug, **options)

    def imports_text(self, content: str, slug: str = "loudun", **options: Any) -> Outcome:
        path = self.folder / f"{slug}.csv"
        path.write_text(content, encoding="utf-8", newline="")
        tick: Tick = options.pop("tick", lambda done, total: None)
        self.bad = []
        return imports.run(self.units, Wish(slug, path, **options), self.bad.append, tick)

    def subscribers(self, slug: str = "loudun") -> list[Subscriber]:
        with self.units.read() as work:
            held = select(Subscriber).join(Operator).where(Operator.slug == slug)
            return list(work.session.exec(held.order_by(Subscriber.contract_number)))


@pytest.fixture
def agent(units: Units, tmp_path: Path) -> Agent:
    return Agent(units, tmp_path)


def changed(added: int = 0, updated: int = 0, unchanged: int = 0) -> Outcome:
    return Outcome(Difference(added, updated, unchanged))


def many(rows: int) -> list[dict[str, str]]:
    return [
        {"contract_number": str(1_000_000 + n), "family_name": f"Abonné {n}", "city": "LOUDUN"}
        for n in range(rows)
    ]


def test_every_column_is_kept_as_people_will_type_it(agent: Agent) -> None:
    """Numbers folded beside the contract's own spelling, phones in E.164, words one space apart."""
    assert agent.imports(FULL) == changed(added=1)
    [subscriber] = agent.subscribers()
    assert subscriber.model_dump(exclude={"id", "operator_id"}) == {
        "contract_number": "1234567A",
        "contract_folded": "1234567",
        "meter_folded": "D23AB123456",
        "legal_nature": LegalNature.INDIVIDUAL,
        "civility": Civility.MADAM,
        "organization_name": None,
        "family_name": "Lefèvre",
        "given_name": "Éloïse",
        "phone": "+33549221015",
        "mobile": "+33639981234",
        "email": "eloise@exemple.fr",
        "address_line1": "1; rue de l’Œuf",
        "address_line2": "Bât. B",
        "postcode": "86200",
        "city": "LOUDUN",
        "insee_code": "86137",
        "closed_on": date(2030, 12, 31),
        "account_id": None,
        "linked_at": None,
    }


def test_the_same_file_again_changes_nothing(agent: Agent) -> None:
    """The second time every row is known."""
    agent.imports(FULL)
    assert agent.imports(FULL) == changed(unchanged=1)
    assert len(agent.subscribers()) == 1


def test_the_same_contract_is_the_same_subscriber(agent: Agent) -> None:
    """What differs is updated, what is new is added, what the file does not name stays."""
    agent.imports({"contract_number": "1", "city": "A"}, {"contract_number": "2", "city": "B"})
    second = [{"contract_number": "2", "city": "C"}, {"contract_number": "3", "city": "D"}]
    assert agent.imports(*second) == changed(added=1, updated=1)
    assert [(s.contract_number, s.city) for s in agent.subscribers()] == [("1", "A"), ("2", "C"), ("3", "D")]


def test_a_blank_cell_empties_and_a_missing_column_keeps(agent: Agent) -> None:
    """A file without phones says nothing about phones."""
    agent.imports(FULL)
    assert agent.imports({"contract_number": "1234567A", "address_line2": ""}) == changed(updated=1)
    [subscriber] = agent.subscribers()
    assert subscriber.address_line2 is None
    assert subscriber.phone == "+33549221015"
    assert subscriber.closed_on == date(2030, 12, 31)


def test_the_contracts_of_two_operators_are_apart(agent: Agent) -> None:
    """The same number with another operator is somebody else."""
    row = {"contract_number": "1234567", "meter_number": "M1", "family_name": "A"}
    agent.imports(row)
    assert agent.imports(row | {"family_name": "B"}, slug="marseille") == changed(added=1)
    assert [s.family_name for s in agent.subscribers()] == ["A"]


def test_an_import_leaves_the_account_of_a_contract_alone(agent: Agent) -> None:
    """Whose the contract is was decided by a confirmation, not by a file."""
    agent.imports(FULL)
    [before] = agent.subscribers()
    with agent.units.begin() as work:
        assert contract.claim(work, before.id or 0, town.account(work).id)
    assert agent.imports(FULL | {"city": "MESSEMÉ"}) == changed(updated=1)
    [after] = agent.subscribers()
    assert (after.id, after.city, after.account_id is not None) == (before.id, "MESSEMÉ", True)
    assert after.linked_at == town.NOON


def test_one_bad_row_keeps_all_others_out(agent: Agent) -> None:
    """Every bad cell is named by line and column, with a reason that repeats nothing personal."""
    agent.imports({"contract_number": "1", "city": "A"})
    outcome = agent.imports(
        {"contract_number": "1", "phone": "", "email": "", "insee_code": "", "closed_on": "", "legal_nature": ""},
        {"contract_number": "2", "phone": "12", "email": "x@", "insee_code": "99999", "closed_on": "2025-02-30",
         "legal_nature": "chat"},
        {"contract_number": "", "phone": "0549221015", "email": "a@b.fr"},
    )  # fmt: skip
    assert (outcome.difference, outcome.bad) == (Difference(0, 0, 0), 6)
    assert [(cell.line, cell.column) for cell in agent.bad] == [
        (3, "phone"),
        (3, "email"),
        (3, "insee_code"),
        (3, "closed_on"),
        (3, "legal_nature"),
        (4, "contract_number"),
    ]
    assert not any(typed in cell.reason for cell in agent.bad for typed in ("x@", "99999", "02-30", "chat"))
    assert [(s.contract_number, s.city) for s in agent.subscribers()] == [("1", "A")]


def test_a_contract_that_comes_twice_names_both_lines(agent: Agent) -> None:
    """Also where the first of the two is bad in another way, and however often it comes."""
    rows = [{"contract_number": number, "phone": ""} for number in ("1", "2", " 1", "1")]
    rows[0]["phone"] = "bad"
    assert agent.imports(*rows).bad == 3
    assert [(cell.line, cell.column, cell.reason) for cell in agent.bad] == [
        (2, "phone", "is not a phone number"),
        (4, "contract_number", "is the same as in line 2"),
        (5, "contract_number", "is the same as in line 2"),
    ]


def test_a_row_is_named_by_its_first_line(agent: Agent) -> None:
    """Cells may hold several lines, and blank lines count although they mean nothing."""
    agent.imports_text('contract_number,city\n1,"a\nb"\n\n , \n2,"c\r\nd",extra\n"3""",e\n4,"f\n5,g\n')
    assert [(cell.line, cell.column, cell.reason) for cell in agent.bad] == [
        (6, "", "has 3 cells where the header has 2"),
        (9, "", "has quotes that are not closed or not doubled"),
    ]


def test_what_looks_like_a_formula_is_text(agent: Agent) -> None:
    """It is stored as it stands; who writes it to a file again has to disarm it."""
    agent.imports({"contract_number": "1", "family_name": '=HYPERLINK("https://x.example";"y")'})
    assert [s.family_name for s in agent.subscribers()] == ['=HYPERLINK("https://x.example";"y")']


def test_a_character_that_no_database_takes_is_a_bad_cell(agent: Agent) -> None:
    """A NUL is no text, on either engine."""
    agent.imports_text("contract_number,city\n1,a\x00b\n2\x00,c\n3,\x1b[2J\n")
    assert [(cell.line, cell.column) for cell in agent.bad] == [
        (2, "city"),
        (3, "contract_number"),
        (4, "city"),
    ]


def test_what_does_not_fit_its_column_is_a_bad_cell(agent: Agent) -> None:
    """Refused alike by both engines, before they are asked."""
    agent.imports(FULL | {"contract_number": "9" * 65, "city": "x" * 101, "postcode": "x" * 11})
    assert [cell.column for cell in agent.bad] == ["contract_number", "postcode", "city"]
    longest = {"contract_number": "9" * 64, "family_name": "é" * 100, "address_line1": "œ" * 200}
    assert agent.imports(longest) == changed(added=1)


def test_a_meter_is_required_where_nothing_else_proves(agent: Agent) -> None:
    """Where an operator asks for contract and meter alone, a contract without meter could never be proven."""
    rows = [{"contract_number": "1", "meter_number": "M1"}, {"contract_number": "2", "meter_number": " "}]
    assert agent.imports(*rows, slug="marseille").bad == 1
    assert agent.bad == [BadCell(3, "meter_number", "is missing")]
    assert agent.imports(*rows) == changed(added=2)


def test_a_dry_run_says_what_would_change_and_changes_nothing(agent: Agent) -> None:
    """Counted against what is there."""
    agent.imports({"contract_number": "1", "city": "A"}, {"contract_number": "2", "city": "B"})
    second = [{"contract_number": "2", "city": "C"}, {"contract_number": "3", "city": "D"}]
    assert agent.imports(*second, dry_run=True) == changed(added=1, updated=1)
    assert [(s.contract_number, s.city) for s in agent.subscribers()] == [("1", "A"), ("2", "B")]


def test_an_import_is_recorded(agent: Agent) -> None:
    """With its counts; not one that was only tried, nor one that was refused."""
    agent.imports(FULL, dry_run=True)
    agent.imports(FULL)
    agent.imports({"contract_number": "", "city": "A"})
    with agent.units.read() as work:
        events = work.session.exec(select(AuditEvent)).all()
    assert [(event.action, event.detail) for event in events] == [
        ("subscribers.imported", {"added": 1, "updated": 0, "unchanged": 0})
    ]


def test_an_operator_must_be_there(agent: Agent) -> None:
    """A file needs an owner."""
    with pytest.raises(OperatorNotFound):
        agent.imports(FULL, slug="nowhere")


def test_people_register_while_a_long_file_is_read(agent: Agent) -> None:
    """Contracts are claimed in the middle of an import, and stay claimed after it."""
    agent.imports(*many(20_000))
    ids = iter([subscriber.id or 0 for subscriber in agent.subscribers()[::1000]])
    claimed: list[int] = []

    def register(done: int, total: int) -> None:
        if done < total:
            with agent.units.begin() as work:
                claimed.append(next(ids))
                assert contract.claim(work, claimed[-1], town.account(work, str(len(claimed))).id)

    renamed = [row | {"city": "MESSEMÉ"} for row in many(20_000)]
    assert agent.imports(*renamed, tick=register) == changed(updated=20_000)
    after = agent.subscribers()
    assert len(claimed) >= 10
    assert {subscriber.id for subscriber in after if subscriber.account_id} == set(claimed)
    assert {subscriber.city for subscriber in after} == {"MESSEMÉ"}


def test_an_import_that_ends_while_a_file_is_read_goes_first(agent: Agent, tmp_path: Path) -> None:
    """One after the other, and each whole: the later one is compared with what the earlier one left."""
    other = Agent(agent.units, tmp_path)
    rows = [{"contract_number": "1", "city": "MINE"}, {"contract_number": "2", "city": "MINE"}]

    def meanwhile(done: int, total: int) -> None:
        other.imports({"contract_number": "1", "city": "THEIRS"})

    assert agent.imports(*rows, tick=meanwhile) == changed(added=1, updated=1)
    assert [(s.contract_number, s.city) for s in agent.subscribers()] == [("1", "MINE"), ("2", "MINE")]


def test_an_import_that_ends_between_comparing_and_merging_has_its_way(agent: Agent, tmp_path: Path) -> None:
    """What the other compared with is no longer true: it keeps nothing, and works when started again."""
    agent.imports({"contract_number": "1", "city": "MINE"})
    other = Agent(agent.units, tmp_path)
    rows = [{"contract_number": "1", "city": "MINE"}, {"contract_number": "2", "city": "MINE"}]
    commits = count()

    def meanwhile(_: Connection) -> None:
        # Staged, compared: the second commit is the last one before the merge.
        if next(commits) == 1:
            other.imports({"contract_number": "1", "city": "THEIRS"})

    event.listen(agent.units.engine, "commit", meanwhile)
    with pytest.raises(Conflict):
        agent.imports(*rows)
    assert [(s.contract_number, s.city) for s in agent.subscribers()] == [("1", "THEIRS")]
    assert agent.imports(*rows) == changed(added=1, updated=1)


def test_imports_that_start_together_leave_one_of_them_whole(agent: Agent, tmp_path: Path) -> None:
    """Each comes to its end or is refused, and no two are mixed."""

    def import_(number: int) -> bool:
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [row | {"city": f"VILLE {number}"} for row in many(300)]
        try:
            Agent(agent.units, folder).imports(*rows)
        except Conflict:
            return False
        return True

    ended = town.all_at_once(4, import_)
    assert any(ended)
    [city] = {subscriber.city for subscriber in agent.subscribers()}
    assert ended[int(city.removeprefix("VILLE "))]


KILLED = """
import os, signal, sys
from pathlib import Path
from identity.backoffice import imports
from tests.proof import town

def die(done, total):
    os.kill(os.getpid(), signal.SIGKILL)

with town.open_town(sys.argv[1]) as units:
    imports.run(units, imports.Wish("loudun", Path(sys.argv[2])), print, die)
"""


def test_a_killed_import_leaves_nothing(agent: Agent) -> None:
    """No row, no lock, no personal data in some table; and the file goes in when it is started again."""
    agent.imports(*many(3_000), dry_run=True)
    file = agent.folder / "loudun.csv"
    url = agent.units.settings.database_url
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(file)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert agent.subscribers() == []
    with agent.units.read() as work:
        assert "subscriber_staging" not in inspect(work.session.connection()).get_table_names()
    assert agent.imports(*many(3_000)) == changed(added=3_000)


def test_a_connection_is_not_given_back_with_what_an_import_left(agent: Agent) -> None:
    """The next flow finds no temporary table, also after an import that was refused."""
    agent.imports({"contract_number": "", "city": "A"})
    agent.imports(FULL)
    for _ in range(3):
        with agent.units.read() as work, pytest.raises(DatabaseError):
            work.execute(text("SELECT * FROM subscriber_staging"))
