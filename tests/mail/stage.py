"""What the tests of delivery play with: a relay that hesitates, another process, and what an agent sees."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units
from identity.mail import outbox
from identity.mail.courier import Courier
from tests.support import server

Post = Callable[..., None]
Later = Callable[[float], Units]


def redirect(units: Units, url: str) -> Units:
    """The same database with another relay."""
    return replace(units, settings=units.settings.model_copy(update={"smtp_url": url}))


def resecret(units: Units, *secrets: str) -> Units:
    """The same database under other secrets."""
    settings = units.settings
    changed = Settings(
        database_url=settings.database_url, smtp_url=settings.smtp_url, secret_key=list(secrets)
    )
    return replace(units, settings=changed)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Return once the condition holds; AssertionError where it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def trace(units: Units, email: str) -> outbox.Trace:
    """What became of the one letter to this address."""
    with units.read() as work:
        [only] = outbox.traces(work, email)
    return only


@contextmanager
def running(*couriers: Courier) -> Iterator[None]:
    """Couriers at work, stopped at the end."""
    for each in couriers:
        each.start()
    try:
        yield
    finally:
        for each in couriers:
            each.stop()


def deliver_elsewhere(units: Units) -> "subprocess.Popen[bytes]":
    """Another process that delivers what is due, and ends."""
    program = (
        "from identity.foundation import settings, unit_of_work; from identity.mail import courier; "
        "s = settings.load(); courier.deliver_due(unit_of_work.Units(unit_of_work.open_engine(s), s))"
    )
    settings = units.settings
    environment = {
        "PARVIS_DATABASE_URL": settings.database_url,
        "PARVIS_SECRET_KEY": settings.secret_key[0],
        "PARVIS_SMTP_URL": settings.smtp_url,
    }
    return subprocess.Popen([sys.executable, "-c", program], env=server.environment(environment))


class HesitantRelay:
    """Takes one letter, word for word, and holds its answer back until told."""

    def __init__(self, listener: socket.socket) -> None:
        self.url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        self.content = b""
        self.taken, self.may_answer, self.hung_up = threading.Event(), threading.Event(), threading.Event()
        self._listener = listener

    def serve(self) -> None:
        """The conversation, until the client leaves."""
        connection, _address = self._listener.accept()
        with connection, connection.makefile("rwb", 0) as line, suppress(OSError):
            line.write(b"220 relay\r\n")
            while command := line.readline().strip().upper():
                if command == b"DATA":
                    line.write(b"354 go on\r\n")
                    self._take(connection, line)
                line.write(b"250 ok\r\n")
        self.hung_up.set()

    def _take(self, connection: socket.socket, line: socket.SocketIO) -> None:
        while (read := line.readline()) != b".\r\n":
            self.content += read
        self.taken.set()
        connection.settimeout(0.02)
        while not self.may_answer.is_set():
            with suppress(TimeoutError):
                # A client says nothing while it waits: whatever can be read here is its leaving.
                connection.recv(1, socket.MSG_PEEK)
                raise ConnectionError
        connection.settimeout(None)


@contextmanager
def hesitant_relay(port: int = 0) -> Iterator[HesitantRelay]:
    """A relay on loopback that lets go of everybody at the end."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        relay = HesitantRelay(listener)
        threading.Thread(target=relay.serve, daemon=True).start()
        yield relay
        relay.may_answer.set()
