"""The demonstration's library and school canteen: two services of others, in small, each on a host name of its own.

They stand for what a municipality's services are: programs that know Parvis by its issuer alone. So they import
nothing of ours but their own address, use the standard library's HTTP server, and keep their sessions in memory.
"""

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from http.server import ThreadingHTTPServer

import structlog

from api.demo_services.relying_party import RelyingParty
from api.demo_services.site import Site
from identity.foundation.settings import Settings
from identity.oidc.demo import NEIGHBOURS, Neighbour

_log = structlog.get_logger("parvis.demo")


def start(settings: Settings) -> list[ThreadingHTTPServer]:
    """Serve every neighbour whose port is free, in threads; `stop` ends them."""
    return [server for neighbour in NEIGHBOURS for server in _serve(settings, neighbour)]


def stop(servers: list[ThreadingHTTPServer]) -> None:
    """End them."""
    for server in servers:
        server.shutdown()
        server.server_close()


def _serve(settings: Settings, neighbour: Neighbour) -> Sequence[ThreadingHTTPServer]:
    """On both loopbacks, because a browser may try either first; the second is missing where there is no IPv6."""
    party = RelyingParty(settings.public_url, neighbour.id, neighbour.url(settings), neighbour.scope)
    handler, port = Site(party, neighbour.name).handler(), neighbour.port(settings)
    try:
        servers = [_Server(("127.0.0.1", port), handler)]
    except OSError as error:
        _log.warning("demo.port_taken", port=port, reason=error.strerror)
        return []
    with suppress(OSError):
        servers.append(_ServerOnIPv6(("::1", port), handler))
    for server in servers:
        threading.Thread(target=server.serve_forever, name=f"demo-{neighbour.id}", daemon=True).start()
    return servers


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class _ServerOnIPv6(_Server):
    address_family = socket.AF_INET6
