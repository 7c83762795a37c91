"""Parvis as one of the peers: a service that no first party is, with its own pairwise subject and a consent to keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import peers, servers, town
from bench.peers import Peer
from identity.accounts import sessions
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Units
from identity.oidc import consents, registration
from identity.oidc.registration import Metadata

PATHS = {name: f"/{name}" for name in ("authorize", "token", "userinfo", "introspect")}
_SCOPE = f"{peers.SCOPE} offline_access"


@dataclass(frozen=True)
class Settled:
    """A town with a citizen who is signed in and has consented to a service."""

    units: Units = field(repr=False)
    client_secret: Secret
    cookie: Secret


@contextmanager
def ready(folder: Path) -> Iterator[Peer]:
    """It runs on durable SQLite, and the citizen has signed in and consented."""
    settled = settle(folder)
    settled.units.engine.dispose()
    cookie = f"parvis_session={settled.cookie.reveal()}"
    with servers.parvis(folder) as server:
        yield Peer("Parvis", server, cookie, PATHS, secret=settled.client_secret.reveal())


def settle(folder: Path) -> Settled:
    """The town, written to a database in this folder."""
    units = town.found(folder, 0)
    account_id = town.open_account(units, peers.EMAIL)
    with units.begin() as work:
        service = Metadata(
            id=peers.CLIENT, name="Bench", redirect_uris=(peers.CALLBACK,), signature_alg="ES256"
        )
        secret = registration.add(work, service).secret
        consents.remember(work, account_id, peers.CLIENT, consents.Asked(_SCOPE))
        _, cookie = sessions.open(work, account_id)
    return Settled(units, secret or Secret(""), cookie)
