"""Settings: read from PARVIS_* alone, and refused with one sentence that names the variable."""

from pathlib import Path

import pytest

from identity.foundation import settings
from identity.foundation.settings import SettingsError

LONG = "x" * 40
WRONG = [
    ("DATABASE_URL", "mysql://host/name"),
    ("DATABASE_URL", "postgresql+psycopg://user:hunter2@host:port/name"),
    ("PUBLIC_URL", "ftp://parvis.example"),
    ("PUBLIC_URL", "parvis.example"),
    ("PUBLIC_URL", "https://parvis.example/?page=1"),
    ("PUBLIC_URL", "https://parvis.example:99999"),
    ("PUBLIC_URL", "https://parvis example"),
    ("PUBLIC_URL", "https://user:hunter2@parvis.example"),
    ("SECRET_KEY", "hunter2"),
    ("SECRET_KEY", f"{LONG},hunter2"),
    ("SMTP_URL", "http://relay.example"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "smtp://user:hunter2/x@relay.example"),
    ("SMTP_URL", "smtp://relay.example?starttls=perhaps"),
    ("MAIL_FROM", "nobody"),
    ("MAIL_FROM", "Mairie <mairie@exemple.fr>"),
    ("ALLOWED_ORIGINS", "https://app.example/"),
    ("ALLOWED_ORIGINS", "https://app.example,null"),
    ("ALLOWED_ORIGINS", "https://app.example:99999"),
    ("TRUSTED_PROXIES", "proxy.example"),
    ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ("RATE_LIMITS", "no"),
    ("CHALLENGE", "on"),
    ("REDIS_URL", "http://cache.example"),
    ("DEMO", "yes"),
    ("GRAPHIQL", "1"),
    ("COURIER", "true"),
    ("LOG_LEVEL", "loud"),
    ("DATABASE_POOL", "0"),
    ("DATABASE_POOL", "many"),
    ("HASHING_THREADS", "-1"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_with_a_sentence_that_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^PARVIS_{name} is wrong: [^\n]+\.$") as refused:
        settings.load({f"PARVIS_{name}": value})
    assert "hunter2" not in str(refused.value)


def test_everything_is_read_from_its_variable() -> None:
    read = settings.load(
        {
            "PARVIS_DATABASE_URL": "postgresql+psycopg://parvis:secret@db.example/parvis",
            "PARVIS_PUBLIC_URL": "https://compte.example/",
            "PARVIS_SECRET_KEY": f" {LONG} , {'y' * 40},",
            "PARVIS_ALLOWED_ORIGINS": "https://App.example, http://localhost:5173",
            "PARVIS_TRUSTED_PROXIES": "10.0.0.0/8, ::1, 192.0.2.7",
            "PARVIS_RATE_LIMITS": "off",
            "PARVIS_DATABASE_POOL": "5",
        }
    )
    assert not read.is_embedded
    assert (read.public_url, read.public_origin, read.secure) == (
        "https://compte.example", "https://compte.example", True,
    )  # fmt: skip
    assert read.secret_key == [LONG, "y" * 40]
    assert read.allowed_origins == ["https://app.example", "http://localhost:5173"]
    assert [str(network) for network in read.trusted_proxies] == ["10.0.0.0/8", "::1/128", "192.0.2.7/32"]
    assert (read.rate_limits, read.database_pool) == ("off", 5)


def test_an_empty_variable_stands_for_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """`PARVIS_REDIS_URL=` in a file of variables means none."""
    monkeypatch.setenv("PARVIS_PUBLIC_URL", "")
    monkeypatch.setenv("PARVIS_REDIS_URL", "")
    assert settings.load() == settings.load({})


def test_nothing_is_read_behind_the_back_of_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_RATE_LIMITS", "off")
    assert settings.load({}).rate_limits == "on"
    assert settings.Settings().rate_limits == "on"
    assert settings.load().rate_limits == "off"


def test_no_secret_is_in_the_settings_as_they_print() -> None:
    """Neither keys nor the passwords of the database, the relay and Redis."""
    read = settings.load(
        {
            "PARVIS_SECRET_KEY": "hunter2" * 6,
            "PARVIS_DATABASE_URL": "postgresql+psycopg://parvis:hunter2@db.example/parvis",
            "PARVIS_SMTP_URL": "smtps://parvis:hunter2@relay.example",
            "PARVIS_REDIS_URL": "redis://:hunter2@cache.example",
            "PARVIS_METRICS_TOKEN": "hunter2",
        }
    )
    assert "hunter2" not in repr(read)


def test_without_a_secret_nothing_can_be_sealed() -> None:
    with pytest.raises(SettingsError, match="PARVIS_SECRET_KEY is missing"):
        _ = settings.load({}).keyring


def test_the_demonstration_keeps_a_secret_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its printed keys outlive a restart."""
    monkeypatch.chdir(tmp_path)
    first, second = (settings.load({"PARVIS_DEMO": "on"}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key[0]) >= 32
