"""Dead routes: what lint proves, and what it does not know."""

from __future__ import annotations

import pytest

from meshroute import (
    Entry,
    Listener,
    Mesh,
    Normalization,
    Notice,
    Route,
    Unsupported,
    lint,
    scan,
)
from meshroute.analysis import limits
from meshroute.criteria import (
    AnyOf,
    GrpcRequest,
    HeaderMatch,
    HostAny,
    HostExact,
    HostSuffix,
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
    TextExact,
    TextPrefix,
)
from meshroute.model.chance import RandomFraction
from meshroute.model.context import MetadataMatch, ValueIs
from tests.unit.analysis.build import host, listed, mesh, route, table

X1, X2 = HeaderMatch("x", TextExact("1")), HeaderMatch("x", TextExact("2"))
ROOT = PathPrefix("/")


def said(mesh: Mesh, code: str) -> list[str]:
    """Return the messages of one code."""
    return [one.message for one in lint(mesh, select=[code])]


DEAD: dict[str, tuple[list[Route], dict[str, list[str]]]] = {
    "one route takes everything": (
        [route("all", ROOT), route("a", PathExact("/a"))],
        {"a": ["all"]},
    ),
    "two routes together": (
        [route("get", ROOT, Method("GET")), route("rest", ROOT, Not(Method("GET"))), route("a", PathExact("/a"))],
        {"a": ["get", "rest"]},
    ),
    "three of four, and no more than needed": (
        [
            route("a1", PathExact("/a"), X1),
            route("noise", PathExact("/b")),
            route("a2", PathExact("/a"), Not(X1), Method("GET")),
            route("a3", PathExact("/a"), Not(Method("GET"))),
            route("a", PathExact("/a")),
        ],
        {"a": ["a1", "a2", "a3"]},
    ),
    "a narrow route and a wide one behind it": (
        [route("narrow", PathExact("/a"), Method("GET")), route("wide", ROOT), route("a", PathExact("/a"))],
        {"a": ["wide"]},
    ),
    "a regex written differently": (
        [route("one", PathRegex("/a(b|c)")), route("other", PathRegex("/ab|/ac"))],
        {"other": ["one"]},
    ),
    "method absent against GET": (
        [route("any", PathExact("/a")), route("get", PathExact("/a"), Method("GET"))],
        {"get": ["any"]},
    ),
    "header sets of different size": (
        [route("x", ROOT, X1), route("xy", ROOT, X1, HeaderMatch("y", Present()))],
        {"xy": ["x"]},
    ),
    "a condition that never holds": (
        [route("never", PathExact("/a"), Not(PathPrefix("/a"))), route("all", ROOT)],
        {"never": []},
    ),
    "absent and present": (
        [route("no", HeaderMatch("x", invert=True)), route("yes", HeaderMatch("x")), route("all")],
        {"all": ["no", "yes"]},
    ),
    "prefix of characters over prefix of segments": (
        [route("chars", PathStringPrefix("/ab")), route("segments", PathPrefix("/abc"))],
        {"segments": ["chars"]},
    ),
    "a template over an exact path": (
        [route("t", PathTemplate("/users/{id}")), route("me", PathExact("/users/me"))],
        {"me": ["t"]},
    ),
    "two halves of all values": (
        [route("half", RandomFraction(50, 100)), route("most", Not(RandomFraction(25, 100))), route("rest")],
        {"rest": ["half", "most"]},
    ),
    "two schemes are not all, and two fractions of 50 % are the same": (
        [
            route("http", Scheme("http")),
            route("https", Scheme("https")),
            route("half", RandomFraction(50, 100)),
            route("again", RandomFraction(5000, 10000), Scheme("ws")),
            route("rest"),
        ],
        {},
    ),
    "different lines of one header": (
        [route("one", X1, HeaderMatch("x", TextExact("2"), invert=True)), route("both", X1, X2), route("none", X1)],
        {"none": ["one", "both"]},
    ),
    "joined lines": (
        [
            route("joined", HeaderMatch("x", TextExact("1,2"), joined=True)),
            route("lines", X1, X2),
        ],
        {},
    ),
    "gRPC needs its content type": (
        [route("grpc", HeaderMatch("content-type", TextPrefix("application/grpc"))), route("g", GrpcRequest())],
        {"g": ["grpc"]},
    ),
}


@pytest.mark.parametrize("case", DEAD)
def test_dead_routes(case: str) -> None:
    routes, expected = DEAD[case]
    findings = lint(listed(*routes), select=["MR101"])
    assert {one.routes[0]: list(one.covered_by) for one in findings} == expected
    for one in findings:
        assert (one.status, one.severity, one.because) == ("proved", "error", None)
        assert one.names == one.routes


