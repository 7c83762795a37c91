"""What a server refuses to start with, and what it lets pass on this machine alone."""

from typing import Any

import pytest

from identity.foundation import settings
from identity.foundation.settings import Settings, SettingsError

SECRET = ["x" * 40]
ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens here
REFUSED = [
    ("127.0.0.1", {"secret_key": []}, "PARVIS_SECRET_KEY"),
    ("127.0.0.1", {"public_url": "http://compte.example"}, "plain http"),
    (ANYWHERE, {"public_url": "http://192.0.2.1:8000"}, "plain http"),
    (ANYWHERE, {"public_url": "https://compte.example", "rate_limits": "off"}, "PARVIS_RATE_LIMITS=off"),
    ("127.0.0.1", {"public_url": "https://compte.example", "challenge": "off"}, "PARVIS_CHALLENGE=off"),
    (ANYWHERE, {"rate_limits": "off"}, "PARVIS_RATE_LIMITS=off"),
    (
        "127.0.0.1",
        {"public_url": "https://compte.example", "smtp_url": "smtp://relay.example?starttls=off"},
        "PARVIS_SMTP_URL",
    ),
    (ANYWHERE, {"demo": "on"}, "PARVIS_DEMO=on"),
    ("192.0.2.1", {"demo": "on"}, "PARVIS_DEMO=on"),
    ("127.0.0.1", {"demo": "on", "public_url": "https://compte.example"}, "PARVIS_DEMO=on"),
    ("127.0.0.1", {"demo": "on", "public_url": "http://127.0.0.1.example"}, "PARVIS_DEMO=on"),
]
SERVED = [
    ("127.0.0.1", {}),
    ("::1", {"public_url": "http://[::1]:8000"}),
    ("127.0.0.1", {"public_url": "http://parvis.localhost:8000"}),
    (
        "127.0.0.1",
        {"rate_limits": "off", "challenge": "off", "smtp_url": "smtp://relay.example?starttls=off"},
    ),
    (ANYWHERE, {"public_url": "https://compte.example"}),
    (ANYWHERE, {"public_url": "https://compte.example", "smtp_url": "smtp://127.0.0.1:25?starttls=off"}),
    ("localhost", {"demo": "on", "public_url": "http://localhost:8000"}),
]


@pytest.mark.parametrize(("host", "given", "named"), REFUSED)
def test_insecure_settings_are_refused_by_name(host: str, given: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        settings.require_safe(Settings(**({"secret_key": SECRET} | given)), host)


@pytest.mark.parametrize(("host", "given"), SERVED)
def test_safe_settings_are_served(host: str, given: dict[str, Any]) -> None:
    settings.require_safe(Settings(**({"secret_key": SECRET} | given)), host)
