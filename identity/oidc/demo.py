"""The demonstration's clients: the portal, which logs people in directly, and two services that federate."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, registration
from identity.oidc.clients import Client
from identity.oidc.registration import Metadata

CLIENT_ID = "parvis-portal"


@dataclass(frozen=True)
class Neighbour:
    """A service of the demonstration town: beside Parvis, on a host name and a port of its own."""

    id: str
    name: str
    organization: str
    host: str
    ports_away: int
    scope: str

    def url(self, settings: Settings) -> str:
        """Where people find it."""
        return f"http://{self.host}:{self.port(settings)}"

    def port(self, settings: Settings) -> int:
        """Where it listens, on loopback."""
        parts = urlsplit(settings.public_url)
        return (parts.port or 80) + self.ports_away


NEIGHBOURS = (
    Neighbour(
        id="bibliotheque",
        name="Bibliothèque municipale",
        organization="Ville de Loudun (démonstration)",
        host="bibliotheque.localhost",
        ports_away=1,
        scope="openid profile email",
    ),
    Neighbour(
        id="cantine",
        name="Cantine scolaire",
        organization="Caisse des écoles (démonstration)",
        host="cantine.localhost",
        ports_away=2,
        scope="openid profile address phone",
    ),
)


def load(work: UnitOfWork) -> Client:
    """Register the portal and its neighbours, or make them fit today's public URL; the same however often."""
    for neighbour in NEIGHBOURS:
        _register(work, _service(work.settings, neighbour))
    return _register(work, _portal(work.settings))


def _register(work: UnitOfWork, metadata: Metadata) -> Client:
    if clients.find(work, metadata.id):
        return registration.replace(work, metadata).client
    return registration.add(work, metadata, created_by="demo").client


def _portal(settings: Settings) -> Metadata:
    return Metadata(
        id=CLIENT_ID,
        name="Portail Parvis",
        redirect_uris=(f"{settings.public_url}/callback",),
        public=True,
        first_party=True,
        direct_login=True,
        origins=tuple(settings.own_origins),
        scope="openid profile email offline_access account",
        signature_alg="ES256",
        subject_type="public",
    )


def _service(settings: Settings, neighbour: Neighbour) -> Metadata:
    url = neighbour.url(settings)
    return Metadata(
        id=neighbour.id,
        name=neighbour.name,
        organization=neighbour.organization,
        redirect_uris=(f"{url}/retour",),
        post_logout_redirect_uris=(f"{url}/",),
        # Not every machine knows names below `localhost`, as browsers do.
        backchannel_logout_uri=f"http://127.0.0.1:{neighbour.port(settings)}/adieu",
        backchannel_session_required=True,
        client_uri=url,
        policy_uri=f"{url}/confidentialite",
        tos_uri=f"{url}/conditions",
        public=True,
        scope=neighbour.scope,
        signature_alg="ES256",
    )
