"""Corners of lint and diff that the cases do not get to."""

from __future__ import annotations

import pytest

from meshroute import (
    Delegate,
    Entry,
    Listener,
    Mesh,
    Normalization,
    Notice,
    PathReplace,
    PrefixReplace,
    Redirect,
    Route,
    RouteMatch,
    Unsupported,
    diff,
    lint,
)
from meshroute.analysis.boxes import Box
from meshroute.analysis.dimensions import CERTIFICATE, PATH, Dimension, domain
from meshroute.analysis.measure import described, share
from meshroute.analysis.regions import region
from meshroute.analysis.requests import is_impossible
from meshroute.analysis.rules import rules_of
from meshroute.analysis.texts import any_line
from meshroute.criteria import (
    AnyOf,
    HeaderMatch,
    HostExact,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    QueryMatch,
    TextExact,
    TextPrefix,
    TextSuffix,
    TransportProtocol,
)
from meshroute.model.context import MetadataMatch, ValueIs
from meshroute.model.cookies import CookieMatch
from meshroute.model.mutations import HeaderMutations
from meshroute.model.precedence import Precedence
from meshroute.model.request import Request
from meshroute.patterns import SEPARATOR, TEXT, Language, compile_pattern, is_exponential
from tests.unit.analysis.build import host, listed, mesh, python, route, table, to
from tests.unit.analysis.test_diff import sends
from tests.unit.analysis.test_diff_ways import inner, outer

SECRET = MetadataMatch("auth", ("admin",), ValueIs(value=True))
ROOT = PathPrefix("/")


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ({}, "all requests"),
        ({PATH: Language.of("/a|/b|/c|/d|/e")}, "path starts with '/', such as '/a'"),
        ({PATH: Language.of("a.*b|c")}, "path is such as 'c'"),
        ({Dimension("header", "x"): domain(Dimension("header", "x")) - Language.text("")}, "header 'x' is present"),
        (
            {
                Dimension("header", "x"): Language.of(f"{SEPARATOR}1{SEPARATOR}2".replace(SEPARATOR, ""))
                & Language.text("q")
            },
            "header 'x' has several lines",
        ),
        ({Dimension("query", "x"): Language.text("")}, "query 'x' is missing"),
        ({Dimension("whether", SECRET): Language.text("0")}, f"not {SECRET!r}"),
        ({Dimension("whether", SECRET): Language.text("1")}, repr(SECRET)),
        ({PATH: Language.of("/[a-z]+")}, "path starts with '/', such as '/a'"),
        ({Dimension("header", "x"): any_line(TEXT)}, "header 'x' is present"),
        ({Dimension("method"): TEXT - Language.of("(?s).*T")}, "method not (ends with 'T')"),
        ({Dimension("method"): Language.of("(?s).*T.*")}, "method contains 'T'"),
        ({Dimension("host"): Language.text("") | Language.text(f"{SEPARATOR}a")}, "host is missing or is a"),
    ],
)
def test_regions_in_words(box: Box, words: str) -> None:
    assert described(box) == words


def test_a_value_of_any_kind_in_one_line() -> None:
    line = Language.build(0, lambda state: [(1 << 256, 1)] if not state else [(TEXT.rows[0][0][0], 1)], bool)
    assert described({Dimension("header", "x"): line}) == "header 'x' is anything"


@pytest.mark.parametrize("kind", ["scheme", "server name", "whether", "certificate", "state", "port", "method"])
def test_shares_are_between_none_and_all(kind: str) -> None:
    name = SECRET if kind == "whether" else ""
    for language in (domain(Dimension(kind, name)), Language.text("q")):
        assert 0 <= share({Dimension(kind, name): language}) <= 1
    assert share({CERTIFICATE: Language.text("11")}) == 0.5


def test_a_route_behind_a_criterion_that_cannot_be_chosen() -> None:
    found = lint(listed(route("a", PathRegex("/v1.2"), SECRET), route("b", PathRegex("/v1.2"), Method("GET"), SECRET)))
    assert {one.code for one in found if one.status == "unknown"} == {"MR101"}
    assert [len(one.witnesses) for one in found if one.code == "MR205"] == [0, 0]


def test_what_overlaps_only_in_what_cannot_be_chosen() -> None:
    found = lint(
        listed(route("a", PathPrefix("/a"), SECRET), route("b", PathPrefix("/a"), Method("GET")), route("w", ROOT))
    )
    assert {one.routes[0] for one in found if one.code == "MR102"} == {"w"}
    assert [one.routes for one in found if one.code == "MR105"] == [("b", "w")]


