"""What a spreadsheet may hold in each column, and what is stored of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.backoffice import subscriber_cells as cells
from identity.backoffice.subscriber_cells import Check, Wrong
from identity.directory.subscribers import Civility, LegalNature

NATURE = cells.words(cells.NATURES, LegalNature)
CIVILITY = cells.words(cells.CIVILITIES, Civility)
INSEE = cells.insee_code(frozenset({"01001", "2A004", "13026"}))
CHECKS = [
    cells.text(20), cells.contract_number, cells.meter_number, cells.phone, cells.email, cells.day, NATURE, CIVILITY,
    INSEE,
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "cell", "stored"),
    [
        (cells.text(9), "  a \u00a0 b\t\nc ", "a b c"),
        (cells.text(4), "e\u0301te\u0301", "été"),
        (cells.contract_number, " 12 345-67 A ", "12 345-67 A"),
        (cells.meter_number, "d23-ab 123.456", "D23AB123456"),
        (cells.phone, "05 49 22 10 15", "+33549221015"),
        (cells.phone, "06.39.98.12.34", "+33639981234"),
        (cells.phone, "612345678", "+33612345678"),
        (cells.phone, "+33 (0)6 12 34 56 78", "+33612345678"),
        (cells.phone, "0033 6 12 34 56 78", "+33612345678"),
        (cells.phone, "+41 24 423 63 11", "+41244236311"),
        (cells.phone, "+262 692 12 34 56", "+262692123456"),
        (cells.email, " Jean.Test@Exemple.fr ", "Jean.Test@Exemple.fr"),
        (cells.email, "o'neill+eau@exemple.co.uk", "o'neill+eau@exemple.co.uk"),
        (cells.day, "2025-03-31", "2025-03-31"),
        (cells.day, " 31/3/2025 ", "2025-03-31"),
        (NATURE, "Particulier", "INDIVIDUAL"),
        (NATURE, "SOLE_TRADER", "SOLE_TRADER"),
        (NATURE, "Auto-entrepreneur", "SOLE_TRADER"),
        (NATURE, "société", "COMPANY"),
        (NATURE, "S.A.R.L.", "COMPANY"),
        (NATURE, "Association", "ASSOCIATION"),
        (NATURE, "COLLECTIVITE", "PUBLIC_BODY"),
        (NATURE, "Copropriété", "CO_OWNERSHIP"),
        (CIVILITY, "M.", "SIR"),
        (CIVILITY, "monsieur", "SIR"),
        (CIVILITY, "Mme", "MADAM"),
        (CIVILITY, "MADAM", "MADAM"),
        (CIVILITY, "M. et Mme", None),
        (INSEE, "1001", "01001"),
        (INSEE, " 2a004 ", "2A004"),
    ],
)
def test_what_people_write_is_understood(check: Check, cell: str, stored: str | None) -> None:
    """In the words and forms of French files."""
    assert check(cell) == stored


@pytest.mark.parametrize(
    ("check", "cell", "reason"),
    [
        (cells.text(3), "abcd", "more than 3"),
        (cells.contract_number, "1,23E+08", "rounded"),
        (cells.contract_number, "--", "neither letter nor digit"),
        (cells.contract_number, "1" * 65, "more than 64"),
        (cells.meter_number, "1.5E+12", "rounded"),
        (cells.meter_number, "- -", "neither letter nor digit"),
        (cells.meter_number, "½" * 40, "more than 64"),
        (cells.phone, "06 12 34 56 78 / 06 11 22 33 44", "phone"),
        (cells.phone, "0000000000", "phone"),
        (cells.phone, "12345", "phone"),
        (cells.phone, "inconnu", "phone"),
        (cells.email, "a@b", "e-mail"),
        (cells.email, "a b@exemple.fr", "e-mail"),
        (cells.email, "a@exemple.fr;b@exemple.fr", "e-mail"),
        (cells.email, "a" * 250 + "@exemple.fr", "e-mail"),
        (cells.day, "31/02/2025", "date"),
        (cells.day, "03/31/2025", "date"),
        (cells.day, "31/12/25", "date"),
        (cells.day, "45000", "date"),
        (NATURE, "chat", "INDIVIDUAL"),
        (CIVILITY, "Dr", "MADAM, SIR"),
        (INSEE, "99999", "INSEE"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(check: Check, cell: str, reason: str) -> None:
    """A reason that does not repeat the cell."""
    with pytest.raises(Wrong, match=reason) as wrong:
        check(cell)
    assert cell not in str(wrong.value)


@pytest.mark.parametrize("check", CHECKS)
def test_a_blank_cell_says_nothing(check: Check) -> None:
    """Whatever the blanks are made of."""
    assert [check(blank) for blank in (" ", "\t", "\u00a0", "\u202f ")] == [None] * 4


@given(st.sampled_from(CHECKS), st.text())
def test_no_text_breaks_a_check(check: Check, cell: str) -> None:
    """A value, nothing, or a reason: never anything else."""
    try:
        stored = check(cell)
    except Wrong as wrong:
        assert str(wrong)
    else:
        assert stored is None or stored.strip()
