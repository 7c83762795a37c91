"""How the relay is spoken to: in private where it can be, and never without checking whom one talks to."""

from pathlib import Path

import pytest

from identity.foundation.settings import SettingsError
from identity.foundation.unit_of_work import Units
from identity.mail import courier
from identity.mail.smtp import Unreachable, relay
from tests.mail.stage import Post, redirect, trace
from tests.support import smtp


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_relay_with_tls_and_a_login_is_spoken_to_as_it_asks(
    units: Units, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    """The password has letters that a URL must escape; the certificate and the password are checked."""
    with smtp.serve(security, ("parvis@town", "p@ss/:%word"), tmp_path) as sink:  # type: ignore[arg-type]
        post("jean@example.org")
        with pytest.raises(Unreachable, match="certificate is not trusted"):
            courier.deliver_due(redirect(units, sink.url))
        monkeypatch.setenv("SSL_CERT_FILE", str(sink.ca_file))
        with pytest.raises(Unreachable, match=r"refuses the user and password \(535"):
            courier.deliver_due(redirect(units, sink.url.replace("town:", "town:not")))
        assert trace(units, "jean@example.org").attempts == 0
        assert courier.deliver_due(redirect(units, sink.url)) == 1
        assert len(sink.messages) == 1


def test_starttls_that_is_required_and_not_offered_sends_nothing(
    units: Units, post: Post, smtp_sink: smtp.Sink
) -> None:
    """A courier that was told to do without does without."""
    post("jean@example.org")
    with pytest.raises(Unreachable, match="STARTTLS"):
        courier.deliver_due(redirect(units, smtp_sink.url + "?starttls=required"))
    assert smtp_sink.messages == []
    assert courier.deliver_due(redirect(units, smtp_sink.url + "?starttls=off")) == 1


def test_a_login_that_is_not_offered_sends_nothing(units: Units, post: Post, smtp_sink: smtp.Sink) -> None:
    """Rather no mail than mail that a wrong server took."""
    post("jean@example.org")
    with pytest.raises(Unreachable, match="login"):
        courier.deliver_due(redirect(units, smtp_sink.url.replace("//", "//user:password@")))
    assert smtp_sink.messages == []


@pytest.mark.parametrize(
    ("url", "insists"),
    [
        ("smtp://relay.example", False),
        ("smtp://user:password@relay.example", True),
        ("smtp://user:password@127.0.0.1", False),
        ("smtp://user:password@relay.example?starttls=off", False),
        ("smtp://relay.example?starttls=required", True),
    ],
)
def test_a_password_crosses_a_network_only_in_private(url: str, insists: bool) -> None:
    """Unless that was asked for in so many words."""
    assert relay(url).insists is insists


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://relay.example", 25),
        ("smtp://user:x@relay.example", 587),
        ("smtps://relay.example", 465),
        ("smtp://relay.example:2525", 2525),
    ],
)
def test_the_usual_ports_need_not_be_given(url: str, port: int) -> None:
    """25 between servers, 587 with a login, 465 with TLS."""
    assert relay(url).port == port


@pytest.mark.parametrize("url", ["smtp://relay.example?starttls=maybe", "smtp://relay.example:99999"])
def test_an_address_that_makes_no_sense_is_told_before_any_mail(units: Units, url: str) -> None:
    """A courier is not even made."""
    with pytest.raises(SettingsError, match="PARVIS_SMTP_URL"):
        courier.Courier(redirect(units, url))
