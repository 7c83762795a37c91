"""The authorization endpoint: a person who is signed in lets a client have a code (OpenID Connect Core
§3.1.2).

The order of things, and nothing else: the request is read by `asking`, what a person must do first is found by
`obstacles`, the code is given by the provider's grant. A client or redirect URI that we do not know is told to
the person, never to that address.
"""

from authlib.oauth2.rfc6749 import OAuth2Error

from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import asking as asking_
from identity.oidc import exchange, interaction, obstacles, pushed
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
        return exchange.redirect(endpoint, received.asked.pairs, 303)
    with units.begin() as work:
        return _answer(work, received)


def refuse(asking: Asking, error: OAuth2Error) -> Reply:
    """Tell the client why there is no code; the request is answered then."""
    if asking.kept:
        pushed.take(asking.work, asking.kept)
    return asking.destination.refuse(error)


def _answer(work: UnitOfWork, received: Received) -> Reply:
    try:
        asking = asking_.read(work, received)
    except NowhereToGo:
        return _page()
    try:
        grant = Provider(work).require_code_grant(asking)
        obstacle = obstacles.find(asking)
    except OAuth2Error as error:
        return refuse(asking, error)
    if obstacle or not asking.person:
        return interaction.ask(
            asking, obstacle or obstacles.LOGIN, received.asked.parameters.get("request_uri")
        )
    if asking.kept and not pushed.take(work, asking.kept):
        return _page()  # another tab had the code at this very moment
    return asking.destination.send({"code": grant.issue_code(asking, asking.person).reveal()})


def _page() -> Reply:
    return Reply(400, None, (("Cache-Control", "no-store"),), page="error")
