"""The index, one small table for each thing that it could get wrong."""

from __future__ import annotations

import pytest

from meshroute import (
    Delegate,
    Entry,
    Listener,
    Mesh,
    Normalization,
    Request,
    Route,
    Router,
    RouteTable,
    VirtualHost,
    scan,
)
from meshroute.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
    HostPrefix,
    HostSuffix,
    Method,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    QueryMatch,
    RouteMatch,
    TextExact,
)
from meshroute.matching import prefixes
from meshroute.model.precedence import Precedence
from meshroute.model.rewrites import PathReplace


def _table(*conditions: Criterion | tuple[Criterion, ...]) -> Router:
    """A table in the order of listing; each route is called by its place."""
    routes = tuple(
        Route(str(place), match=RouteMatch(one if isinstance(one, tuple) else (one,)), to="x")
        for place, one in enumerate(conditions)
    )
    return Router(RouteTable("t", (VirtualHost(None, routes),)))


def _taken(router: Router, request: Request) -> str | None:
    route = router.resolve(request).route
    return None if route is None else route.name


def _get(path: str, **headers: str) -> Request:
    return Request.from_parts("GET", path, headers=headers)


@pytest.fixture
def _lengths(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "MAX_LENGTHS", request.param)


both_ways = pytest.mark.parametrize(
    "_lengths", [pytest.param(0, id="bisected"), pytest.param(9, id="by length")], indirect=True
)
"""Prefixes are found in two ways; it depends on how many lengths they have."""


@both_ways
@pytest.mark.usefixtures("_lengths")
def test_of_nested_prefixes_the_first_listed_wins() -> None:
    router = _table(PathStringPrefix("/ab"), PathStringPrefix("/"), PathStringPrefix("/abc"), PathStringPrefix("/abcd"))
    assert [_taken(router, _get(path)) for path in ("/abcd", "/abx", "/a", "x")] == ["0", "0", "1", None]
    other = _table(PathStringPrefix("/"), PathStringPrefix("/ab"))
    assert _taken(other, _get("/abc")) == "0"
    mixed = _table(PathStringPrefix("/a"), PathStringPrefix("/abc"), PathStringPrefix("/ab"))
    assert _taken(mixed, _get("/abcd")) == "0"


@both_ways
@pytest.mark.usefixtures("_lengths")
def test_a_prefix_that_is_the_whole_path() -> None:
    router = _table(PathStringPrefix("/ab"), PathStringPrefix("/abc"))
    assert [_taken(router, _get(path)) for path in ("/ab", "/abc", "/a")] == ["0", "0", None]


@both_ways
@pytest.mark.usefixtures("_lengths")
def test_an_outer_prefix_is_tried_where_an_inner_one_refuses() -> None:
    router = _table((PathStringPrefix("/a"), HeaderMatch("x")), (PathStringPrefix("/ab"), HeaderMatch("y")))
    assert _taken(router, _get("/abc", x="1")) == "0"
    assert _taken(router, _get("/abc", y="1")) == "1"


@both_ways
@pytest.mark.usefixtures("_lengths")
def test_the_neighbour_of_a_text_need_not_be_a_prefix_of_it() -> None:
    router = _table(*(PathStringPrefix(text) for text in ("/a", "/aa", "/aaa", "/aaaa", "/aab", "/ab")))
    assert [_taken(router, _get(path)) for path in ("/aaaz", "/aac", "/az", "/b")] == ["0", "0", "0", None]
    inner = _table(*(PathStringPrefix(text) for text in ("/aaaa", "/aaa", "/aa", "/a")))
    assert [_taken(inner, _get(path)) for path in ("/aaaa", "/aaab", "/aab", "/ab")] == ["0", "1", "2", "3"]


def test_prefixes_of_segments_end_at_slashes() -> None:
    router = _table(PathPrefix("/ab"), PathPrefix("/"))
    assert [_taken(router, _get(path)) for path in ("/ab", "/ab/", "/abc", "*")] == ["0", "0", "1", None]


