"""The authorization endpoint: a person who is signed in lets a client have a code (OpenID Connect Core
§3.1.2).

The order of things, and nothing else: the request is read by `reading`, what a person must do first is found by
`obstacles`, the code is given by the provider's grant. A client or redirect URI that we do not know is told to
the person, never to that address.
"""

from functools import partial

from authlib.oauth2.rfc6749 import OAuth2Error

from identity.foundation import rate_limits
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import exchange, interaction, obstacles, pushed, reading
from identity.oidc.asking import Asking
from identity.oidc.exchange import Arrival, Pairs, Reply
from identity.oidc.provider import PATHS, Provider
from identity.oidc.reading import NotWaiting, NowhereToGo, Received

FROM_ONE_NETWORK = Rule("authorize", 1200, 600)
"""Requests that are kept for whoever is not known yet: a school or a telephone network has one address for many."""


def authorize(units: Units, arrival: Arrival) -> Reply:
    """A redirect with a code, or with an error; a page where the person is asked, or where there is nowhere to
    redirect to.
    """
    try:
        received = reading.receive(units, arrival)
    except OAuth2Error:
        return _page()
    if received.is_short_form:
        # A POST from another site comes without Lax cookies; the GET that follows brings them.
        return _again(units.settings.public_url, received.asked.pairs)
    try:
        return units.perform(
            partial(_hold if received.asked.method == "POST" else _answer, received=received)
        )
    except RateLimited as limited:
        return _page(429, "busy", ("Retry-After", str(limited.retry_after)))


def refuse(asking: Asking, error: OAuth2Error) -> Reply:
    """Tell the client why there is no code; the request is answered then."""
    if asking.kept:
        pushed.take(asking.work, asking.kept)
    return asking.destination.refuse(error)


def _answer(work: UnitOfWork, received: Received) -> Reply:
    try:
        asking = reading.read(work, received)
    except NowhereToGo:
        return _page()
    except NotWaiting as gone:
        return interaction.over(work, gone.request_uri, gone.client).reply()
    try:
        grant = Provider(work).require_code_grant(asking)
        obstacle = obstacles.find(asking)
    except OAuth2Error as error:
        return refuse(asking, error)
    if obstacle or not asking.person:
        if asking.kept is None:
            _spend(work)
        return interaction.ask(
            asking, obstacle or obstacles.LOGIN, received.asked.parameters.get("request_uri")
        )
    if asking.kept and not pushed.take(work, asking.kept):  # another tab had the code at this very moment
        return interaction.over(work, received.asked.parameters["request_uri"], asking.client).reply()
    return asking.destination.send({"code": grant.issue_code(asking, asking.person).reveal()})


def _hold(work: UnitOfWork, received: Received) -> Reply:
    """Keep a form that no address could hold, as if it had been pushed; the GET that follows names it."""
    try:
        asking = reading.read(work, received)
    except NowhereToGo:
        return _page()
    except NotWaiting as gone:
        return interaction.over(work, gone.request_uri, gone.client).reply()
    try:
        Provider(work).require_code_grant(asking)
    except OAuth2Error as error:
        return refuse(asking, error)
    uri = received.asked.parameters.get("request_uri", "")
    if asking.kept is None:
        _spend(work)
        uri = pushed.uri(pushed.keep(work, asking.client.id, asking.pairs, pushed.LIFETIME))
    return _again(work.settings.public_url, (("client_id", asking.client.id), ("request_uri", uri)))


def _spend(work: UnitOfWork) -> None:
    rate_limits.spend(work, FROM_ONE_NETWORK.of(work.visitor.network))


def _again(issuer: str, pairs: Pairs) -> Reply:
    return exchange.redirect(issuer + PATHS["authorization_endpoint"], pairs, 303)


def _page(status: int = 400, name: str = "error", *headers: tuple[str, str]) -> Reply:
    return Reply(status, None, (("Cache-Control", "no-store"), *headers), page=name)
