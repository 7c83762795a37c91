"""Requests of ours to addresses that strangers gave, against real servers on loopback."""

import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from identity.foundation import outbound, settings
from identity.foundation.outbound import Errand, Failed
from identity.foundation.settings import SettingsError
from tests.support import site as site_
from tests.support import smtp
from tests.support.site import Site

LISTED = settings.load({"PARVIS_OUTBOUND_ALLOW": "127.0.0.0/8"})
UNLISTED = settings.load({})


@pytest.fixture
def site() -> Iterator[Site]:
    """A service over plain http."""
    with site_.serve() as served:
        yield served


@pytest.fixture
def secure_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A service over https whose authority we trust."""
    context, authority = smtp.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with site_.serve(context) as served:
        yield served


def test_a_listed_service_is_answered_over_https_whose_certificate_fits(secure_site: Site) -> None:
    address = secure_site.show("/jwks?a=b", {"keys": []})
    assert outbound.get_json(LISTED, address) == {"keys": []}
    asked = secure_site.asked[0]
    assert (asked.method, asked.path, asked.headers["host"]) == ("GET", "/jwks?a=b", address.split("/")[2])
    assert "cookie" not in asked.headers and "authorization" not in asked.headers


def test_a_certificate_for_another_name_or_of_an_unknown_authority_is_refused(
    secure_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure_site.show("/", {})
    with pytest.raises(Failed):
        outbound.get_json(LISTED, secure_site.url.replace("127.0.0.1", "127.0.0.2") + "/")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Failed):
        outbound.get_json(LISTED, secure_site.url + "/")
    assert secure_site.asked == []


def test_nothing_private_is_reached_unless_it_is_listed(site: Site, secure_site: Site) -> None:
    for served in (site, secure_site):
        port = served.url.rpartition(":")[2]
        for host in ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "0",
                     "[::1]", "[::ffff:127.0.0.1]", "[::]", "essai.localhost"):  # fmt: skip
            with pytest.raises(Failed, match=r"may not be reached|has no address"):
                outbound.send(UNLISTED, Errand(f"{served.url.split(':')[0]}://{host}:{port}/"))
        assert served.asked == []


def test_only_addresses_of_the_public_internet_are_public() -> None:
    for private in (
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1", "fd12::1",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1",
        "2001:0:7f00::1", "2001:db8::1", "::127.0.0.1", "fec0::1", "100::1",
    ):  # fmt: skip
        assert not outbound.is_public(ip_address(private)), private
    for public in ("9.9.9.9", "193.51.208.13", "2620:fe::fe", "2a01:cb00::1", "::ffff:9.9.9.9"):
        assert outbound.is_public(ip_address(public)), public


def test_a_name_with_one_private_address_is_refused_before_any_connection(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = site.url.rpartition(":")[2]
    for addresses in (["127.0.0.1"], ["9.9.9.9", "127.0.0.1"], ["::1"], ["fe80::1%lo"]):
        resolve_to(monkeypatch, addresses)
        with pytest.raises(Failed, match="may not be reached"):
            outbound.send(UNLISTED, Errand(f"https://exemple.fr:{port}/"))
    assert site.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its mind between the check and the connection (DNS rebinding) gains nothing."""
    asked = resolve_to(monkeypatch, ["127.0.0.1"], then=["127.0.0.9"])
    outbound.send(LISTED, Errand(site.url.replace("127.0.0.1", "exemple.fr") + "/"))
    assert asked == ["exemple.fr"]
    assert site.asked[0].headers["host"].startswith("exemple.fr:")


def test_plain_http_is_for_listed_loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = settings.load({"PARVIS_OUTBOUND_ALLOW": "10.0.0.0/8,exemple.fr"})
    resolve_to(monkeypatch, ["10.0.0.1"])
    with pytest.raises(Failed, match="may not be reached"):
        outbound.send(listed, Errand("http://exemple.fr/"))


def test_a_listed_host_is_reached_by_its_name(site: Site) -> None:
    listed = settings.load({"PARVIS_OUTBOUND_ALLOW": "LOCALHOST"})
    site.show("/", {})
    assert outbound.get_json(listed, site.url.replace("127.0.0.1", "localhost") + "/") == {}
    with pytest.raises(Failed):
        outbound.get_json(listed, site.url + "/")


def test_ports_of_other_protocols_are_not_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ["9.9.9.9"])
    for port in (22, 25, 53, 80, 110):
        with pytest.raises(Failed, match="may not be reached"):
            outbound.send(UNLISTED, Errand(f"https://exemple.fr:{port}/"))


