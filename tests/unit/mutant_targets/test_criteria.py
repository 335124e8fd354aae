"""Criteria, one case for each side of each boundary."""

from __future__ import annotations

import pytest

from meshroute import Request
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
    Present,
    QueryMatch,
    Scheme,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
    TransportProtocol,
)
from meshroute.model.criteria import RouteMatch


@pytest.mark.parametrize(
    ("criterion", "taken", "refused"),
    [
        (PathExact("/a"), ["/a"], ["/a/", "/A", "/", "/ab"]),
        (PathExact("/aÉ", ignore_case=True), ["/AÉ", "/aÉ"], ["/aé"]),
        (PathPrefix("/ab"), ["/ab", "/ab/", "/ab/c"], ["/abc", "/a", "/AB"]),
        (PathPrefix("/ab/"), ["/ab", "/ab/c"], ["/abc"]),
        (PathPrefix("/"), ["/", "/a", "//"], ["*"]),
        (PathStringPrefix("/ab"), ["/ab", "/abc", "/ab/"], ["/a", "/AB"]),
        (PathStringPrefix("/aÉ", ignore_case=True), ["/AÉb"], ["/aé", "/a"]),
        (PathRegex("/a|/b"), ["/a", "/b"], ["/ab", "/aa", "x/b"]),
        (PathTemplate("/a/{x}"), ["/a/b", "/a/%2F"], ["/a/", "/a", "/a/b/", "/a/b/c", "/A/b"]),
        (PathTemplate("/v{x}.j"), ["/v1.j", "/v.j.j"], ["/v.j", "/v1", "/1.j", "/v1.j/"]),
        (PathTemplate("/aba{x}aba"), ["/abaxaba"], ["/aba", "/ababa", "/abaaba"]),
        (PathTemplate("/a/{x=**}"), ["/a/", "/a/b", "/a/b/c/", "/a//"], ["/a", "/ab/c", "/"]),
        (PathTemplate("/{x}/{y=**}"), ["/a/", "/a/b"], ["//", "//b", "/a"]),
    ],
)
def test_paths(criterion: Criterion, taken: list[str], refused: list[str]) -> None:
    assert [path for path in taken + refused if criterion.accepts(Request.from_parts("GET", path))] == taken


@pytest.mark.parametrize(
    ("test", "taken", "refused"),
    [
        (Present(), ["", "x"], []),
        (TextExact("aÉ", ignore_case=True), ["AÉ"], ["aé", ""]),
        (TextExact("a"), ["a"], ["A", "", "aa"]),
        (TextPrefix("ab"), ["ab", "abc"], ["a", "xab", "AB"]),
        (TextPrefix("ab", ignore_case=True), ["ABc"], ["bab"]),
        (TextSuffix("ab"), ["ab", "xab"], ["abx", "AB"]),
        (TextSuffix("ab", ignore_case=True), ["xAB"], ["abx"]),
        (TextContains("ab"), ["xabx"], ["axb", "AB"]),
        (TextContains("ab", ignore_case=True), ["xABx"], ["axb"]),
        (TextRegex("a+|b"), ["aa", "b"], ["ab", ""]),
        (IntRange(-1, 5), ["-1", "0", " +4\t", "0004"], ["-2", "5", "4.0", "", "4 4", "0x1", "٣"]),
        (IntRange(0, 2**80), [str(2**63 - 1)], [str(2**63)]),
    ],
)
def test_texts(test: TextTest, taken: list[str], refused: list[str]) -> None:
    assert [value for value in taken + refused if test.accepts(value)] == taken


@pytest.mark.parametrize(
    ("criterion", "taken", "refused"),
    [
        (HostExact("A.b"), ["a.B", "a.b:80"], ["a.b.", "xa.b", "b"]),
        (HostExact("a.b", ignore_port=False), ["a.b"], ["a.b:80"]),
        (HostExact("a.b:80", ignore_port=False), ["a.b:80"], ["a.b"]),
        (HostSuffix(".B"), ["a.b", "x.a.B:1"], [".b", "ab", "a.bc"]),
        (HostSuffix(".b", proper=False), [".b", "a.b"], ["b"]),
        (HostPrefix("www."), ["www.b", "WWW.b"], ["www.", "ww.b", "a.www.b"]),
    ],
)
def test_hosts(criterion: Criterion, taken: list[str], refused: list[str]) -> None:
    hosts = taken + refused
    assert [host for host in hosts if criterion.accepts(Request.from_parts("GET", "/", authority=host))] == taken
    assert not criterion.accepts(Request.from_parts("GET", "/"))


_X = TextExact("x")


@pytest.mark.parametrize(
    ("criterion", "lines", "wanted"),
    [
        (HeaderMatch("H", _X), [], False),
        (HeaderMatch("H", _X), ["y", "x"], True),
        (HeaderMatch("h", _X), ["y"], False),
        (HeaderMatch("h", _X, invert=True), [], False),
        (HeaderMatch("h", _X, invert=True), ["y"], True),
        (HeaderMatch("h", _X, invert=True), ["y", "x"], False),
        (HeaderMatch("h"), [""], True),
        (HeaderMatch("h"), [], False),
        (HeaderMatch("h", invert=True), [], True),
        (HeaderMatch("h", invert=True), [""], False),
        (HeaderMatch("h", _X, joined=True), ["x", "x"], False),
        (HeaderMatch("h", TextExact("x,y"), joined=True), ["x", "y"], True),
        (HeaderMatch("h", TextExact("x,y")), ["x", "y"], False),
        (HeaderMatch("h", TextExact("x,y"), joined=True, invert=True), ["x", "y"], False),
        (GrpcRequest(), ["application/grpc"], False),
    ],
)
def test_headers(criterion: Criterion, lines: list[str], wanted: bool) -> None:  # noqa: FBT001 - a column of the table
    assert criterion.accepts(Request("GET", "/", headers={"H": lines})) is wanted


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("application/grpc", True), ("application/grpc+x", True), ("application/grpc-web", False), ("text/x", False)],
)
def test_grpc(kind: str, wanted: bool) -> None:  # noqa: FBT001 - a column of the table
    assert GrpcRequest().accepts(Request("POST", "/", headers={"Content-Type": kind})) is wanted


def test_the_rest() -> None:
    request = Request("GET", "https://a/?x=1&x=2&y", protocol="http2")
    taken: list[Criterion] = [
        Method(("PUT", "GET")),
        Scheme("https"),
        Port(443),
        TransportProtocol("http2"),
        QueryMatch("x", TextExact("1")),
        QueryMatch("y", TextExact("")),
        QueryMatch("y"),
        Not(Method("PUT")),
        AnyOf((Method("PUT"), Method("GET"))),
    ]
    refused: list[Criterion] = [
        Method("get"),
        Scheme("http"),
        Port(80),
        TransportProtocol("http"),
        QueryMatch("x", TextExact("2")),
        QueryMatch("z"),
        Not(Method("GET")),
        AnyOf(()),
        AnyOf((Method("PUT"), Port(80))),
    ]
    assert [criterion for criterion in taken + refused if criterion.accepts(request)] == taken


def test_a_match_takes_what_all_its_criteria_take() -> None:
    matches = [RouteMatch(), RouteMatch((Method("GET"), Port(80))), RouteMatch((Method("GET"), Port(81)))]
    assert [match.accepts(Request("GET", "/")) for match in matches] == [True, True, False]
