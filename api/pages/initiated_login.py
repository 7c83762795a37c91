"""The services where a sign-in may begin from here (OpenID Connect Core §4): a list, or one that a link names.

Plain links: nothing of the person travels with them, and the service asks for them as it always does.
"""

from urllib.parse import urlsplit

from starlette.responses import Response

from api.pages import naming
from api.pages.rendering import Page
from api.pages.visit import Visit
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import initiated_login
from identity.oidc.clients import Client

PATH = "/services"


async def show(visit: Visit) -> Response:
    """The services, or the one of this name."""
    named = visit.fields.get("service", "")
    found = await visit.perform(lambda work: _find(work, named))
    facts = {
        "services": [
            {
                "id": client.id,
                "name": naming.of(client, visit.language),
                "organization": client.organization,
                "host": urlsplit(client.initiate_login_uri or "").hostname,
                "is_vouched_for": client.created_by in initiated_login.VOUCHED_FOR,
                "url": initiated_login.url(visit.settings, client),
            }
            for client in found
        ],
        "named": named,
        "switch": visit.switch(PATH, service=named),
    }
    return visit.render(Page("services", facts, 404 if named and not found else 200))


def _find(work: UnitOfWork, named: str) -> list[Client]:
    if not named:
        return initiated_login.offered(work)
    client = initiated_login.find(work, named)
    return [client] if client else []
