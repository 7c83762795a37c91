"""What a client's metadata ask of every sign-in (OpenID Connect Registration §2): a way, and the time that it took."""

import json

from identity.oidc.id_token import ACR
from tests.oidc import jose
from tests.oidc.town import Pkce, Town, answer, request_for

STRONG = "urn:exemple:fort"


def test_a_way_that_is_wanted_as_a_rule_is_a_wish_as_in_a_request(town: Town) -> None:
    """The person is signed in as we can and `acr` says how (Core §3.1.2.1), by default as by acr_values."""
    town.register("sans", public=True)
    town.register("fort", public=True, default_acr_values=(STRONG, ACR))
    citizen = town.settle()
    for client_id, asked in (("sans", {"acr_values": STRONG}), ("fort", {}), ("fort", {"acr_values": "1"})):
        assert _told(town, town.sign_in(citizen, client_id, **asked))["acr"] == ACR


def test_what_a_request_demands_comes_before_what_is_wanted_as_a_rule(town: Town) -> None:
    town.register("fort", public=True, default_acr_values=(ACR,))
    demanded = {"id_token": {"acr": {"essential": True, "value": STRONG}}}
    asked = request_for("fort", Pkce()) | {"claims": json.dumps(demanded)}
    assert answer(town.authorize(town.settle(), **asked))["error"] == "unmet_authentication_requirements"


def test_when_the_person_signed_in_is_always_told_also_after_a_refresh(town: Town) -> None:
    """require_auth_time asks for no more than everybody gets."""
    town.register("exigeant", public=True, require_auth_time=True)
    town.register("autre", public=True)
    citizen, moment = town.settle(), int(town.clock.now.timestamp())
    town.clock.pass_(hours=1)
    for client_id in ("exigeant", "autre"):
        tokens = town.sign_in(citizen, client_id, scope="openid offline_access")
        assert _told(town, tokens)["auth_time"] == moment
        town.clock.pass_(minutes=10)
        again = town.refresh(client_id, tokens["refresh_token"]).json()
        assert _told(town, again)["auth_time"] == moment


def _told(town: Town, tokens: dict[str, str]) -> dict[str, object]:
    return dict(jose.verify(tokens["id_token"], town.http.get("/jwks").json())[1])
