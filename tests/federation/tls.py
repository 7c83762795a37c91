"""TLS in front of a service that speaks none, as a municipality's proxy does it. Knows neither HTTP nor programs."""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support import smtp
from tests.support.server import free_port
from tests.support.site import HOST


@dataclass(frozen=True)
class Front:
    """The port that speaks TLS, the one that it passes everything on to, and who signed its certificate."""

    port: int
    behind: int
    authority: Path


@contextmanager
def front(folder: Path) -> Iterator[Front]:
    """Listen on loopback with a certificate for `localhost`, until the end of the block."""
    context, authority = smtp.certificate(folder)
    behind, loop = free_port(), asyncio.new_event_loop()

    async def relay(reader: StreamReader, writer: StreamWriter) -> None:
        back_reader, back_writer = await asyncio.open_connection(HOST, behind)
        await asyncio.gather(_pump(reader, back_writer), _pump(back_reader, writer))

    listening = loop.run_until_complete(asyncio.start_server(relay, HOST, 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield Front(listening.sockets[0].getsockname()[1], behind, authority)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        _end(loop)


async def _pump(source: StreamReader, target: StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.CancelledError):
        while chunk := await source.read(65_536):
            target.write(chunk)
            await target.drain()
    target.close()


def _end(loop: asyncio.AbstractEventLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    loop.close()
