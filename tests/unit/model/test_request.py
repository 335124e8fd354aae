"""Requests from URLs, parts, WSGI environs and ASGI scopes."""

from __future__ import annotations

import pickle
from typing import Any, cast

import pytest

from meshroute.errors import RequestError
from meshroute.model.headers import Headers
from meshroute.model.request import Request, listener_port


@pytest.mark.parametrize(
    ("url", "scheme", "authority", "target"),
    [
        ("http://a.example", "http", "a.example", "/"),
        ("http://a.example/", "http", "a.example", "/"),
        ("http://a.example?x=1", "http", "a.example", "/?x=1"),
        ("http://a.example#f", "http", "a.example", "/"),
        ("http://a.example/p?q#f", "http", "a.example", "/p?q"),
        ("http://a.example/p#f?q", "http", "a.example", "/p"),
        ("http://a.example/p?", "http", "a.example", "/p?"),
        ("HTTPS://A.Example:8443/P", "https", "A.Example:8443", "/P"),
        ("http://user:secret@a.example/x", "http", "a.example", "/x"),
        ("http://u@v@a.example/x@y", "http", "a.example", "/x@y"),
        ("http://a.example/x@y", "http", "a.example", "/x@y"),
        ("http://[::1]:8080/x", "http", "[::1]:8080", "/x"),
        ("http://m\u00fcnchen.example:81/\u00e9", "http", "xn--mnchen-3ya.example:81", "/%C3%A9"),
        ("http://m\u00fcnchen.example", "http", "xn--mnchen-3ya.example", "/"),
        ("http:///x", "http", "", "/x"),
        ("http://", "http", "", "/"),
        ("wss://a.example/s", "wss", "a.example", "/s"),
        ("x+y-z.1://a/b", "x+y-z.1", "a", "/b"),
        ("/a b?c d#e", "http", None, "/a%20b?c%20d"),
        ("/%zz%2F", "http", None, "/%zz%2F"),
        ("/a?u=http://b/", "http", None, "/a?u=http://b/"),
        ("?x=http://b/", "http", None, "?x=http://b/"),
        ("*", "http", None, "*"),
        ("", "http", None, ""),
        ("//a/b", "http", None, "//a/b"),
        ("a/b", "http", None, "a/b"),
        ("/a/../b", "http", None, "/a/../b"),
        ("/'\"`{}|?'\"`{}|", "http", None, "/'%22%60%7B%7D|?%27%22`{}|"),
    ],
)
def test_a_url_is_taken_apart_and_encoded(url: str, scheme: str, authority: str | None, target: str) -> None:
    request = Request("GET", url)
    assert (request.scheme, request.authority, request.target) == (scheme, authority, target)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (b"/a", "the URL must be a str, not bytes"),
        (None, "the URL must be a str, not NoneType"),
        ("://a/b", "the URL '://a/b' has no scheme that a URL can have"),
        ("a b://c", "the URL 'a b://c' has no scheme that a URL can have"),
        ("\u00e9://c", "the URL '\u00e9://c' has no scheme that a URL can have"),
        ("http://\u00fc..example/", "'\u00fc..example' is no host name"),
        ("http://" + "\u00fc" * 80 + "/", "'" + "\u00fc" * 80 + "' is no host name"),
        ("http://\ud800/", "'\\ud800' is no host name"),
        ("/a\ud800", "the URL holds '\\ud800', half of a character that no bytes stand for"),
        ("/a?\ud800", "the URL holds '\\ud800', half of a character that no bytes stand for"),
    ],
)
def test_what_is_no_url(url: object, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        Request("GET", cast("Any", url))
    assert str(caught.value) == message


def test_a_host_line_overrides_the_host_of_the_url() -> None:
    request = Request("GET", "http://a/x", headers=[("X", "1"), ("Host", "b:81"), ("Y", "2")])
    assert request.authority == "b:81"
    assert request.headers.items() == (("X", "1"), ("Y", "2"))


def test_defaults() -> None:
    request = Request("GET", "/a?b=1")
    assert request == Request.from_parts("GET", "/a?b=1")
    assert (request.path, request.query) == ("/a", "b=1")
    assert (request.scheme, request.authority, request.headers.items()) == ("http", None, ())
    assert (request.port, request.entry, request.protocol, request.sni) == (None, None, "http", None)
    assert (request.client_namespace, request.random_value) == (None, None)


def test_all_parts_are_kept() -> None:
    request = Request(
        "get",
        "https://a/",
        {"x": "1"},
        port=65535,
        entry="virtualgateway/g",
        protocol="http2",
        sni="s",
        client_namespace="n",
        random_value=2**64 - 1,
    )
    assert request == Request.from_parts(
        "get",
        "/",
        scheme="https",
        authority="a",
        headers={"X": "1"},
        port=65535,
        entry="virtualgateway/g",
        protocol="http2",
        sni="s",
        client_namespace="n",
        random_value=2**64 - 1,
    )
    assert (request.method, request.port, request.entry, request.protocol) == (
        "get",
        65535,
        "virtualgateway/g",
        "http2",
    )
    assert (request.sni, request.client_namespace, request.random_value) == ("s", "n", 2**64 - 1)
    assert Request("GET", "/", port=0, random_value=0).port == 0


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"port": -1}, "the port must be from 0 to 65535, not -1"),
        ({"port": 65536}, "the port must be from 0 to 65535, not 65536"),
        ({"random_value": -1}, "random_value must be from 0 to 2**64 - 1, not -1"),
        ({"random_value": 2**64}, f"random_value must be from 0 to 2**64 - 1, not {2**64}"),
        ({"protocol": "HTTP"}, "the protocol must be one of http, http2, grpc, tcp, tls, udp, not 'HTTP'"),
    ],
)
def test_parts_out_of_range(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError) as typed:
        Request("GET", "/", **parts)
    with pytest.raises(RequestError) as raw:
        Request.from_parts("GET", "/", **parts)
    assert (str(typed.value), str(raw.value)) == (message, message)