def test_a_dead_route_says_why_and_shows_a_request() -> None:
    found = lint(listed(route("all", ROOT, line=3), route("a", PathExact("/a"), line=7)), select=["MR101"])[0]
    assert found.message == "a is never chosen: all takes all its requests"
    assert [str(source) for source in found.sources] == ["t.yaml:7", "t.yaml:3"]
    assert [request.path for request in found.witnesses] == ["/a"]
    assert scan(listed(route("all", ROOT)), found.witnesses[0]).route is not None


def test_a_condition_that_never_holds_has_no_witness() -> None:
    found = lint(listed(route("never", PathExact("/a"), PathExact("/b"))), select=["MR101"])[0]
    assert found.message == "never is never chosen: its condition can never hold"
    assert found.witnesses == ()


@pytest.mark.parametrize(
    ("normal", "path", "is_dead"),
    [
        (None, "/a/../b", False),
        (Normalization(path=True), "/a/../b", True),
        (Normalization(path=True), "/%61", True),
        (Normalization(path=True), "/%2f", False),
        (Normalization(path=True), "/.;a", False),
        (Normalization(slashes=True), "/a//b", True),
        (Normalization(slashes=True), "//", False),
        (Normalization(escaped_slashes="unescape"), "/%2f", True),
        (Normalization(strict=True), "/\xe9", True),
    ],
)
def test_only_normal_paths_count(normal: Normalization | None, path: str, is_dead: bool) -> None:
    found = lint(listed(route("a", PathExact(path)), normal=normal), select=["MR101"])
    assert [one.status for one in found] == (["proved"] if is_dead else [])


@pytest.mark.parametrize(
    ("normal", "criteria", "is_dead"),
    [
        (Normalization(strict=True), (HeaderMatch("x y"),), True),
        (Normalization(strict=True), (HeaderMatch("x", TextExact("a\nb")),), True),
        (Normalization(joined=frozenset({"x"})), (X1, X2), True),
        (Normalization(joined=frozenset({"y"})), (X1, X2), False),
        (Normalization(forwarded_proto=True), (HeaderMatch("x-forwarded-proto", invert=True),), True),
        (Normalization(strict=True), (HostExact("a b"),), True),
        (Normalization(fragment=True), (QueryMatch("q", TextExact("#")),), True),
        (Normalization(), (QueryMatch("q", TextExact("#")),), False),
        (Normalization(), (QueryMatch("a&b"),), True),
    ],
)
def test_only_what_a_table_sees_counts(
    normal: Normalization,
    criteria: tuple[HeaderMatch | HostExact | QueryMatch, ...],
    is_dead: bool,
) -> None:
    assert bool(said(listed(route("a", *criteria), normal=normal), "MR101")) == is_dead


def test_virtual_hosts_are_told_apart() -> None:
    found = lint(
        mesh(
            table(
                host("a", (HostExact("a"),), route("a1", ROOT), route("a2", PathExact("/x"))),
                host("rest", (HostAny(),), route("r", ROOT)),
            )
        )
    )
    assert [(one.code, one.routes[0]) for one in found] == [("MR101", "a2")]


def test_a_host_that_a_better_domain_takes() -> None:
    found = lint(
        mesh(
            table(
                host("suffix", (HostSuffix(".b"),), route("never", ROOT, HostExact("a.b")), route("s", ROOT)),
                host("exact", (HostExact("a.b"),), route("e", ROOT)),
            )
        ),
        select=["MR101"],
    )
    assert [(one.routes[0], one.covered_by) for one in found] == [("never", ("e",))]


@pytest.mark.parametrize("best", [True, False])
def test_a_virtual_host_whose_domains_others_have(best: bool) -> None:
    domains = (HostExact("a"), HostSuffix(".b"))
    found = lint(
        mesh(
            table(
                host("one", domains, route("o", ROOT)),
                host("two", domains, route("t", ROOT), route("u", PathExact("/u"))),
                best=best,
            )
        )
    )
    dead = {one.routes[0]: one.covered_by for one in found if one.code == "MR101"}
    assert dead == {"t": ("o",), "u": ("o",)}
    assert any(one.code == "MR301" for one in found) == best