def test_case_is_ignored_where_it_is_said() -> None:
    router = _table(PathExact("/A", ignore_case=True), PathStringPrefix("/Bb", ignore_case=True), PathExact("/a"))
    assert [_taken(router, _get(path)) for path in ("/a", "/A", "/bBc", "/c")] == ["0", "0", "1", None]


def test_a_later_exact_path_does_not_hide_an_earlier_one_without_case() -> None:
    router = _table(PathExact("/a"), PathExact("/A", ignore_case=True))
    assert [_taken(router, _get(path)) for path in ("/a", "/A")] == ["0", "1"]


def test_templates() -> None:
    router = _table(
        PathTemplate("/a/{x}/c"),
        PathTemplate("/{x}/b/c"),
        PathTemplate("/v{x}/w"),
        PathTemplate("/r/{x=**}"),
        PathTemplate("/{x}/{y}"),
        PathTemplate("/{x}"),
    )
    paths = ["/a/b/c", "/z/b/c", "/v1/w", "/v/w", "/r/", "/r", "/r/1/2", "/a//c", "//b/c", "/a/", "/", "a/b"]
    assert [_taken(router, _get(path)) for path in paths] == [
        *("0", "1", "2", "4", "3", "5", "3", None, None, None, None, None)
    ]


def test_a_regular_expression_is_tested_beyond_its_literal_prefix() -> None:
    router = _table(PathRegex("/a[0-9]+"), PathRegex("/a.*"))
    assert [_taken(router, _get(path)) for path in ("/a1", "/a", "/ab")] == ["0", "1", "1"]


def _values(count: int) -> list[Criterion]:
    return [HeaderMatch("x", TextExact(str(place))) for place in range(count)]


def test_routes_that_ask_for_no_value_keep_their_place_among_those_that_do() -> None:
    criteria = _values(10)
    criteria.insert(0, HeaderMatch("y"))
    criteria.insert(5, HeaderMatch("z"))
    router = _table(*criteria)
    assert _taken(router, _get("/", x="9", y="1")) == "0"
    assert _taken(router, _get("/", x="9", z="1")) == "5"
    assert _taken(router, _get("/", x="1", z="1")) == "2"
    assert _taken(router, _get("/", x="9")) == "11"


def test_of_the_lines_of_a_header_the_first_route_counts() -> None:
    router = _table(*_values(10))
    lines = [("x", "7"), ("x", "2"), ("x", "5")]
    assert _taken(router, Request.from_parts("GET", "/", headers=lines)) == "2"
    joined = _table(*(HeaderMatch("x", TextExact(f"{place},a"), joined=True) for place in range(10)))
    assert _taken(joined, Request.from_parts("GET", "/", headers=[("x", "3"), ("x", "a")])) == "3"


def test_values_of_the_query_and_the_method() -> None:
    query = _table(*(QueryMatch("x", TextExact(str(place))) for place in range(10)))
    assert _taken(query, _get("/?x=4&x=3")) == "4"
    assert _taken(query, _get("/")) is None
    methods = _table(*(Method((f"M{place}", "GET")) for place in range(10)))
    assert _taken(methods, Request("M4", "/")) == "4"
    assert _taken(methods, Request("GET", "/")) == "0"


def test_values_without_case_are_not_looked_up() -> None:
    router = _table(*(HeaderMatch("x", TextExact(f"A{place}", ignore_case=True)) for place in range(10)))
    assert _taken(router, _get("/", x="a4")) == "4"
    inverted = _table(*(HeaderMatch("x", TextExact(str(place)), invert=True) for place in range(10)))
    assert _taken(inverted, _get("/", x="0")) == "1"


def test_alternatives() -> None:
    router = _table(
        *(AnyOf((HeaderMatch("x", TextExact(str(n))), HeaderMatch("y", TextExact(str(n))))) for n in range(10))
    )
    assert _taken(router, _get("/", y="4")) == "4"
    hosts = _table(*(AnyOf((HostExact(f"h{n}"), HostSuffix(f".s{n}"))) for n in range(10)))
    assert _taken(hosts, Request("GET", "http://a.s7/")) == "7"
    assert _taken(hosts, Request("GET", "http://h7/")) == "7"


