"""The ground that other tests stand on is real: databases are apart, and the SMTP server keeps its word."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.support import postgres, smtp

MAIL = "From: a@example.org\r\nTo: b@example.org\r\nSubject: =?utf-8?q?R=C3=A9ponse?=\r\n\r\nhttps://example.org/x"


def client(sink: smtp.Sink) -> smtplib.SMTP:
    """A client as a relay's customers are: it checks the certificate."""
    parts = urlsplit(sink.url)
    context = ssl.create_default_context(cafile=sink.ca_file)
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(str(parts.hostname), parts.port or 0, timeout=10, context=context)
    plain = smtplib.SMTP(str(parts.hostname), parts.port or 0, timeout=10)
    if "starttls" in parts.query:
        plain.starttls(context=context)
    return plain


def test_what_one_test_writes_no_other_test_sees(
    postgres_server: postgres.Server, database_url: str, request: pytest.FixtureRequest
) -> None:
    """The marker table of this test is in no other database, whichever test runs first."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert "marker" not in inspect(connection).get_table_names()
        connection.execute(text("CREATE TABLE marker (x int)"))
    engine.dispose()
    with postgres_server.database() as other:
        engine = create_engine(other)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_a_database_is_migrated_before_its_test_begins(database_url: str) -> None:
    """Alembic's own table is there, and ours."""
    engine = create_engine(database_url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert "alembic_version" in tables
    assert len(tables) > 1


def test_an_accepted_message_is_read_as_a_mail_program_reads_it(smtp_sink: smtp.Sink) -> None:
    """Subject decoded, first link of the text found."""
    with client(smtp_sink) as session:
        session.sendmail("a@example.org", ["b@example.org"], MAIL)
    received = smtp_sink.wait_for(1)[0]
    assert (received.sender, received.recipients) == ("a@example.org", ["b@example.org"])
    assert received.subject == "Réponse"
    assert received.links == ["https://example.org/x"]


def test_a_refused_recipient_hears_the_reply_as_often_as_told(smtp_sink: smtp.Sink) -> None:
    """A temporary refusal at the end of the data, then acceptance; a permanent one at once."""
    smtp_sink.refuse("b@example.org", "451 4.7.1 Later", step="DATA", times=1)
    smtp_sink.refuse("c@example.org")
    with client(smtp_sink) as session:
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            session.sendmail("a@example.org", ["b@example.org"], MAIL)
        session.sendmail("a@example.org", ["b@example.org"], MAIL)
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
            session.sendmail("a@example.org", ["c@example.org"], MAIL)
    assert len(smtp_sink.to("b@example.org")) == 1
    assert smtp_sink.to("c@example.org") == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_private_server_wants_its_certificate_checked_and_its_login(security: str, tmp_path: Path) -> None:
    """A right password delivers; a wrong one does not; without TLS nothing is said."""
    with smtp.serve(security, ("parvis", "p@ss/word"), tmp_path) as sink:  # type: ignore[arg-type]
        message = EmailMessage()
        message["Subject"] = "secret"
        message.set_content("x")
        with client(sink) as session, pytest.raises(smtplib.SMTPAuthenticationError):
            session.login("parvis", "wrong")
        with client(sink) as session:
            session.login("parvis", "p@ss/word")
            session.send_message(message, "a@example.org", ["b@example.org"])
        assert sink.wait_for(1)[0].subject == "secret"
        if security == "starttls":
            with (
                smtplib.SMTP(smtp.HOST, urlsplit(sink.url).port or 0) as bare,
                pytest.raises(smtplib.SMTPException),
            ):
                bare.sendmail("a@example.org", ["b@example.org"], MAIL)
