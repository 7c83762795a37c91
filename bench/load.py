"""Many people at once: a closed loop of HTTP/1.1 connections to one server on loopback. Knows no GraphQL, no OpenID.

Ours, and bare, because a client library would be measured in the server's stead: it sends prepared bytes and
reads a status and a length.
"""

import asyncio
import json
import socket
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

Request = bytes
SECONDS_TO_ANSWER = 30.0


class Answer(NamedTuple):
    """What a server says: the lines of its head, and the body."""

    head: bytes
    body: bytes


Talk = Generator[Request, Answer, bool]
"""Several requests in turn, each made of the answers before it; returns whether all went well."""


@dataclass
class Sample:
    """What a load met with."""

    began: float = 0.0
    ended: float = 0.0
    seconds: list[float] = field(default_factory=list)
    """How long each answer took, or each talk."""
    refused: int = 0
    """Answers that `is_good` did not like, and talks that went wrong."""
    specimen: bytes = b""
    """The last answer of those."""

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.good / max(self.ended - self.began, 1e-9)

    @property
    def good(self) -> int:
        """Good answers."""
        return len(self.seconds) - self.refused

    def quantile(self, share: float) -> float:
        """So many of the answers came within this many milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Load:
    """Who asks what, how many at once and for how long."""

    url: str
    requests: Iterator[Request | Talk]
    """One request each, or one talk; the load ends early where there are no more."""
    is_good: Callable[[bytes], bool] = lambda body: b'"errors"' not in body
    connections: int = 16
    lasts: float = 3.0


def post(path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Request:
    """The bytes of one POST of JSON."""
    content = json.dumps(body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(content))}
    return f"POST {path} HTTP/1.1\r\n{_lines(lines | (headers or {}))}\r\n".encode() + content


def form(path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Request:
    """The bytes of one POST of a form."""
    content = urlencode(fields).encode()
    lines = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(content))}
    return f"POST {path} HTTP/1.1\r\n{_lines(lines | (headers or {}))}\r\n".encode() + content


def get(path: str, headers: dict[str, str] | None = None) -> Request:
    """The bytes of one GET."""
    return f"GET {path} HTTP/1.1\r\n{_lines(headers or {})}\r\n".encode()


def drive(*loads: Load) -> list[Sample]:
    """Drive several loads side by side."""
    return asyncio.run(_drive(loads))


async def _drive(loads: tuple[Load, ...]) -> list[Sample]:
    return list(await asyncio.gather(*map(_one, loads)))


async def _one(load: Load) -> Sample:
    loop, parts, sample = asyncio.get_running_loop(), urlsplit(load.url), Sample()
    sample.began = loop.time()
    ends = sample.began + load.lasts
    people = []
    for _ in range(load.connections):
        _, person = await loop.create_connection(
            lambda: _Person(load, sample, ends), parts.hostname, parts.port
        )
        people.append(person)
    await asyncio.wait_for(
        asyncio.gather(*(person.done for person in people)), load.lasts + SECONDS_TO_ANSWER
    )
    sample.ended = loop.time()
    return sample


class _Person(asyncio.Protocol):
    """One connection: asks, waits for the answer, asks again."""

    def __init__(self, load: Load, sample: Sample, ends: float) -> None:
        self._load, self._sample, self._ends = load, sample, ends
        self._loop = asyncio.get_running_loop()
        self._head, self._buffer, self._length = b"", b"", -1
        self.done: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._socket = transport, transport.get_extra_info("socket")
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        # Else a server that sends head and body apart waits 40 ms for us in between; the kernel forgets it each time.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._buffer += data
        if self._length < 0:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            self._head, self._length, self._buffer = head, _length(head), rest
        if len(self._buffer) >= self._length:
            self._answered()

    def _ask(self) -> None:
        request = next(self._load.requests, None) if self._loop.time() < self._ends else None
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._asked = self._loop.time()
        self._talk = request if isinstance(request, Generator) else _once(request, self._load.is_good)
        self._transport.write(next(self._talk))

    def _answered(self) -> None:
        answer = Answer(self._head, self._buffer)
        self._buffer, self._length = b"", -1
        try:
            self._transport.write(self._talk.send(answer))
        except StopIteration as end:
            self._note(answer, end.value)
            self._ask()

    def _note(self, answer: Answer, went_well: bool) -> None:
        self._sample.seconds.append(self._loop.time() - self._asked)
        if not went_well:
            self._sample.refused += 1
            self._sample.specimen = answer.body or answer.head


def _once(request: Request, is_good: Callable[[bytes], bool]) -> Talk:
    answer = yield request
    return is_good(answer.body)


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in ({"host": "127.0.0.1"} | headers).items())


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without content-length")
