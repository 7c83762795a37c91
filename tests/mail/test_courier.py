"""Couriers side by side: they wake, outlive failures, share the work, and lose nothing when they die."""

import os
import signal
import socket
from dataclasses import replace

from sqlmodel import select

from identity.foundation.unit_of_work import Units
from identity.mail import courier, outbox
from identity.mail.courier import Courier
from identity.mail.outbox import PostedLetter, State
from tests.mail.stage import (
    Later,
    Post,
    deliver_elsewhere,
    hesitant_relay,
    redirect,
    running,
    trace,
    until,
)
from tests.support import server, smtp


def test_a_committed_letter_leaves_by_itself(units: Units, post: Post, smtp_sink: smtp.Sink) -> None:
    """Nobody calls the courier: it looks, and the commit rings."""
    with running(Courier(units)):
        post("jean@example.org")
        [received] = smtp_sink.wait_for(1)
    assert received.recipients == ["jean@example.org"]
    assert trace(units, "jean@example.org").state is State.DELIVERED


def test_a_stopped_courier_delivers_no_more(units: Units, post: Post, smtp_sink: smtp.Sink) -> None:
    """What is posted after its end waits for another."""
    with running(Courier(units)):
        post("jean@example.org")
        smtp_sink.wait_for(1)
    post("claire@example.org")
    assert trace(units, "claire@example.org").attempts == 0
    assert courier.deliver_due(units) == 1


def test_a_courier_outlives_a_relay_that_comes_late(units: Units, post: Post) -> None:
    """Nobody listens, then someone who hangs up, then a relay: the letter arrives."""
    port = server.free_port()
    post("jean@example.org")
    with running(Courier(redirect(units, f"smtp://127.0.0.1:{port}"), threads=1)):
        with socket.create_server(("127.0.0.1", port)) as rude:
            rude.accept()[0].close()
        with hesitant_relay(port) as relay:
            relay.may_answer.set()
            assert relay.taken.wait(60)


def test_couriers_in_threads_and_processes_never_send_a_letter_twice(
    units: Units, post: Post, smtp_sink: smtp.Sink
) -> None:
    """Fifty letters, two couriers of four threads here and one in another process: fifty deliveries."""
    post(*(f"reader{number}@example.org" for number in range(50)))
    other = deliver_elsewhere(units)
    with running(Courier(units, threads=4), Courier(units, threads=4)):
        smtp_sink.wait_for(50, timeout=60)
        assert other.wait(60) == 0
    assert len(smtp_sink.messages) == 50
    assert len({received.message["Message-ID"] for received in smtp_sink.messages}) == 50


def test_a_letter_whose_courier_died_goes_out_again_with_the_same_message_id(
    units: Units, post: Post, later: Later, smtp_sink: smtp.Sink
) -> None:
    """Killed after the relay had taken the letter and before that was recorded: better twice than never."""
    post("jean@example.org")
    with hesitant_relay() as relay:
        victim = deliver_elsewhere(redirect(units, relay.url))
        assert relay.taken.wait(60)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    assert courier.deliver_due(units) == 0, "the dead courier's claim still holds"
    assert courier.deliver_due(later(outbox.LEASE.total_seconds() + 5)) == 1
    [again] = smtp_sink.wait_for(1)
    assert f"Message-ID: {again.message['Message-ID']}".encode() in relay.content


def test_a_claim_is_renewed_while_the_relay_thinks(units: Units, post: Post, smtp_sink: smtp.Sink) -> None:
    """At the end of the lease that the claim began with, no other courier may take the letter."""
    post("jean@example.org")
    with hesitant_relay() as relay, running(Courier(redirect(units, relay.url), threads=1)):
        assert relay.taken.wait(60)
        with units.read() as work:
            end_of_lease = work.session.exec(select(PostedLetter.due_at)).one()
        at_its_end = replace(units, clock=lambda: end_of_lease)
        until(lambda: not _is_due(at_its_end))
        assert courier.deliver_due(at_its_end) == 0
        relay.may_answer.set()
        until(lambda: trace(units, "jean@example.org").state is State.DELIVERED)
    assert smtp_sink.messages == []
    assert trace(units, "jean@example.org").attempts == 1


def test_stopping_breaks_the_line_of_a_relay_that_never_answers(
    units: Units, post: Post, smtp_sink: smtp.Sink
) -> None:
    """The line is cut by `stop`, not by a time-out, and the letter is there for the next courier."""
    post("jean@example.org")
    with hesitant_relay() as relay:
        stuck = Courier(redirect(units, relay.url), threads=1)
        stuck.start()
        assert relay.taken.wait(60)
        stuck.stop()
        assert relay.hung_up.wait(30)
    assert courier.deliver_due(units) == 1
    assert len(smtp_sink.messages) == 1


def test_a_relay_that_swallows_connections_holds_no_letter(
    units: Units, post: Post, smtp_sink: smtp.Sink
) -> None:
    """A courier that waits for a greeting has claimed nothing: another one delivers meanwhile."""
    post("jean@example.org")
    with socket.create_server(("127.0.0.1", 0)) as hole:
        with running(Courier(redirect(units, f"smtp://127.0.0.1:{hole.getsockname()[1]}"), threads=1)):
            connection, _address = hole.accept()
            assert courier.deliver_due(units) == 1
        connection.close()


def _is_due(units: Units) -> bool:
    with units.read() as work:
        return outbox.glance(work)[0]