@pytest.mark.parametrize(
    ("method", "target", "parts"),
    [
        ("\u20ac", "/", {}),
        (b"GET", "/", {}),
        ("GET", "/\u20ac", {}),
        ("GET", b"/", {}),
        ("GET", "/", {"authority": "\u20ac"}),
        ("GET", "/", {"scheme": "\u20ac"}),
        ("GET", "/", {"headers": {"a": "\u20ac"}}),
    ],
)
def test_parts_that_are_no_wire_text(method: Any, target: Any, parts: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        Request.from_parts(method, target, **parts)


def test_a_method_must_be_wire_text_beside_a_url_too() -> None:
    with pytest.raises(RequestError, match=r"^the method holds '\u20ac': wire text has one character per byte"):
        Request("G\u20ac", "/")


@pytest.mark.parametrize(
    ("target", "scheme", "authority", "expected"),
    [
        ("http://b.example/x?y", "http", "b.example", "/x?y"),
        ("HTTPS://b.example:81/x", "https", "b.example:81", "/x"),
        ("http://b.example", "http", "b.example", "/"),
        ("http://b.example?x=1", "http", "b.example", "?x=1"),  # so Envoy gives it to its routes
        ("/x?u=http://b/", "https", "a.example", "/x?u=http://b/"),
        ("*", "https", "a.example", "*"),
        ("a b://c", "https", "a.example", "a b://c"),
        ("\xe9://c", "https", "a.example", "\xe9://c"),
        ("/a b\x00\r\n\xff", "https", "a.example", "/a b\x00\r\n\xff"),  # parts are taken as they are
    ],
)
def test_the_absolute_form_overrides_scheme_and_host(target: str, scheme: str, authority: str, expected: str) -> None:
    request = Request.from_parts("GET", target, scheme="https", authority="a.example")
    assert (request.scheme, request.authority, request.target) == (scheme, authority, expected)


def test_grpc_implies_its_content_type() -> None:
    assert Request("POST", "/s/m", protocol="grpc").headers.items() == (("content-type", "application/grpc"),)
    kept = Request("POST", "/s/m", {"Content-Type": "application/grpc+proto"}, protocol="grpc")
    assert kept.headers.items() == (("Content-Type", "application/grpc+proto"),)
    assert Request("POST", "/s/m").headers.items() == ()


def test_replace_changes_what_it_is_told() -> None:
    request = Request("GET", "https://a/x?y", {"h": "1"}, port=8080, entry="k/n", sni="s", random_value=7)
    assert request.replace() == request
    changed = request.replace(target="/z", authority="b")
    assert (changed.path, changed.query, changed.authority) == ("/z", None, "b")
    assert (changed.scheme, changed.headers, changed.port, changed.entry) == ("https", request.headers, 8080, "k/n")
    assert (changed.sni, changed.random_value) == ("s", 7)
    assert request.replace(method="PUT").method == "PUT"
    assert request.replace(headers={"k": "2"}).headers == Headers({"k": "2"})
    assert request.target == "/x?y"
    # a target is no URL here: what a rewrite makes of a path names no other host
    odd = request.replace(target="http://b/y?z")
    assert (odd.target, odd.path, odd.query, odd.authority) == ("http://b/y?z", "http://b/y", "z", "a")
    assert odd.replace(port=1).target == "http://b/y?z"
    for bad in ({"port": -1}, {"target": "/\u20ac"}, {"target": None}):
        with pytest.raises(RequestError):
            request.replace(**bad)
    with pytest.raises(TypeError):
        request.replace(colour="blue")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (":method", ("PUT",)),
        (":path", ("/x?y",)),
        (":scheme", ("https",)),
        (":authority", ("A:81",)),
        ("host", ("A:81",)),
        ("h", ("1", "2")),
        (":status", ()),
        ("missing", ()),
    ],
)
def test_pseudo_headers_are_headers_to_tests(name: str, expected: tuple[str, ...]) -> None:
    request = Request("PUT", "https://A:81/x?y", {"H": ["1", "2"]})
    assert request.header_lines(name) == expected


