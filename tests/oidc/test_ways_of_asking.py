"""What is sent beside a signed or pushed request: not read, yet held against it before it is gone.

Mirrors fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param as it runs in message
signing, where the client sends `request` too.
"""

import json
from typing import Any

import pytest
from sqlmodel import select

from identity.oidc import exchange
from identity.oidc.pushed import KeptRequest
from tests.oidc.signing import ES256, Signer, _b64
from tests.oidc.town import CALLBACK, Pkce, Town, answer, request_for

ID = "mediatheque"
URN = "urn:ietf:params:oauth:request_uri:x"
REFERENCES = (URN, "https://portail.test/r", "x")


@pytest.fixture
def signer(town: Town) -> Signer:
    """The key of a public client."""
    signer = Signer(town)
    town.register(ID, public=True, jwks=signer.jwks)
    return signer


def _signed(signer: Signer, **claims: Any) -> str:
    return signer.request(ID, request_for(ID, Pkce()), **claims)


def _push(town: Town, **form: Any) -> Any:
    return town.http.post("/par", data={"client_id": ID} | form)


def _ask(town: Town, **parameters: Any) -> dict[str, str]:
    return answer(town.authorize(town.settle(), **({"client_id": ID} | parameters)))


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_push_names_no_other_request_however_it_is_sent(town: Town, signer: Signer, reference: str) -> None:
    """RFC 9126 §2.1; also where the request object is good, and where it is not."""
    for text in (_signed(signer), "e30.e30."):
        for more in ({}, request_for(ID, Pkce())):
            refused = _push(town, request=text, request_uri=reference, **more)
            assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert _push(town, request_uri=reference, **request_for(ID, Pkce())).status_code == 400
    assert _kept(town) == []


@pytest.mark.parametrize("reference", REFERENCES[1:])
def test_a_browser_brings_a_request_in_one_way(town: Town, signer: Signer, reference: str) -> None:
    """RFC 9101 §5: `request` and `request_uri` exclude each other."""
    told = _ask(town, request=_signed(signer), request_uri=reference, redirect_uri=CALLBACK, state="s")
    assert (told["error"], told["state"]) == ("invalid_request", "s")
    nowhere = town.authorize(town.settle(), client_id=ID, request=_signed(signer), request_uri=reference)
    assert nowhere.status_code == 400


def test_nor_does_it_hide_a_request_behind_one_that_was_pushed(town: Town, signer: Signer) -> None:
    uri = _push(town, **request_for(ID, Pkce())).json()["request_uri"]
    told = _ask(town, request=_signed(signer, state="autre"), request_uri=uri)
    assert (told["error"], told["state"]) == ("invalid_request", "s t~é&")


def test_a_long_form_is_held_to_one_way_too(town: Town, signer: Signer) -> None:
    form = {"client_id": ID, "request": _signed(signer, login_hint="x" * 3000), "redirect_uri": CALLBACK}
    sent = town.http.post("/authorize", data=form | {"request_uri": URN[:-1]}, follow_redirects=False)
    assert sent.status_code == 400, "that reference is nobody's"
    form |= {"request_uri": "https://portail.test/r"}
    told = answer(town.http.post("/authorize", data=form, follow_redirects=False))
    assert told["error"] == "invalid_request"
    assert _kept(town) == []


def test_the_response_type_beside_is_that_of_the_request(town: Town, signer: Signer) -> None:
    """OpenID Connect Core §6.1 and §6.2: the values must match, where both are there."""
    for outside in ("token", "code id_token", "none"):
        told = _ask(town, request=_signed(signer), response_type=outside)
        assert told["error"] == "invalid_request", outside
        assert (
            _push(town, request=_signed(signer), response_type=outside).json()["error"] == "invalid_request"
        )
        uri = _push(town, **request_for(ID, Pkce())).json()["request_uri"]
        assert _ask(town, request_uri=uri, response_type=outside)["error"] == "invalid_request"
    assert "code" in _ask(town, request=_signed(signer), response_type="code")
    uri = _push(town, **request_for(ID, Pkce())).json()["request_uri"]
    assert "code" in _ask(town, request_uri=uri, response_type="code")


def test_the_client_beside_is_that_of_the_request(town: Town, signer: Signer) -> None:
    secret = town.register("cantine", jwks=signer.jwks)
    assert _ask(town, request=_signed(signer, client_id="cantine"), redirect_uri=CALLBACK)["error"] == (
        "invalid_request_object"
    )
    theirs = signer.request("cantine", request_for("cantine", Pkce()))
    by_basic = town.http.post("/par", data={"client_id": ID, "request": theirs}, auth=("cantine", secret))
    assert (by_basic.status_code, by_basic.json()["error"]) == (400, "invalid_request")
    assert town.http.post("/par", data={"request": theirs}, auth=("cantine", secret)).status_code == 201


def test_the_key_beside_is_that_of_the_proof(town: Town, signer: Signer) -> None:
    """RFC 9449 §10.1, also where a request object says nothing of a key."""
    signer.learn_nonce()
    form = {"client_id": ID, "request": _signed(signer)}
    other = Signer(town).thumbprint
    for jkt, status in ((other, 400), (signer.thumbprint, 201)):
        pushed = town.http.post("/par", data=form | {"dpop_jkt": jkt}, headers=signer.proof("/par"))
        assert pushed.status_code == status, pushed.text


def test_how_a_client_proves_itself_is_not_kept_wherever_it_says_it(town: Town, signer: Signer) -> None:
    text = _signed(signer, client_secret="s3cret", client_assertion="a.b.c")
    assert _push(town, request=text).status_code == 201
    [kept] = _kept(town)
    assert not {"client_secret", "client_assertion"} & {name for name, _ in kept.parameters}


def test_a_name_that_comes_twice_in_a_document_is_refused(town: Town, signer: Signer) -> None:
    """Which of the two was checked, and which one counts? RFC 6749 §3.1 lets no parameter come twice."""
    once = json.dumps(signer_claims := {"client_id": ID} | request_for(ID, Pkce()))
    twice = once[:-1] + ', "redirect_uri": "https://evil.example/"}'
    assert json.loads(twice).keys() == signer_claims.keys()
    assert _ask(town, request=_sign_text(signer, twice), redirect_uri=CALLBACK)["error"] == (
        "invalid_request_object"
    )
    assert "code" in _ask(town, request=_sign_text(signer, once))
    asked = request_for(ID, Pkce()) | {"claims": '{"userinfo": {"email": null}, "userinfo": {}}'}
    assert answer(town.authorize(town.settle(), **asked))["error"] == "invalid_request"


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "a": 2}}]', "NaN", '{"a": Infinity}', "{"]
)
def test_what_is_no_document(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        exchange.document(text)


def _sign_text(signer: Signer, claims: str) -> str:
    header = {"alg": "ES256", "kid": signer.kid, "typ": "oauth-authz-req+jwt"}
    text = f"{_b64(json.dumps(header).encode())}.{_b64(claims.encode())}"
    return f"{text}.{_b64(ES256.sign(text.encode(), signer.key))}"


def _kept(town: Town) -> list[KeptRequest]:
    with town.units.read() as work:
        return list(work.session.exec(select(KeptRequest)))