def test_a_stray_request_that_cannot_be_built() -> None:
    guarded = route("a", PathPrefix("/a"), QueryMatch("q"), SECRET)
    assert [one.code for one in lint(listed(guarded), select=["MR105"])] == []
    live = listed(route("on", PathPrefix("/a"), Method("GET")), route("s", PathPrefix("/a"), SECRET), route("w", ROOT))
    assert [one.routes for one in lint(live, select=["MR105"])] == [("on", "w")]


def test_no_more_is_tried_than_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    early = (route("g", PathPrefix("/a"), Method("GET")), route("p", PathPrefix("/a"), Method("POST")))
    between = listed(route("x", PathPrefix("/a"), QueryMatch("q")), *early, route("w", ROOT))
    assert ("x", "w") in {one.routes for one in lint(between, select=["MR105"])}
    monkeypatch.setattr("meshroute.analysis.checks.order._TRIES", 1)
    assert ("x", "w") not in {one.routes for one in lint(between, select=["MR105"])}


def test_a_request_that_a_table_refuses() -> None:
    odd = listed(route("a", HeaderMatch(":method", TextExact("G ET"))), normal=Normalization(strict=True))
    assert [one.status for one in lint(odd, select=["MR101"])] == ["unknown"]


def test_parts_of_one_route_are_not_ordered_by_chance() -> None:
    by_age = Precedence((("creation", "1"),), ((1,),)), Precedence((("creation", "2"),), ((2,),))
    parts = [
        route("a", path, line=3, action=to(name)).replace(precedence=precedence, id=name)
        for path, precedence, name in zip((PathPrefix("/a"), PathPrefix("/a/b")), by_age, "xy", strict=True)
    ]
    assert lint(listed(*parts), select=["MR103"]) == ()


def test_a_regex_whose_rest_is_none() -> None:
    assert [one.code for one in lint(listed(route("a", PathRegex("^*/a"))), select=["MR203"])] == []


def test_exponential_patterns_that_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.patterns._minimal.MAX_STATES", 2)
    assert not is_exponential(compile_pattern("(a|aa)+cdefg"))


@pytest.mark.parametrize(
    ("source", "is_bad"),
    [("((a*)*)*b", True), ("(ab|a(b))*c", True), ("(a?){60}(b?){60}c", False), ("(a|aa)*(?s:.*)", False)],
)
def test_exponential_patterns(source: str, is_bad: bool) -> None:
    assert is_exponential(compile_pattern(source)) == is_bad


def test_a_rule_does_not_accept_what_its_route_refuses() -> None:
    one = table(host("v", (), route("a", PathExact("/a"))))
    rules = rules_of(one)
    assert [rule.accepts(one, Request("GET", "/b")) for rule in rules] == [False, True]


def test_what_only_strict_tables_see() -> None:
    strict = Normalization(strict=True)
    found = lint(listed(route("a", CookieMatch("c", TextExact("a\nb"))), normal=strict), select=["MR101"])
    assert [one.status for one in found] == ["proved"]


def test_requests_that_a_side_refuses() -> None:
    odd = listed(route("a", HeaderMatch(":method", TextExact("G ET"))), normal=Normalization(strict=True))
    found = diff(odd, listed(normal=Normalization(strict=True)))
    assert (found.verdict, found.because) == ("unknown", ("a request that it would take cannot be built",))


def test_entries_where_nobody_listens() -> None:
    none = Mesh((Entry("gateway", "g", ()), Entry("gateway", "h", (Listener("t"),))), (table(host("v", ())),))
    other = Mesh(
        (Entry("gateway", "g", (Listener("t"),)), Entry("gateway", "h", (Listener("t"),))), (table(host("v", ())),)
    )
    assert diff(none, other, by="route").verdict == "equivalent"
    assert diff(none, none).verdict == "equivalent"


def test_regions_of_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.analysis.compare._FEW", 1)
    early = [route("g", PathPrefix("/a/b"), Method("GET"))]
    found = diff(
        listed(*early, route("a", PathPrefix("/a"))), listed(*early, route("a", PathPrefix("/a"), action=to("z")))
    )
    assert [one.region for one in found.differences] == ["path starts with the segments '/a'"]