def test_a_missing_host_has_no_lines() -> None:
    assert Request("GET", "/").header_lines("host") == ()
    assert Request("GET", "/", {"host": ""}).header_lines(":authority") == ("",)


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("a=1&a=2", "a", "1"),
        ("b&a=2", "b", ""),
        ("b=", "b", ""),
        ("a=1=2", "a", "1=2"),
        ("A=1", "a", None),
        ("a%3D=1", "a=", None),
        ("a=%31+1", "a", "%31+1"),
        ("a=1;b=2", "b", None),
        ("a=1;b=2", "a", "1;b=2"),
        ("?a=1", "?a", "1"),
        ("", "a", None),
        ("", "", ""),
        ("&&a=1", "a", "1"),
        ("a=1#f", "a", "1#f"),
    ],
)
def test_query_values_are_raw_and_the_first_counts(query: str, name: str, expected: str | None) -> None:
    assert Request.from_parts("GET", f"/?{query}").query_value(name) == expected


def test_without_a_query_there_are_no_values() -> None:
    assert Request("GET", "/").query_value("") is None


def test_the_host_is_folded_for_comparison() -> None:
    request = Request("GET", "http://A.Example:80/")
    assert request.host() == "a.example"
    assert request.host(ignore_port=False) == "a.example:80"
    assert Request("GET", "/").host() is None
    assert Request.from_parts("GET", "/", authority="\xc9").host() == "\xc9"


def test_shown_as_code() -> None:
    request = Request("GET", "https://a/x", {"b": "1"}, port=1)
    assert repr(request) == (
        "Request.from_parts('GET', '/x', scheme='https', authority='a', headers=Headers([('b', '1')]), port=1)"
    )
    assert repr(Request("GET", "/")) == "Request.from_parts('GET', '/')"
    assert request.url == "https://a/x"
    assert Request("GET", "/x").url == "/x"