def _hosts(*domains: tuple[HostExact | HostSuffix | HostPrefix, ...], best: bool = True) -> Router:
    hosts = tuple(
        VirtualHost(f"h{place}", (Route(str(place), path="/", to="x"),), one) for place, one in enumerate(domains)
    )
    return Router(RouteTable("t", hosts, host_selection="best_only" if best else "ordered"))


def test_the_best_domain_wins() -> None:
    router = _hosts(
        (),
        (HostPrefix("www."),),
        (HostPrefix("www.a."),),
        (HostSuffix(".b"),),
        (HostSuffix(".a.b"),),
        (HostExact("www.a.b"), HostExact("other")),
        (HostSuffix(".a.b"),),
    )
    assert _taken(router, Request("GET", "http://WWW.a.b:80/")) == "5"
    hosts = ["www.a.b", "x.a.b", "x.b", "www.b", "www.a.c", "www.c", "other", ".b", "c"]
    taken = [_taken(router, Request("GET", f"http://{host}/")) for host in hosts]
    assert taken == ["5", "4", "3", "3", "2", "1", "5", "0", "0"]
    assert _taken(router, Request("GET", "/")) == "0"


def test_there_is_no_way_on_from_the_best_domain() -> None:
    router = _hosts((), (HostExact("a"),))
    assert _taken(router, Request("GET", "http://a/")) == "1"
    answer = router.resolve(Request("GET", "http://a/other"))
    assert (answer.status, answer.virtual_host) == (404, "h1")


def test_in_order_the_first_virtual_host_that_takes_the_request_wins() -> None:
    router = _hosts((HostSuffix(".b"),), (HostExact("a.b"),), (), best=False)
    assert [_taken(router, Request("GET", f"http://{host}/")) for host in ("a.b", ".b", "b")] == ["0", "2", "2"]


def test_allowed_methods() -> None:
    router = Router(
        [
            Route("a", path="/a", methods=["PUT", "GET"], to="x"),
            Route("b", path="/a", methods="POST", headers={"x": "1"}, to="x"),
            Route("c", path="/b", methods="DELETE", to="x"),
        ]
    )
    answer = router.resolve(Request("PATCH", "/a"))
    assert scan(router.mesh, Request("PATCH", "/a")).allowed_methods == answer.allowed_methods
    assert (answer.status, answer.allowed_methods) == (405, ("GET", "HEAD", "PUT"))
    assert router.resolve(Request("PATCH", "/a", headers={"x": "1"})).allowed_methods == ("GET", "HEAD", "POST", "PUT")
    assert router.resolve(Request("PATCH", "/c")).status == 404


def test_a_replaced_route_stands_where_its_precedence_puts_it() -> None:
    router = Router([Route("a", path="/a", to="x"), Route("b", path_prefix="/", to="x")])
    moved = router.replace("b", Route("b", path_prefix="/", to="x", priority=1))
    assert (_taken(router, _get("/a")), _taken(moved, _get("/a"))) == ("a", "b")
    tied = Router([Route("a", path="/{x}", to="x"), Route("b", path_prefix="/", to="x")])
    assert _taken(tied.replace("b", Route("b", path="/{y}", to="x")), _get("/a")) == "a"
    assert _taken(router.replace("a", Route("c", path="/c", to="x")), _get("/a")) == "b"


def test_a_replaced_route_of_documents_keeps_its_place() -> None:
    router = _table(PathStringPrefix("/"), PathExact("/a"))
    replaced = router.replace("0", Route("0", path_prefix="/", to="y", priority=9))
    assert _taken(replaced, _get("/a")) == "0"


def _mesh(*tables: RouteTable, listeners: tuple[Listener, ...] = (Listener("t0"),)) -> Router:
    return Router(Mesh((Entry("gateway", "g", listeners),), tables))


def _leads(name: str, to: str, port: int | None = None) -> RouteTable:
    action = Delegate(to, (PathReplace("/next"),), port)
    return RouteTable(name, (VirtualHost(None, (Route(f"to {to}", match=RouteMatch(), action=action),)),))


