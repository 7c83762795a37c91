"""The authorization endpoint: a person who is signed in lets a client have a code (OpenID Connect Core
§3.1.2).

The order of things, and nothing else: the request is read by `asking`, what a person must do first is found by
`obstacles`, the code is given by the provider's grant. A client or redirect URI that we do not know is told to
the person, never to that address.
"""

from authlib.oauth2.rfc6749 import OAuth2Error

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import asking as asking_
from identity.oidc import exchange, obstacles
from identity.oidc.asking import Asking, NowhereToGo, Received
from identity.oidc.exchange import Arrival, Reply
from identity.oidc.provider import PATHS, Provider


def authorize(units: Units, arrival: Arrival) -> Reply:
    """A redirect with a code, or with an error; a page where the person is asked, or where there is nowhere to
    redirect to.
    """
    try:
        received = asking_.receive(units, arrival)
    except OAuth2Error:
        return _page()
    if received.asked.method == "POST":
        # A POST from another site comes without Lax cookies; the GET that follows brings them.
        endpoint = units.settings.public_url + PATHS["authorization_endpoint"]
        return exchange.redirect(endpoint, received.asked.parameters, 303)
    with units.begin() as work:
        return _answer(work, received)


def _answer(work: UnitOfWork, received: Received) -> Reply:
    try:
        asking = asking_.read(work, received)
    except NowhereToGo:
        return _page()
    provider = Provider(work)
    request = provider.create_oauth2_request(received.asked)
    try:
        asking_.check(asking)
        grant = provider.get_consent_grant(request)
        obstacles.find(asking)
    except OAuth2Error as error:
        return _refuse(provider, asking, error)
    reply: Reply = provider.create_authorization_response(grant.request, asking.person, grant=grant)
    return reply


def _refuse(provider: Provider, asking: Asking, error: OAuth2Error) -> Reply:
    error.redirect_uri, error.state = asking.redirect_uri, asking.state
    return provider.handle_error_response(None, error)


def _page() -> Reply:
    return Reply(400, None, (("Cache-Control", "no-store"),), page="error")
