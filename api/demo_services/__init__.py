"""The demonstration's library and school canteen: two services of others, in small, each on a host name of its own.

They stand for what a municipality's services are: programs that know Parvis by its issuer alone. So they import
nothing of ours but their own address, use the standard library's HTTP server, and keep their sessions in memory.
"""

import threading
from http.server import ThreadingHTTPServer

import structlog

from api.demo_services.relying_party import RelyingParty
from api.demo_services.site import Site
from identity.foundation.settings import Settings
from identity.oidc.demo import NEIGHBOURS, Neighbour

_log = structlog.get_logger("parvis.demo")


def start(settings: Settings) -> list[ThreadingHTTPServer]:
    """Serve every neighbour whose port is free, in threads; `stop` ends them."""
    return [server for neighbour in NEIGHBOURS if (server := _serve(settings, neighbour))]


def stop(servers: list[ThreadingHTTPServer]) -> None:
    """End them."""
    for server in servers:
        server.shutdown()
        server.server_close()


def _serve(settings: Settings, neighbour: Neighbour) -> ThreadingHTTPServer | None:
    party = RelyingParty(settings.public_url, neighbour.id, neighbour.url(settings), neighbour.scope)
    site = Site(party, neighbour.name)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", neighbour.port(settings)), site.handler())
    except OSError as error:
        _log.warning("demo.port_taken", port=neighbour.port(settings), reason=error.strerror)
        return None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name=f"demo-{neighbour.id}", daemon=True).start()
    return server
