"""Criteria: what each accepts, and what it says that it looked at."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from meshroute.errors import RouteError
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    GrpcRequest,
    HeaderMatch,
    HostExact,
    HostPrefix,
    HostSuffix,
    IntRange,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    Port,
    Present,
    QueryMatch,
    RouteMatch,
    Scheme,
    TextExact,
    TextPrefix,
    TextRegex,
    TransportProtocol,
)
from meshroute.model.request import Request


def _get(target: str = "/", **parts: Any) -> Request:
    return Request.from_parts("GET", target, **parts)


_ABSENT = _get()
_EMPTY = _get(headers={"h": ""})
_ONE = _get(headers={"H": "123"})
_TWO = _get(headers={"h": ["a", "b"]})


@pytest.mark.parametrize(
    ("criterion", "absent", "empty", "one", "two"),
    [
        # app-mesh.md §2.7, envoy.md §2.3
        (HeaderMatch("h"), False, True, True, True),
        (HeaderMatch("H", Present(), invert=True), True, False, False, False),
        (HeaderMatch("h", Present(), joined=True), False, True, True, True),
        (HeaderMatch("h", TextExact("123")), False, False, True, False),
        (HeaderMatch("h", TextExact("123"), invert=True), False, True, False, True),
        (HeaderMatch("h", TextExact("")), False, True, False, False),
        (HeaderMatch("h", TextPrefix("123"), invert=True), False, True, False, True),
        (HeaderMatch("h", IntRange(100, 200)), False, False, True, False),
        (HeaderMatch("h", IntRange(100, 200), invert=True), False, True, False, True),
        # each line alone: any must pass, inverted none may
        (HeaderMatch("h", TextExact("b")), False, False, False, True),
        (HeaderMatch("h", TextExact("b"), invert=True), False, True, True, False),
        (HeaderMatch("h", TextExact("a,b")), False, False, False, False),
        # joined with a comma
        (HeaderMatch("h", TextExact("a,b"), joined=True), False, False, False, True),
        (HeaderMatch("h", TextExact("b"), joined=True), False, False, False, False),
        (HeaderMatch("h", TextExact("a,b"), joined=True, invert=True), False, True, True, False),
        (HeaderMatch("h", TextRegex("a.b"), joined=True), False, False, False, True),
    ],
)
def test_headers(criterion: HeaderMatch, absent: bool, empty: bool, one: bool, two: bool) -> None:
    assert [criterion.accepts(request) for request in (_ABSENT, _EMPTY, _ONE, _TWO)] == [absent, empty, one, two]


@pytest.mark.parametrize(
    ("criterion", "request_", "expected"),
    [
        (HeaderMatch(":path", TextExact("/a?x")), _get("/a?x"), True),
        (HeaderMatch(":method", TextExact("GET")), _get(), True),
        (HeaderMatch(":authority", TextExact("A:80")), _get(authority="A:80"), True),
        (HeaderMatch("Host", TextExact("a:80")), _get(authority="A:80"), False),
        (HeaderMatch(":scheme", TextExact("https")), _get(scheme="https"), True),
        (HeaderMatch("host"), _get(), False),
        (QueryMatch("x"), _get("/?x"), True),
        (QueryMatch("x"), _get("/?y"), False),
        (QueryMatch("x"), _get("/"), False),
        (QueryMatch("x", TextExact("1")), _get("/?x=1&x=2"), True),
        (QueryMatch("x", TextExact("2")), _get("/?x=1&x=2"), False),
        (QueryMatch("x", TextExact("")), _get("/?x"), True),
        (QueryMatch("X", TextExact("1")), _get("/?x=1"), False),
        (QueryMatch("x", TextExact("a b")), _get("/?x=a%20b"), False),
        (Method("GET"), _get(), True),
        (Method("get"), _get(), False),
        (Method(("PUT", "GET")), _get(), True),
        (Method(("PUT", "POST")), _get(), False),
        (Scheme("http"), _get(), True),
        (Scheme("https"), _get(), False),
        (Port(80), _get(), True),
        (Port(80), _get(port=8080), False),
        (Port(8080), _get(port=8080), True),
        (Port(443), _get(scheme="https"), True),
        (Port(81), _get(authority="a:81"), True),
        (TransportProtocol("http"), _get(), True),
        (TransportProtocol(("tcp", "tls")), _get(protocol="tls"), True),
        (TransportProtocol("tcp"), _get(), False),
        (GrpcRequest(), _get(protocol="grpc"), True),
        (GrpcRequest(), _get(headers={"content-type": "application/grpc+proto"}), True),
        (GrpcRequest(), _get(headers={"content-type": "application/grpc;charset=utf-8"}), False),
        (GrpcRequest(), _get(headers={"content-type": "application/grpc-web"}), False),
        (GrpcRequest(), _get(headers={"content-type": "Application/grpc"}), False),
        (GrpcRequest(), _get(headers={"content-type": ["application/grpc", "x"]}), False),
        (GrpcRequest(), _get(), False),
        (Not(Method("GET")), _get(), False),
        (Not(Method("PUT")), _get(), True),
        (Not(HeaderMatch("h", TextExact("1"))), _get(), True),
        (AnyOf((Method("PUT"), Method("GET"))), _get(), True),
        (AnyOf((Method("PUT"), Port(1))), _get(), False),
        (AnyOf(()), _get(), False),
    ],
)
def test_other_dimensions(criterion: Criterion, request_: Request, expected: bool) -> None:
    assert criterion.accepts(request_) is expected


@pytest.mark.parametrize(
    ("criterion", "host", "expected"),
    [
        (HostExact("A.example"), "a.EXAMPLE", True),
        (HostExact("a.example"), "a.example:80", True),
        (HostExact("a.example", ignore_port=False), "a.example:80", False),
        (HostExact("a.example:80", ignore_port=False), "A.example:80", True),
        (HostExact("a.example:80"), "a.example:80", False),  # the domain is not cut (envoy.md §1)
        (HostExact("a.example"), "a.example.", False),
        (HostExact("a.example"), "b.a.example", False),
        (HostExact(""), "", True),
        (HostExact(""), None, False),
        (HostExact("[::1]"), "[::1]:80", True),
        (HostSuffix(".Example"), "a.b.EXAMPLE:1", True),
        (HostSuffix(".example"), ".example", False),  # the wildcard eats at least one character
        (HostSuffix(".example", proper=False), ".example", True),
        (HostSuffix(".example"), "example", False),
        (HostSuffix("-bar.foo.com"), "x-bar.foo.com", True),
        (HostSuffix(".foo.com", ignore_port=False), "x.foo.com:8080", False),
        (HostSuffix(".example"), None, False),
        (HostSuffix("", proper=True), "", False),
        (HostSuffix("", proper=True), "a", True),
        (HostPrefix("WWW."), "www.a", True),
        (HostPrefix("www"), "www", False),
        (HostPrefix("a.", ignore_port=False), "a.com:80", True),  # it may eat the port
        (HostPrefix("www:"), "www:80", False),
        (HostPrefix("www."), "x.www.a", False),
        (HostPrefix(""), None, False),
    ],
)
def test_hosts(criterion: Criterion, host: str | None, expected: bool) -> None:
    assert criterion.accepts(_get(authority=host)) is expected


@pytest.mark.parametrize(
    ("criterion", "path", "expected"),
    [
        (PathExact("/a"), "/a", True),
        (PathExact("/a"), "/a?x", True),
        (PathExact("/a"), "/a/", False),
        (PathExact("/a"), "/A", False),
        (PathExact("/a"), "/a%", False),
        (PathExact("/A", ignore_case=True), "/a", True),
        (PathExact("/A", ignore_case=True), "/ab", False),
        (PathExact("/\xc9", ignore_case=True), "/\xe9", False),
        (PathExact("/%C3%A9"), "/%c3%a9", False),
        (PathPrefix("/abc"), "/abc", True),
        (PathPrefix("/abc"), "/abc/", True),
        (PathPrefix("/abc"), "/abc/d", True),
        (PathPrefix("/abc"), "/abcd", False),
        (PathPrefix("/abc"), "/ab", False),
        (PathPrefix("/abc/"), "/abc", True),
        (PathPrefix("/abc//"), "/abc/d", True),
        (PathPrefix("/"), "/", True),
        (PathPrefix("/"), "/x", True),
        (PathPrefix("/"), "*", False),
        (PathPrefix("/abc"), "/ABC", False),
        # app-mesh.md §2.3
        (PathStringPrefix("/meter"), "/meter", True),
        (PathStringPrefix("/meter"), "/meter/x", True),
        (PathStringPrefix("/meter"), "/meters", True),
        (PathStringPrefix("/meter"), "/meter?x=1", True),
        (PathStringPrefix("/meter/"), "/meter", False),
        (PathStringPrefix("/meter"), "/Meter", False),
        (PathStringPrefix("/Meter", ignore_case=True), "/mETERs", True),
        (PathStringPrefix("/Meter", ignore_case=True), "/mete", False),
        (PathStringPrefix(""), "*", True),
        (PathTemplate("/u/{id}"), "/u/1", True),
        (PathTemplate("/u/{id}"), "/u/", False),
        (PathRegex("/v[0-9]+"), "/v12?x", True),
        (PathRegex("/v[0-9]+"), "/v12/", False),
        (PathRegex("/a|/b"), "/bc", False),
    ],
)
def test_paths(criterion: Criterion, path: str, expected: bool) -> None:
    assert criterion.accepts(_get(path)) is expected


@pytest.mark.parametrize(
    ("criterion", "path", "expected"),
    [
        (PathExact("/a"), "/a", ()),
        (PathPrefix("/a"), "/a/b", ()),
        (PathTemplate("/u/{id}/{n}"), "/u/a%2Fb/c", (("id", "a%2Fb"), ("n", "c"))),
        (PathTemplate("/u/v{id}.x/{rest=**}"), "/u/v1.x/a/b", (("id", "1"), ("rest", "a/b"))),
        (PathTemplate("/u"), "/u", ()),
        (PathRegex("/v(?P<major>[0-9]+)(?P<minor>\\.[0-9]+)?/(.*)"), "/v2/x", (("major", "2"),)),
        (PathRegex("/v(?P<major>[0-9]+)"), "/no", ()),
        (PathRegex("/(.*)"), "/x", ()),
    ],
)
def test_captures(criterion: Any, path: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert criterion.captures(path) == expected


@pytest.mark.parametrize(
    ("criterion", "request_", "expected"),
    [
        (Method("GET"), _get(), "the method is 'GET'"),
        (Scheme("http"), _get(), "the scheme is 'http'"),
        (Port(1), _get(port=81), "the port is 81"),
        (TransportProtocol("tcp"), _get(), "the protocol is 'http'"),
        (GrpcRequest(), _get(), "header 'content-type' is missing"),
        (GrpcRequest(), _get(protocol="grpc"), "header 'content-type' is 'application/grpc'"),
        (HeaderMatch("H"), _TWO, "header 'h' is 'a', 'b'"),
        (HeaderMatch("H"), _EMPTY, "header 'h' is ''"),
        (HeaderMatch("H"), _ABSENT, "header 'h' is missing"),
        (QueryMatch("x"), _get("/?x=1&x=2"), "query parameter 'x' is '1'"),
        (QueryMatch("x"), _get("/"), "query parameter 'x' is missing"),
        (HostExact("a"), _get(authority="A:1"), "the host is 'A:1'"),
        (HostSuffix("a"), _get(), "there is no host"),
        (PathExact("/a"), _get("/b?x"), "the path is '/b'"),
        (Not(Method("PUT")), _get(), "the method is 'GET'"),
        (AnyOf((Method("PUT"), Method("GET"), Port(1))), _get(), "the method is 'GET'; the port is 80"),
    ],
)
def test_what_was_looked_at(criterion: Criterion, request_: Request, expected: str) -> None:
    assert criterion.seen(request_) == expected


def test_methods_are_a_set() -> None:
    assert Method(("PUT", "GET", "PUT")) == Method(("GET", "PUT"))
    assert Method(("PUT", "GET")).names == ("GET", "PUT")
    for make in (Method, TransportProtocol):
        with pytest.raises(RouteError):
            make(())


def test_a_match_is_a_conjunction() -> None:
    match = RouteMatch((PathExact("/a"), Method("GET")))
    assert match.accepts(_get("/a")) is True
    assert match.accepts(_get("/b")) is False
    assert match.accepts(Request("PUT", "/a")) is False
    assert RouteMatch().accepts(_get("*")) is True


def test_the_path_of_a_match_is_its_first() -> None:
    assert RouteMatch((Method("GET"), PathPrefix("/a"), PathExact("/b"))).path == PathPrefix("/a")
    assert RouteMatch((Method("GET"),)).path is None


@pytest.mark.parametrize(
    ("criterion", "shown"),
    [
        (Method("GET"), "Method(names=('GET',))"),
        (HeaderMatch("A", TextExact("1")), "HeaderMatch('a', TextExact('1'))"),
        (PathRegex("/a+"), "PathRegex('/a+')"),
        (PathTemplate("/{x}"), "PathTemplate('/{x}')"),
        (HostSuffix(".A"), "HostSuffix('.a')"),
    ],
)  # fmt: skip
def test_criteria_read_like_code_and_pickle(criterion: Criterion, shown: str) -> None:
    assert repr(criterion) == shown
    again = pickle.loads(pickle.dumps(criterion))
    assert again == criterion
    assert hash(again) == hash(criterion)
    assert again.accepts(_get("/aa")) == criterion.accepts(_get("/aa"))


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (HeaderMatch, ("h", Present(), True)),
        (HostExact, ("h", False)),
        (HostSuffix, ("h", False)),
        (HostPrefix, ("h", False)),
        (PathExact, ("/", True)),
        (PathStringPrefix, ("/", True)),
        (TextExact, ("a", True)),
        (TextPrefix, ("a", True)),
    ],
)
def test_switches_are_keywords(make: Callable[..., object], values: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        make(*values)


def test_one_switch_does_not_turn_another() -> None:
    assert HeaderMatch("h", invert=True).joined is False
    assert HeaderMatch("h", joined=True).invert is False
