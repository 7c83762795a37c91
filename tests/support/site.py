"""A service's own web server on loopback: it answers what it was told to, and keeps what it is asked."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, dict[str, str], bytes]
Page = Answer | Callable[[Any], Any]
"""An answer, or a function that writes one to the connection as slowly or wrongly as it likes."""


@dataclass
class Site:
    """A running server; `pages` by path, 404 elsewhere."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def show(self, path: str, document: Any, status: int = 200) -> str:
        """Answer this JSON document at this path from now on; its address."""
        self.pages[path] = (status, {"Content-Type": "application/json"}, json.dumps(document).encode())
        return self.url + path


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site on loopback, over TLS with this context; stopped at the end."""
    server = ThreadingHTTPServer((HOST, 0), _Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site = Site(f"http{'s' if tls else ''}://{HOST}:{server.server_port}")
    server.site = site  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.asked.append(Request(self.command, self.path, headers, body))
        page = site.pages.get(self.path, (404, {}, b""))
        if callable(page):
            page(self.wfile)
            return
        status, extra, content = page
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | extra).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""