def test_a_virtual_host_without_routes_hides_another() -> None:
    found = lint(mesh(table(host("one", (HostExact("a"),)), host("two", (HostExact("a"),), route("t", ROOT)))))
    assert [one.code for one in found] == ["MR101", "MR301"]
    assert found[0].message == "t is never chosen: other virtual hosts take all its requests"
    assert found[0].covered_by == ()
    assert found[1].message == "virtual host two of the table t is never chosen: others have its domains"


def test_a_host_that_a_header_names() -> None:
    hosts = (host("a", (HostExact("a"),), route("a", ROOT)), host("b", (HostExact("b"),), route("b", ROOT)))
    again = host("again", (HostExact("a"),), route("again", ROOT))
    by_header = mesh(table(*hosts, host("any", (HostAny(),), route("any", ROOT)), host_header="x-host"))
    assert said(by_header, "MR1") == []
    hidden = lint(mesh(table(hosts[0], again, host_header="x-host")), select=["MR301", "MR101"])
    assert [(one.code, one.routes) for one in hidden] == [("MR101", ("again", "a")), ("MR301", ("again",))]
    assert hidden[0].witnesses[0].headers.get("x-host") == "a"
    strange = mesh(table(*hosts, host_header=":path"))
    assert {one.status for one in lint(strange, select=["MR101"])} == {"unknown"}


def test_what_a_table_decides_before_its_routes() -> None:
    early = mesh(
        table(
            host("v", (), route("connect", Method("CONNECT")), route("star", PathExact("*")), route("a", ROOT)),
            slash=True,
            tunnels=False,
        )
    )
    assert [one.routes[0] for one in lint(early, select=["MR101"])] == ["connect"]
    http = mesh(table(host("v", (), route("star", PathExact("*"), Scheme("http"), Port(80))), slash=True))
    assert [one.status for one in lint(http, select=["MR101"])] == []


def test_ports() -> None:
    two = mesh(table(host("v", (), route("p", Port(81)), route("q", Port(8080)), route("r"))), ports=(81, 82))
    assert [one.routes[0] for one in lint(two, select=["MR101"])] == ["q"]
    wins = lint(two, select=["MR102"])[0]
    assert [(one.port, one.entry) for one in wins.witnesses] == [(82, "gateway/g"), (81, "gateway/g")]
    free = Mesh(
        (Entry("gateway", "g", (Listener("t"), Listener("other", 81))),),
        (table(host("v", (), route("p", Port(81)))), table(id="other")),
    )
    assert [one.routes[0] for one in lint(free, select=["MR101"])] == ["p"]


def test_what_is_not_modelled_is_not_proved() -> None:
    odd = route("odd", ROOT, action=Unsupported(Notice("unsupported", "a Lua filter")))
    found = lint(listed(odd, route("a", PathExact("/a"))), select=["MR101"])
    assert [(one.routes[0], one.status, one.severity) for one in found] == [("a", "unknown", "info")]
    assert found[0].because == "odd, which takes its requests, says something that is not modelled"
    both = lint(listed(odd, route("b", ROOT), route("a", PathExact("/a"))), select=["MR101"])
    assert [one.routes[0] for one in both if one.status == "proved"] == ["a"]
    unnamed = route(None, ROOT, action=Unsupported(Notice("unsupported", "x")), line=4)
    because = [one.because for one in lint(listed(unnamed, route("a", PathExact("/a"))), select=["MR101"])]
    assert because == ["#4, which takes its requests, says something that is not modelled"]


def test_a_criterion_that_cannot_be_chosen() -> None:
    secret = MetadataMatch("auth", ("admin",), ValueIs(value=True))
    found = lint(listed(route("a", secret), route("b", secret), route("rest")), select=["MR101"])
    assert [(one.routes[0], one.status) for one in found] == [("b", "proved"), ("a", "unknown")]
    assert "cannot be chosen" in (found[1].because or "")


def test_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    covered = [route("no", HeaderMatch("x", invert=True)), route("yes", HeaderMatch("x")), route("all")]
    monkeypatch.setattr("meshroute.analysis.boxes.MAX_STEPS", 1)
    assert lint(listed(*covered), select=["MR101"])[0].because == "the question takes more than 1 steps"
    monkeypatch.setattr("meshroute.analysis.search.MAX_COMPARED", 1)
    assert lint(listed(*covered), select=["MR101"])[0].because == "the question takes more than 1 steps"


def test_boxes_are_bounded() -> None:
    many = tuple(AnyOf((HeaderMatch(f"a{number}"), QueryMatch(f"b{number}"))) for number in range(11))
    found = lint(listed(route("many", *many)), select=["MR101"])
    assert found[0].because == f"a condition is made of more than {limits.MAX_BOXES} alternatives"