def test_values_compare_hash_and_pickle() -> None:
    request = Request("GET", "http://a/x?y", {"B": "1"})
    same = Request("GET", "http://a/x?y", {"b": "1"})
    assert request == same
    assert hash(request) == hash(same)
    again = pickle.loads(pickle.dumps(request))
    assert again == request
    assert (again.path, again.query) == ("/x", "y")
    assert request != request.replace(method="PUT")
    with pytest.raises(AttributeError):
        request.method = "PUT"  # type: ignore[misc]  # that it is frozen is the test


# WSGI (PEP 3333)


def _environ(**more: object) -> dict[str, object]:
    return {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", **more}


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        ({"PATH_INFO": "/a b"}, "/a%20b"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": "/x"}, "/app/x"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": ""}, "/app"),
        ({"SCRIPT_NAME": "/app"}, "/app"),
        ({"PATH_INFO": "/", "QUERY_STRING": "x=%20&y"}, "/?x=%20&y"),
        ({"PATH_INFO": "/", "QUERY_STRING": ""}, "/"),
        ({"PATH_INFO": "", "SCRIPT_NAME": "", "QUERY_STRING": "x"}, "/?x"),
        ({}, "/"),
        ({"PATH_INFO": "/a%b?c#d"}, "/a%25b%3Fc%23d"),
        ({"PATH_INFO": "/\xc3\xa9"}, "/%C3%A9"),
        ({"PATH_INFO": "/\xff"}, "/%FF"),
        ({"RAW_URI": "/a%2Fb?x", "PATH_INFO": "/a/b"}, "/a%2Fb?x"),
        ({"REQUEST_URI": "/a%2Fb?x", "PATH_INFO": "/a/b", "QUERY_STRING": "x"}, "/a%2Fb?x"),
        ({"REQUEST_URI": "", "PATH_INFO": "/p"}, "/p"),
    ],
)
def test_the_target_of_a_wsgi_environ(environ: dict[str, object], target: str) -> None:
    assert Request.from_wsgi(_environ(**environ)).target == target


def test_a_wsgi_environ_of_the_absolute_form() -> None:
    request = Request.from_wsgi(_environ(REQUEST_URI="http://b.example/x", HTTP_HOST="a.example"))
    assert (request.authority, request.target) == ("b.example", "/x")


def test_the_headers_of_a_wsgi_environ() -> None:
    request = Request.from_wsgi(
        _environ(
            PATH_INFO="/",
            HTTP_HOST="a.example:81",
            HTTP_X_REQUEST_ID="1",
            HTTP_ACCEPT="\xe9",
            CONTENT_TYPE="text/plain",
            CONTENT_LENGTH="",
            SERVER_PORT="8080",
        )
    )
    assert request.authority == "a.example:81"
    assert request.headers.items() == (("x-request-id", "1"), ("accept", "\xe9"), ("content-type", "text/plain"))
    assert (request.port, request.scheme, request.method) == (8080, "http", "GET")


@pytest.mark.parametrize(("port", "expected"), [(None, None), ("", None), ("x", None), ("443", 443)])
def test_the_port_of_a_wsgi_environ(port: str | None, expected: int | None) -> None:
    environ = _environ(PATH_INFO="/") if port is None else _environ(PATH_INFO="/", SERVER_PORT=port)
    assert Request.from_wsgi(environ).port == expected


def test_a_wsgi_environ_without_host_and_scheme() -> None:
    request = Request.from_wsgi({"REQUEST_METHOD": "GET", "PATH_INFO": "/"})
    assert (request.scheme, request.authority) == ("http", None)
    assert Request.from_wsgi(_environ(**{"wsgi.url_scheme": "https"})).scheme == "https"


def test_parts_beside_a_wsgi_environ() -> None:
    request = Request.from_wsgi(_environ(PATH_INFO="/", SERVER_PORT="80"), port=8088, entry="k/n")
    assert (request.port, request.entry) == (8088, "k/n")


def test_a_wsgi_value_that_is_no_wire_text() -> None:
    with pytest.raises(RequestError):
        Request.from_wsgi(_environ(PATH_INFO="/", HTTP_X="\u20ac"))


