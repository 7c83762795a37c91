"""Sign-ins that begin here and not at the service (OpenID Connect Core §4): for which services, and where that leads.

Who registered by itself is not listed on a town's page: an agent vouches for what the command line added. Where
anybody may register, which is for conformance runs, everybody is listed.
"""

from urllib.parse import urlencode

from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, uris
from identity.oidc.clients import Client

VOUCHED_FOR = frozenset({"cli", "demo"})
"""Ways into the register that an agent stands for."""
MOST_LISTED = 200


def offered(work: UnitOfWork) -> list[Client]:
    """The services that a person may begin at, the newest first."""
    everybody = work.settings.open_registration == "on"
    found = [
        client
        for client in clients.all(work)
        if client.initiate_login_uri
        and client.disabled_at is None
        and (everybody or client.created_by in VOUCHED_FOR)
    ]
    return found[: -MOST_LISTED - 1 : -1]


def find(work: UnitOfWork, client_id: str) -> Client | None:
    """The service of this name, listed or not; None where it cannot begin a sign-in."""
    client = clients.find(work, client_id)
    return client if client and client.initiate_login_uri else None


def url(settings: Settings, client: Client) -> str | None:
    """Where the service begins a sign-in with us; it is told its own home page where that is on the same origin.

    Never `login_hint`: who the person is, the service learns once they agree.
    """
    begins, home = client.initiate_login_uri, client.client_uri
    if begins is None:
        return None
    told = {"iss": settings.public_url}
    if home and uris.origin_of(home) == uris.origin_of(begins):
        told["target_link_uri"] = home
    return f"{begins}{'&' if '?' in begins else '?'}{urlencode(told)}"
