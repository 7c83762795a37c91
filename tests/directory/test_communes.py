"""Where am I served? Communes found as citizens type them."""

import gzip
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from identity.directory import commune_index, communes, communes_data
from identity.directory.commune_index import LONGEST_ANSWER, Place
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork, Units

PLACES = [
    Place(code, name, tuple(postcodes.split()), int(population))
    for code, name, population, postcodes in communes_data.read(communes_data.FILE)
]
TERMS = list(commune_index.terms(PLACES))

# The database of France is only read, so that examples cannot disturb each other.
reads = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def without_accents(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


WAYS: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    without_accents,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name.replace("-", " "),
    lambda name: name.replace("-", "–").replace("'", "’"),
    lambda name: name.replace("'", " "),
    lambda name: f"  {name} ",
    lambda name: name.replace("œ", "oe").replace("Œ", "OE"),
    lambda name: name.replace("Saint-", "St ").replace("Sainte-", "Ste-").replace("Saints-", "Sts-"),
]


@reads
@given(st.sampled_from(PLACES), st.lists(st.sampled_from(WAYS), max_size=4))
def test_a_commune_is_found_by_its_name_however_it_is_written(
    france: UnitOfWork, place: Place, ways: list[Callable[[str], str]]
) -> None:
    """Case, accents, hyphens, apostrophes, ligatures and St for Saint, in any combination."""
    typed = place.name
    for way in ways:
        typed = way(typed)
    assert place.insee_code in {found.insee_code for found in communes.search(france, typed, 100)}


@pytest.mark.parametrize(
    ("typed", "insee_code"),
    [
        ("Châteauneuf-Les-Martigues", "13026"),
        ("CHATEAUNEUF LES MAR", "13026"),
        ("13220", "13026"),
        ("13220 chateauneuf", "13026"),
        ("１３２２０", "13026"),
        ("St Étienne", "42218"),
        ("st-etienne", "42218"),
        ("l’hay les roses", "94038"),
        ("LHAY", "94038"),
        ("Paris", "75056"),
        ("75015", "75056"),
        ("69003", "69123"),
        ("13 008", "13055"),
        ("20000", "2A004"),
        ("rochelle", "17300"),
        ("Mans", "72181"),
        ("ulis", "91692"),
        ("havre", "76351"),
    ],
)
def test_the_commune_that_is_meant_comes_first(france: UnitOfWork, typed: str, insee_code: str) -> None:
    """By name, part of a name, postcode, or a city district's postcode; with or without its article."""
    assert communes.search(france, typed)[0].insee_code == insee_code


def test_a_whole_name_comes_before_a_more_populous_continuation(france: UnitOfWork) -> None:
    """The village of Sai is not hidden by every Saint."""
    assert [found.name for found in communes.search(france, "sai", 2)] == ["Sai", "Saint-Étienne"]


def test_a_name_that_begins_so_comes_before_one_that_does_after_its_article(france: UnitOfWork) -> None:
    """« Rochefort » before « La Rochefoucauld », however many live there."""
    names = [found.name for found in communes.search(france, "rochef", 100)]
    with_article = [name for name in names if name.startswith(("La ", "Le ", "Les "))]
    assert with_article
    assert names[-len(with_article) :] == with_article


@reads
@given(st.sampled_from(TERMS), st.integers(1, 8), st.integers(1, LONGEST_ANSWER))
def test_a_short_text_finds_what_sorting_all_of_france_would(
    france: UnitOfWork, term: commune_index.Term, length: int, first: int
) -> None:
    """A prefix that thousands share is answered from a list made beforehand: the same list."""
    prefix = term.text[:length]
    matches = [other for other in TERMS if other.text.startswith(prefix)]
    found = [commune.insee_code for commune in communes.search(france, prefix, first)]
    assert found == commune_index.best(prefix, matches, first)


@pytest.mark.parametrize(
    "garbage", ["", "   ", "-'’", "\x00", "\ud800", "🦊", "%", "_", "x" * 100_000, "Жуковка"]
)
def test_what_is_no_name_finds_nothing(france: UnitOfWork, garbage: str) -> None:
    """Nothing typed breaks the search."""
    assert communes.search(france, garbage) == []


@pytest.mark.parametrize(("first", "count"), [(-5, 1), (0, 1), (1, 1), (20, 20), (100, 100), (10**9, 100)])
def test_an_answer_has_between_one_and_a_hundred_communes(france: UnitOfWork, first: int, count: int) -> None:
    """Whatever was asked for."""
    assert len(communes.search(france, "saint", first)) == count


def test_a_commune_is_known_by_its_code(france: UnitOfWork) -> None:
    """Name and every postcode, in order; also in Corsica."""
    marseille = communes.get(france, "13055")
    assert (marseille.name, marseille.postcodes[0], len(marseille.postcodes)) == ("Marseille", "13001", 16)
    assert communes.get(france, "2A004").name == "Ajaccio"


@pytest.mark.parametrize("code", ["99999", "", "1302", "2a004", "\x00", "\ud800", "１３０５５"])
def test_what_is_no_code_finds_no_commune(france: UnitOfWork, code: str) -> None:
    """No code is repaired: it comes from a list, not from a keyboard."""
    assert communes.find(france, code) is None
    with pytest.raises(NotFound):
        communes.get(france, code)


def test_all_current_communes_are_there(france: UnitOfWork) -> None:
    """34,969 of them in 2026."""
    assert len(communes.known_codes(france)) == len(PLACES) == 34_969


def small_file(folder: Path, *communes_: str) -> Path:
    path = folder / "communes.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(("# a test", *communes_, "")).encode()))
    return path


def test_a_file_is_loaded_once(units: Units, tmp_path: Path) -> None:
    """The second time there is nothing to do."""
    file = small_file(tmp_path, "86137\tLoudun\t6839\t86200")
    loaded = []
    for _ in range(2):
        with units.begin() as work:
            loaded.append(communes.load(work, file))
    assert loaded == [1, 0]


def test_processes_that_start_together_load_once(units: Units) -> None:
    """One loads, and the others find it done."""

    def load(_: int) -> int:
        with units.begin() as work:
            return communes.load(work)

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(load, range(3))) == [0, 0, len(PLACES)]


def test_a_new_edition_renames_adds_and_retires(units: Units, tmp_path: Path) -> None:
    """A commune that is no more keeps its row for those who name it, but is not found any longer."""
    with units.begin() as work:
        communes.load(work, small_file(tmp_path, "86137\tLoudun\t6839\t86200", "86079\tLa Roche\t600\t86200"))
    with units.begin() as work:
        communes.load(
            work,
            small_file(tmp_path, "86137\tLoudun-en-Poitou\t7000\t86200 86201", "86005\tAngliers\t1\t86330"),
        )
    with units.read() as work:
        assert communes.get(work, "86137").postcodes == ["86200", "86201"]
        assert [found.name for found in communes.search(work, "86")] == ["Loudun-en-Poitou", "Angliers"]
        assert communes.search(work, "roche") == []
        assert communes.get(work, "86079").name == "La Roche"


def test_nothing_is_written_where_nothing_changed(units: Units, tmp_path: Path) -> None:
    """A second start costs one SELECT, and works in a transaction that may not write."""
    file = small_file(tmp_path, "86137\tLoudun\t6839\t86200")
    with units.begin() as work:
        communes.load(work, file)
    with units.read() as work:
        if units.settings.is_embedded:
            work.execute(text("PRAGMA query_only = ON"))
        else:
            work.execute(text("SET TRANSACTION READ ONLY"))
        assert communes.load(work, file) == 0
