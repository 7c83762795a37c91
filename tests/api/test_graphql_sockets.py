"""What only a real server receives: bodies without end, upgrades, clients that go away."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support import toy_schema

BODY = b'{"query": "{ __typename }"}'


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with toy_schema.serve() as address:
        yield address


def request(address: tuple[str, int], *arguments: object, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(*address, timeout=10)
    method, body = arguments
    connection.request(str(method), "/graphql", body, headers)  # type: ignore[arg-type]
    return connection.getresponse()


def test_a_chunked_body_is_read(address: tuple[str, int]) -> None:
    response = request(address, "POST", iter([BODY[:9], BODY[9:]]), **{"Content-Type": "application/json"})
    assert (response.status, response.read()) == (200, b'{"data":{"__typename":"Query"}}')


def test_a_chunked_body_without_end_is_cut_and_the_connection_closed(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + (b"4000\r\n" + b" " * 0x4000 + b"\r\n") * 5
        )
        answer = b""
        with suppress(ConnectionResetError):  # closing with unread bytes: what was answered came before
            while piece := client.recv(65536):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/json" in answer


def test_a_body_of_a_megabyte_is_refused_and_the_connection_lives_on(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=10)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/graphql", b" " * 999_999, headers)
    response = connection.getresponse()
    assert (response.status, response.headers.get_content_type()) == (413, "application/json")
    assert b"At most" in response.read()
    connection.request("POST", "/graphql", BODY, headers)
    assert connection.getresponse().status == 200


@pytest.mark.parametrize("protocol", ["graphql-transport-ws", "graphql-ws"])
def test_there_is_no_websocket(address: tuple[str, int], protocol: str) -> None:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Protocol: " + protocol.encode() + b"\r\n\r\n"
        )
        status = client.recv(65536).split(b"\r\n")[0]
    assert b" 101 " not in status
    assert int(status.split()[1]) in range(400, 500)


def test_a_head_is_answered_without_a_body(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request("HEAD", "/graphql?query={__typename}")
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")


def test_a_client_that_goes_away_in_the_middle_harms_nobody(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
    response = request(address, "POST", BODY, **{"Content-Type": "application/json"})
    assert response.status == 200
