"""Parvis as one of the peers: a service that no first party is, with its own pairwise subject and a consent to keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import peers, servers, town
from bench.peers import Peer
from identity.accounts import sessions
from identity.oidc import consents, registration
from identity.oidc.registration import Metadata

_SCOPE = f"{peers.SCOPE} offline_access"
_PATHS = {name: f"/{name}" for name in ("authorize", "token", "userinfo", "introspect")}


@contextmanager
def ready(folder: Path) -> Iterator[Peer]:
    """It runs on durable SQLite, and the citizen has signed in and consented."""
    units = town.found(folder, 0)
    account_id = town.open_account(units, peers.EMAIL)
    with units.begin() as work:
        service = Metadata(
            id=peers.CLIENT, name="Bench", redirect_uris=(peers.CALLBACK,), signature_alg="ES256"
        )
        secret = registration.add(work, service).secret
        consents.remember(work, account_id, peers.CLIENT, _SCOPE)
        _, cookie = sessions.open(work, account_id)
    units.engine.dispose()
    with servers.parvis(folder) as server:
        yield Peer(
            "Parvis",
            server,
            f"parvis_session={cookie.reveal()}",
            _PATHS,
            secret=secret.reveal() if secret else "",
        )
