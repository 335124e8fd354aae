from __future__ import annotations

import pytest

from meshroute.cli.output import shown
from meshroute.criteria import (
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
    QueryMatch,
    Scheme,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TransportProtocol,
)
from meshroute.matching.words import in_words, route_in_words
from meshroute.model.request import Request
from meshroute.model.route import Route


class _Odd:
    def accepts(self, request: Request, /) -> bool:
        return request.port == 1

    def seen(self, request: Request, /) -> str:
        return str(request.port)

    def __repr__(self) -> str:
        return "Odd()"


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (PathExact("/a"), "path is '/a'"),
        (PathExact("/a", ignore_case=True), "path is '/a' in any case"),
        (PathPrefix("/a"), "path starts with the segments '/a'"),
        (PathStringPrefix("/a"), "path starts with '/a'"),
        (PathTemplate("/{a}"), "path fits the template '/{a}'"),
        (PathRegex("/a.*"), "path matches the regex '/a.*'"),
        (HostExact("a"), "host is 'a'"),
        (HostPrefix("a."), "host starts with 'a.'"),
        (HostSuffix(".a"), "host ends with '.a'"),
        (Method(("GET", "HEAD")), "method is GET or HEAD"),
        (TransportProtocol("tcp"), "protocol is tcp"),
        (Scheme("https"), "scheme is 'https'"),
        (Port(80), "port is 80"),
        (GrpcRequest(), "it is gRPC"),
        (HeaderMatch("a"), "header 'a' is present"),
        (HeaderMatch("a", invert=True), "header 'a' is missing"),
        (HeaderMatch("a", TextExact("1")), "header 'a' is '1'"),
        (HeaderMatch("a", TextExact("1"), invert=True), "header 'a' not (is '1')"),
        (HeaderMatch("a", TextPrefix("1")), "header 'a' starts with '1'"),
        (HeaderMatch("a", TextSuffix("1")), "header 'a' ends with '1'"),
        (HeaderMatch("a", TextContains("1")), "header 'a' contains '1'"),
        (HeaderMatch("a", TextRegex("1+")), "header 'a' matches the regex '1+'"),
        (HeaderMatch("a", IntRange(1, 5)), "header 'a' is a number from 1 to 4"),
        (QueryMatch("a"), "query parameter 'a' is present"),
        (QueryMatch("a", TextExact("1")), "query parameter 'a' is '1'"),
        (Not(Port(80)), "not (port is 80)"),
        (Not(Not(Port(80))), "not (Not(criterion=Port(value=80)))"),
        (AnyOf((Port(80), Scheme("https"))), "(port is 80 or scheme is 'https')"),
        (_Odd(), "Odd()"),
    ],
)
def test_criteria(criterion: Criterion, expected: str) -> None:
    assert in_words(criterion) == expected


def test_a_route_without_criteria() -> None:
    assert route_in_words(Route("a", to="b", priority=1)) == "it takes every request"


def test_a_route_with_criteria() -> None:
    route = Route("a", path="/a", methods="GET", port=1, to="b")
    assert route_in_words(route) == "path is '/a' and port is 1 and method is GET"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a é 日", "a é 日"),
        ("a\tb", "a\\tb"),
        ("\x1b[0m", "\\x1b[0m"),
        ("\x9b", "\\x9b"),
        ("\ud800", "\\ud800"),
        ("\u202e", "\\u202e"),
    ],
)
def test_what_is_safe_to_show(text: str, expected: str) -> None:
    assert shown(text) == expected
