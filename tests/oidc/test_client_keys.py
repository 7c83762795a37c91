"""The keys that clients publish at an address of theirs, served by a real server."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from joserfc.jwk import ECKey

from identity.foundation.unit_of_work import Units
from identity.oidc import client_keys, clients
from identity.oidc.clients import Client
from tests.oidc.town import Town
from tests.support import site as site_
from tests.support.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """The service's own server."""
    with site_.serve() as served:
        yield served


def test_keys_that_are_registered_are_fetched_from_nowhere(town: Town, site: Site) -> None:
    client = register(town, jwks={"keys": [key("k")]})
    assert [found.kid for found in client_keys.find(reaching(town), client, "other")] == ["k"]
    assert client_keys.find(reaching(town), register(town, "bare")) == []


def test_published_keys_are_fetched_once_for_all_processes(town: Town, site: Site) -> None:
    client = register(town, jwks_uri=site.show("/jwks", {"keys": [key("k")]}))
    for _ in range(3):
        assert [found.kid for found in client_keys.find(reaching(town), client, "k")] == ["k"]
    assert len(site.asked) == 1
    town.clock.pass_(hours=2)
    client_keys.find(reaching(town), client, "k")
    assert len(site.asked) == 2


def test_an_unknown_key_makes_us_look_again_but_not_at_will(town: Town, site: Site) -> None:
    client = register(town, jwks_uri=site.show("/jwks", {"keys": [key("old")]}))
    client_keys.find(reaching(town), client, "old")
    site.show("/jwks", {"keys": [key("old"), key("new")]})
    for _ in range(5):
        assert "new" not in kids(town, client, "new")
    assert len(site.asked) == 1
    town.clock.pass_(seconds=30)
    assert "new" in kids(town, client, "new")
    for number in range(5):
        kids(town, client, f"forged-{number}")
    assert len(site.asked) == 2


def test_known_keys_are_believed_for_a_day_when_their_address_is_down(town: Town, site: Site) -> None:
    client = register(town, jwks_uri=site.show("/jwks", {"keys": [key("k")]}))
    kids(town, client, "k")
    for status, document in (
        (500, {}),
        (200, {"keys": []}),
        (200, "nonsense"),
        (200, {"keys": [{"kty": "oct"}]}),
    ):
        site.show("/jwks", document, status=status)
        town.clock.pass_(hours=3)
        assert kids(town, client, "k") == ["k"]
    town.clock.pass_(hours=24)
    assert kids(town, client, "k") == []


def test_what_cannot_be_used_is_left_out(town: Town, site: Site) -> None:
    private = ECKey.generate_key("P-256").as_dict(private=True, kid="private")
    shown: list[Any] = [
        private,
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k"},
        {"kty": "EC"},
        "x",
        None,
        key("good"),
    ]
    client = register(town, jwks_uri=site.show("/jwks", {"keys": shown}))
    assert kids(town, client, "good") == ["good"]


def test_an_address_that_may_not_be_reached_gives_no_key(town: Town, site: Site) -> None:
    client = register(town, jwks_uri=site.show("/jwks", {"keys": [key("k")]}))
    assert client_keys.find(town.units, client, "k") == []
    assert site.asked == []


def test_another_address_has_other_keys(town: Town, site: Site) -> None:
    client = register(town, jwks_uri=site.show("/a", {"keys": [key("a")]}))
    moved = client.model_copy(update={"jwks_uri": site.show("/b", {"keys": [key("b")]})})
    assert (kids(town, client, "a"), kids(town, moved, "b")) == (["a"], ["b"])


def key(kid: str) -> dict[str, Any]:
    """A public key of this name."""
    return ECKey.generate_key("P-256").as_dict(private=False, kid=kid)


def kids(town: Town, client: Client, kid: str) -> list[str | None]:
    """The names of the keys that are known once this one was asked for."""
    return [found.kid for found in client_keys.find(reaching(town), client, kid)]


def reaching(town: Town) -> Units:
    """The town, from where loopback may be reached."""
    listed = town.units.settings.model_copy(update={"outbound_allow": [ip_network("127.0.0.0/8")]})
    return replace(town.units, settings=listed)


def register(town: Town, id: str = "service", **metadata: Any) -> Client:
    """A client."""
    town.register(id, **metadata)
    with town.units.read() as work:
        client = clients.find(work, id)
    assert client is not None
    return client
