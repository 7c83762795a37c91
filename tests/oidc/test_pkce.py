"""PKCE (RFC 7636): demanded of who keeps no secret, accepted of the rest, and whoever sends it is held to it."""

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import event

from api.cli import client_rows
from identity.oidc import clients, registration
from identity.oidc.clients import Client
from tests.oidc.test_dynamic_registration import change, invite, post
from tests.oidc.town import CALLBACK, Pkce, Town, answer, request_for

JWKS = {"keys": [ECKey.generate_key("P-256").as_dict(private=False, kid="k")]}
DEMANDED: dict[str, dict[str, Any]] = {
    "public": {"public": True},
    "public by its method": {"auth_method": "none"},
    "native": {"application_type": "native"},
    "native on loopback": {"application_type": "native", "redirect_uris": ("http://127.0.0.1/retour",)},
    "fapi2": {"profile": "fapi2", "jwks": JWKS, "pkce_required": False},
    "an agent's wish": {"pkce_required": True},
}
OPTIONAL: dict[str, dict[str, Any]] = {
    "a secret": {},
    "Basic": {"auth_method": "client_secret_basic"},
    "a key": {"auth_method": "private_key_jwt", "jwks": JWKS},
}
PLAIN = {"code_challenge": "", "code_challenge_method": ""}


@pytest.mark.parametrize("metadata", [*DEMANDED.values(), *OPTIONAL.values()], ids=[*DEMANDED, *OPTIONAL])
def test_who_keeps_no_secret_needs_it_and_others_may_do_without(town: Town, metadata: dict[str, Any]) -> None:
    town.register("service", first_party=False, **({"signature_alg": None} | metadata))
    assert _client(town).pkce_required is (metadata in DEMANDED.values())


def test_a_confidential_service_of_an_agent_may_come_without(town: Town) -> None:
    auth = ("service", town.register("service"))
    code = town.code(town.settle(), "service", Pkce(), **PLAIN)
    assert _redeem(town, auth, code).status_code == 200


def test_a_verifier_without_a_challenge_is_a_downgrade_and_refused(town: Town) -> None:
    """RFC 9700 §4.8.2: somebody took the challenge out of the request."""
    auth = ("service", town.register("service"))
    code = town.code(town.settle(), "service", Pkce(), **PLAIN)
    assert _redeem(town, auth, code, code_verifier=Pkce().verifier).status_code == 400


def test_a_challenge_binds_who_sent_it_though_none_was_demanded(town: Town) -> None:
    auth, citizen, pkce = ("service", town.register("service")), town.settle(), Pkce()
    code = town.code(citizen, "service", pkce)
    assert _redeem(town, auth, code).status_code == 400
    assert _redeem(town, auth, code, code_verifier=Pkce().verifier).status_code == 400
    assert _redeem(town, auth, code, code_verifier=pkce.verifier).status_code == 200


def test_demanding_it_refuses_the_next_request_without(town: Town) -> None:
    town.register("service")
    citizen = town.settle()
    with town.units.begin() as work:
        registration.edit(work, "service", {"pkce_required": True})
    sent = answer(town.authorize(citizen, **(request_for("service", Pkce()) | PLAIN)))
    assert (sent["error"], "code" in sent) == ("invalid_request", False)


def test_who_used_it_once_is_remembered_with_one_write_and_an_agent_advised(town: Town) -> None:
    auth, citizen = ("service", town.register("service")), town.settle()
    code = town.code(citizen, "service", Pkce(), **PLAIN)
    assert _redeem(town, auth, code).status_code == 200
    abandoned = town.code(citizen, "service", Pkce())
    assert _redeem(town, auth, abandoned).status_code == 400
    assert client_rows.advice(_client(town)) == [], "anybody can write a challenge into an address"
    writes = _writes(town)
    for _ in range(3):
        pkce = Pkce()
        code = town.code(citizen, "service", pkce)
        assert _redeem(town, auth, code, code_verifier=pkce.verifier).status_code == 200
    assert len(writes) == 1
    [advice] = client_rows.advice(_client(town))
    assert "--require-pkce" in advice
    with town.units.begin() as work:
        registration.edit(work, "service", {"pkce_required": True})
    assert client_rows.advice(_client(town)) == []


def test_a_service_that_registered_itself_follows_the_same_rule(town: Town) -> None:
    token = invite(town, uses=3)
    kinds = ({}, {"token_endpoint_auth_method": "none"}, {"application_type": "native"})
    told = [post(town, {"redirect_uris": [CALLBACK]} | kind, token).json() for kind in kinds]
    assert [_client(town, one["client_id"]).pkce_required for one in told] == [False, True, True]


def test_what_an_agent_demands_of_it_outlives_its_own_changes(town: Town) -> None:
    told = post(town, {"redirect_uris": [CALLBACK]}, invite(town)).json()
    with town.units.begin() as work:
        registration.edit(work, told["client_id"], {"pkce_required": True, "id_token_claims": True})
    assert change(town, told, client_name="Autre", id_token_claims=False).status_code == 200
    client = _client(town, told["client_id"])
    assert (client.name, client.pkce_required, client.id_token_claims) == ("Autre", True, True)


def test_no_registration_by_protocol_puts_claims_into_id_tokens(town: Town) -> None:
    told = post(town, {"redirect_uris": [CALLBACK], "id_token_claims": True}, invite(town)).json()
    assert "id_token_claims" not in json.dumps(told)
    assert not _client(town, told["client_id"]).id_token_claims


def _client(town: Town, client_id: str = "service") -> Client:
    with town.units.read() as work:
        return registration.get(work, client_id)


def _redeem(town: Town, auth: tuple[str, str], code: str, **form: str) -> Any:
    return town.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK, auth=auth, **form)


def _writes(town: Town) -> list[str]:
    """What is written to the clients' table from now on."""
    seen: list[str] = []

    @event.listens_for(town.units.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(f"UPDATE {clients.TABLE.name}"):
            seen.append(statement)

    return seen
