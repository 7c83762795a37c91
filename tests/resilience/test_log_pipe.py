"""Whoever reads the log may stop: the server goes on, and says how many lines were lost."""

import http.client
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from api.log_pipe import Lines
from tests.support.processes import die_with_parent
from tests.support.server import HOST, ROOT, environment, free_port


def test_a_log_that_nobody_reads_stops_no_request(tmp_path: Path) -> None:
    port, read = free_port(), 0
    env = {
        "PARVIS_DATABASE_URL": f"sqlite:///{tmp_path}/town.sqlite3",
        "PARVIS_SECRET_KEY": secrets.token_urlsafe(48), "PARVIS_PUBLIC_URL": f"http://{HOST}:{port}",
        "PARVIS_LOG_LEVEL": "info",
    }  # fmt: skip
    command = [sys.executable, "-m", "api.cli"]
    subprocess.run([*command, "migrate"], env=environment(env), check=True, capture_output=True)
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port)], env=environment(env), stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE, cwd=ROOT, preexec_fn=die_with_parent(signal.SIGKILL),
    )  # fmt: skip
    try:
        connection = _connected(port)
        for _ in range(1200):  # some 240 kB of log, where a pipe holds 64
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            read += response.status == 200
            response.read()
        assert read == 1200
    finally:
        server.terminate()
        assert server.stderr is not None
        server.stderr.close()
        server.wait(20)


def _connected(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return connection
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_lines_beyond_the_queue_are_counted_and_told() -> None:
    reading, writing = os.pipe()
    script = (
        "import os, sys; from api.log_pipe import Lines\n"
        "lines = Lines(most=5)\n"
        "[lines.write(b'x' * 4095 + b'\\n') for _ in range(100)]\n"
        "print('written', flush=True); sys.stdin.read(1)\n"
        "lines.write(b'last\\n'); lines.drain(); os._exit(0)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=writing,
        cwd=ROOT,
    )
    os.close(writing)
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == b"written\n"
    got = b""
    while select.select([reading], [], [], 0.5)[0]:
        got += os.read(reading, 65536)
    process.stdin.write(b"x")
    process.stdin.close()
    while piece := os.read(reading, 65536):
        got += piece
    process.wait(20)
    process.stdout.close()
    assert b"log lines dropped" in got and got.endswith(b"last\n")
    assert Lines(most=1).write("a line") == 6