def test_one_path_cut_in_two_ways() -> None:
    old = [
        route("a", PathExact("/ab"), action=sends(PrefixReplace("/x"))),
        route("b", PathStringPrefix("/a"), action=sends(PrefixReplace("/a"))),
    ]
    new = [
        route("a", PathExact("/ab"), action=sends(PathReplace("/x"))),
        route("b", PathStringPrefix("/a"), action=sends()),
    ]
    assert diff(listed(*old), listed(*new)).verdict == "equivalent"
    longer = [route("a", PathStringPrefix("/ab"), action=sends(PrefixReplace("/x/y")))]
    shorter = [route("a", PathStringPrefix("/ab"), PathStringPrefix("/a"), action=sends(PrefixReplace("/x/y")))]
    assert diff(listed(*longer), listed(*shorter)).verdict == "equivalent"
    whole = [route("a", PathStringPrefix("/ab"), action=sends(PathReplace("/x")))]
    assert diff(listed(*longer), listed(*whole)).verdict == "different"
    odd_case = [route("a", PathStringPrefix("/AB", ignore_case=True), action=sends(PrefixReplace("/")))]
    kept = [route("a", PathStringPrefix("/AB", ignore_case=True), action=sends())]
    assert diff(listed(*odd_case), listed(*kept)).verdict == "different"
    longer_case = [
        route("a", PathStringPrefix("/AB", ignore_case=True), PathRegex("(?i)/ab.+"), action=sends(PrefixReplace("/")))
    ]
    kept_case = [route("a", PathStringPrefix("/AB", ignore_case=True), PathRegex("(?i)/ab.+"), action=sends())]
    assert diff(listed(*longer_case), listed(*kept_case)).verdict == "different"


def test_leaves_of_circles_are_doubtful() -> None:
    circle = mesh(outer(), inner(route("back", PathPrefix("/a"), action=Delegate("t")), route("i", ROOT)))
    other = mesh(
        outer(), inner(route("back", PathPrefix("/a"), action=Delegate("t")), route("i", ROOT, action=to("j")))
    )
    assert diff(circle, other).verdict == "different"
    assert diff(circle, circle).verdict == "equivalent"


def test_protocols() -> None:
    old = listed(route("a", TransportProtocol("grpc")))
    found = diff(old, listed())
    assert [one.witness.protocol for one in found.differences] == ["grpc"]


def test_a_stray_request_that_nothing_takes() -> None:
    assert lint(python(Route("cart", path_prefix="/cart", methods="GET", to="c")), select=["MR105"]) == ()


def test_tables_and_routes_are_meshes() -> None:
    routes = [Route("a", path_prefix="/", to="x", priority=1), Route("b", path="/b", to="y")]
    one = table(host("v", (), route("a", ROOT), route("b", PathExact("/b"))))
    for value in (routes, python(*routes), one):
        assert [finding.code for finding in lint(value, select=["MR101"])] == ["MR101"]
        assert diff(value, value).verdict == "equivalent"


@pytest.mark.parametrize(
    ("criteria", "target"),
    [
        ((HeaderMatch(":path", TextExact("/x?y")),), "/x?y"),
        ((HeaderMatch(":path", TextExact("/x?y")), PathExact("/x")), "/x?y"),
        ((HeaderMatch(":path", TextPrefix("/x")), PathPrefix("/x/y")), "/x/y"),
        ((HeaderMatch(":path", TextSuffix("=1")), PathExact("/x")), "/x?=1"),
        ((HeaderMatch(":path", TextSuffix("/x"), invert=True), PathPrefix("/x")), "/x/"),
        ((Not(HeaderMatch(":path", TextExact("/x"))), PathExact("/x")), "/x?"),
    ],
)
def test_a_path_with_its_query(criteria: tuple[HeaderMatch | PathExact, ...], target: str) -> None:
    found = lint(listed(route("before", PathExact("/x"), Method("PUT")), route("a", *criteria)), select=["MR1"])
    assert [one.code for one in found if one.routes[0] == "a"] in ([], ["MR102"])
    differing = diff(listed(route("a", *criteria)), listed()).differences
    assert [one.witness.target for one in differing] == [target]


def test_a_path_with_its_query_that_cannot_be() -> None:
    never = listed(route("a", HeaderMatch(":path", TextExact("/x")), PathExact("/y")))
    assert [(one.status, one.covered_by) for one in lint(never, select=["MR101"])] == [("proved", ())]
    assert diff(never, listed()).verdict == "equivalent"
    hidden = listed(route("x", PathExact("/x")), route("a", HeaderMatch(":path", TextPrefix("/x?")), PathPrefix("/x")))
    assert [one.covered_by for one in lint(hidden, select=["MR101"])] == [("x",)]


def test_a_cover_of_what_is_possible() -> None:
    routes = (
        route("get", PathExact("/x"), Method("GET")),
        route("x", PathExact("/x")),
        route("a", HeaderMatch(":path", TextPrefix("/x?")), PathPrefix("/x")),
    )
    assert [one.covered_by for one in lint(listed(*routes), select=["MR101"])] == [("x",)]


