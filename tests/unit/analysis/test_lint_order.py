"""Findings about the order of routes."""

from __future__ import annotations

import pytest

from meshroute import (
    NoRoute,
    Redirect,
    Route,
    lint,
    scan,
)
from meshroute.criteria import (
    HeaderMatch,
    HostExact,
    Method,
    PathExact,
    PathPrefix,
    PathRegex,
    TextExact,
)
from meshroute.model.context import MetadataMatch, ValueIs
from meshroute.model.precedence import Precedence
from tests.unit.analysis.build import listed, route, to
from tests.unit.analysis.test_lint import said

X1, X2 = HeaderMatch("x", TextExact("1")), HeaderMatch("x", TextExact("2"))
ROOT = PathPrefix("/")


def test_a_partly_shadowed_route() -> None:
    mesh_ = listed(route("a", PathExact("/a"), X1), route("all", ROOT))
    found = lint(mesh_, select=["MR102"])[0]
    assert found.message == "all does not get all its requests: a takes some first"
    assert found.severity == "info"
    wins, loses = (scan(mesh_, request).route for request in found.witnesses)
    assert wins is not None
    assert loses is not None
    assert (wins.name, loses.name) == ("all", "a")


@pytest.mark.parametrize(
    "routes",
    [
        [route("a", PathExact("/a")), route("b", PathExact("/b"))],
        [route("x1", ROOT, X1), route("x2", ROOT, X2)],
        [route("get", ROOT, Method("GET")), route("post", ROOT, Method("POST"))],
        [route("a", PathPrefix("/a"), line=3), Route("a", path="/a/b", to="a", source=route("a", line=3).source)],
    ],
)
def test_routes_that_do_not_shadow_each_other(routes: list[Route]) -> None:
    assert said(listed(*routes), "MR102") == []


def test_comparisons_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meshroute.analysis.overlaps.MAX_COMPARED", 1)
    routes = [
        route("a", PathRegex(".*a"), X1),
        route("b", PathRegex(".*b"), Method("PUT")),
        route("c", PathExact("/c")),
    ]
    found = lint(listed(*routes), select=["MR102"])
    assert [one.status for one in found] == ["unknown"]


def placed(name: str, path: PathPrefix | PathRegex | PathExact, parts: dict[str, object], to_: str = "") -> Route:
    """Make a route whose place in the order was decided by some parts."""
    key = tuple(parts.values())
    shown = tuple((part, str(value)) for part, value in parts.items())
    return Route(
        name, match=route(name, path).match, action=to(to_ or name), id=name, precedence=Precedence(shown, (key,))
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            placed("one", PathPrefix("/a"), {"creation": "2020"}),
            placed("two", PathPrefix("/a"), {"creation": "2021"}),
            [
                "both one and two accept it, and only this decides which goes first: creation 2020 goes before creation 2021"
            ],
        ),
        (
            placed("one", PathRegex("/a.*"), {"path length": -4}),
            placed("two", PathRegex(".*b"), {"path length": -3}),
            [
                "both one and two accept it, and only this decides which goes first: path length -4 goes before path length -3"
            ],
        ),
        (
            placed("one", PathExact("/ab"), {"path length": -4}),
            placed("two", PathRegex(".*b"), {"path length": -3}),
            [],
        ),
        (placed("one", PathPrefix("/a"), {"priority": 1}), placed("two", PathPrefix("/a"), {"priority": 2}), []),
        (
            placed("one", PathPrefix("/a"), {"creation": "2020"}, "same"),
            placed("two", PathPrefix("/a"), {"creation": "2021"}, "same"),
            [],
        ),
        (placed("one", PathPrefix("/a"), {"creation": "1"}), placed("two", PathPrefix("/b"), {"creation": "2"}), []),
    ],
)
def test_an_order_that_nobody_wrote(first: Route, second: Route, expected: list[str]) -> None:
    assert said(listed(first, second, route("z", ROOT)), "MR103") == expected


def test_an_order_that_a_format_does_not_define() -> None:
    open_ = Precedence((("kind", "regex"),), ((1,), (2,))), Precedence((("kind", "exact"),), ((2,), (1,)))
    one = Route("one", path_regex="/a.*", to="one", precedence=open_[0])
    two = Route("two", path_regex=".*b", to="two", precedence=open_[1])
    message = said(listed(one, two), "MR103")
    assert message == [
        "both one and two accept it, and the format does not define which goes first (here kind regex goes before kind exact)"
    ]


def test_the_affected_request_is_not_one_that_a_third_route_takes() -> None:
    by_age = [placed(name, PathPrefix("/a"), {"creation": name}) for name in ("one", "two")]
    found = lint(listed(route("get", ROOT, Method("GET")), *by_age), select=["MR103"])[0]
    assert found.witnesses[0].method == "POST"
    hidden = lint(listed(route("all", ROOT), *by_age), select=["MR103"])
    assert hidden == ()


def test_the_same_condition_twice() -> None:
    mesh_ = listed(route("one", PathRegex("/a|/b"), X1), route("two", X1, PathRegex("/[ab]")))
    assert said(mesh_, "MR104") == ["two asks for the same as one, which comes first"]
    assert said(listed(route("all", ROOT), route("a", PathExact("/a"))), "MR104") == []
    assert (
        said(
            listed(route("n", PathExact("/a"), PathExact("/b")), route("n2", PathExact("/a"), PathExact("/b"))), "MR104"
        )
        == []
    )


def test_a_catch_all_that_takes_requests_meant_for_others() -> None:
    mesh_ = listed(route("cart", PathPrefix("/cart"), Method("GET")), route("web", ROOT))
    found = lint(mesh_, select=["MR105"])[0]
    assert found.message == "a request for the path of cart that it does not accept goes to the catch-all web"
    assert (found.witnesses[0].method, found.witnesses[0].path) == ("POST", "/cart")


@pytest.mark.parametrize(
    "routes",
    [
        [route("cart", PathPrefix("/cart"), Method("GET")), route("other", PathPrefix("/cart")), route("web", ROOT)],
        [route("cart", PathPrefix("/cart")), route("web", ROOT)],
        [route("get", ROOT, Method("GET")), route("web", ROOT)],
        [route("cart", PathPrefix("/cart"), Method("GET"))],
        [route("cart", PathPrefix("/cart"), Method("GET")), route("no", ROOT, action=NoRoute())],
        [route("cart", PathPrefix("/cart"), Method("GET"), action=to("web")), route("web", ROOT)],
        [route("cart", PathPrefix("/cart"), HostExact("a")), route("web", ROOT)],
        [route("old", PathPrefix("/old"), Method("GET"), action=Redirect(path="/")), route("web", ROOT)],
        [
            route("g", PathPrefix("/g"), MetadataMatch("a", ("b",), ValueIs(value=True)), Method("GET")),
            route(None, line=9),
        ],
    ],
)
def test_a_catch_all_that_takes_what_is_its_own(routes: list[Route]) -> None:
    assert said(listed(*routes), "MR105") == []
