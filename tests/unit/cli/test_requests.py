from __future__ import annotations

from typing import Any

import pytest

from meshroute.cli.requests import default_method, object_from_line, request_from_object
from meshroute.errors import RequestError
from meshroute.model.request import Request


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"url": "http://a.example:81/b c?d"}, Request("GET", "http://a.example:81/b%20c?d")),
        ({"url": "/é"}, Request.from_parts("GET", "/%C3%A9")),
        ({"method": "OPTIONS", "url": "*"}, Request.from_parts("OPTIONS", "*")),
        ({"path": "/b c?d"}, Request.from_parts("GET", "/b c?d")),
        ({"path": ""}, Request.from_parts("GET", "")),
        (
            {"path": "/", "scheme": "https", "host": "A:1"},
            Request.from_parts("GET", "/", scheme="https", authority="A:1"),
        ),
        ({"path": "/", "host": None, "scheme": None}, Request.from_parts("GET", "/")),
        ({"path": "/", "headers": {"Host": "a"}}, Request.from_parts("GET", "/", authority="a")),
        ({"path": "/", "headers": {"Host": "a", "b": "c"}, "host": "a"}, Request("GET", "http://a/", {"b": "c"})),
        ({"url": "http://a/", "headers": {"HOST": "b"}}, Request("GET", "http://b/")),
        (
            {"url": "/", "headers": {"a": "1", "b": ["2", "3"], "c": []}},
            Request("GET", "/", [("a", "1"), ("b", "2"), ("b", "3")]),
        ),
        (
            {"url": "/", "headers": [["b", "1"], ["a", ["2", "3"]], ["b", "4"]]},
            Request("GET", "/", [("b", "1"), ("a", "2"), ("a", "3"), ("b", "4")]),
        ),
        ({"url": "/", "headers": None, "method": None, "protocol": None}, Request("GET", "/")),
        ({"url": "/s/m", "protocol": "grpc"}, Request("POST", "/s/m", protocol="grpc")),
        ({"protocol": "tcp", "port": 1}, Request.from_parts("", "", protocol="tcp", port=1)),
        ({"path": "/", "method": ""}, Request.from_parts("", "/")),
        (
            {"url": "/", "port": 1, "entry": "e", "sni": "s", "client_namespace": "n", "random_value": 2, "id": 3},
            Request("GET", "/", port=1, entry="e", sni="s", client_namespace="n", random_value=2),
        ),
        (
            {"path": "/", "port": 1, "entry": "e", "sni": "s", "client_namespace": "n", "random_value": 2, "id": "x"},
            Request("GET", "/", port=1, entry="e", sni="s", client_namespace="n", random_value=2),
        ),
    ],
)
def test_requests(given: dict[str, Any], expected: Request) -> None:
    assert request_from_object(given) == expected


def test_defaults_give_way() -> None:
    defaults = {"port": 1, "entry": "e", "sni": None}
    assert request_from_object({"url": "/", "port": 2, "entry": None}, defaults) == Request(
        "GET", "/", port=2, entry="e"
    )


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "a request needs 'url' or 'path'"),
    ({"protocol": "grpc"}, "a request needs 'url' or 'path'"),
    ({"url": "/", "scheme": "http"}, "'url' and 'scheme' are both given; the URL says it already"),
    ({"path": "/", "host": "a", "headers": {"host": "b"}}, "'host' and a Host header are both given, and differ"),
    ({"url": "a"}, "the URL 'a' needs a scheme, such as 'http://a', or to be a path that starts with '/'"),
    ({"url": "**"}, "the URL '**' needs a scheme, such as 'http://**', or to be a path that starts with '/'"),
    ({"url": "a?b://c"}, "the URL 'a?b://c' has no scheme that a URL can have"),
    ({"url": "/\ud800"}, "the URL holds '\\ud800', half of a character that no bytes stand for"),
    ({"url": "http://\ud800/"}, "'\\ud800' is no host name"),
    ({"url": 1}, "'url' must be a string, not the number 1"),
    ({"url": "/", "port": 1.0}, "'port' must be a whole number, not the number 1.0"),
    ({"url": "/", "port": False}, "'port' must be a whole number, not a boolean"),
    ({"url": "/", "id": []}, "'id' must be a string or a whole number, not an array"),
    ({"url": "/", "id": False}, "'id' must be a string or a whole number, not a boolean"),
    ({"url": "/", "headers": 1}, "'headers' must be an object or an array of pairs, not the number 1"),
    ({"url": "/", "headers": [{}]}, "'headers': each item must be an array of name and value, not an object"),
    ({"url": "/", "headers": [["a"]]}, "'headers': each item must be an array of name and value, not of 1 items"),
    ({"url": "/", "headers": [[None, "a"]]}, "'headers': a name must be a string, not null"),
    ({"url": "/", "headers": {"a": ["b", {}]}}, "'headers': the value of 'a' must be a string, not an object"),
    ({"url": "/", "hots": "a"}, "unknown key 'hots'; did you mean 'host'?"),
    (
        {"a" * 100: 1},
        (
            f"unknown key '{'a' * 60}…'; the keys are id, method, url, scheme, host, path, headers, "
            "port, entry, protocol, sni, client_namespace, random_value, context"
        ),
    ),
]


@pytest.mark.parametrize(("given", "message"), BAD)
def test_what_is_no_request(given: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError) as caught:
        request_from_object(given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("protocol", "method"),
    [("http", "GET"), ("http2", "GET"), ("grpc", "POST"), ("tcp", ""), ("tls", ""), ("udp", "")],
)
def test_methods(protocol: str, method: str) -> None:
    assert default_method(protocol) == method


def test_a_key_given_twice_is_named() -> None:
    with pytest.raises(RequestError) as caught:
        object_from_line(b'{"url": "/", "headers": {"a": "1", "b": "2", "b": "3"}}')
    assert str(caught.value) == "the key 'b' is given twice"


def test_many_keys_take_no_long() -> None:
    names = ", ".join(f'"k{at}": 1' for at in range(100_000))
    with pytest.raises(RequestError, match="the key 'k0' is given twice"):
        object_from_line(f'{{{names}, "k0": 1}}'.encode())