def test_large_automata_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.analysis.boxes.MAX_STATES_VISITED", 3)
    found = lint(listed(route("a", PathExact("/long")), route("b", PathExact("/long"))), select=["MR101"])
    assert {one.because for one in found} == {"the question takes more than 3 states of automata"}
    differing = diff(listed(route("a", PathExact("/long"))), listed())
    assert differing.because == ("the question takes more than 3 states of automata",)


def test_a_listener_for_the_other_ports() -> None:
    elsewhere = table(host("v", (), route("o", ROOT)), id="other")
    here = table(host("v", (), route("r", ROOT), route("gone", PathExact("/a"))))
    both = Mesh((Entry("gateway", "g", (Listener("t"), Listener("other", 80))),), (here, elsewhere))
    found = lint(both, select=["MR1"])
    assert [(one.routes[0], one.covered_by) for one in found] == [("gone", ("r",))]
    assert [one.port for one in found[0].witnesses] == [443]


@pytest.mark.parametrize("target", ["/a", "/a?x", "/a#x", "/a#x?y", "", "?x", "#x", "*"])
@pytest.mark.parametrize("invert", [True, False])
@pytest.mark.parametrize("text", ["", "x", "a"])
def test_no_box_with_a_request_is_impossible(target: str, invert: bool, text: str) -> None:
    request = Request.from_parts("GET", "/").replace(target=target)
    whole = HeaderMatch(":path", TextSuffix(text), invert=invert)
    as_empty = HeaderMatch(":path", TextSuffix(text), invert=invert, missing_as_empty=True)
    for criterion in (whole, as_empty, Not(whole), Not(as_empty)):
        for path in (
            PathExact(request.path),
            PathStringPrefix("/"),
            HeaderMatch(":path"),
            HeaderMatch(":path", invert=True),
        ):
            match = RouteMatch((criterion, path))
            if match.accepts(request):
                assert not all(map(is_impossible, region(match))), match


def test_only_one_side_listens_by_route() -> None:
    tables = (table(host("v", (), route("r", PathExact("/a")))), table(id="none"))
    one = Mesh((Entry("gateway", "g", (Listener("t", 80), Listener("none", 81))),), tables)
    other = Mesh((Entry("gateway", "g", (Listener("none", 81), Listener("none", 82))),), tables)
    found = diff(one, other, by="route")
    assert [(difference.witness.path, difference.region) for difference in found.differences] == [("/a", "port is 80")]
    secret = table(host("v", (), route("r", SECRET)))
    hidden = Mesh((Entry("gateway", "g", (Listener("t", 80), Listener("none", 81))),), (secret, tables[1]))
    assert diff(hidden, other, by="route").because == (
        "no request was found that shows whether only one side listens: port is 80",
    )


def test_what_is_not_modelled_proves_nothing() -> None:
    odd = route("odd", PathPrefix("/a"), Not(Method("PUT")), action=Unsupported(Notice("n", "m")))
    behind = listed(odd, route("r", PathPrefix("/a"), Method("PUT")), route("web", ROOT))
    assert [one.routes for one in lint(behind, select=["MR201"])] == []
    assert [one.routes for one in lint(behind, select=["MR201", "MR102"]) if "odd" in one.routes] == []
    guarded = listed(route("odd", PathPrefix("/a"), action=Unsupported(Notice("n", "m"))), route("web", ROOT))
    assert lint(guarded, select=["MR501"]) == ()
    aged = [
        route(name, PathPrefix("/a"), action=action).replace(precedence=Precedence((("creation", name),), ((name,),)))
        for name, action in (("1", Unsupported(Notice("n", "m"))), ("2", to("x")))
    ]
    assert lint(listed(*aged), select=["MR103"]) == ()


def test_a_virtual_host_that_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.analysis.boxes.MAX_STATES_VISITED", 1)
    again = mesh(table(host("one", (HostExact("a"),)), host("two", (HostExact("a"),))))
    assert lint(again, select=["MR301"]) == ()


def test_a_circle_behind_what_cannot_be_chosen() -> None:
    first = table(host("v", (), route("on", AnyOf((PathPrefix("/b"), SECRET)), action=Delegate("two"))))
    second = table(host("v", (), route("stop", PathPrefix("/b")), route("back", ROOT, action=Delegate("t"))), id="two")
    assert lint(mesh(first, second), select=["MR304"]) == ()


def test_redirects_by_backend() -> None:
    change = HeaderMutations(("x",), ())
    old, new = (
        listed(route("a", PathExact("/a"), action=Redirect(path="/b", response=response)))
        for response in ((), (change,))
    )
    assert diff(old, new, by="backend").verdict == "equivalent"
    assert diff(old, new).verdict == "different"
