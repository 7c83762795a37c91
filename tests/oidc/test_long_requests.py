"""Authorization requests sent as long forms, and what one network may have kept for it."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select

from identity.foundation import rate_limits
from identity.foundation.rate_limits import Rule
from identity.oidc import authorize, pushing
from identity.oidc.pushed import URN, KeptRequest
from tests.oidc import person
from tests.oidc.signing import Signer
from tests.oidc.town import Pkce, Town, answer, request_for

LONG = json.dumps({"userinfo": {"email": None, "filler": {"value": "é" * 800}}})
ZOE = "zoe@exemple.fr"


def _send(town: Town, **parameters: Any) -> Any:
    asked = request_for("mediatheque", Pkce()) | parameters
    return town.http.post("/authorize", data=asked, follow_redirects=False)


def test_a_long_form_becomes_a_short_address_and_all_of_it_is_answered(town: Town) -> None:
    town.register("mediatheque", public=True)
    person.settle(town, ZOE)
    visitor = person.at(town)
    form = request_for("mediatheque", visitor.pkce) | {"claims": LONG, "login_hint": ZOE}
    sent = visitor.http.post("/authorize", data=form, follow_redirects=False)
    assert sent.status_code == 303 and len(sent.headers["location"]) < 300
    visitor._walk(sent, None)
    assert visitor.page.button("login-submit")[0].fields["email"] == ZOE
    told = visitor.log_in(ZOE).answer
    assert told["state"] == "s t~é&"
    assert town.redeem("mediatheque", told["code"], visitor.pkce).status_code == 200


def test_a_short_form_is_an_address_and_nothing_is_kept(town: Town) -> None:
    town.register("mediatheque", public=True)
    assert URN not in _send(town).headers["location"]
    assert _kept(town) == 0


def test_what_is_wrong_with_a_long_form_is_told_at_once_and_nothing_is_kept(town: Town) -> None:
    town.register("mediatheque", public=True)
    told = answer(_send(town, claims=LONG, prompt="perhaps"))
    assert (told["error"], told["state"]) == ("invalid_request", "s t~é&")
    for wrong in ({"client_id": "personne"}, {"redirect_uri": "https://evil.test/"}):
        assert _send(town, claims=LONG, **wrong).status_code == 400
    assert _kept(town) == 0


def test_a_client_that_pushes_or_signs_is_held_to_it_in_a_long_form_too(town: Town) -> None:
    town.register("mediatheque", public=True, require_par=True)
    assert answer(_send(town, claims=LONG))["error"] == "invalid_request"
    town.register("cantine", public=True, require_signed_request=True)
    assert answer(_send(town, client_id="cantine", claims=LONG))["error"] == "invalid_request"
    assert _kept(town) == 0


def test_a_long_form_beside_a_request_that_is_kept_names_that_one(town: Town) -> None:
    secret = town.register("mediatheque")
    uri = town.http.post(
        "/par", data=request_for("mediatheque", Pkce()), auth=("mediatheque", secret)
    ).json()["request_uri"]
    sent = town.http.post(
        "/authorize",
        data={"client_id": "mediatheque", "request_uri": uri, "filler": "x" * 3000},
        follow_redirects=False,
    )
    assert "filler" not in sent.headers["location"]
    assert _kept(town) == 1


def test_one_network_keeps_so_many_requests_and_is_then_asked_to_wait(town: Town) -> None:
    """Who is signed in and asked nothing writes nothing, and is never in the way."""
    town.register("mediatheque", public=True)
    citizen = town.settle()
    _exhaust(town, authorize.FROM_ONE_NETWORK)
    for refused in (town.authorize(None, **request_for("mediatheque", Pkce())), _send(town, claims=LONG)):
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "Trop de demandes" in refused.text
    assert _kept(town) == 0
    assert "code" in answer(town.authorize(citizen, **request_for("mediatheque", Pkce())))


def test_a_public_client_pushes_so_many_requests_and_one_that_proves_itself_as_many_as_it_likes(
    town: Town,
) -> None:
    town.register("mediatheque", public=True)
    secret = town.register("cantine")
    _exhaust(town, pushing.FROM_ONE_NETWORK)
    refused = town.http.post("/par", data=request_for("mediatheque", Pkce()))
    assert (refused.status_code, refused.json()) == (429, {"error": "temporarily_unavailable"})
    assert int(refused.headers["retry-after"]) > 0
    proven = town.http.post("/par", data=request_for("cantine", Pkce()), auth=("cantine", secret))
    assert proven.status_code == 201


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_a_long_signed_request_is_opened_before_it_is_kept(town: Town, alg: str) -> None:
    signer, pkce = Signer(town, alg), Pkce()
    town.register("mediatheque", public=True, jwks=signer.jwks, require_signed_request=True)
    claims = {"claims": json.loads(LONG)}
    text = signer.request("mediatheque", request_for("mediatheque", pkce) | claims)
    sent = _send(town, request=text, state="dehors")
    target = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
    assert target.keys() == {"client_id", "request_uri"}
    told = answer(town.authorize(town.settle(), **target))
    assert told["state"] == "s t~é&"
    assert town.redeem("mediatheque", told["code"], pkce).status_code == 200


def _exhaust(town: Town, rule: Rule) -> None:
    """As if the test's browser had done it so many times."""
    with town.units.begin() as work:
        for _ in range(rule.times):
            rate_limits.count(work, rule.of("unknown"))


def _kept(town: Town) -> int:
    with town.units.read() as work:
        return len(work.session.exec(select(KeptRequest)).all())
