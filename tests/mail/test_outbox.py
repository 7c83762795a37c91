"""A letter is written with what causes it, sealed while it waits, and forgotten once it has left."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from identity.foundation import tokens
from identity.foundation.errors import Refusal
from identity.foundation.unit_of_work import Units
from identity.mail import courier, messages, outbox
from identity.mail.messages import Addressee, Letterhead
from identity.mail.outbox import State
from tests.mail.stage import Later, Post, resecret
from tests.support import smtp


def rows(units: Units) -> list[dict[str, object]]:
    """Everything that the outbox's table holds."""
    with units.read() as work:
        return [dict(row) for row in work.execute(text("SELECT * FROM outbox ORDER BY id")).mappings()]


def states(units: Units, email: str) -> list[State]:
    """What an agent sees of an address's letters."""
    with units.read() as work:
        return [trace.state for trace in outbox.traces(work, email)]


def test_a_crash_takes_its_letter_back_and_a_refusal_keeps_it(
    units: Units, letterhead: Letterhead, to: Addressee
) -> None:
    """The letter shares the fate of the transaction that wrote it."""
    for failure in (RuntimeError, Refusal):
        with pytest.raises(failure), units.begin() as work:
            messages.password_changed(work, letterhead, to)
            raise failure
    assert len(rows(units)) == 1


def test_a_waiting_letter_shows_neither_address_nor_link_nor_code(
    units: Units, letterhead: Letterhead, to: Addressee
) -> None:
    """Whoever reads the database learns nothing that opens an account."""
    token, code = tokens.new_token(), tokens.new_code()
    with units.begin() as work:
        messages.confirm_registration(
            work, letterhead, to, token=token, code=code, expires_at=work.now + timedelta(hours=48)
        )
    [row] = rows(units)
    for secret in (token.reveal(), code.reveal(), to.email, "confirm#"):
        assert secret not in str(row)
    assert row["sealed_letter"]


def test_the_embedded_database_file_holds_no_letter_in_clear(
    units: Units, letterhead: Letterhead, to: Addressee
) -> None:
    """Not even in the log beside the file."""
    if units.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    token = tokens.new_token()
    with units.begin() as work:
        messages.reset_password(work, letterhead, to, token=token, expires_at=work.now + timedelta(hours=1))
    path = units.engine.url.database
    assert path
    for suffix in ("", "-wal"):
        content = open(path + suffix, "rb").read()  # noqa: PTH123, SIM115
        assert token.reveal().encode() not in content
        assert to.email.encode() not in content


def test_what_a_letter_said_is_erased_once_delivered_refused_or_expired(
    units: Units, post: Post, later: Later, smtp_sink: smtp.Sink
) -> None:
    """Three letters, three ends, and nothing left to read of any."""
    smtp_sink.refuse("unknown@example.org")
    smtp_sink.refuse("busy@example.org", "450 4.2.1 Later")
    post("jean@example.org", "unknown@example.org", "busy@example.org")
    courier.deliver_due(units)
    courier.deliver_due(later(49 * 3600))
    assert [row["state"] for row in rows(units)] == ["DELIVERED", "REFUSED", "EXPIRED"]
    assert [row["sealed_letter"] for row in rows(units)] == [None, None, None]


def test_a_letter_is_not_sent_after_its_link_has_ended(
    units: Units, letterhead: Letterhead, to: Addressee, later: Later, smtp_sink: smtp.Sink
) -> None:
    """A reset link of one hour, a relay that was down for longer."""
    with units.begin() as work:
        messages.reset_password(
            work, letterhead, to, token=tokens.new_token(), expires_at=work.now + timedelta(hours=1)
        )
    assert courier.deliver_due(later(3601)) == 0
    assert smtp_sink.messages == []
    assert states(units, to.email) == [State.EXPIRED]


def test_an_agent_finds_what_became_of_an_address_however_it_is_written(units: Units, post: Post) -> None:
    """The newest first; another's letters are not among them."""
    post("Jean@Example.org", "claire@example.org")
    courier.deliver_due(units)
    post("jean@example.org")
    assert states(units, "jean@EXAMPLE.org") == [State.PENDING, State.DELIVERED]
    assert states(units, "nobody@example.org") == []


def test_a_letter_sealed_with_a_former_secret_is_still_read_and_found(units: Units, post: Post) -> None:
    """The first secret writes, all verify."""
    post("jean@example.org")
    changed = resecret(units, "n" * 40, *units.settings.secret_key)
    assert courier.deliver_due(changed) == 1
    assert states(changed, "jean@example.org") == [State.DELIVERED]


def test_a_letter_that_no_secret_can_read_is_refused_for_good(units: Units, post: Post) -> None:
    """It would be tried for ever otherwise."""
    post("jean@example.org")
    changed = resecret(units, "n" * 40)
    assert courier.deliver_due(changed) == 0
    assert states(units, "jean@example.org") == [State.REFUSED]


def test_settled_letters_are_forgotten_after_a_month(
    units: Units, letterhead: Letterhead, to: Addressee, post: Post, later: Later
) -> None:
    """And those that wait are not."""
    post("jean@example.org")
    courier.deliver_due(units)
    month = later(31 * 86400)
    with month.begin() as work:
        messages.registration_confirmed(work, letterhead, Addressee("a@example.org", "fr", None))
        outbox.purge(work)
    assert [row["state"] for row in rows(units)] == ["PENDING"]
