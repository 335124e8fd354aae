"""Virtual hosts: the best domain only (envoy.md §1), or all in order."""

from __future__ import annotations

from typing import Literal

import pytest

from meshroute.matching.router import Router
from meshroute.model.criteria import AnyOf, Criterion, Method, PathExact, RouteMatch
from meshroute.model.hosts import HostCriterion, HostExact, HostPrefix, HostSuffix
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.matching.ask import ask


def _router(
    selection: Literal["best_only", "ordered"], *hosts: tuple[str, tuple[HostCriterion, ...]], path: str = ""
) -> Router:
    match = RouteMatch((PathExact(path),)) if path else RouteMatch()
    return Router(
        RouteTable(
            "t",
            tuple(VirtualHost(name, (Route(name, match=match, to="x"),), domains) for name, domains in hosts),
            host_selection=selection,
        )
    )


def _host(router: Router, authority: str | None, path: str = "/") -> tuple[str | None, str | None]:
    answer = ask(router, Request.from_parts("GET", path, authority=authority))
    return answer.virtual_host, None if answer.route is None else answer.route.name


_ENVOY = (
    ("all", ()),
    ("a.*", (HostPrefix("a.", ignore_port=False),)),
    ("a.b.*", (HostPrefix("a.b.", ignore_port=False),)),
    ("*.com", (HostSuffix(".com", ignore_port=False),)),
    ("*.foo.com", (HostSuffix(".foo.com", ignore_port=False),)),
    ("*-bar.foo.com", (HostSuffix("-bar.foo.com", ignore_port=False),)),
    ("exact", (HostExact("a.b.foo.com", ignore_port=False), HostExact("", ignore_port=False))),
)


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("a.b.foo.com", "exact"),
        ("A.B.Foo.COM", "exact"),
        ("", "exact"),
        ("x.foo.com", "*.foo.com"),
        ("x-bar.foo.com", "*-bar.foo.com"),
        ("-bar.foo.com", "*.foo.com"),
        (".foo.com", "*.com"),
        ("x.com", "*.com"),
        (".com", "all"),
        ("a.b.x.com", "*.com"),  # a suffix wins over any longer prefix
        ("a.b.x", "a.b.*"),
        ("a.b.", "a.*"),
        ("a.x", "a.*"),
        ("a.", "all"),
        ("a.com:80", "a.*"),  # the wildcard may eat the port
        ("x.foo.com:8080", "all"),
        ("a.b.foo.com.", "a.b.*"),
        ("x", "all"),
        (None, "all"),
    ],
)
def test_the_best_domain_wins(authority: str | None, expected: str) -> None:
    for hosts in (_ENVOY, _ENVOY[::-1]):
        assert _host(_router("best_only", *hosts), authority) == (expected, expected)


def test_there_is_no_fall_through() -> None:
    router = _router("best_only", ("all", ()), ("a", (HostExact("a"),)), path="/x")
    assert _host(router, "a", "/y") == ("a", None)
    assert _host(router, "b", "/y") == ("all", None)
    assert _host(router, "b", "/x") == ("all", "all")


def test_no_virtual_host_answers() -> None:
    router = _router("best_only", ("a", (HostExact("a"),)), ("b", (HostSuffix(".b"),)))
    for authority in ("c", None, ""):
        assert _host(router, authority) == (None, None)
    assert ask(router, Request("GET", "http://c/")).status == 404


def test_among_equal_domains_the_first_host_wins() -> None:
    router = _router("best_only", ("one", (HostSuffix(".b"),)), ("two", (HostSuffix(".b"), HostExact("x"))))
    assert _host(router, "a.b") == ("one", "one")
    assert _host(router, "x") == ("two", "two")
    twice = _router("best_only", ("one", ()), ("two", ()))
    assert _host(twice, "x") == ("one", "one")
    views = _router("best_only", ("one", (HostExact("a", ignore_port=False),)), ("two", (HostExact("a"),)))
    assert _host(views, "a") == ("one", "one")
    assert _host(views, "a:80") == ("two", "two")


def test_ordered_tables_try_all_that_accept() -> None:
    router = _router("ordered", ("suffix", (HostSuffix(".b"),)), ("exact", (HostExact("a.b"),)), ("all", ()))
    assert _host(router, "a.b") == ("suffix", "suffix")
    assert _host(router, "x") == ("all", "all")
    assert _host(_router("ordered", ("exact", (HostExact("a"),))), "b") == (None, None)


