"""The demonstration's own client: the portal, which logs people in directly."""

from urllib.parse import urlsplit

from identity.foundation.settings import is_loopback
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, registration
from identity.oidc.clients import Client
from identity.oidc.registration import Metadata

CLIENT_ID = "parvis-portal"


def load(work: UnitOfWork) -> Client:
    """Register the portal, or make it fit today's public URL; the same however often."""
    metadata = Metadata(
        id=CLIENT_ID,
        name="Portail Parvis",
        redirect_uris=(f"{work.settings.public_url}/callback",),
        public=True,
        first_party=True,
        direct_login=True,
        origins=tuple(_origins(work.settings.public_origin)),
        scope="openid profile email offline_access account",
        signature_alg="ES256",
        subject_type="public",
    )
    if clients.find(work, CLIENT_ID):
        return registration.replace(work, metadata).client
    return registration.add(work, metadata, created_by="demo").client


def _origins(public_origin: str) -> set[str]:
    """The public origin, and `localhost` for whoever types that instead of the address."""
    parts = urlsplit(public_origin)
    port = f":{parts.port}" if parts.port else ""
    return (
        {public_origin, f"{parts.scheme}://localhost{port}"}
        if is_loopback(parts.hostname or "")
        else {public_origin}
    )
