"""The index: many routes along every dimension, each answer equal to the definition's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from meshroute.matching.candidate import LAST, Candidate
from meshroute.matching.paths import PathIndex
from meshroute.matching.prefixes import Prefixes
from meshroute.matching.router import Router
from meshroute.matching.values import (
    MAX_VALUES,
    ByValue,
    HeaderOf,
    HostOf,
    PortOf,
    ProtocolOf,
    QueryOf,
    SchemeOf,
    build_node,
    exact_values,
)
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
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
    RouteMatch,
    Scheme,
    TextExact,
    TextPrefix,
    TransportProtocol,
)
from meshroute.model.hops import Place
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.matching.ask import ask, listed


def _routes(*matches: tuple[Criterion, ...]) -> Router:
    return Router(listed(*(Route(str(place), match=RouteMatch(match), to="x") for place, match in enumerate(matches))))


def _taken(router: Router, request: Request) -> str | None:
    answer = ask(router, request)
    return None if answer.route is None else answer.route.name


@pytest.mark.parametrize(
    ("criterion", "dimension", "values"),
    [
        (TransportProtocol("tcp"), ProtocolOf(), ("tcp",)),
        (Scheme("https"), SchemeOf(), ("https",)),
        (Port(1), PortOf(), (1,)),
        (HostExact("A"), HostOf(ignore_port=True), ("a",)),
        (HeaderMatch("H", TextExact("1")), HeaderOf("h", joined=False), ("1",)),
        (HeaderMatch("H", TextExact("1"), joined=True), HeaderOf("h", joined=True), ("1",)),
        (QueryMatch("q", TextExact("1")), QueryOf("q"), ("1",)),
        (AnyOf((Port(1), Port(2), Port(1))), PortOf(), (1, 2)),
    ],
)
def test_exact_values(criterion: Criterion, dimension: object, values: tuple[object, ...]) -> None:
    assert exact_values(criterion) == (dimension, values)


@pytest.mark.parametrize(
    "criterion",
    [
        HeaderMatch("h", TextExact("1"), invert=True),
        HeaderMatch("h", TextExact("1", ignore_case=True)),
        HeaderMatch("h", TextPrefix("1")),
        HeaderMatch("h"),
        QueryMatch("q", TextExact("1", ignore_case=True)),
        QueryMatch("q"),
        Not(Port(1)),
        AnyOf(()),
        AnyOf((Port(1), Scheme("http"))),
        AnyOf((Port(1), Not(Port(2)))),
        AnyOf((Port(1), AnyOf((Port(2),)))),
        PathExact("/a"),
    ],
)
def test_no_exact_values(criterion: Criterion) -> None:
    assert exact_values(criterion) is None


def _get(target: str = "/", **parts: object) -> Request:
    return Request("GET", target).replace(**parts)


_DIMENSIONS: list[tuple[Callable[[int], Criterion], Callable[[int], Request]]] = [
    (lambda n: Method(f"M{n}"), lambda n: _get(method=f"M{n}")),
    (lambda n: Scheme(f"s{n}"), lambda n: _get(scheme=f"s{n}")),
    (lambda n: Port(n + 1), lambda n: _get(port=n + 1)),
    (lambda n: HeaderMatch("h", TextExact(str(n))), lambda n: _get(headers={"h": str(n)})),
    (lambda n: HeaderMatch("h", TextExact(str(n))), lambda n: _get(headers={"h": ["no", str(n), "50"]})),
    (lambda n: HeaderMatch("h", TextExact(f"{n},x"), joined=True), lambda n: _get(headers={"h": [str(n), "x"]})),
    (lambda n: HeaderMatch(":authority", TextExact(f"a{n}")), lambda n: _get(authority=f"a{n}")),
    (lambda n: QueryMatch("q", TextExact(str(n))), lambda n: _get(f"/?q={n}&q=0")),
    (lambda n: AnyOf((Port(n + 1), Port(n + 101))), lambda n: _get(port=n + 101)),
    (lambda n: AnyOf((HostExact(f"a{n}"), Port(1))), lambda n: _get(authority=f"A{n}:8")),
]


@pytest.mark.parametrize(("make", "asked"), _DIMENSIONS)
def test_many_values_of_one_dimension(make: Callable[[int], Criterion], asked: Callable[[int], Request]) -> None:
    router = _routes(*((Not(HeaderMatch("z")), make(number)) for number in range(40)), (HeaderMatch("last"),))
    for number in (0, 1, 5, 17, 39):
        assert _taken(router, asked(number)) == str(number)
        assert _taken(router, asked(number).replace(headers={"z": "", "last": ""})) == "40"
    assert _taken(router, _get(method="NO", scheme="no", port=999)) is None


def test_a_second_criterion_on_the_host() -> None:
    router = _routes(*((HostSuffix(".b"), HostExact(f"a{number}.b:1", ignore_port=False)) for number in range(20)))
    assert _taken(router, _get(authority="A7.b:1")) == "7"
    assert _taken(router, _get(authority="A7.b")) is None
    assert _taken(router, _get(authority="x.b")) is None
    assert _taken(router, _get()) is None


def test_protocols_are_values_too() -> None:
    protocols = ("http", "http2", "grpc", "tcp", "tls", "udp")
    router = _routes(*((TransportProtocol(protocols[number % 6]), QueryMatch(f"q{number}")) for number in range(24)))
    for number in (0, 7, 23):
        assert _taken(router, _get(f"/?q{number}", protocol=protocols[number % 6])) == str(number)
        assert _taken(router, _get(f"/?q{number}", protocol=protocols[(number + 1) % 6])) is None


def test_a_missing_value_asks_the_rest_only() -> None:
    matches: list[tuple[Criterion, ...]] = [(HeaderMatch("h", TextExact(str(number))),) for number in range(20)]
    router = _routes(*matches, (Method("GET"),), (Method("PUT"),))
    assert _taken(router, _get()) == "20"
    assert _taken(router, _get(headers={"h": "none"})) == "20"
    assert _taken(router, _get(headers={"h": "19"})) == "19"
    assert _taken(router, Request("PUT", "/")) == "21"
    assert _taken(router, Request("POST", "/")) is None
    early = _routes((Method("GET"),), *matches)
    assert _taken(early, _get(headers={"h": "3"})) == "0"
    assert _taken(early, Request("PUT", "/", {"h": "3"})) == "4"


def test_several_dimensions_one_inside_the_other() -> None:
    grid = [(a, b, c) for a in range(5) for b in range(5) for c in range(5)]
    router = _routes(
        *(
            (
                HeaderMatch("a", TextExact(str(a))),
                QueryMatch("b", TextExact(str(b))),
                HeaderMatch("c", TextExact(str(c))),
            )
            for a, b, c in grid
        )
    )
    for place in (0, 7, 62, 124):
        a, b, c = grid[place]
        assert _taken(router, _get(f"/?b={b}", headers={"a": str(a), "c": str(c)})) == str(place)
    assert _taken(router, _get("/?b=5", headers={"a": "0", "c": "0"})) is None


def test_a_criterion_with_very_many_values_is_tried_as_it_is() -> None:
    wide = AnyOf(tuple(Port(number) for number in range(1, MAX_VALUES + 2)))
    router = _routes(*((wide, HeaderMatch("h", IntRange(number, number + 1))) for number in range(12)))
    assert _taken(router, _get(port=MAX_VALUES + 1, headers={"h": "11"})) == "11"
    assert _taken(router, _get(port=MAX_VALUES + 2, headers={"h": "11"})) is None


def test_routes_without_telling_values_are_tried_in_order() -> None:
    router = _routes(*((HeaderMatch("h", IntRange(number, number + 1)), Method("GET")) for number in range(12)))
    assert _taken(router, _get(headers={"h": "7"})) == "7"
    assert _taken(router, Request("PUT", "/", {"h": "7"})) is None


def test_repeated_header_lines_take_the_first_route_of_any() -> None:
    router = _routes(*((HeaderMatch("h", TextExact(str(number))),) for number in range(20)))
    assert _taken(router, _get(headers={"h": ["15", "3", "9"]})) == "3"
    assert _taken(router, _get(headers={"h": ["3", "15", "x"]})) == "3"


def test_the_most_dimensions_that_are_indexed() -> None:
    node = build_node([_candidate(number, HeaderMatch("h", TextExact(str(number)))) for number in range(20)], 32)
    assert not isinstance(node, ByValue)
    inner = build_node([_candidate(number, HeaderMatch("h", TextExact(str(number)))) for number in range(20)], 31)
    assert isinstance(inner, ByValue)
    assert [candidate.rank for candidate in inner.candidates()] == list(range(20))
    assert [candidate.rank for candidate in node.candidates()] == list(range(20))


def _candidate(rank: int, *criteria: Criterion) -> Candidate:
    return Candidate(rank, Place("t"), criteria)


# paths

_PATHS: list[tuple[Criterion, ...]] = [
    (PathExact("/a/b"),),
    (PathExact("/A/b", ignore_case=True),),
    (PathTemplate("/a/{x}"),),
    (PathTemplate("/{x}/b"),),
    (PathTemplate("/v{x}/b"),),
    (PathTemplate("/{x}/{rest=**}"),),
    (PathTemplate("/a/{rest=**}"),),
    (PathRegex("/a/[0-9]+"),),
    (PathRegex(".*x"),),
    (PathPrefix("/a"),),
    (PathPrefix("/"),),
    (PathStringPrefix("/a"),),
    (PathStringPrefix("/A/", ignore_case=True),),
    (PathStringPrefix(""),),
    (),
]
_TARGETS = [
    "/a/b",
    "/A/B",
    "/a",
    "/a/",
    "/a/1",
    "/ab",
    "/v1/b",
    "/v/b",
    "/a/b/c",
    "//b",
    "/",
    "*",
    "",
    "x",
    "/a/x",
    "/é",
]


@pytest.mark.parametrize("target", _TARGETS)
@pytest.mark.parametrize("turn", range(len(_PATHS)))
def test_the_first_route_wins_whatever_its_path(turn: int, target: str) -> None:
    turned = _PATHS[turn:] + _PATHS[:turn]
    request = Request("GET", target)
    first = next(str(place) for place, match in enumerate(turned) if RouteMatch(match).accepts(request))
    assert _taken(_routes(*turned), request) == first


@pytest.mark.parametrize(
    ("place", "accepted"),
    [
        (0, ["/a/b"]),
        (1, ["/a/b", "/A/B"]),
        (2, ["/a/b", "/a/1", "/a/x"]),
        (3, ["/a/b", "/v1/b", "/v/b"]),
        (4, ["/v1/b"]),
        (5, ["/a/b", "/A/B", "/a/", "/a/1", "/v1/b", "/v/b", "/a/b/c", "/a/x"]),
        (6, ["/a/b", "/a/", "/a/1", "/a/b/c", "/a/x"]),
        (7, ["/a/1"]),
        (8, ["x", "/a/x"]),
        (9, ["/a/b", "/a", "/a/", "/a/1", "/a/b/c", "/a/x"]),
        (11, ["/a/b", "/a", "/a/", "/a/1", "/ab", "/a/b/c", "/a/x"]),
        (12, ["/a/b", "/A/B", "/a/", "/a/1", "/a/b/c", "/a/x"]),
        (13, _TARGETS),
        (14, _TARGETS),
    ],
)
def test_which_paths_one_route_takes(place: int, accepted: list[str]) -> None:
    router = _routes(_PATHS[place])
    assert [target for target in _TARGETS if _taken(router, Request("GET", target)) == "0"] == accepted


def test_two_criteria_on_the_path_must_both_accept() -> None:
    router = _routes((PathPrefix("/a"), PathRegex(".*b")), (PathTemplate("/{x}"), PathExact("/c")))
    assert _taken(router, Request("GET", "/a/b")) == "0"
    assert _taken(router, Request("GET", "/a/c")) is None
    assert _taken(router, Request("GET", "/c")) == "1"
    assert _taken(router, Request("GET", "/d")) is None


def test_405_reaches_every_kind_of_path() -> None:
    routes = [
        Route(f"M{place}", match=RouteMatch((*match, Method(f"M{place}"))), to="x")
        for place, match in enumerate(_PATHS)
    ]
    router = Router(RouteTable("t", (VirtualHost(None, tuple(routes)),), method_not_allowed=True))
    for target in _TARGETS:
        expected = {
            f"M{place}" for place, match in enumerate(_PATHS) if RouteMatch(match).accepts(Request("GET", target))
        }
        assert set(ask(router, Request("GET", target)).allowed_methods) == expected


@pytest.mark.parametrize(
    ("criteria", "allowed"),
    [
        ((Method(("A", "B")), Method(("B", "C"))), ("B",)),
        ((Method("A"), Method("C")), ()),
        ((Method("A"), HeaderMatch("h")), ()),
        ((Method("A"), Not(HeaderMatch("h"))), ("A",)),
        ((HeaderMatch("h"),), ()),
    ],
)
def test_which_methods_are_allowed(criteria: tuple[Criterion, ...], allowed: tuple[str, ...]) -> None:
    route = Route("r", match=RouteMatch(criteria), to="x")
    router = Router(RouteTable("t", (VirtualHost(None, (route,)),), method_not_allowed=True))
    assert ask(router, Request("GET", "/")).allowed_methods == allowed


class _Node:
    """A node that has a rank and finds nothing."""

    def __init__(self, first: int) -> None:
        self.first = first


def test_all_prefixes_of_a_text_longest_first() -> None:
    keys = ["", "/", "/a", "/a/", "/a/b", "/a/b/c", "/a/b/c/d", "/a/c", "/ab", "/b", "b"]
    prefixes = Prefixes({key: _Node(rank) for rank, key in enumerate(keys)})

    def found(text: str) -> list[str]:
        return [keys[node.first] for node in prefixes.nodes(text)]

    assert found("/a/b/c/d/e") == ["/a/b/c/d", "/a/b/c", "/a/b", "/a/", "/a", "/", ""]
    assert found("/a/bz") == ["/a/b", "/a/", "/a", "/", ""]
    assert found("/abc") == ["/ab", "/a", "/", ""]
    assert found("/z") == ["/", ""]
    assert found("a") == [""]
    assert found("\xff") == [""]
    longest = prefixes.longest("/a/b/c/z")
    assert longest is not None
    assert keys[longest.first] == "/a/b/c"
    assert Prefixes({"/a": _Node(0)}).longest("/b") is None
    assert Prefixes({"/b": _Node(0)}).longest("/a") is None


def test_a_deep_chain_of_prefixes() -> None:
    chain = {"a" * length: _Node(length) for length in range(1, 2001)}
    prefixes = Prefixes({**chain, "ab": _Node(0)})
    longest = prefixes.longest("a" * 1500 + "b")
    assert longest is not None
    assert longest.first == 1500
    assert [node.first for node in prefixes.nodes("aaab")] == [3, 2, 1]
    assert [node.first for node in prefixes.nodes("abz")] == [0, 1]


def test_a_bound_cuts_the_search_short() -> None:
    index = PathIndex.build(
        [
            _candidate(10, PathExact("/a")),
            _candidate(20, PathTemplate("/{x}")),
            _candidate(30, PathPrefix("/")),
            _candidate(40, PathExact("/A", ignore_case=True)),
        ]
    )
    request = Request("GET", "/a")
    found = [index.find(request, bound) for bound in (LAST, 11, 10, 5)]
    assert [None if candidate is None else candidate.rank for candidate in found] == [10, 10, None, None]
    late = PathIndex.build([_candidate(30, PathPrefix("/")), _candidate(20, PathExact("/A", ignore_case=True))])
    folded = late.find(request, LAST)
    assert folded is not None
    assert folded.rank == 20
    assert late.find(request, 20) is None
    assert PathIndex.build([]).first == LAST
    assert PathIndex.build([]).find(request, LAST) is None
