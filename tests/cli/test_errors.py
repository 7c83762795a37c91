"""Whatever goes wrong at the command line is one sentence on stderr, an empty stdout and a status that is not 0."""

import pytest

from tests.cli.conftest import SECRET, Desk
from tests.support import server

LISTS = [
    ("operators", "list"), ("clients", "list"), ("signing-keys", "list"), ("requests", "list"),
    ("keys", "list", "--operator", "loudun"), ("accounts", "show", "jean@exemple.fr"),
]  # fmt: skip
NO_SUCH_OPERATOR = [
    ("subscribers", "import", "--operator", "nowhere", "some.csv"),
    ("keys", "issue", "--operator", "nowhere", "--out", "KEYS.csv"),
    ("keys", "import", "--operator", "nowhere", "some.csv"),
    ("keys", "send", "--operator", "nowhere"),
    ("keys", "revoke", "--operator", "nowhere", "--all"),
    ("keys", "list", "--operator", "nowhere"),
    ("requests", "list", "--operator", "nowhere"),
]
WRONG = [
    (
        (
            "operators",
            "add",
            "--slug",
            "eaux",
            "--name",
            "E",
            "--service",
            "WATER",
            "--requests",
            "--commune",
            "13026",
        ),
        "eaux",
    ),
    (
        (
            "operators",
            "add",
            "--slug",
            "gaz",
            "--name",
            "G",
            "--service",
            "OTHER",
            "--requests",
            "--commune",
            "99999",
        ),
        "99999",
    ),
    (("subscribers", "import", "--operator", "loudun", "missing.csv"), "missing.csv: No such file"),
    (("subscribers", "import", "--operator", "loudun", "noise.csv"), "Unknown column"),
    (("subscribers", "import", "--operator", "loudun", "some.csv", "--report", "no/R.csv"), "no/R.csv"),
    (("keys", "import", "--operator", "loudun", "missing.csv"), "missing.csv: No such file"),
    (("keys", "import", "--operator", "loudun", "noise.csv"), "noise.csv"),
    (("keys", "issue", "--operator", "loudun", "--out", "some.csv"), "not overwritten"),
    (("keys", "issue", "--operator", "loudun", "--out", "no/KEYS.csv"), "no"),
    (("keys", "issue", "--operator", "loudun", "--out", "K.csv", "--contract", "unknown"), "unknown"),
    (("keys", "revoke", "--operator", "loudun"), "--contract, --key or --all"),
    (("keys", "revoke", "--operator", "loudun", "--key", "AAAA"), "key malformed"),
    (("requests", "approve", "AAAAA-AAAAA", "--contract", "CCPL-1"), "AAAAA-AAAAA"),
    (("requests", "reject", "AAAAA-AAAAA", "--reason", "inconnu"), "AAAAA-AAAAA"),
    (("accounts", "show", "nobody@exemple.fr"), "nobody@exemple.fr"),
    (("accounts", "lock", "nobody@exemple.fr"), "nobody@exemple.fr"),
    (("accounts", "unlock", "nobody@exemple.fr"), "nobody@exemple.fr"),
    (("accounts", "resend", "nobody@exemple.fr"), "nobody@exemple.fr"),
    (
        ("clients", "add", "--id", "x", "--name", "X", "--redirect-uri", "http://x.example/"),
        "http://x.example/",
    ),
    (("clients", "disable", "nobody"), "nobody"),
]
MISTYPED = [
    (("operator", "list"), "operator"),
    (("operators", "remove"), "remove"),
    (("operators", "add", "--slug", "x"), "--name"),
    (("operators", "add", "--slug", "x", "--name", "X", "--service", "GAS", "--commune", "1"), "GAS"),
    (("keys", "issue", "--operator", "loudun", "--out", "K.csv", "--days", "0"), "--days"),
    (("accounts", "show"), "email"),
    (("serve", "--port", "70000"), "--port"),
    (("serve", "--workers", "0"), "--workers"),
]


def named(case: tuple[tuple[str, ...], str] | tuple[str, ...] | str) -> str:
    words = case[0] if isinstance(case[0], tuple) else case
    return " ".join(words[:2])


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=map(named, WRONG))
def test_what_cannot_be_done_is_told(desk: Desk, arguments: tuple[str, ...], told: str) -> None:
    desk.write("some.csv", "contract_number,activation_key\nCCPL-1,OLD-KEY-01\n")
    (desk.folder / "noise.csv").write_bytes(bytes(range(256)) * 8)
    assert told in desk.refused(*arguments)


@pytest.mark.parametrize("arguments", NO_SUCH_OPERATOR, ids=named)
def test_an_operator_that_is_not_there_is_told(desk: Desk, arguments: tuple[str, ...]) -> None:
    desk.write("some.csv", "contract_number,activation_key\nCCPL-1,OLD-KEY-01\n")
    assert desk.refused(*arguments) == "Operator not found."
    assert not (desk.folder / "KEYS.csv").exists()


@pytest.mark.parametrize(("arguments", "told"), MISTYPED, ids=map(named, MISTYPED))
def test_what_was_mistyped_is_told(nowhere: Desk, arguments: tuple[str, ...], told: str) -> None:
    done = nowhere.run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert told in done.err


@pytest.mark.parametrize("arguments", LISTS, ids=named)
def test_a_database_that_is_not_there_is_told(nowhere: Desk, arguments: tuple[str, ...]) -> None:
    told = nowhere.refused(*arguments)
    assert told.startswith("There is no database at") and "run `parvis migrate` to begin a new one" in told


@pytest.mark.parametrize("arguments", [("migrate",), ("serve",), ("worker",), *LISTS[:2]], ids=named)
def test_a_database_that_is_down_is_told_without_its_password(
    nowhere: Desk, arguments: tuple[str, ...]
) -> None:
    away = f"postgresql+psycopg://parvis:motdepasse@{server.HOST}:{server.free_port()}/parvis"
    port = ("--port", str(server.free_port())) if arguments == ("serve",) else ()
    sentence = Desk(away, nowhere.folder).refused(*arguments, *port)
    assert "PARVIS_DATABASE_URL" in sentence and "refused" in sentence
    assert "motdepasse" not in sentence


def test_a_file_that_is_no_database_is_told(nowhere: Desk) -> None:
    nowhere.write("letter.txt", "Madame, Monsieur,\n" * 400)
    sentence = Desk(f"sqlite:///{nowhere.folder}/letter.txt", nowhere.folder).refused("migrate")
    assert "PARVIS_DATABASE_URL" in sentence


def test_a_folder_that_cannot_be_made_is_told(nowhere: Desk) -> None:
    assert Desk("sqlite:////proc/parvis/x", nowhere.folder).refused("migrate").startswith("/proc/parvis: ")


def test_a_whole_process_ends_as_the_forked_ones_do() -> None:
    """What stands between the interpreter's start and the command is nothing that these tests step over."""
    done = server.run(
        "operators", "list", env={"PARVIS_DATABASE_URL": "mysql://x", "PARVIS_SECRET_KEY": SECRET}
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith("PARVIS_DATABASE_URL is wrong")
