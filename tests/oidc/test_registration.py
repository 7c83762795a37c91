"""What a client may be told to be."""

from typing import Any

import pytest

from identity.foundation.errors import Conflict, NotAllowed, NotFound
from identity.oidc import clients, metadata_rules, registration
from identity.oidc.registration import Metadata, MetadataRefused
from tests.oidc.town import CALLBACK, Town

GOOD_URIS = [
    CALLBACK,
    "https://portail.test:8443/a/b?c=d",
    "https://xn--mdiathque-d4ab.test/",
    "http://127.0.0.1/retour",
    "http://[::1]:3000/retour",
    "http://localhost:3000/retour",
    "http://mediatheque.localhost:3000/",
    "fr.exemple.app:/retour",
]
BAD_URIS = [
    "", "retour", "/retour", "//portail.test/retour", "https:///retour", "https:retour", "http://portail.test/",
    "https://portail.test/#", "https://portail.test/#x", "https://a:b@portail.test/", "https://portail.test:x/",
    "https://portail.test/a b", "https://portail.test/é", 'https://portail.test/"', "https://portail.test/\\",
    "https://portail.test/<x>", "https://portail.test/\n", "https://portail.test/" + "a" * 2000,
    "javascript:alert(1)", "data:text/html,x", "app:/retour", "fr.exemple.app://hote/retour",
]  # fmt: skip


def test_redirect_uris_are_https_or_loopback_or_an_application_s_own_scheme() -> None:
    for uri in GOOD_URIS:
        assert _check(redirect_uris=(uri,), public=True)["redirect_uris"] == [uri]
    for uri in BAD_URIS:
        with pytest.raises(MetadataRefused):
            _check(redirect_uris=(uri,), public=True)
    with pytest.raises(MetadataRefused):
        _check(redirect_uris=("fr.exemple.app:/retour",), public=False)


def test_direct_login_needs_a_public_first_party_client_and_an_origin() -> None:
    good: dict[str, Any] = {
        "public": True,
        "first_party": True,
        "direct_login": True,
        "origins": ("https://A.test",),
    }
    assert _check(**good)["origins"] == ["https://a.test"]
    for change in (
        {"public": False}, {"first_party": False}, {"origins": ()}, {"direct_login": False},
        *({"origins": (origin,)} for origin in ("https://a.test/", "https://a.test/x", "a.test", "*", "null",
                                                 "http://a.test", "https://u@a.test", "https://a.test?x")),
    ):  # fmt: skip
        with pytest.raises(MetadataRefused):
            _check(**(good | change))


def test_the_keys_of_the_account_are_for_first_party_clients(town: Town) -> None:
    with pytest.raises(MetadataRefused):
        _check(scope="openid account")
    assert "account" not in str(_check()["scope"]).split()
    assert "account" in str(_check(first_party=True)["scope"]).split()


def test_everything_else_that_does_not_fit_is_refused_with_a_reason() -> None:
    for change in (
        {"id": ""}, {"id": "a:b"}, {"id": "a b"}, {"id": "é"}, {"id": "a" * 129}, {"name": " "}, {"name": "a" * 201},
        {"scope": 'a"b'}, {"scope": "é"}, {"scope": " ".join(f"s{n}" for n in range(300))}, {"signature_alg": "none"},
        {"signature_alg": "HS256"}, {"subject_type": "autre"}, {"sector": "a b"},
        {"public": True, "redirect_uris": ()},
    ):  # fmt: skip
        with pytest.raises(MetadataRefused) as refused:
            _check(**change)
        assert refused.value.reason and refused.value.reason.endswith(".")


def test_a_public_client_always_needs_pkce() -> None:
    assert _check(public=True, pkce_required=False)["pkce_required"] is True
    assert _check(pkce_required=False)["pkce_required"] is False


def test_a_name_is_taken_once_and_for_ever(town: Town) -> None:
    town.register("portail", public=True)
    with town.units.begin() as work:
        registration.disable(work, "portail")
    with pytest.raises(Conflict):
        town.register("portail", public=True)


def test_what_does_not_exist_cannot_be_changed(town: Town) -> None:
    town.register("portail", public=True)
    with town.units.begin() as work:
        for change in (registration.disable, registration.rotate_secret):
            with pytest.raises(NotFound):
                change(work, "inconnu")
        with pytest.raises(NotAllowed):
            registration.rotate_secret(work, "portail")
        assert [client.id for client in clients.all(work)] == ["portail"]


def _check(**changes: Any) -> dict[str, object]:
    return metadata_rules.check(
        Metadata(**({"id": "portail", "name": "Portail", "redirect_uris": (CALLBACK,)} | changes))
    )
