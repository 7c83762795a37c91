"""One letter and a real SMTP server: accepted, postponed, or refused for good."""

import pytest
from sqlalchemy import text

from identity.foundation import tokens
from identity.foundation.unit_of_work import Units
from identity.mail import courier, messages, outbox
from identity.mail.messages import Addressee, Letterhead
from identity.mail.outbox import State
from identity.mail.smtp import Unreachable
from tests.mail.stage import Later, Post, redirect, trace
from tests.support import server, smtp


def test_many_letters_share_a_line(units: Units, post: Post, smtp_sink: smtp.Sink) -> None:
    """One call delivers them all, once each."""
    post(*(f"reader{number}@example.org" for number in range(60)))
    assert courier.deliver_due(units) == 60
    assert courier.deliver_due(units) == 0
    assert len({received.recipients[0] for received in smtp_sink.messages}) == 60


def test_people_who_wait_come_before_a_town_that_writes_to_all(
    units: Units, letterhead: Letterhead, post: Post, smtp_sink: smtp.Sink
) -> None:
    """Ten activation keys were posted first; the one password goes out first."""
    with units.begin() as work:
        for number in range(10):
            reader = Addressee(f"subscriber{number}@example.org", "fr", None)
            messages.activation_key(
                work, letterhead, reader, key=tokens.Secret("AAAA-BBBB-CCCC-DDDD"),
                expires_at=work.now + outbox.LONGEST_LIFETIME,
            )  # fmt: skip
    post("jean@example.org")
    courier.deliver_due(units)
    assert smtp_sink.wait_for(11)[0].recipients == ["jean@example.org"]


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_letter_that_is_not_taken_now_is_tried_again(
    units: Units, post: Post, later: Later, smtp_sink: smtp.Sink, step: smtp.Step
) -> None:
    """A 4xx at either step delays one letter, not the others, and not for ever."""
    smtp_sink.refuse("busy@example.org", "451 4.7.1 Later, busy@example.org", step=step, times=1)
    post("busy@example.org", "jean@example.org")
    assert courier.deliver_due(units) == 1
    assert courier.deliver_due(units) == 0, "not at once"
    postponed = trace(units, "busy@example.org")
    assert (postponed.state, postponed.reply) == (State.PENDING, "451 4.7.1")
    assert courier.deliver_due(later(5)) == 1
    assert trace(units, "busy@example.org").attempts == 2


def test_each_failure_makes_the_next_wait_longer(
    units: Units, post: Post, later: Later, smtp_sink: smtp.Sink
) -> None:
    """After eight failures five seconds are no longer enough; ten minutes always are."""
    smtp_sink.refuse("busy@example.org", "451 4.7.1 Later")
    post("busy@example.org")
    for attempt in range(8):
        courier.deliver_due(later(600 * attempt))
    smtp_sink.accept("busy@example.org")
    assert courier.deliver_due(later(600 * 7 + 5)) == 0
    assert courier.deliver_due(later(600 * 8)) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_letter_that_is_refused_for_good_is_not_tried_again(
    units: Units, post: Post, later: Later, smtp_sink: smtp.Sink, step: smtp.Step
) -> None:
    """The codes are kept, for an agent; what the relay said, with the address in it, is not."""
    smtp_sink.refuse("gone@example.org", "550 5.1.1 <gone@example.org> unknown", step=step, times=1)
    post("gone@example.org", "jean@example.org")
    assert courier.deliver_due(units) == 1
    refused = trace(units, "gone@example.org")
    assert (refused.state, refused.reply, refused.attempts) == (State.REFUSED, "550 5.1.1", 1)
    assert courier.deliver_due(later(3600)) == 0
    with units.read() as work:
        events = work.execute(text("SELECT * FROM audit_events")).mappings().all()
    assert [event["action"] for event in events] == ["mail.refused"]
    assert "gone@" not in str(events)


def test_no_log_line_names_a_reader(
    units: Units, post: Post, smtp_sink: smtp.Sink, capfd: pytest.CaptureFixture[str]
) -> None:
    """Delivered, postponed and refused: all three are logged, none by address."""
    smtp_sink.refuse("gone@example.org", "550 5.1.1 <gone@example.org> unknown")
    smtp_sink.refuse("busy@example.org", "451 4.7.1 <busy@example.org> later")
    post("jean@example.org", "gone@example.org", "busy@example.org")
    courier.deliver_due(units)
    logged = "".join(capfd.readouterr())
    assert all(event in logged for event in ("mail.delivered", "mail.refused", "mail.postponed"))
    assert "@" not in logged


def test_a_relay_that_is_down_costs_no_letter_an_attempt(
    units: Units, post: Post, smtp_sink: smtp.Sink
) -> None:
    """Nothing listens there; once the settings are right, the letter leaves at its first attempt."""
    post("jean@example.org")
    with pytest.raises(Unreachable):
        courier.deliver_due(redirect(units, f"smtp://127.0.0.1:{server.free_port()}"))
    assert courier.deliver_due(units) == 1
    assert trace(units, "jean@example.org").attempts == 1
