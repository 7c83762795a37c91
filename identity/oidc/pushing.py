"""The endpoint where a client pushes an authorization request before it sends a browser (RFC 9126).

Everything about the request that does not need the person is checked here, once. What comes back names it, for the
client that pushed it and for a moment.
"""

from authlib.consts import default_json_headers
from authlib.oauth2.rfc6749 import InvalidRequestError

from identity.foundation import rate_limits
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import Units
from identity.oidc import client_auth, exchange, pushed, reading, serving
from identity.oidc.asking import Asking
from identity.oidc.exchange import Arrival, Reply
from identity.oidc.provider import Provider, Request

FROM_ONE_NETWORK = Rule("pushed-by-a-public-client", 1200, 600)

_OF_THE_CLIENT = frozenset({"client_secret", "client_assertion", "client_assertion_type"})
"""Not part of the authorization request, and not to be kept."""


def push(units: Units, arrival: Arrival) -> Reply:
    """201 with the `request_uri` and its seconds; the errors of the token and authorization endpoints as JSON."""
    try:
        return serving.serve(units, arrival, _answer)
    except RateLimited as limited:
        return exchange.busy(limited)


def _answer(here: Provider, request: Request) -> Reply:
    client = here.authenticate_client(request, client_auth.ALL, "pushed_authorization_request")
    pairs = tuple(pair for pair in request.pairs if pair[0] not in _OF_THE_CLIENT)
    if dict(pairs).get("client_id", client.id) != client.id:
        raise InvalidRequestError("The client_id is not this client's.")
    if client.is_public:  # anybody may say that they are it
        rate_limits.spend(here.work, FROM_ONE_NETWORK.of(here.work.visitor.network))
    jkt = request.proof.jkt if request.proof else None
    asking = reading.open_(Asking(here.work, client, pairs, pushing=True, dpop_jkt=jkt), request.keys)
    if asking.fault:
        raise asking.fault
    if not reading.is_answerable(asking):
        raise InvalidRequestError("The redirect_uri is not this client's.")
    here.require_code_grant(asking)
    return _keep(asking)


def _keep(asking: Asking) -> Reply:
    apart = _OF_THE_CLIENT | {"client_id", "dpop_jkt"}
    asked = [pair for pair in asking.pairs if pair[0] not in apart]
    jkt = asking.dpop_jkt or asking.parameters.get("dpop_jkt")
    pairs = [("client_id", asking.client.id), *asked, *([("dpop_jkt", jkt)] if jkt else [])]
    handle = pushed.keep(asking.work, asking.client.id, pairs, pushed.LIFETIME)
    said = {"request_uri": pushed.uri(handle), "expires_in": int(pushed.LIFETIME.total_seconds())}
    return Reply(201, said, tuple(default_json_headers))
