"""One thread's worth of courier: one line to the relay, one letter at a time. Owns no thread, no table.

Three transactions that never overlap a conversation: look, claim, record. A letter is claimed only once a
relay is there to take it, so a relay that is down costs no letter an attempt.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from identity.foundation import audit, tokens
from identity.foundation.unit_of_work import Units
from identity.mail import mailbox, mime, outbox, smtp

SECONDS_BETWEEN_LOOKS = 0.7
LONGEST_PAUSE = 15.0
"""Seconds before a relay that is down is tried again."""
LONGEST_DELAY = 600.0
"""Seconds before a letter that was postponed is tried again."""

_log = structlog.get_logger("parvis.mail")


class Line(Protocol):
    """What takes letters: a relay, or the demonstration's mailbox."""

    letters_left: int

    def send(self, parcel: mime.Parcel) -> None:
        """Take one letter; smtp.Refused, smtp.Postponed, smtp.Unreachable."""

    def close(self) -> None:
        """End the conversation."""

    def abort(self) -> None:
        """Break it, from another thread."""


class Porter:
    """Carries letters from the outbox to the relay."""

    def __init__(self, units: Units) -> None:
        """SettingsError where PARVIS_SMTP_URL makes no sense."""
        self.bell = threading.Event()
        self.stopping = threading.Event()
        self.claim: outbox.Claim | None = None
        """What it is delivering at this moment; read by the thread that renews claims."""
        self._units = units
        self._connect = _connecting(units)
        self._line: Line | None = None
        self._failures = 0

    def walk(self) -> None:
        """Deliver whenever something is due, until told to stop; no error ends it."""
        while not self.stopping.is_set():
            self.bell.clear()
            try:
                self.deliver_due()
            except smtp.Unreachable as error:
                self._pause("mail.relay_unreachable", reason=str(error))
            except Exception as error:  # a database that restarts must not end the courier
                self._pause("mail.courier_failed", exception=type(error).__qualname__)
            else:
                self.bell.wait(SECONDS_BETWEEN_LOOKS)

    def deliver_due(self) -> int:
        """Deliver until nothing is due; how many letters were taken. smtp.Unreachable."""
        total = 0
        while not self.stopping.is_set() and self._is_anything_due():
            handled, taken = self._talk()
            total += taken
            if not handled:
                break
        return total

    def stop(self) -> None:
        """Take no further letter; from another thread."""
        self.stopping.set()
        self.bell.set()

    def abort(self) -> None:
        """Break the conversation; from another thread."""
        if line := self._line:
            line.abort()

    def _is_anything_due(self) -> bool:
        with self._units.read() as work:
            due, expired = outbox.glance(work)
        if expired:
            with self._units.begin() as work:
                _log.warning("mail.expired", letters=outbox.expire(work))
        return due

    def _talk(self) -> tuple[int, int]:
        """Deliver over one line: how many letters were handled, and how many of them taken."""
        line = self._line = self._connect()
        handled = taken = 0
        try:
            while line.letters_left > 0 and not self.stopping.is_set() and (claim := self._next()):
                handled += 1
                taken += self._deliver(line, claim)
        finally:
            line.close()
            self._line = None
        return handled, taken

    def _next(self) -> outbox.Claim | None:
        with self._units.begin() as work:
            return outbox.claim(work)

    def _deliver(self, line: Line, claim: outbox.Claim) -> bool:
        """Was the letter taken? smtp.Unreachable, once the letter is back in the outbox."""
        self.claim = claim
        try:
            return self._hand_over(line, claim)
        finally:
            self.claim = None

    def _hand_over(self, line: Line, claim: outbox.Claim) -> bool:
        # A machine that slept since the claim must not send what another may have taken meanwhile.
        if self._units.clock() >= claim.until:
            return False
        try:
            line.send(_parcel(claim))
        except smtp.Refused as error:
            self._refuse(claim, error.reply)
        except smtp.Postponed as error:
            self._postpone(claim, error.reply)
        except smtp.Unreachable:
            self._postpone(claim, "line broken")
            raise
        else:
            self._record(claim)
            return True
        return False

    def _record(self, claim: outbox.Claim) -> None:
        self._failures = 0
        with self._units.begin() as work:
            outbox.deliver(work, claim)
        _log.info("mail.delivered", letter=claim.row_id, kind=claim.kind, attempts=claim.attempts)

    def _refuse(self, claim: outbox.Claim, reply: str) -> None:
        with self._units.begin() as work:
            outbox.refuse(work, claim, reply)
            audit.record(work, "mail.refused", subject=f"outbox:{claim.row_id}", kind=claim.kind, reply=reply)
        _log.warning("mail.refused", letter=claim.row_id, kind=claim.kind, reply=reply)

    def _postpone(self, claim: outbox.Claim, reply: str) -> None:
        seconds = 0.0 if self.stopping.is_set() else _backoff(claim.attempts, LONGEST_DELAY)
        with self._units.begin() as work:
            outbox.postpone(work, claim, reply, work.now + timedelta(seconds=seconds))
        _log.info("mail.postponed", letter=claim.row_id, kind=claim.kind, reply=reply)

    def _pause(self, event: str, **facts: str) -> None:
        self._failures += 1
        seconds = _backoff(self._failures, LONGEST_PAUSE)
        _log.warning(event, **facts, next_try_in=round(seconds, 1))
        self.stopping.wait(seconds)


def _connecting(units: Units) -> Callable[[], Line]:
    if units.settings.is_demo:
        return lambda: mailbox.Slot(units)
    relay, our_name = smtp.relay(units.settings.smtp_url), urlsplit(units.settings.public_url).hostname
    return lambda: smtp.Line(relay, our_name or "localhost")


def _parcel(claim: outbox.Claim) -> mime.Parcel:
    """The letter, packed; one that cannot be is refused for good, or it would hold up the others for ever."""
    if claim.letter is None:
        raise smtp.Refused("unreadable")  # sealed with a secret that is gone
    try:
        return mime.pack(claim.letter, claim.message_id, claim.posted_at)
    except Exception as error:
        raise smtp.Refused("malformed") from error


def _backoff(failures: int, longest: float) -> float:
    """Seconds to wait after so many failures: 2, 4, 8 … up to `longest`, less up to half by chance."""
    seconds = min(2.0 ** min(failures, 16), longest)
    return seconds * (1 - tokens.new_number(1000) / 2000)
