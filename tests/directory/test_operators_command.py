"""`parvis operators`: added in one line, listed for people and for programs."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import operators as cli
from identity.directory.communes import Commune
from identity.foundation.unit_of_work import Units

Run = Callable[..., Result]
EAU = ("add", "--slug", "eau", "--name", "Eau du Midi", "--service", "WATER", "--proof", "CONTRACT_AND_METER",
       "--commune", "13026")  # fmt: skip


@pytest.fixture
def run(units: Units, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`parvis operators …` where there are two communes."""
    with units.begin() as work:
        work.session.add_all(Commune(insee_code=code, name=code, postcodes=[]) for code in ("13026", "13055"))
    monkeypatch.setenv("PARVIS_DATABASE_URL", units.settings.database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", units.settings.secret_key[0])
    return lambda *arguments: CliRunner().invoke(cli.app, list(arguments))


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    """A drawing, whatever its name says."""
    path = tmp_path / "logo.png"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    return path


def test_an_operator_is_added_with_what_has_no_default(run: Run) -> None:
    """Slug, name, service, proof and commune."""
    assert run(*EAU).stdout == "Added eau (Eau du Midi): 1 commune.\n"
    [listed] = json.loads(run("list", "--json").stdout)
    assert (listed["slug"], listed["communes"], listed["proof_methods"]) == (
        "eau",
        ["13026"],
        ["CONTRACT_AND_METER"],
    )
    assert (listed["accepts_requests"], listed["login_on_confirmation"]) == (False, False)


def test_every_option_is_kept(run: Run, logo: Path) -> None:
    """Those that may be given several times, too."""
    result = run(
        *EAU, "--commune", "13055", "--service", "WASTEWATER", "--proof", "ACTIVATION_KEY", "--requests",
        "--login-on-confirmation", "--terms-version", "2026", "--terms-url", "https://eau.example/cgu",
        "--language", "fr", "--sender-name", "Eau", "--sender-address", "ne-pas-repondre@eau.example",
        "--support-email", "aide@eau.example", "--portal-url", "https://eau.example",
        "--colour", "#0B5394", "--second-colour", "#a33a1c", "--logo", str(logo),
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    [listed] = json.loads(run("list", "--json").stdout)
    del listed["created_at"]
    assert listed == {
        "slug": "eau",
        "name": "Eau du Midi",
        "services": ["WATER", "WASTEWATER"],
        "proof_methods": ["CONTRACT_AND_METER", "ACTIVATION_KEY"],
        "accepts_requests": True,
        "login_on_confirmation": True,
        "terms_version": "2026",
        "terms_url": "https://eau.example/cgu",
        "languages": ["fr"],
        "sender_name": "Eau",
        "sender_address": "ne-pas-repondre@eau.example",
        "support_email": "aide@eau.example",
        "portal_url": "https://eau.example",
        "colour": "#0b5394",
        "second_colour": "#a33a1c",
        "logo_version": sha256(logo.read_bytes()).hexdigest()[:16],
        "activation_keys_checked": True,
        "communes": ["13026", "13055"],
    }


def test_an_operator_is_changed_in_part(run: Run) -> None:
    """A switch can be turned off again; what is not named stays."""
    run(*EAU, "--requests", "--login-on-confirmation")
    result = run("update", "--slug", "eau", "--no-requests", "--commune", "13055", "--commune", "13026")
    assert result.stdout == "Updated eau (Eau du Midi): 2 communes.\n"
    [listed] = json.loads(run("list", "--json").stdout)
    assert (listed["accepts_requests"], listed["login_on_confirmation"]) == (False, True)


def test_logo_and_colours_are_changed_and_taken_away_again(run: Run, logo: Path) -> None:
    """What is not named stays, here too."""
    run(*EAU, "--colour", "#0b5394")

    def looks(*options: str) -> tuple[str | None, str | None, bool]:
        result = run("update", "--slug", "eau", *options)
        assert result.exit_code == 0, result.stderr
        [listed] = json.loads(run("list", "--json").stdout)
        return listed["colour"], listed["second_colour"], listed["logo_version"] is not None

    assert looks("--logo", str(logo)) == ("#0b5394", None, True)
    assert looks("--second-colour", "#a33a1c") == ("#0b5394", "#a33a1c", True)
    assert looks("--no-colours") == (None, None, True)
    assert looks("--no-colours", "--no-logo", "--colour", "#0b5394") == ("#0b5394", None, False)


def test_an_operator_whose_logo_is_refused_is_not_added(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "logo.svg"
    page.write_text("<html/>")
    result = run(*EAU, "--logo", str(page))
    assert (result.exit_code, result.stderr) == (1, "The logo is neither PNG, JPEG, WebP nor SVG.\n")
    assert json.loads(run("list", "--json").stdout) == []


def test_the_list_reads_well(run: Run) -> None:
    """Names and counts for people; an empty one is empty for programs."""
    assert json.loads(run("list", "--json").stdout) == []
    run(*EAU)
    assert "Eau du Midi" in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (EAU, "There is already an operator eau.\n"),
        ((*EAU, "--slug", "eau2", "--commune", "99999"), "No commune has the INSEE code 99999.\n"),
        ((*EAU, "--slug", "É"), "A slug is 2 to 64 lower-case letters, digits and hyphens.\n"),
        (
            ("update", "--slug", "eau", "--colour", "#ffcc00"),
            "#ffcc00 has a contrast of 1.29 to 1 with a light page, and text needs 4.5 to 1 (WCAG 2.2): #836900 has "
            "it.\n",
        ),
        (("update", "--slug", "gaz", "--name", "Gaz"), "Operator not found.\n"),
    ],
)
def test_what_goes_wrong_is_one_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """On stderr, status 1, nothing on stdout."""
    run(*EAU)
    result = run(*arguments)
    assert (result.exit_code, result.stderr, result.stdout) == (1, sentence, "")