def test_ordered_tables_fall_through() -> None:
    table = RouteTable(
        "t",
        (
            VirtualHost("a", (Route("put", methods="PUT", to="x"),), (HostExact("a"),)),
            VirtualHost("all", (Route("get", methods="GET", to="x"),)),
        ),
        method_not_allowed=True,
    )
    assert _host(Router(table), "a") == ("all", "get")
    answer = ask(Router(table), Request("POST", "http://a/"))
    assert (answer.allowed_methods, answer.virtual_host) == (("GET", "PUT"), None)


def test_405_in_the_best_host() -> None:
    table = RouteTable(
        "t",
        (
            VirtualHost("a", (Route("put", methods="PUT", to="x"),), (HostExact("a"),)),
            VirtualHost("all", (Route("get", methods="GET", to="x"),)),
        ),
        method_not_allowed=True,
        host_selection="best_only",
    )
    answer = ask(Router(table), Request("POST", "http://a/"))
    assert (answer.allowed_methods, answer.virtual_host) == (("PUT",), "a")
    assert ask(Router(table), Request("POST", "http://b/")).allowed_methods == ("GET",)


@pytest.mark.parametrize(
    ("criterion", "accepted", "refused"),
    [
        (HostExact("a"), ["a", "A:1"], ["b", "", None]),
        (HostExact("a:1", ignore_port=False), ["a:1"], ["a", "a:2"]),
        (HostSuffix(".a"), ["x.a", "x.a:1"], [".a", "a", None]),
        (HostSuffix(".a", proper=False), [".a", "x.a"], ["a", "", None]),
        (HostSuffix("", proper=False), ["a", ""], [None]),
        (HostSuffix(""), ["a"], ["", None]),
        (HostPrefix(""), ["a"], ["", None]),
        (HostPrefix("a."), ["a.x", "a.b.c"], ["a.", "x.a", None]),
        (AnyOf((HostExact("a"), HostSuffix(".b"), HostExact("a"))), ["a", "x.b"], ["b", None]),
        (AnyOf((HostExact("a"), Method("GET"))), ["a", "b", None], []),
        (AnyOf(tuple(HostExact(f"h{number}") for number in range(65))), ["h0", "h64"], ["h65", None]),
    ],
)
def test_hosts_as_criteria_of_a_route(
    criterion: Criterion, accepted: list[str | None], refused: list[str | None]
) -> None:
    route = Route("r", match=RouteMatch((criterion,)), to="x")
    router = Router(RouteTable("t", (VirtualHost(None, (route,)),), method_not_allowed=True))
    for authority in accepted:
        assert _host(router, authority)[1] == "r"
    for authority in refused:
        assert _host(router, authority)[1] is None


def test_the_first_route_wins_whatever_its_host() -> None:
    matches = [
        RouteMatch((HostSuffix(".b"), PathExact("/1"))),
        RouteMatch((HostExact("a.b"), PathExact("/2"))),
        RouteMatch(),
        RouteMatch((HostExact("a.b"),)),
        RouteMatch((HostPrefix("a."),)),
    ]
    for turn in range(len(matches)):
        turned = matches[turn:] + matches[:turn]
        routes = tuple(Route(str(place), match=match, to="x") for place, match in enumerate(turned))
        router = Router(RouteTable("t", (VirtualHost(None, routes),)))
        for path in ("/1", "/2", "/3"):
            request = Request.from_parts("GET", path, authority="a.b")
            first = next(str(place) for place, match in enumerate(turned) if match.accepts(request))
            assert _host(router, "a.b", path)[1] == first


def test_405_looks_at_every_kind_of_host() -> None:
    criteria: list[Criterion] = [HostExact("a.b"), HostSuffix(".b"), HostPrefix("a."), HostExact("z"), HostSuffix(".z")]
    methods = ["GET", "PUT", "POST", "X", "Y"]
    routes = [
        Route(method, match=RouteMatch((criterion, Method(method))), to="x")
        for criterion, method in zip(criteria, methods, strict=True)
    ]
    table = RouteTable("t", (VirtualHost(None, tuple(routes)),), method_not_allowed=True)
    assert ask(Router(table), Request("DELETE", "http://a.b/")).allowed_methods == ("GET", "POST", "PUT")
    assert ask(Router(table), Request("DELETE", "/")).allowed_methods == ()
