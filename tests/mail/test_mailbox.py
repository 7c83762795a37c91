"""In the demonstration mail is captured, not sent; outside it, never."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Units
from identity.mail import courier, mailbox, messages, mime, outbox
from identity.mail.courier import Courier
from identity.mail.mailbox import Captured
from identity.mail.messages import Addressee, Letterhead
from tests.mail.stage import Post, running, until
from tests.support import smtp


@pytest.fixture
def demo(units: Units) -> Units:
    """The same database, in the demonstration."""
    return replace(units, settings=units.settings.model_copy(update={"demo": "on"}))


@pytest.fixture
def captured(units: Units) -> Callable[[], list[Captured]]:
    """What the mailbox shows, the newest first."""

    def newest() -> list[Captured]:
        with units.read() as work:
            return mailbox.newest(work)

    return newest


def test_the_demonstration_captures_what_it_would_have_sent(
    demo: Units,
    letterhead: Letterhead,
    to: Addressee,
    captured: Callable[[], list[Captured]],
    smtp_sink: smtp.Sink,
) -> None:
    """Recipient, subject, both bodies, and the links in their order; no server hears of it."""
    with demo.begin() as work:
        messages.account_exists(
            work, letterhead, to, token=Secret("abc"), expires_at=work.now + outbox.LIFETIME
        )
    assert courier.deliver_due(demo) == 1
    [mail] = captured()
    assert (mail.to, mail.subject) == (to.email, "Vous avez déjà un compte")
    assert mail.links == [
        "https://eaux.example/espace/link-contract#token=abc",
        "https://eaux.example/espace/forgot",
    ]
    assert mail.links[0] in mail.text
    assert mail.links[0] in mail.html
    assert smtp_sink.messages == []


def test_outside_the_demonstration_nothing_is_captured(
    units: Units, post: Post, captured: Callable[[], list[Captured]]
) -> None:
    """A real town's mail is nowhere in clear."""
    post("jean@example.org")
    assert courier.deliver_due(units) == 1
    assert captured() == []


def test_a_letter_that_is_captured_again_is_shown_once(
    demo: Units, post: Post, captured: Callable[[], list[Captured]]
) -> None:
    """A courier died before it could record what it had done."""
    post("jean@example.org")
    with demo.begin() as work:
        claim = outbox.claim(work)
    assert claim
    assert claim.letter
    parcel = mime.pack(claim.letter, claim.message_id, claim.posted_at)
    for _ in range(2):
        with demo.begin() as work:
            mailbox.capture(work, parcel)
    assert len(captured()) == 1


def test_the_mailbox_is_searched_by_address_however_it_is_written(demo: Units, post: Post) -> None:
    """Another's mail is not shown."""
    post("Jean@example.org", "claire@example.org")
    courier.deliver_due(demo)
    with demo.read() as work:
        found = mailbox.newest(work, to="jean@EXAMPLE.org")
    assert [mail.to for mail in found] == ["Jean@example.org"]


def test_many_couriers_capture_each_letter_once(
    demo: Units, post: Post, captured: Callable[[], list[Captured]]
) -> None:
    """Side by side on one database."""
    post(*(f"reader{number}@example.org" for number in range(20)))
    with running(Courier(demo), Courier(demo)):
        until(lambda: len(captured()) == 20)
    assert len({mail.to for mail in captured()}) == 20
