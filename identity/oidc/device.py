"""A device asks for a person (RFC 8628 §3.1), and the person decides at a screen of their own (§3.3).

Stands on `provider` for who the device is, on `device_codes` for what it asked. The page belongs to `api`: it shows
the code again, because a person must be sure to answer the device that they see.
"""

from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidScopeError, UnauthorizedClientError

from identity.foundation import audit, rate_limits
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import (
    audiences,
    client_auth,
    clients,
    consents,
    device_codes,
    exchange,
    granted,
    resources,
    serving,
    signed_in,
)
from identity.oidc.clients import Client
from identity.oidc.consents import Asked
from identity.oidc.device_codes import Held
from identity.oidc.exchange import Arrival, Reply
from identity.oidc.granted import Terms
from identity.oidc.metadata import DEVICE
from identity.oidc.provider import Provider, Request
from identity.oidc.resources import Served
from identity.oidc.signed_in import Person

PAGE = "/device"
FROM_ONE_NETWORK = Rule("device-authorization", 120, 600)
SEALED_FOR = "device-decision"

_NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


@dataclass(frozen=True)
class Question:
    """What a person is asked: which client wants what."""

    client: Client
    scope: str
    served: list[Served]
    """The resources of others that it wants tokens for."""
    sealed: str
    """Names the request to `decide`, so that a decision is never a guess."""


def authorize(units: Units, arrival: Arrival) -> Reply:
    """The codes of a device (RFC 8628 §3.2), or the protocol's own error."""
    try:
        return serving.serve(units, arrival, _open)
    except RateLimited as limited:
        return exchange.busy(limited)


def find(work: UnitOfWork, typed: str) -> Question | None:
    """What the device of this code wants; None where none waits; RateLimited for whoever guesses."""
    person = signed_in.find(work)
    held = device_codes.find_typed(work, typed, person.account_id) if person else None
    return _question(work, held) if held else None


def find_sealed(work: UnitOfWork, sealed: str) -> Question | None:
    """The same question once more, while it may be answered."""
    held = _unseal(work, sealed)
    return _question(work, held) if held else None


def accept(work: UnitOfWork, sealed: str) -> bool:
    """Grant what was asked; False where nobody is signed in, or it was decided or ran out meanwhile."""
    held, person = _unseal(work, sealed), signed_in.find(work)
    client = clients.find(work, held.client_id) if held else None
    if held is None or person is None or client is None:
        return False
    grant = granted.open_on(work, client, held.terms, person)
    device_codes.approve(work, held, grant.grant_id)
    if not client.first_party:
        asked = Asked(held.terms.scope, consents.named(_served(work, held)))
        consents.remember(work, person.account_id, client.id, asked)
    _record(work, "device.accepted", client, person)
    return True


def deny(work: UnitOfWork, sealed: str) -> bool:
    """Refuse what was asked; False where it was decided or ran out meanwhile."""
    held, person = _unseal(work, sealed), signed_in.find(work)
    client = clients.find(work, held.client_id) if held else None
    if held is None or person is None or client is None:
        return False
    _record(work, "device.denied", client, person)
    return device_codes.deny(work, held)


def _open(server: Provider, request: Request) -> Reply:
    work = server.work
    rate_limits.spend(work, FROM_ONE_NETWORK.of(work.visitor.network))
    client = server.authenticate_client(request, client_auth.ALL, "device_authorization")
    if not client.check_grant_type(DEVICE):
        raise UnauthorizedClientError
    scope = client.get_allowed_scope(request.form.get("scope", "openid"))
    if not scope:
        raise InvalidScopeError
    audiences.require(work, client, request.resources)
    opened = device_codes.issue(work, client, Terms(scope, request.resources))
    page = work.settings.public_url + PAGE
    answer = {
        "device_code": opened.device_code,
        "user_code": opened.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={opened.user_code}",
        "expires_in": int(device_codes.LIFETIME.total_seconds()),
        "interval": device_codes.INTERVAL,
    }
    return Reply(200, answer, _NO_STORE)


def _question(work: UnitOfWork, held: Held) -> Question | None:
    client = clients.find(work, held.client_id)
    if client is None:
        return None
    return Question(
        client, held.terms.scope, _served(work, held), work.keyring.seal_json(SEALED_FOR, held.digest)
    )


def _served(work: UnitOfWork, held: Held) -> list[Served]:
    """What it may still ask for of what it wants: the rest is refused where it asks for the token."""
    return resources.allowed(work, held.client_id, held.terms.resources)


def _unseal(work: UnitOfWork, sealed: str) -> Held | None:
    digest = work.keyring.unseal_json(SEALED_FOR, sealed)
    held = device_codes.find_digest(work, digest) if isinstance(digest, str) else None
    return held if held and held.is_open(work.now) else None


def _record(work: UnitOfWork, event: str, client: Client, person: Person) -> None:
    audit.record(work, event, account_id=person.account_id, subject=f"oidc_clients:{client.id}")