# ASGI


def _scope(**more: object) -> dict[str, object]:
    return {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], **more}


@pytest.mark.parametrize(
    ("scope", "target"),
    [
        ({"path": "/a/b", "raw_path": b"/a%2Fb"}, "/a%2Fb"),
        ({"path": "/a b?c#d%"}, "/a%20b%3Fc%23d%25"),
        ({"path": "/\u00e9\u20ac", "raw_path": None}, "/%C3%A9%E2%82%AC"),
        ({"path": "/x", "raw_path": b""}, "/x"),
        ({"path": "/\u00ff", "raw_path": b"/\xff"}, "/\xff"),
        ({"path": "/app/x", "root_path": "/app", "query_string": b"x=%20&\xff"}, "/app/x?x=%20&\xff"),
    ],
)
def test_the_target_of_an_asgi_scope(scope: dict[str, object], target: str) -> None:
    assert Request.from_asgi(_scope(**scope)).target == target


def test_requests_have_no_subclasses() -> None:
    with pytest.raises(TypeError, match="no subclasses"):
        type("Mine", (Request,), {})


def test_an_asgi_scope_of_the_absolute_form() -> None:
    request = Request.from_asgi(_scope(raw_path=b"https://b.example/x", headers=[(b"host", b"a.example")]))
    assert (request.scheme, request.authority, request.target) == ("https", "b.example", "/x")


@pytest.mark.parametrize("scope", [{"method": "\u20ac"}, {"method": None}, {"scheme": "\u20ac"}])
def test_an_asgi_scope_that_holds_no_wire_text(scope: dict[str, object]) -> None:
    with pytest.raises(RequestError, match=r"^the (method|scheme) "):
        Request.from_asgi(_scope(**scope))


def test_the_headers_of_an_asgi_scope() -> None:
    headers = [(b"x", b"1"), (b"host", b"a.example"), (b"x", b"\xff"), (b"cookie", b"c=1")]
    request = Request.from_asgi(_scope(headers=headers, scheme="https", server=("127.0.0.1", 8443)))
    assert request.authority == "a.example"
    assert request.headers.items() == (("x", "1"), ("x", "\xff"), ("cookie", "c=1"))
    assert (request.scheme, request.port) == ("https", 8443)


@pytest.mark.parametrize(("server", "port"), [(None, None), (("/run/socket", None), None), (("h", 1), 1)])
def test_the_port_of_an_asgi_scope(server: object, port: int | None) -> None:
    assert Request.from_asgi(_scope(server=server)).port == port
    assert Request.from_asgi(_scope(server=server), port=99).port == 99


def test_a_value_of_an_environ_that_is_no_text() -> None:
    with pytest.raises(RequestError, match="header 'x' must be a str, not int"):
        Request.from_wsgi(_environ(HTTP_X=1))


def test_a_websocket_scope_has_no_method() -> None:
    scope = {"type": "websocket", "path": "/ws", "scheme": "wss", "headers": [(b"host", b"a")]}
    request = Request.from_asgi(scope)
    assert (request.method, request.target, request.scheme, request.authority) == ("GET", "/ws", "https", "a")
    assert listener_port(request) == 443


@pytest.mark.parametrize(
    ("url", "port", "only", "expected"),
    [
        ("http://a:81/", 82, 83, 82),
        ("http://a:81/", None, 83, 83),
        ("http://a:81/", None, None, 81),
        ("http://a/", None, None, 80),
        ("https://a/", None, None, 443),
        ("ws://a/", None, None, 80),
        ("wss://a/", None, None, 443),
        ("ftp://a/", None, None, 80),
        ("http://a:x/", None, None, 80),
        ("/", None, None, 80),
        ("http://a:81/", 0, 83, 0),
    ],
)
def test_the_port_of_the_listener(url: str, port: int | None, only: int | None, expected: int) -> None:
    assert listener_port(Request("GET", url, port=port), only) == expected
