"""SIGTERM and Ctrl-C stop every kind of process in good order, whoever still holds a connection open."""

import http.client
import os
from contextlib import closing
from signal import SIGINT, SIGTERM, Signals
from urllib.parse import urlsplit

import pytest

from identity.accounts import recovery
from tests.resilience.deployment import deploy
from tests.support import server, smtp

SECONDS = 20
"""A server whose machine is busy; it takes one when idle."""


@pytest.mark.parametrize(
    ("number", "arguments"), [(SIGTERM, ()), (SIGINT, ()), (SIGTERM, ("--workers", "2"))], ids=str
)
def test_a_server_stops_with_status_0(sqlite_url: str, number: Signals, arguments: tuple[str, ...]) -> None:
    """As an operator's machine starts it: a whole process of its own."""
    env = {"PARVIS_DATABASE_URL": sqlite_url, "PARVIS_SMTP_URL": f"smtp://{server.HOST}:{server.free_port()}"}
    with (
        server.serve(env, arguments=arguments) as running,
        closing(http.client.HTTPConnection(urlsplit(running.url).netloc)) as idle,
    ):
        idle.request("GET", "/healthz")
        assert idle.getresponse().read() == b'{"status":"ok"}'
        running.process.send_signal(number)
        assert running.process.wait(SECONDS) == 0
        assert "Traceback" not in running.log


@pytest.mark.parametrize("number", [SIGTERM, SIGINT], ids=str)
def test_a_worker_stops_with_status_0(sqlite_url: str, smtp_sink: smtp.Sink, number: Signals) -> None:
    """Once it has delivered what was there."""
    deployment = deploy(sqlite_url, smtp_sink)
    with deployment.town() as town, town.units.begin() as work:
        recovery.request_reset(work, "nobody@example.org", None)
    with deployment.work() as running:
        smtp_sink.wait_for(1, timeout=30)
        os.kill(running.process.pid or 0, number)
        running.process.join(SECONDS)
        assert running.process.exitcode == 0
        assert "Traceback" not in running.log.read_text()