@pytest.mark.parametrize(("count", "status"), [(16, None), (17, 404)])
def test_sixteen_delegates_are_followed(count: int, status: int | None) -> None:
    last = RouteTable(f"t{count}", (VirtualHost(None, (Route("end", path="/next", to="x"),)),))
    answer = _mesh(*(_leads(f"t{place}", f"t{place + 1}") for place in range(count)), last).resolve(_get("/"))
    if status is None:
        assert answer.route is not None
        assert answer.route.name == "end"
    else:
        assert [notice.code for notice in answer.notices] == ["too-many-hops"]


def test_a_delegate_sets_the_port() -> None:
    ports = RouteTable("t1", (VirtualHost(None, (Route("8", port=8, to="x"), Route("9", port=9, to="x"))),))
    assert _taken(_mesh(_leads("t0", "t1", 9), ports), Request("GET", "/", port=8)) == "9"
    assert _taken(_mesh(_leads("t0", "t1"), ports), Request("GET", "/", port=8)) == "8"


def test_listeners() -> None:
    tables = tuple(RouteTable(name, (VirtualHost(None, (Route(name, to="x"),)),)) for name in ("t0", "t1"))
    router = _mesh(*tables, listeners=(Listener("t0", 80), Listener("t1", 8080)))
    assert _taken(router, Request("GET", "http://a:8080/")) == "t1"
    assert _taken(router, Request("GET", "/")) == "t0"
    refused = router.resolve(Request("GET", "/", port=81))
    assert (refused.status, [notice.code for notice in refused.notices]) == (None, ["no-listener"])
    alone = _mesh(*tables, listeners=(Listener("t1", 8080),))
    assert _taken(alone, Request("GET", "http://a:80/")) == "t1"


def test_text_is_normalised_before_it_is_matched() -> None:
    routes = (Route("a", path="/a/b", to="x"),)
    table = RouteTable("t0", (VirtualHost(None, routes),), normalization=Normalization(path=True, slashes=True))
    router = Router(table)
    assert _taken(router, _get("/x/..//a//b?q")) == "a"
    answer = router.resolve(_get("/a%00"))
    assert (answer.outcome.value, answer.status) == ("bad_request", 400)
    strict = Router(RouteTable("t0", (VirtualHost(None, routes),), normalization=Normalization(strict=True)))
    assert strict.resolve(_get("/a/b", x="a\nb")).status == 400
    assert strict.resolve(_get("/a/b", x="a b")).status is None


def test_a_path_without_slash_matches_nothing_where_it_is_required() -> None:
    routes = (Route("all", to="x"),)
    router = Router(RouteTable("t", (VirtualHost(None, routes),), slash_required=True))
    assert [_taken(router, Request.from_parts("GET", path)) for path in ("/", "*", "")] == ["all", None, None]
    assert _taken(router, Request.from_parts("", "", protocol="tcp")) == "all"


def test_an_order_that_is_left_open_is_said() -> None:
    def at(used: int, other: int) -> Precedence:
        return Precedence((("n", str(used)),), ((used,), (other,)))

    routes = (
        Route("before", headers={"x": "no"}, to="x", precedence=at(0, 0)),
        Route("a", to="x", precedence=at(1, 1)),
        Route("b", to="x", precedence=at(2, 1)),
        Route("c", to="x", precedence=at(3, 2)),
        Route("d", headers={"x": "no"}, to="x", precedence=at(4, 1)),
        Route("a", to="x", precedence=at(5, 1), id="a again"),
    )
    notices = Router(RouteTable("t", (VirtualHost(None, routes),))).resolve(_get("/")).notices
    assert [(notice.code, notice.routes) for notice in notices] == [("undefined-order", ("a", "b"))]


def test_explanations() -> None:
    router = Router([Route("a", path="/a", methods="PUT", to="x"), Route("b", path="/a", to="x"), Route("c", to="x")])
    candidates = router.explain(_get("/a")).hops[0].candidates
    assert [(candidate.route.name, candidate.verdict) for candidate in candidates] == [
        ("a", "rejected"),
        ("b", "chosen"),
        ("c", "later"),
    ]
    assert candidates[0].reason.endswith("the method is 'GET'")
    assert candidates[2].reason == (
        "it accepts the request too, but comes later: path kind exact path goes before path kind no path"
    )
