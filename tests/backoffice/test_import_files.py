"""An operator's CSV is read however its spreadsheet saved it, or refused with one sentence."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.backoffice import csv_files, subscriber_rows
from identity.backoffice.subscriber_rows import LABELS, STORED, Layout, Rules
from identity.foundation.errors import NotAllowed

RULES = Rules(meter_required=False, insee_codes=frozenset({"01001", "2A004"}))
CONTENT = "Numéro de contrat;Nom;Prénom;Adresse\n1;Lefèvre;Éloïse;1, rue de l’Œuf\n2;Garçon;Zoé;« Là »\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "abonnes.csv"


def read(file: Path) -> list[dict[str, str | None]]:
    """What would be stored of each row."""
    found = csv_files.examine(file)
    layout = subscriber_rows.lay_out(found.header, RULES)
    rows = []
    for line, cells in csv_files.rows(found, lambda done, total: None):
        assert cells is not None
        row, bad = layout.read(line, cells)
        assert bad == []
        rows.append(dict(zip(STORED, row, strict=True)))
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [";", ","])
def test_every_way_to_save_a_file_reads_the_same(
    file: Path, encoding: str, newline: str, separator: str
) -> None:
    """UTF-8 with or without Excel's BOM, Windows-1252, both separators, both line ends."""
    lines = [line.split(";") for line in CONTENT.splitlines()]
    content = newline.join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    file.write_bytes(content.encode(encoding))
    rows = read(file)
    assert [(row["contract_number"], row["family_name"], row["given_name"]) for row in rows] == [
        ("1", "Lefèvre", "Éloïse"),
        ("2", "Garçon", "Zoé"),
    ]
    assert [row["address_line1"] for row in rows] == ["1, rue de l’Œuf", "« Là »"]


def test_windows_1252_is_seen_however_late_its_first_accent_comes(file: Path) -> None:
    """Beyond what is read at once, and cut in two by it."""
    filler = "1;x\n" * 300_000
    file.write_bytes(f"contrat;nom\n{filler}2;Zoé".encode("cp1252"))
    assert read(file)[-1]["family_name"] == "Zoé"


@given(st.integers(0, 600))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_utf_8_is_seen_wherever_it_is_cut(file: Path, shift: int) -> None:
    """No piece of the file that is read at once ends a character too early."""
    before = b"contrat;nom\n" + b"1;x\n" * 262_000 + b"y" * shift
    file.write_bytes(before + "é€𝄞".encode() * 400)
    found = csv_files.examine(file)
    assert found.encoding == "utf-8-sig"


def test_a_few_damaged_bytes_in_utf_8_are_damage_and_not_another_encoding(file: Path) -> None:
    """« LefÃ¨vre » on a thousand letters would be worse than one bad cell."""
    file.write_bytes(CONTENT.encode() + b"3;caf\xe9;x;y\n")
    found = csv_files.examine(file)
    layout = subscriber_rows.lay_out(found.header, RULES)
    judged = [
        layout.read(line, cells or [])[1] for line, cells in csv_files.rows(found, lambda done, total: None)
    ]
    assert [[(cell.line, cell.column) for cell in bad] for bad in judged] == [[], [], [(4, "family_name")]]


@pytest.mark.parametrize("column", LABELS)
def test_every_name_of_a_column_is_known(column: str) -> None:
    """In any case, with or without accents, spaces for underscores, « n° » and « numéro de » before it."""
    for label in (column, *LABELS[column]):
        for way in (
            label,
            label.upper(),
            label.replace("_", " "),
            f"N° {label}",
            f"Numéro de {label}",
            f" {label} ",
        ):
            header = [way] if column == "contract_number" else ["contract_number", way]
            [*_, last] = subscriber_rows.lay_out(header, RULES).columns
            assert last.name == column


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "no header"),
        ("\n1;2\n", "no header"),
        ('"contract_number\n1\n', "no header"),
        ("nom;ville\nA;B\n", "Missing column: contract_number"),
        ("contrat;nom;Nom de famille\n", "twice: family_name"),
        ("contrat;nom;taille;=1+1\n", "Unknown column: 'taille', '=1\\+1'"),
        ("contrat;nom;\n", "Unknown column: ''"),
        ("contrat\n" + "1" * 70_000, "Line 2 has more than"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(file: Path, content: str, sentence: str) -> None:
    """With what to mend."""
    file.write_text(content, encoding="utf-8")
    with pytest.raises(NotAllowed, match=sentence):
        read(file)


def test_utf_16_is_refused_by_name(file: Path) -> None:
    """What Excel calls « Texte Unicode »."""
    file.write_text(CONTENT, encoding="utf-16")
    with pytest.raises(NotAllowed, match="UTF-16"):
        read(file)


def test_quotes_that_do_not_match_spoil_their_row_alone(file: Path) -> None:
    """What follows is read again."""
    file.write_text('contrat,nom\n1,"a"b\n2,c\n3,"d\n', encoding="utf-8")
    rows = csv_files.rows(csv_files.examine(file), lambda done, total: None)
    assert list(rows) == [(2, None), (3, ["2", "c"]), (4, None)]


def test_a_layout_says_what_the_file_decides() -> None:
    """And nothing about the columns that it lacks."""
    layout: Layout = subscriber_rows.lay_out(["N° de contrat", "Compteur", "Ville"], RULES)
    assert sorted(layout.stored) == ["city", "contract_folded", "contract_number", "meter_folded"]
