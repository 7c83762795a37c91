"""npm's `oidc-provider` on one core, in memory: started, and a person signed in through its own pages."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from bench import peers, servers
from bench.peers import Peer

ROOM = Path(__file__).parent / "node"
_PATHS = {
    "authorize": "/auth",
    "token": "/token",
    "userinfo": "/me",
    "introspect": "/token/introspection",
}
_OFFLINE = f"{peers.SCOPE} offline"
_FORM = re.compile(r'<form[^>]* action="([^"]+)"')


def obstacle() -> str | None:
    """Why it cannot be measured here."""
    if shutil.which("node") is None:
        return "no node"
    return None if (ROOM / "node_modules/oidc-provider").is_dir() else "npm ci in bench/node"


@contextmanager
def ready(_folder: Path) -> Iterator[Peer]:
    """It runs, and the citizen has signed in and consented."""
    port = servers.free_port()
    url = f"http://127.0.0.1:{port}"
    told = {"issuer": url, "port": port, "client": peers.CLIENT, "secret": peers.SECRET, "callback": peers.CALLBACK,
            "email": peers.EMAIL}  # fmt: skip
    env = servers.environment(ROOM) | {"BENCH_PEER": json.dumps(told), "NODE_ENV": "production"}
    with servers.running(["node", str(ROOM / "provider.mjs")], port, env) as server:
        peer = Peer("oidc-provider", server, _sign_in(url), _PATHS, offline={"scope": _OFFLINE})
        yield peer


class _NoFurther(HTTPRedirectHandler):
    """Follows within loopback: the service itself is nowhere."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """None where the flow ends."""
        ends = not newurl.startswith("http://127.0.0.1")
        return None if ends else super().redirect_request(req, fp, code, msg, headers, newurl)


def _sign_in(url: str) -> str:
    """The cookie of a browser whose person signed in and consented, by the forms of its development pages."""
    jar = CookieJar()
    open_ = build_opener(HTTPCookieProcessor(jar), _NoFurther()).open
    asked = {"response_type": "code", "client_id": peers.CLIENT, "redirect_uri": peers.CALLBACK, "scope": _OFFLINE,
             "code_challenge": "-" * 43, "code_challenge_method": "S256"}  # fmt: skip
    page = open_(f"{url}/auth?{urlencode(asked)}")
    login = {"prompt": "login", "login": peers.USER, "password": peers.PASSWORD}
    page = open_(Request(_action(page), urlencode(login).encode()))  # noqa: S310 - our own, on loopback
    try:
        open_(Request(_action(page), b"prompt=consent"))  # noqa: S310
    except OSError as gone:
        if getattr(gone, "code", 0) != 303:
            raise
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar if cookie.name.startswith("_session"))


def _action(page) -> str:  # type: ignore[no-untyped-def]
    found = _FORM.search(page.read().decode())
    if found is None:
        raise SystemExit(f"oidc-provider shows no form at {page.url}")
    return str(urljoin(page.url, found[1]))