def test_no_redirect_is_followed(site: Site) -> None:
    site.show("/secret", {"keys": []})
    site.pages["/"] = (302, {"Location": f"{site.url}/secret"}, b"")
    assert outbound.send(LISTED, Errand(site.url + "/")).status == 302
    with pytest.raises(Failed):
        outbound.get_json(LISTED, site.url + "/")
    assert [request.path for request in site.asked] == ["/", "/"]


def test_answers_have_a_largest_size_also_when_they_lie_about_it(site: Site) -> None:
    huge = b"x" * (outbound.LARGEST_ANSWER + 1)
    site.pages["/told"] = (200, {}, huge)
    site.pages["/chunked"] = lambda wire: wire.write(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n" % len(huge)
        + huge
        + b"\r\n0\r\n\r\n"
    )
    site.pages["/endless"] = lambda wire: wire.write(b"HTTP/1.0 200 OK\r\n\r\n" + huge * 4)
    for path in site.pages:
        with pytest.raises(Failed, match="too much"):
            outbound.send(LISTED, Errand(site.url + path))


def test_a_service_that_drips_is_left_at_the_deadline(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "SECONDS", 0.6)
    over = threading.Event()
    site.pages["/headers"] = lambda wire: drip(wire, b"HTTP/1.1 200 OK\r\nX: ", over)
    site.pages["/body"] = lambda wire: drip(wire, b"HTTP/1.0 200 OK\r\n\r\n", over)
    site.pages["/never"] = lambda wire: over.wait(30)
    try:
        for path in site.pages:
            with pytest.raises(Failed, match="too slow"):
                outbound.send(LISTED, Errand(site.url + path))
    finally:
        over.set()


def test_what_is_no_http_and_whoever_does_not_answer_is_a_failure(site: Site) -> None:
    site.pages["/nonsense"] = lambda wire: wire.write(b"220 smtp.exemple.fr ESMTP\r\n")
    site.pages["/nothing"] = lambda wire: None
    site.pages["/headers"] = lambda wire: wire.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5000)
    for path in site.pages:
        with pytest.raises(Failed):
            outbound.send(LISTED, Errand(site.url + path))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Failed):
        outbound.send(LISTED, Errand(f"http://127.0.0.1:{port}/"))


def test_what_is_no_json_is_a_failure(site: Site) -> None:
    for content in (b"", b"<html>", b"\xff", b"[" * 60_000):
        site.pages["/"] = (200, {}, content)
        with pytest.raises(Failed):
            outbound.get_json(LISTED, site.url + "/")
    site.show("/", {}, status=500)
    with pytest.raises(Failed):
        outbound.get_json(LISTED, site.url + "/")


def test_malformed_addresses_are_failures_not_faults() -> None:
    for url in (
        "", "exemple.fr", "//exemple.fr/", "ftp://exemple.fr/", "file:///etc/passwd", "https://", "https:///x",
        "https://a@b.fr/", "https://a:b@b.fr/", "https://b.fr:x/", "https://b.fr:99999/", "https://[::1/",
        "https://b.fr/\r\nX: y", "https://b.fr/\0", "https://bé.fr/", "https://b.fr/a b", "https://.../",
        "https://" + "a" * 300 + ".fr/",
        "https://b.fr/" + "a" * 3000,
    ):  # fmt: skip
        with pytest.raises(Failed):
            outbound.send(UNLISTED, Errand(url))


def test_a_form_arrives_as_one(site: Site) -> None:
    site.pages["/logout"] = (200, {}, b"")
    assert outbound.post_form(LISTED, site.url + "/logout", {"logout_token": "a b&c"}).status == 200
    asked = site.asked[0]
    assert (asked.method, asked.body) == ("POST", b"logout_token=a+b%26c")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_the_list_takes_networks_and_hosts_and_nothing_else() -> None:
    listed = settings.load({"PARVIS_OUTBOUND_ALLOW": "10.0.0.0/8, ::1 ,Service.Interne"}).outbound_allow
    assert [str(entry) for entry in listed] == ["10.0.0.0/8", "::1/128", "service.interne"]
    for wrong in ("https://service.interne", "10.0.0.0/33", "*", "a b"):
        with pytest.raises(SettingsError, match="PARVIS_OUTBOUND_ALLOW"):
            settings.load({"PARVIS_OUTBOUND_ALLOW": wrong})


def resolve_to(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], then: list[str] | None = None
) -> list[str]:
    """Every name has these addresses, later ones `then`; the names that were asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        found = then if asked and then else addresses
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    genuine = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *rest, **more: (
            resolve(host, port) if host == "exemple.fr" else genuine(host, port, *rest, **more)
        ),
    )
    return asked


def drip(wire: Any, beginning: bytes, over: threading.Event) -> None:
    """Write a byte now and then, for as long as anybody listens."""
    wire.write(beginning)
    while not over.wait(0.05):
        try:
            wire.write(b"x")
            wire.flush()
        except OSError:
            return
