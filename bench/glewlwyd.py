"""Debian's `glewlwyd` on one core: a SQLite database of its own, set up through its REST API as its pages would."""

import gzip
import json
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from bench import peers, servers
from bench.peers import Peer
from bench.servers import Server

_TABLES = Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
_MODULES = Path("/usr/lib/glewlwyd")
_ADMIN = {"username": "admin", "password": "password"}
"""As its tables bring it."""
_SCOPES = (*peers.SCOPE.split(), "own")
_PATHS = {
    name: f"/api/oidc/{path}"
    for name, path in {
        "authorize": "auth",
        "token": "token",
        "userinfo": "userinfo",
        "introspect": "introspect",
    }.items()
}
_CONFIG = """
port={port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:{port}/"
login_url="login.html"
api_prefix="api"
cookie_secure=0
log_mode="file"
log_level="ERROR"
log_file="{folder}/glewlwyd.log"
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{modules}/user"
client_module_path="{modules}/client"
user_auth_scheme_module_path="{modules}/scheme"
plugin_module_path="{modules}/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{folder}/glewlwyd.sqlite3" }}
"""


def obstacle() -> str | None:
    """Why it cannot be measured here."""
    if shutil.which("glewlwyd") is None:
        return "no glewlwyd: apt install glewlwyd"
    return None if _TABLES.exists() else "no tables of glewlwyd in /usr/share/doc"


@contextmanager
def ready(folder: Path) -> Iterator[Peer]:
    """It runs, and the citizen has signed in and consented."""
    port = servers.free_port()
    with closing(sqlite3.connect(folder / "glewlwyd.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")  # stays with the file: many times faster than its default
        database.executescript(gzip.decompress(_TABLES.read_bytes()).decode())
    config = folder / "glewlwyd.conf"
    config.write_text(_CONFIG.format(port=port, folder=folder, modules=_MODULES))
    command = ["glewlwyd", f"--config-file={config}"]
    with servers.running(command, port, servers.environment(folder)) as server:
        _set_up(_Api(server, _ADMIN))
        citizen = _Api(server, {"username": peers.USER, "password": peers.PASSWORD})
        citizen.send("PUT", f"auth/grant/{peers.CLIENT}", {"scope": peers.SCOPE})
        beyond = {"g_continue": ""}
        yield Peer("glewlwyd", server, citizen.cookie, _PATHS, "own", {}, beyond)


class _Api:
    """Its API, as one person calls it."""

    def __init__(self, server: Server, who: dict[str, str]) -> None:
        self._url, self.cookie = f"{server.url}/api", ""
        self.cookie = self.send("POST", "auth", who).headers["Set-Cookie"].partition(";")[0]

    def send(self, method: str, path: str, body: Any) -> Any:
        """Its answer; ends the bench where it refuses."""
        headers = {"content-type": "application/json", "cookie": self.cookie}
        request = urllib.request.Request(  # noqa: S310 - our own, on loopback
            f"{self._url}/{path}", json.dumps(body).encode(), headers, method=method
        )
        try:
            return urllib.request.urlopen(request, timeout=10)  # noqa: S310
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"glewlwyd refuses {path}: {refused.code} {refused.read()!r}") from None


def _set_up(admin: _Api) -> None:
    for name in _SCOPES:
        if name != "openid":
            admin.send("POST", "scope/", {"name": name, "display_name": name, "password_required": False})
    admin.send("POST", "mod/plugin/", _plugin())
    admin.send("POST", "user/", {
        "username": peers.USER, "password": peers.PASSWORD, "name": "Jean Test", "email": peers.EMAIL,
        "enabled": True, "scope": ["g_profile", *peers.SCOPE.split()],
    })  # fmt: skip
    admin.send("POST", "client/", {
        "client_id": peers.CLIENT, "name": "Bench", "confidential": True, "enabled": True,
        "client_secret": peers.SECRET, "password": peers.SECRET, "redirect_uri": [peers.CALLBACK], "scope": ["own"],
        "authorization_type": ["code", "client_credentials", "refresh_token"],
        "token_endpoint_auth_method": ["client_secret_basic"],
    })  # fmt: skip


def _plugin() -> dict[str, Any]:
    """Its OpenID plugin: ES256, S256; a refresh token stays, since a failed answer would lose it for good."""
    key = ECKey.generate_key("P-256", {"kid": "bench", "alg": "ES256", "use": "sig"})
    yes = ("allow-non-oidc", "auth-type-code-enabled", "auth-type-client-enabled", "auth-type-refresh-enabled",
           "pkce-allowed", "pkce-required", "introspection-revocation-allowed",
           "introspection-revocation-allow-target-client")  # fmt: skip
    no = ("auth-type-token-enabled", "auth-type-none-enabled", "auth-type-password-enabled",
          "auth-type-device-enabled", "refresh-token-rolling", "pkce-method-plain-allowed")  # fmt: skip
    parameters = dict.fromkeys(yes, True) | dict.fromkeys(no, False) | {
        "iss": "http://127.0.0.1/api/oidc", "jwt-type": "ecdsa", "jwt-key-size": "256",
        "jwks-private": json.dumps({"keys": [key.as_dict(private=True)]}), "default-kid": "bench",
        "access-token-duration": 3600, "refresh-token-duration": 86400, "code-duration": 60,
        "refresh-token-one-use": "never", "subject-type": "pairwise", "allowed-scope": list(_SCOPES),
        "name-claim": "mandatory", "name-claim-scope": ["profile"],
        "email-claim": "mandatory", "email-claim-scope": ["email"],
        "scope": [{"name": name, "refresh-token-rolling": False} for name in _SCOPES],
    }  # fmt: skip
    return {"module": "oidc", "name": "oidc", "display_name": "OpenID", "parameters": parameters}
