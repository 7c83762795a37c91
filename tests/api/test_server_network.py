"""Where a visitor is: believed from the proxies that are named and from nobody else, and counted by the network.

Told by the limit of tries a network has: what is exhausted for one address is so for its whole network alone.
"""

from collections.abc import Iterator
from itertools import count

import pytest
from starlette.testclient import TestClient

from identity.proof import contract_meter
from tests.support import door, people

TRIES = contract_meter.PER_NETWORK[0].times
PROXY = "192.0.2.10"
NUMBERS = count(1_000_000)
PROXIES = {"trusted_proxies": f"{PROXY}, 10.0.0.0/8, 2001:db8:ffff::/48"}


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    """A town whose contracts can be guessed at."""
    with people.open_town(database_url, secret_key=[door.SECRET]) as town:
        town.operator()
        yield database_url


def guess(client: TestClient, **headers: str) -> str:
    """One wrong guess; each at another contract, whose own limit it leaves alone."""
    client.headers = [(name.encode(), value.encode()) for name, value in headers.items()]
    guessed = {"operator": "loudun", "contractNumber": str(next(NUMBERS)), "meterNumber": "X"}
    return str(door.do(client, "verifyContract", **guessed)["code"])


def exhaust(client: TestClient, **headers: str) -> None:
    """Guess until this network may no longer."""
    assert [guess(client, **headers) for _ in range(TRIES + 1)][-1] == "RATE_LIMITED"


def test_a_stranger_is_not_believed(url: str) -> None:
    """Another X-Forwarded-For at each guess buys not one more."""
    client = door.open_door(url, ("203.0.113.5", 1), **PROXIES)
    told = [guess(client, **{"x-forwarded-for": f"198.51.100.{number}"}) for number in range(TRIES + 1)]
    assert told == ["PROOF_REFUSED"] * TRIES + ["RATE_LIMITED"]
    assert guess(door.open_door(url, ("203.0.113.6", 1), **PROXIES)) == "PROOF_REFUSED"


def test_a_named_proxy_is_believed_for_the_last_address_alone(url: str) -> None:
    """What a visitor writes into the header stands before what the proxy adds."""
    client = door.open_door(url, (PROXY, 1), **PROXIES)
    exhaust(client, **{"x-forwarded-for": "203.0.113.5"})
    assert guess(client, **{"x-forwarded-for": "198.51.100.7, 203.0.113.5"}) == "RATE_LIMITED"
    assert guess(client, **{"x-forwarded-for": "203.0.113.5, 10.1.2.3"}) == "RATE_LIMITED", (
        "two proxies in a row"
    )
    assert guess(client, **{"x-forwarded-for": "203.0.113.5, 203.0.113.6"}) == "PROOF_REFUSED"
    assert guess(door.open_door(url, ("203.0.113.5", 1), **PROXIES)) == "RATE_LIMITED", "without the proxy"


def test_without_named_proxies_loopback_is_believed_no_more_than_others(url: str) -> None:
    client = door.open_door(url)
    exhaust(client, **{"x-forwarded-for": "203.0.113.5"})
    assert guess(client, **{"x-forwarded-for": "203.0.113.6"}) == "RATE_LIMITED"


def test_ipv6_is_counted_by_its_64_bits_of_network(url: str) -> None:
    """A subscriber of a provider has 2^64 addresses, at the least."""
    client = door.open_door(url, ("2001:db8:ffff::1", 1), **PROXIES)
    exhaust(client, **{"x-forwarded-for": "2001:db8:0:7::1"})
    assert guess(client, **{"x-forwarded-for": "2001:db8:0:7:ffff:ffff:ffff:fffe"}) == "RATE_LIMITED"
    assert guess(client, **{"x-forwarded-for": "2001:db8:0:8::1"}) == "PROOF_REFUSED"


def test_an_ipv4_address_is_the_same_written_as_ipv6(url: str) -> None:
    client = door.open_door(url, (PROXY, 1), **PROXIES)
    exhaust(client, **{"x-forwarded-for": "203.0.113.5"})
    assert guess(client, **{"x-forwarded-for": "::ffff:203.0.113.5"}) == "RATE_LIMITED"
    assert guess(client, **{"x-forwarded-for": "::ffff:203.0.113.6"}) == "PROOF_REFUSED"


def test_a_port_that_a_proxy_adds_is_no_part_of_the_address(url: str) -> None:
    client = door.open_door(url, (PROXY, 1), **PROXIES)
    exhaust(client, **{"x-forwarded-for": "203.0.113.5:4711"})
    assert guess(client, **{"x-forwarded-for": "203.0.113.5"}) == "RATE_LIMITED"
    assert guess(client, **{"x-forwarded-for": "203.0.113.6:4711"}) == "PROOF_REFUSED"
    exhaust(client, **{"x-forwarded-for": "[2001:db8:0:7::1]:443"})
    assert guess(client, **{"x-forwarded-for": "2001:db8:0:7::2"}) == "RATE_LIMITED"


def test_a_proxy_is_known_again_on_a_socket_for_both_kinds_of_address(url: str) -> None:
    client = door.open_door(url, (f"::ffff:{PROXY}", 1), **PROXIES)
    exhaust(client, **{"x-forwarded-for": "203.0.113.5"})
    assert guess(client, **{"x-forwarded-for": "203.0.113.6"}) == "PROOF_REFUSED"


@pytest.mark.parametrize("header", ["unknown", "é", ",,,", "203.0.113.5, _hidden"])
def test_what_is_no_address_is_counted_all_the_same(url: str, header: str) -> None:
    client = door.open_door(url, (PROXY, 1), **PROXIES)
    exhaust(client, **{"x-forwarded-for": header})
