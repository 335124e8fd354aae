"""Findings about conditions, reach, backends and guards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from meshroute import (
    Backend,
    Delegate,
    DirectResponse,
    Entry,
    Forward,
    HostRewrite,
    Listener,
    Mesh,
    Normalization,
    PathReplace,
    Redirect,
    Request,
    Route,
    lint,
)
from meshroute.analysis import limits
from meshroute.criteria import (
    AnyOf,
    GrpcRequest,
    HeaderMatch,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathWithoutParameters,
    QueryMatch,
    Scheme,
    TextExact,
    TextRegex,
)
from tests.unit.analysis.build import host, listed, mesh, python, route, table, to
from tests.unit.analysis.test_lint import said

X1, X2 = HeaderMatch("x", TextExact("1")), HeaderMatch("x", TextExact("2"))
ROOT = PathPrefix("/")


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (
            [route("a", ROOT, HeaderMatch("x"), X1)],
            ["a would take the same requests without: header 'x' is present"],
        ),
        ([route("a", PathExact("/a"), Method("GET"))], []),
        (
            [route("get", ROOT, Method("GET")), route("rest", ROOT, Not(Method("GET")), X1), route("all")],
            [],
        ),
        (
            [route("get", ROOT, Method("GET")), route("post", ROOT, Method("POST")), route("all", Scheme("http"))],
            [],
        ),
        (
            [route("x", X1), route("y", HeaderMatch("x", TextExact("1"), invert=True), QueryMatch("q"))],
            [],
        ),
        (
            [
                route("x", X1),
                route("nox", HeaderMatch("x", invert=True)),
                route("y", HeaderMatch("x", TextExact("1"), invert=True)),
            ],
            ["y would take the same requests without: header 'x' not (is '1')"],
        ),
        ([route("a", PathStringPrefix("/"), X1)], []),
        (
            [route("a", PathPrefix("/a"), PathExact("/a/b"))],
            ["a would take the same requests without: path starts with the segments '/a'"],
        ),
    ],
)
def test_a_criterion_without_effect(routes: list[Route], expected: list[str]) -> None:
    assert said(listed(*routes), "MR201") == expected


@pytest.mark.parametrize(
    ("pattern", "simple"),
    [
        ("/a", "exact '/a'"),
        ("/a.*", "the prefix '/a'"),
        ("/a(/.*)?", "the segments '/a'"),
        (".*b", "the suffix 'b'"),
        (".*ab.*", "contains 'ab'"),
        (".*", "any value"),
        ("/[ab]", None),
        (r"a\bb", None),
    ],
)
def test_a_regex_equal_to_a_simpler_kind(pattern: str, simple: str | None) -> None:
    expected = [] if simple is None else [f"the regex {pattern!r} of a is the same as {simple}"]
    assert said(listed(route("a", PathRegex(pattern))), "MR202") == expected


def test_regexes_everywhere() -> None:
    regex = TextRegex("v")
    routes = [
        route("h", HeaderMatch("x", regex)),
        route("q", QueryMatch("x", regex)),
        route("n", Not(AnyOf((HeaderMatch("y", regex), Method("GET"))))),
        route("p", PathWithoutParameters(PathRegex("/v"))),
    ]
    assert len(said(listed(*routes), "MR202")) == 4


@pytest.mark.parametrize(
    ("pattern", "code", "message"),
    [
        ("^/a$", "MR203", "the regex '^/a$' of a is matched against the whole value: '/a' is the same"),
        ("/a$", "MR203", "the regex '/a$' of a is matched against the whole value: '/a' is the same"),
        (r"/a\$", "MR203", None),
        ("^/a|b$", "MR203", "the regex '^/a|b$' of a is matched against the whole value: '/a|b' is the same"),
        ("(^/a)", "MR203", None),
        ("^/a", "MR204", "the regex '^/a' of a is matched against the whole value, and is no search: it refuses '/aa'"),
        ("/a$", "MR204", "the regex '/a$' of a is matched against the whole value, and is no search: it refuses '//a'"),
        ("^/a.*", "MR204", None),
        (".*/a$", "MR204", None),
        ("^/a$", "MR204", None),
        ("/v1.2/x", "MR205", "a dot in the regex '/v1.2/x' of a matches anything: it accepts '/v1a2/x'"),
        (r"/v1\.2/[a.b]", "MR205", None),
        (r"/\w.a", "MR205", None),
        ("/a.*", "MR205", None),
        ("(/[a-z]+)+/x", "MR206", None),
        (
            "/(a|aa)+c",
            "MR206",
            "the regex '/(a|aa)+c' of a takes exponential time in engines that backtrack, such as those of nginx, Java and Python",
        ),
        (
            "^/([a-z]+)*x$",
            "MR206",
            "the regex '^/([a-z]+)*x$' of a takes exponential time in engines that backtrack, such as those of nginx, Java and Python",
        ),
    ],
)
def test_habits_of_patterns(pattern: str, code: str, message: str | None) -> None:
    assert said(listed(route("a", PathRegex(pattern))), code) == ([] if message is None else [message])


def test_a_dot_is_shown_by_a_request() -> None:
    found = lint(listed(route("a", PathRegex("/v1.2"))), select=["MR205"])[0]
    assert [request.path for request in found.witnesses] == ["/v1a2"]
    hidden = lint(listed(route("all", ROOT), route("a", PathRegex("/v1.2"))), select=["MR205"])[0]
    assert hidden.witnesses == ()
    header = lint(listed(route("a", HeaderMatch("x", TextRegex("a.b")))), select=["MR205"])[0]
    assert header.witnesses == ()


def test_a_pattern_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.patterns._minimal.MAX_STATES", 50)
    found = lint(listed(route("a", PathRegex("/x[ab]*a[ab]{12}"))), select=["MR101"])
    assert [(one.code, one.status) for one in found] == [("MR101", "unknown")]


def test_what_a_check_gives_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> Iterator[None]:
        yield None
        raise limits.UndecidedError("it is too much")

    monkeypatch.setattr("meshroute.analysis.lint._OF_ROUTES", ((gives_up, "MR201"),))
    monkeypatch.setattr("meshroute.analysis.lint._WHOLE", ((gives_up, "MR301"),))
    found = lint(listed(route("a", ROOT)), select=["MR201", "MR301"])
    assert [(one.code, one.message, one.because) for one in found] == [
        ("MR301", "what there is to say under MR301 is not known", "it is too much"),
        ("MR201", "what there is to say of a under MR201 is not known", "it is too much"),
    ]


def test_listeners_and_tables_that_get_no_request() -> None:
    two = table(host("v", (), route("o", ROOT)), id="two")
    hidden = Mesh((Entry("gateway", "g", (Listener("t", 80), Listener("two", 80, name="late"))),), (table(), two))
    assert said(hidden, "MR302") == ["listener late of gateway/g gets no request: another one of the entry has port 80"]
    anywhere = Mesh((Entry("gateway", "g", (Listener("t"), Listener("two"))),), (table(), two))
    assert said(anywhere, "MR302") == [
        "listener two of gateway/g gets no request: another one of the entry has any port"
    ]
    alone = Mesh((Entry("gateway", "g", (Listener("t"),)),), (table(), two))
    assert said(alone, "MR303") == ["no listener and no route leads to the table two"]
    assert said(alone, "MR1") == []


def test_tables_that_only_others_lead_to() -> None:
    inner = table(host("v", (), route("i", ROOT), route("dead", PathExact("/a"))), id="inner")
    outer = table(host("v", (), route("o", ROOT, action=Delegate("inner")), route("gone", ROOT, action=Delegate("no"))))
    found = lint(mesh(outer, inner), select=["MR1"])
    assert {(one.routes[0], one.status) for one in found} == {("gone", "proved"), ("dead", "proved"), ("i", "unknown")}
    unknown = next(one for one in found if one.status == "unknown")
    assert unknown.because == "only other tables lead to its table"


def test_a_circle_of_services() -> None:
    first = table(host("v", (), route("on", PathPrefix("/a"), action=Delegate("two")), route("out", ROOT)))
    second = table(host("v", (), route("back", ROOT, action=Delegate("t", (PathReplace("/a"),)))), id="two")
    found = lint(mesh(first, second), select=["MR304"])
    assert [(one.routes[0], one.witnesses[0].path) for one in found] == [("on", "/a")]
    ends = table(
        host("v", (), route("back", ROOT, action=Delegate("t", (PathReplace("/b"), HostRewrite("x"))))), id="two"
    )
    assert said(mesh(first, ends), "MR304") == []
    straight = table(host("v", (), route("on", ROOT, action=Delegate("two"))))
    assert said(mesh(straight, table(host("v", (), route("x", ROOT)), id="two")), "MR304") == []


def test_only_backends_without_weight() -> None:
    none = Forward((Backend("a", weight=0), Backend("b", weight=0)))
    found = lint(listed(route("a", ROOT, action=none), route("b", PathExact("/b"), action=none)), select=["MR401"])
    assert [(one.routes[0], len(one.witnesses)) for one in found] == [("a", 1), ("b", 0)]
    assert said(listed(route("a", ROOT, action=Forward(()))), "MR401") == []


def test_other_spellings_walk_around_a_guard() -> None:
    mesh_ = listed(route("admin", PathPrefix("/admin"), action=to("admin")), route("web", ROOT))
    found = lint(mesh_, select=["MR501"])[0]
    assert found.routes == ("admin", "web")
    assert found.witnesses[0].path == "//admin"
    assert found.message.startswith("'//admin', the path of admin with two slashes, goes to web, and so with 5 other")
    normal = Normalization(path=True, slashes=True)
    still = lint(listed(*mesh_.tables[0].routes(), normal=normal), select=["MR501"])[0]
    assert still.witnesses[0].path == "/admin;x"


def test_a_guard_that_asks_for_a_header() -> None:
    deny = route("deny", PathPrefix("/admin"), action=DirectResponse(403))
    allow = route("allow", PathPrefix("/admin"), X1, QueryMatch("q"), action=to("web"))
    found = lint(listed(allow, deny, route("web", ROOT)), select=["MR501"])[0]
    assert found.routes == ("allow", "web", "deny")
    assert found.witnesses[0].url == "//admin?q=a"
    assert found.witnesses[0].headers.items() == ()


@pytest.mark.parametrize(
    "routes",
    [
        [route("web", ROOT)],
        [route("admin", PathPrefix("/admin"))],
        [route("admin", PathPrefix("/admin"), action=to("web")), route("web", ROOT)],
        [route("admin", PathPrefix("/admin"), X1, action=to("web")), route("web", ROOT)],
        [route("admin", PathPrefix("/admin"), X1, action=to("secret")), route("web", ROOT)],
        [route("old", PathPrefix("/old"), action=Redirect(path="/")), route("web", ROOT)],
        [route("a", PathRegex("/a.*")), route("web", ROOT)],
    ],
)
def test_no_guard_is_walked_around(routes: list[Route]) -> None:
    assert said(listed(*routes), "MR501") == []


def test_many_guards_are_one_finding() -> None:
    guards = [route(f"g{number}", PathPrefix(f"/{number}")) for number in range(5)]
    found = lint(listed(*guards, route("web", ROOT)), select=["MR501"])
    assert [(len(one.routes), len(one.witnesses)) for one in found] == [(6, 3)]
    assert "(so do the paths of 4 other routes)" in found[0].message
    once = lint(
        listed(route("a", PathStringPrefix("/1"), Scheme("http")), route("w", ROOT), normal=Normalization(path=True)),
        select=["MR501"],
    )
    assert "other spellings" not in once[0].message


def test_codes_are_selected_and_ignored() -> None:
    mesh_ = python(Route("a", path_regex="/a", to="x"), Route("all", path_regex=".*", to="y"))
    codes = [one.code for one in lint(mesh_)]
    assert [one.code for one in lint(mesh_, select=["MR2"])] == [code for code in codes if code.startswith("MR2")]
    assert [one.code for one in lint(mesh_, ignore=["MR2", "MR102"])] == []
    with pytest.raises(ValueError, match="there is no code 'MR999'; the codes are MR101, "):
        lint(mesh_, ignore=["MR999"])


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    lint(listed(route("a", ROOT), route("b", ROOT)), progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2)]


def test_names_that_two_routes_share() -> None:
    first = Route("same", path_prefix="/", to="x", id="one")
    second = Route("same", path="/a", to="y", id="two")
    assert said(listed(first, second), "MR101") == ["two is never chosen: one takes all its requests"]


def test_what_the_definition_does_not_bear_out_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def says_nothing(*_: object) -> None: ...

    monkeypatch.setattr("meshroute.analysis.views.scan", says_nothing)
    assert lint(listed(route("all", ROOT), route("a", PathExact("/a")))) == ()


def test_a_request_that_a_witness_is() -> None:
    found = lint(listed(route("a", GrpcRequest()), route("all")), select=["MR102"])[0]
    assert found.witnesses[1] == Request("POST", "/", {"content-type": "application/grpc"}, entry="gateway/g")
