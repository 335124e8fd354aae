"""Law 7: resolving takes steps linear in the length of the request, and never recurses by input.

Steps are calls of functions, which no busy machine changes. Doubling the input may double them, not more.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshroute import Headers, Mesh, Request, Route, Router, RouteTable, VirtualHost
from meshroute.criteria import (
    AnyOf,
    HeaderMatch,
    HostSuffix,
    IntRange,
    Not,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    QueryMatch,
    RouteMatch,
    TextContains,
    TextExact,
    TextRegex,
)
from meshroute.model.normalization import Normalization
from meshroute.testing import meshes, requests_for, tables
from tests.property.laws import check_definition, check_linear, shallow, steps

_SLACK = 200


def _router() -> Router:
    """A table with a criterion of each kind, so that each sees the input."""
    matches = (
        RouteMatch((PathTemplate("/" + "/".join(f"{{p{place}}}" for place in range(256))),)),
        RouteMatch((PathTemplate("/a/{x}/{rest=**}"), HeaderMatch("none"))),
        RouteMatch((PathTemplate("/{x}.json"),)),
        RouteMatch((PathRegex("(/a|/aa)+c"),)),
        RouteMatch((PathRegex("/(.*)/(.*)/z"),)),
        RouteMatch((PathPrefix("/a/a"), HeaderMatch("x", TextRegex("(a|aa)+c")))),
        RouteMatch((PathStringPrefix("/A", ignore_case=True), HeaderMatch("x", TextExact("no"), joined=True))),
        RouteMatch((QueryMatch("z", IntRange(0, 5)),)),
        RouteMatch((HeaderMatch("x", TextContains("needle"), joined=True),)),
        RouteMatch((AnyOf((Not(HostSuffix("")), HeaderMatch("x", IntRange(0, 1)))),)),
    )
    routes = tuple(Route(f"r{place}", match=match, to="x") for place, match in enumerate(matches))
    hosts = (VirtualHost("h", routes),)
    return Router(RouteTable("t", hosts, normalization=Normalization(path=True, slashes=False, strict=True)))


_INPUTS: dict[str, Callable[[int], Request]] = {
    "one long segment": lambda size: Request.from_parts("GET", "/" + "a" * (size * 100)),
    "slashes": lambda size: Request.from_parts("GET", "/" * (size * 50)),
    "segments": lambda size: Request.from_parts("GET", "/a" * (size * 10)),
    "dot segments": lambda size: Request.from_parts("GET", "/a/.." * (size * 5)),
    "escapes": lambda size: Request.from_parts("GET", "/" + "%41" * size),
    "parameters": lambda size: Request.from_parts("GET", "/?" + "a=1&" * (size * 10)),
    "lines of one header": lambda size: Request.from_parts("GET", "/a/a", headers=Headers([("x", "a")] * size)),
    "different headers": lambda size: Request.from_parts(
        "GET", "/a", headers=Headers([(f"x{number}", "a") for number in range(size)])
    ),
    "a long value": lambda size: Request.from_parts("GET", "/a/a", headers={"x": "a" * (size * 10)}),
    "digits": lambda size: Request.from_parts("GET", f"/?z={'1' * (size * 10)}", headers={"x": " " * size}),
    "a long host": lambda size: Request.from_parts("GET", "/", authority=":]" * (size * 10)),
    "a long method": lambda size: Request.from_parts("A" * (size * 10), "/"),
}


@pytest.mark.parametrize("name", _INPUTS)
def test_twice_the_input_takes_at_most_twice_the_steps(name: str) -> None:
    router, make = _router(), _INPUTS[name]
    counted: list[int] = []
    for size in (500, 1000):
        request = make(size)
        router.resolve(request)  # an automaton may build states the first time
        fresh = make(size)
        with shallow():
            counted.append(steps(lambda fresh=fresh: router.resolve(fresh)))  # type: ignore[misc]  # bound at once
    assert counted[1] <= 2 * counted[0] + _SLACK, counted


@pytest.mark.parametrize(
    "request_",
    [
        Request.from_parts("GET", "/" + "a" * 1_000_000),
        Request.from_parts("GET", "/" * 500_000),
        Request.from_parts("GET", "/a" * 500_000),
        Request.from_parts("GET", "/", headers=Headers([(f"x-{number % 7}", "a") for number in range(10_000)])),
        Request.from_parts("GET", "/?" + "&" * 500_000),
    ],
    ids=["1 MB path", "500 000 slashes", "500 000 segments", "10 000 headers", "500 000 parameters"],
)
def test_large_requests_are_answered_without_depth(request_: Request) -> None:
    router = _router()
    with shallow():
        check_definition(router.mesh, router, request_)


def _nested(count: int) -> Router:
    routes = tuple(
        Route(f"r{length}", match=RouteMatch((PathStringPrefix("/" + "a" * length), HeaderMatch("no"))), to="x")
        for length in range(count)
    )
    return Router(RouteTable("t", (VirtualHost(None, routes),)))


def test_nested_prefixes_need_no_depth() -> None:
    with shallow():
        router = _nested(5000)
        assert router.resolve(Request("GET", "/" + "a" * 10_000)).status == 404
        assert router.resolve(Request("GET", "/" + "a" * 100 + "b")).status == 404


def test_a_prefix_that_takes_the_request_is_found_in_few_steps() -> None:
    routes = [
        Route(f"r{length}", match=RouteMatch((PathStringPrefix("/" + "a" * length),)), to="x") for length in range(5000)
    ]
    router = Router(routes)
    for length in (0, 1, 2500, 4999):
        request = Request("GET", "/" + "a" * length + "b")
        found = router.resolve(request).route
        assert found is not None
        assert found.name == f"r{length}"
        assert steps(lambda request=request: router.resolve(request)) < 150  # type: ignore[misc]  # bound at once


@pytest.mark.parametrize("kind", ["exact", "template", "header", "host", "method"])
def test_steps_do_not_grow_with_the_number_of_routes(kind: str) -> None:
    counted: list[int] = []
    for count in (200, 2000):
        router = Router([_numbered(kind, number) for number in range(count)])
        request = Request(
            "M100" if kind == "method" else "GET",
            {"exact": "/p100", "template": "/p100/x/y", "host": "http://h100/"}.get(kind, "/"),
            headers={"x": "100"},
        )
        answer = router.resolve(request)
        assert answer.route is not None
        assert answer.route.name == "r100"
        counted.append(steps(lambda router=router, request=request: router.resolve(request)))  # type: ignore[misc]  # bound at once
    assert counted[1] <= counted[0] + 5, counted


def _numbered(kind: str, number: int) -> Route:
    name = f"r{number}"
    match kind:
        case "exact":
            return Route(name, path=f"/p{number}", to="x")
        case "template":
            return Route(name, path=f"/p{number}/{{id}}/y", to="x")
        case "header":
            return Route(name, path="/", headers={"x": str(number)}, to="x")
        case "host":
            return Route(name, path="/", host=f"h{number}", to="x")
        case _:
            return Route(name, path="/", methods=f"M{number}", to="x")


def test_nested_criteria_deeper_than_the_stack_are_no_business_of_requests() -> None:
    """How deep criteria are nested is decided where tables are made; a request does not change the depth."""
    criterion: Not | HeaderMatch = HeaderMatch("x")
    for _ in range(20):
        criterion = Not(criterion)
    router = Router([Route("a", match=RouteMatch((criterion,)), to="x")])
    with shallow():
        assert router.resolve(Request("GET", "/", headers={"x": "1"})).route is not None


@given(st.data(), st.one_of(tables(), meshes()))
def test_any_request_stretched(data: st.DataObject, value: Mesh | RouteTable) -> None:
    check_linear(Router(value), data.draw(requests_for(value)))
