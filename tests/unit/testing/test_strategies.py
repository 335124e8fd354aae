"""What the strategies draw: every kind, requests that match, and near misses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import meshroute.criteria
from meshroute import Backend, Delegate, Mesh, Request, Route, Router, RouteTable, VirtualHost
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
    PathWithoutParameters,
    Port,
    Present,
    QueryMatch,
    RouteMatch,
    Scheme,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
    TransportProtocol,
)
from meshroute.patterns import Pattern
from meshroute.testing import _texts as texts
from meshroute.testing import (
    criteria,
    meshes,
    requests,
    requests_for,
    requests_matching,
    requests_not_matching,
    routes,
    strategies,
    tables,
    tables_and_requests,
)
from meshroute.testing._aim import Draft, aimed_request, odd_request, satisfy, targets_of
from meshroute.testing._draw import draw_criterion, draw_mesh, draw_route, draw_routes, draw_table
from meshroute.testing._members import accepted_region, draw_member, refused_region
from meshroute.testing.strategies import one_route

T = TypeVar("T")


def _many(draw: Callable[[Random], T], count: int = 400) -> list[T]:
    return [draw(Random(seed)) for seed in range(count)]  # noqa: S311 - repeatable, not secret


def test_criteria_of_every_kind_are_drawn() -> None:
    found = _many(draw_criterion, 2000)
    kinds = {type(one) for one in found} | {type(one.criterion) for one in found if isinstance(one, Not)}
    public = {getattr(meshroute.criteria, name) for name in meshroute.criteria.__all__}
    assert {kind for kind in public if hasattr(kind, "seen")} - {Criterion} <= kinds
    tests = {type(one.test) for one in found if isinstance(one, HeaderMatch)}
    assert tests == {Present, TextExact, TextPrefix, TextSuffix, TextContains, TextRegex, IntRange}


def test_tables_of_every_kind_are_drawn() -> None:
    found = _many(lambda rng: draw_table(rng, "t", 10))
    kinds = Counter((table.by_precedence, table.host_selection) for table in found)
    assert set(kinds) == {(True, "ordered"), (False, "ordered"), (False, "best_only")}
    assert min(kinds.values()) > 50
    assert any(table.normalization for table in found)
    assert any(table.slash_required for table in found)
    assert any(len(host.domains) > 64 for table in found for host in table.virtual_hosts)
    assert any(route.precedence and len(route.precedence.keys) == 2 for table in found for route in table.routes())


def test_routes_have_different_names() -> None:
    for found in _many(draw_routes):
        assert len({route.name for route in found}) == len(found)
    assert any(len(found) > 8 for found in _many(draw_routes))


def test_meshes_lead_on_and_listen() -> None:
    found = _many(draw_mesh)
    leads = [route.action for mesh in found for table in mesh.tables for route in table.routes()]
    assert {action.table for action in leads if isinstance(action, Delegate)} == {"t0", "t1", "t2", "missing"}
    assert {len(entry.listeners) for mesh in found for entry in mesh.entries} == {0, 1, 2}
    assert {len(mesh.entries) for mesh in found} == {1, 2}


_CONDITIONS: list[Criterion] = [
    PathExact("/a"),
    PathStringPrefix("/ab"),
    PathRegex("/(?P<x>[a-z]+)/([0-9]{2,}|x?)"),
    Method(("PUT", "POST")),
    Scheme("https"),
    Port(8080),
    TransportProtocol("grpc"),
    GrpcRequest(),
    QueryMatch("q", TextPrefix("v")),
    HostExact("a.example"),
    HostSuffix(".example", proper=False),
    HeaderMatch("x", TextExact("1")),
    HeaderMatch("x", TextSuffix("1,2"), joined=True),
    HeaderMatch(":method", TextExact("PUT")),
    HeaderMatch(":path", TextExact("/p")),
    HeaderMatch(":scheme", TextExact("https")),
    HeaderMatch(":authority", TextExact("b")),
    HeaderMatch("host", TextExact("b")),
    HeaderMatch("É", TextRegex("x+")),
    AnyOf((Method("PUT"), AnyOf((Method("POST"),)))),
    PathWithoutParameters(PathExact("/a")),
]


@pytest.mark.parametrize("criterion", _CONDITIONS, ids=repr)
def test_a_draft_is_made_to_satisfy(criterion: Criterion) -> None:
    for seed in range(20):
        draft = Draft()
        satisfy(Random(seed), draft, criterion)  # noqa: S311 - repeatable, not secret
        assert criterion.accepts(draft.request()), draft


_BOUNDARY: list[Criterion] = [
    PathPrefix("/ab"),
    PathTemplate("/v{x}/{y}"),
    HostSuffix(".example"),
    HostPrefix("www."),
    HeaderMatch("x", TextExact("1"), invert=True),
    HeaderMatch("x", IntRange(1, 5)),
    QueryMatch("q", TextContains("1")),
    QueryMatch("q", Present()),
    Not(PathExact("/")),
    Not(Method("GET")),
]


@pytest.mark.parametrize("criterion", _BOUNDARY, ids=repr)
def test_requests_fall_on_both_sides_of_a_criterion(criterion: Criterion) -> None:
    found = Counter(criterion.accepts(request) for request in _many(lambda rng: aimed_request(rng, ((criterion,),))))
    assert found[True] > 20
    assert found[False] > 20


def test_what_cannot_be_satisfied_changes_nothing() -> None:
    for criterion in (AnyOf(()), Not(Method("GET"))):
        draft = Draft()
        satisfy(Random(0), draft, criterion)  # noqa: S311 - repeatable, not secret
        assert draft == Draft() or isinstance(criterion, Not)


def test_a_draft_holds_wire_text_whatever_the_routes_say() -> None:
    draft = Draft(method="\u4e2d", path="/\u4e2d", host="\u4e2d", port=70_000, protocol="carrier pigeon")
    request = draft.request()
    assert (request.method, request.path, request.authority, request.port, request.protocol) == (
        *("?", "/", "?", 4464, "http"),
    )


def test_many_requests_match_and_many_miss() -> None:
    table = RouteTable(
        "t",
        (VirtualHost("h", (Route("a", path="/a/{x}", headers={"x": "1"}, to="x"),), (HostExact("a.example"),)),),
    )
    router = Router(table)
    found = Counter(
        router.resolve(request).route is not None
        for request in _many(lambda rng: aimed_request(rng, targets_of(table)))
    )
    assert found[True] > 100
    assert found[False] > 100


@pytest.mark.parametrize("value", [[], RouteTable("t", ()), Mesh((), ())])
def test_nothing_to_aim_at(value: Mesh | RouteTable | list[Route]) -> None:
    assert targets_of(value) == ((),)


def test_a_mesh_is_aimed_at_by_all_its_tables() -> None:
    found = [VirtualHost(None, (Route("a", path="/a", to=Backend("x")),)), VirtualHost(None, (Route("b", to="y"),))]
    mesh = Mesh((), tuple(RouteTable(f"t{place}", (host,)) for place, host in enumerate(found)))
    assert targets_of(mesh) == ((PathExact("/a"),), ())


@pytest.mark.parametrize(
    "test",
    [TextExact("a"), TextPrefix("a"), TextSuffix("a"), TextContains("a"), TextRegex("[0-9]+|x"), Present()],
    ids=repr,
)
def test_samples_pass(test: TextTest) -> None:
    assert all(test.accepts(value) for value in _many(lambda rng: texts.sample_of_test(rng, test), 30))


def test_samples_of_a_range_are_at_its_ends() -> None:
    assert set(_many(lambda rng: texts.sample_of_test(rng, IntRange(1, 5)), 50)) == {"0", "1", "4", "5"}


@pytest.mark.parametrize("source", ["a{3}b?", "(x|yz)*", "[^a]", "\\x00", "^a$", "(?i)ab", "", "a{0}b"])
def test_samples_of_patterns_match(source: str) -> None:
    pattern = Pattern(source)
    assert all(pattern.fullmatch(value) for value in _many(lambda rng: texts.sample_of_pattern(rng, pattern), 30))


def test_samples_of_patterns_end() -> None:
    assert (
        max(len(value) for value in _many(lambda rng: texts.sample_of_pattern(rng, Pattern("(a{30}){30}")), 3)) == 200
    )
    assert _many(lambda rng: texts.sample_of_pattern(rng, Pattern("[^\\x00-\\xff]")), 1) == ["\0"]


def test_variations_of_a_text() -> None:
    found = set(_many(lambda rng: texts.vary(rng, "ab")))
    assert {"ab", "AB", "", "a", "b"} < found
    assert any(len(text) == 3 for text in found)
    assert set(_many(lambda rng: texts.vary(rng, ""))) >= {""}


def test_other_case_stays_within_latin_1() -> None:
    assert texts.other_case("aBÉé") == "AbéÉ"
    assert texts.other_case("\xdf\xff\xb5") == "\xdf\xff\xb5"


def test_odd_requests() -> None:
    found = _many(odd_request)
    assert max(len(request.target) for request in found) == 6000
    assert {"a.example", None} <= {request.authority for request in found}


@given(st.data(), st.one_of(tables(4), meshes(3), routes(4)))
def test_the_strategies(data: st.DataObject, value: Mesh | RouteTable | list[Route]) -> None:
    assert isinstance(data.draw(requests_for(value)), Request)
    assert isinstance(data.draw(requests()), Request)
    assert hasattr(data.draw(criteria()), "accepts")


def test_a_request_that_a_route_takes_is_found() -> None:
    route = Route("a", path="/cart/{id}", methods="PUT", headers={"x": "1"}, to="x")
    assert route.match.accepts(find(requests_for([route]), route.match.accepts))


def test_requests_that_a_route_takes_and_those_it_does_not() -> None:
    """Measured over many routes of all kinds: less than one in a hundred has to be drawn again."""
    rng = Random(7)  # noqa: S311 - repeatable, not secret
    drawn = missed = 0
    for number in range(400):
        route = draw_route(rng, f"r{number}")
        for wanted, region in ((True, accepted_region), (False, refused_region)):
            boxes = region(route.match)
            for _ in range(5 if boxes else 0):
                request = draw_member(rng, route.match, boxes or (), wanted=wanted)
                drawn += 1
                missed += request is None
                assert request is None or route.match.accepts(request) == wanted
    assert drawn > 3_000
    assert missed < drawn / 100


@given(st.data(), one_route())
def test_the_strategies_of_one_route(data: st.DataObject, route: Route) -> None:
    for strategy, wanted in ((requests_matching, True), (requests_not_matching, False)):
        try:
            found = strategy(route)
        except ValueError as error:
            assert str(error) == f"there is no request that 'route' {'takes' if wanted else 'does not take'}"  # noqa: PT017 - no other text
            continue
        assert route.match.accepts(data.draw(found)) == wanted


def test_the_members_of_a_route_vary() -> None:
    route = Route("a", path="/cart/{id}", headers={"x": "1"}, to="x")
    taken, refused = set[str](), set[str]()

    @given(requests_matching(route), requests_not_matching(route))
    def collect(one: Request, other: Request) -> None:
        taken.add(one.path)
        refused.add(other.path if other.headers.lines("x") == ("1",) else "by its header")

    collect()
    assert len(taken) > 10
    assert len(refused) > 3
    assert "by its header" in refused


def test_what_cannot_be_told_is_not() -> None:
    match = RouteMatch((PathRegex("(a|b)*a" + "(a|b)" * 14),))
    assert accepted_region(match) is None
    assert refused_region(match) is None


def test_what_cannot_be_told_is_aimed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(match: RouteMatch) -> None:
        _ = match

    monkeypatch.setattr(strategies, "accepted_region", unknown)
    monkeypatch.setattr(strategies, "refused_region", unknown)
    route = Route("a", path="/cart/{id}", to="x")
    assert route.match.accepts(find(requests_matching(route), lambda _: True))
    assert not route.match.accepts(find(requests_not_matching(route), lambda _: True))
    never = Route("never", match=RouteMatch((AnyOf(()),)), to="x")
    with pytest.raises(Unsatisfiable):
        find(requests_matching(never), lambda _: True)


def test_aimed_at_one_route() -> None:
    route = Route("a", path="/cart/{id}", to="x")
    assert find(requests_for(route), route.match.accepts).path.startswith("/cart/")


def test_hypothesis_knows_the_types() -> None:
    for kind in (Request, Route, RouteTable, Mesh):
        assert isinstance(find(st.from_type(kind), lambda _: True), kind)


def test_what_is_drawn_shrinks_to_what_is_good_to_read() -> None:
    assert find(requests(), lambda request: "x" in request.headers).headers.items() == (("x", "1"),)
    table, request = find(tables_and_requests(), lambda both: Router(both[0]).resolve(both[1]).outcome == "forward")
    assert request == Request("GET", "/")
    assert len(list(table.routes())) == 1
