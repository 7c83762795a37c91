"""How a request of a client goes through the provider: read, answered, committed. The endpoints that pages may call.

Knows no grant: what is served is put together by `provider`.
"""

from collections.abc import Callable
from dataclasses import replace

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error

from identity.foundation.unit_of_work import Units
from identity.oidc import assertions, client_auth, dpop, exchange, key_ring, reading
from identity.oidc.dpop import DpopRefused, Proof
from identity.oidc.exchange import Arrival, Reply
from identity.oidc.provider import PATHS, Provider, Request

Answer = Callable[[Provider, Request], Reply]


def token(units: Units, arrival: Arrival) -> Reply:
    """Tokens for a code, a refresh token or a client's own credentials (RFC 6749 §3.2)."""
    return serve(units, arrival, lambda provider, asked: provider.create_token_response(_named(asked)))


def revoke(units: Units, arrival: Arrival) -> Reply:
    """End a token (RFC 7009)."""
    return serve(units, arrival, _endpoint("revocation"))


def introspect(units: Units, arrival: Arrival) -> Reply:
    """What a token is worth (RFC 7662)."""
    return serve(units, arrival, _endpoint("introspection"))


def userinfo(units: Units, arrival: Arrival) -> Reply:
    """Who the person is (OpenID Connect Core §5.3)."""
    key_ring.published(units)  # the keys that may have to sign are there before, since looking makes none
    return serve(units, arrival, _endpoint("userinfo"), looks=True)


def serve(units: Units, arrival: Arrival, answer: Answer, *, looks: bool = False) -> Reply:
    """Read, answer, commit: also an error, so that the revocation after a replay stays.

    What may take the network or can be sent again is read before the transaction: an assertion, a proof. What only
    `looks` waits for no writer, unless it comes with a proof, which is used up.
    """
    try:
        asked = exchange.read(arrival, units.settings.public_url)
        request = Request(asked)
        request.proof, request.assertion = dpop.read(units, asked), assertions.read(units, asked)
        request.keys = reading.keys_for(units, asked.parameters, client_auth.named(request))
        if looks and not request.proof:
            with units.read() as work:
                return answer(Provider(work), request)
        return units.perform(lambda work: _with_nonce(answer(Provider(work), request), request.proof))
    except DpopRefused as refused:
        if arrival.path == PATHS["userinfo_endpoint"]:
            refused.at_resource()
        return exchange.refuse(refused)
    except OAuth2Error as error:
        return exchange.refuse(error)


def _endpoint(name: str) -> Answer:
    return lambda provider, request: provider.create_endpoint_response(name, request)


def _with_nonce(reply: Reply, proof: Proof | None) -> Reply:
    """The nonce to be used next, beside every answer to a proof (RFC 9449 §8.2)."""
    if proof is None:
        return reply
    return replace(reply, headers=(*reply.headers, ("DPoP-Nonce", proof.next_nonce)))


def _named(request: Request) -> Request:
    """Require the name of a grant: without one Authlib would say that it is unsupported."""
    if "grant_type" not in request.form:
        raise InvalidRequestError("Missing 'grant_type' in request.")
    return request
