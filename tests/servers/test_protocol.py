"""The middleware keeps to its protocol in real servers, over real sockets, held to it by validators on both sides."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
from asgiref.testing import ApplicationCommunicator
from websockets.sync.client import connect

from tests.servers.applications import strict_asgi
from tests.servers.conftest import Ask
from tests.servers.serve import ASGI, COMMANDS
from tests.unit.middleware import drive

SERVERS = pytest.mark.parametrize("name", list(COMMANDS))


@SERVERS
def test_requests_are_routed_and_rewritten(server_of: Ask, name: str) -> None:
    server = server_of(name, "strict")
    seen = json.loads(server.get("/cart/42?x=1").body)
    assert (seen["route"], seen["params"], seen["path"], seen["query"]) == ("cart", {"id": "42"}, "/cart/42", "x=1")
    seen = json.loads(server.get("/shop/a%20b?x=1").body)
    assert (seen["route"], seen["path"], seen["query"]) == ("shop", "/a b", "x=1")
    assert (seen["host"], seen["root"]) == (["inside.example"], "")
    assert seen["received"] == ["GET", "/shop/a%20b?x=1", "a.example"]


@SERVERS
def test_answers_that_need_no_application(server_of: Ask, name: str) -> None:
    server = server_of(name, "strict")
    answer = server.get("/old?x=1")
    assert (answer.status, dict(answer.headers)["location"]) == (302, "http://a.example/new?x=1")
    answer = server.get("/admin/x")
    assert (answer.status, answer.body) == (403, b"closed")
    answer = server.get("/admin/x", method="HEAD")
    assert (answer.status, dict(answer.headers)["content-length"], answer.body) == (403, "6", b"")
    assert server.get("/nowhere").status == 404
    answer = server.get("/echo")
    assert (answer.status, dict(answer.headers)["allow"]) == (405, "POST")


@SERVERS
def test_bodies_are_streamed_as_they_come(server_of: Ask, name: str) -> None:
    server = server_of(name, "strict")
    body = bytes(range(256)) * 1_000
    assert server.get("/echo", method="POST", body=body).body == body
    if name == "wsgiref":
        return  # it knows no chunks
    head = "POST /echo HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (b"first", b"second" * 999)) + b"0\r\n\r\n"
    assert server.send(head.encode() + chunks).body == b"first" + b"second" * 999


@SERVERS
def test_a_body_that_nobody_reads_is_no_matter(server_of: Ask, name: str) -> None:
    assert server_of(name, "strict").get("/admin/x", method="POST", body=b"x" * 5_000).status == 403


@SERVERS
def test_exceptions_of_the_application_reach_the_server(server_of: Ask, name: str) -> None:
    server = server_of(name, "strict")
    assert server.get("/boom").status == 500
    assert "LookupError: boom" in server.said()


@SERVERS
@pytest.mark.parametrize("host", ["[::1]", "[::1]:8080", "A.Example:80"])
def test_hosts(server_of: Ask, name: str, host: str) -> None:
    seen = json.loads(server_of(name, "strict").get("/cart/1", f"Host: {host}").body)
    assert (seen["received"][2], seen["host"]) == (host, [host])


@SERVERS
def test_a_canary_keeps_its_users(server_of: Ask, name: str) -> None:
    server = server_of(name, "canary")
    seen: Counter[bytes] = Counter()
    for _ in range(20):
        first = server.get("/split")
        (cookie,) = [value for key, value in first.headers if key == "set-cookie"]
        seen[first.body] += 1
        again = server.get("/split", f"Cookie: {cookie.partition(';')[0]}")
        assert again.body == first.body
        assert "set-cookie" not in dict(again.headers)
    assert set(seen) == {b"v1", b"v2"}


@pytest.mark.parametrize("name", ASGI)
def test_websockets(server_of: Ask, name: str) -> None:
    server = server_of(name, "strict")
    with connect(f"ws://127.0.0.1:{server.port}/cart/7") as connection:
        seen = json.loads(connection.recv())
    assert (seen["route"], seen["params"]) == ("cart", {"id": "7"})
    handshake = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    )
    head = "\r\n".join(["GET /admin HTTP/1.1", "Host: a.example", *handshake, "", ""])
    assert server.send(head.encode()).status == 403


def test_http_2(server_of: Ask) -> None:
    """Pseudo-headers (RFC 9113 §8.3.1) become what HTTP/1.1 has for them."""
    server = server_of("hypercorn", "strict")
    seen = json.loads(_ask_h2(server.port, "/shop/a%2Fb?x=1", "b.example"))
    assert seen["received"] == ["GET", "/shop/a%2Fb?x=1", "b.example"]
    assert (seen["host"], seen["raw"]) == (["inside.example"], "/a%2Fb")
    assert [line for line in seen["headers"] if line[0] == "x-two"] == [["x-two", "1"], ["x-two", "2"]]


def _ask_h2(port: int, target: str, authority: str) -> bytes:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    connection.initiate_connection()
    pseudo = [(":method", "GET"), (":scheme", "http"), (":authority", authority), (":path", target)]
    connection.send_headers(1, [*pseudo, ("x-two", "1"), ("x-two", "2")], end_stream=True)
    body = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(connection.data_to_send())
        while data := wire.recv(1 << 16):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    body += event.data or b""
                if isinstance(event, h2.events.StreamEnded):
                    return body
            wire.sendall(connection.data_to_send())
    return body


@pytest.mark.parametrize("name", ["uvicorn, h11", "hypercorn", "gunicorn"])
def test_requests_of_many_clients_do_not_mix(server_of: Ask, name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    server = server_of(name, "strict")

    def ask(number: int) -> Any:
        seen = json.loads(server.get(f"/cart/{number}?{number}").body)
        return seen["params"]["id"] == seen["query"] == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_asgiref_can_drive_it() -> None:
    async def main() -> list[Any]:
        communicator: Any = ApplicationCommunicator(strict_asgi(), drive.scope_of("/shop/x"))  # type: ignore[no-untyped-call]  # asgiref's code has no types
        await communicator.send_input({"type": "http.request", "body": b""})
        sent = [await communicator.receive_output(10) for _ in range(2)]
        await communicator.wait(10)
        return sent

    start, body = asyncio.run(main())
    assert start["status"] == 200
    assert json.loads(body["body"])["path"] == "/x"
