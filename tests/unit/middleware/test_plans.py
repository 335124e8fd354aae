"""What a middleware knows of a route before any request comes."""

from __future__ import annotations

import pytest

from meshroute import Backend, DirectResponse, Forward, HostRewrite, Redirect, Route
from meshroute.criteria import (
    PathCriterion,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    RouteMatch,
)
from meshroute.middleware.onward import target_of
from meshroute.middleware.plans import http_route, plan_of, routed
from meshroute.middleware.replies import Reply, safe_lines, url_text
from meshroute.model.choosing import NameFromHeader
from meshroute.model.criteria import PathWithoutParameters
from meshroute.model.headers import Headers
from meshroute.model.hops import Place
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from tests.unit.middleware.cases import changes


@pytest.mark.parametrize(
    ("path", "template", "has_params"),
    [
        (PathExact("/a"), "/a", False),
        (PathTemplate("/a/{id}"), "/a/{id}", True),
        (PathTemplate("/a"), "/a", False),
        (PathPrefix("/a"), "/a/*", False),
        (PathPrefix("/"), "/*", False),
        (PathStringPrefix("/a"), "/a*", False),
        (PathRegex("/a/(?P<x>.)"), "/a/(?P<x>.)", True),
        (PathRegex("/a/(.)"), "/a/(.)", False),
        (PathWithoutParameters(PathRegex("/(?P<a>.)")), "/(?P<a>.)", True),
        (None, "*", False),
    ],
)
def test_the_template_of_a_route(path: PathCriterion | None, template: str, has_params: bool) -> None:
    match = RouteMatch(() if path is None else (path,))
    route = Route("r", match=match, action=Forward((Backend("x"),)))
    assert (http_route(route).path, http_route(route).name) == (template, "r")
    plan = plan_of(route)
    assert plan is not None
    assert plan.has_params is has_params
    assert routed(Resolution.at(Request("GET", "/"), Place("t", None, route))) == http_route(route)


def test_there_is_no_template_without_a_route() -> None:
    assert routed(Resolution.at(Request("GET", "/"), Place("t"))) is None


@pytest.mark.parametrize(
    "action",
    [
        DirectResponse(200),
        Redirect(),
        Forward(()),
        Forward((Backend("x", weight=0),)),
        Forward((Backend("x"),), (HostRewrite("b"),)),
        Forward((Backend("x"),), response=(changes("a", "1"),)),
        Forward((Backend("x", valid=False),)),
        Forward((Backend("x", rewrites=(HostRewrite("b"),)),)),
        Forward((Backend("x", response=(changes("a", "1"),)),)),
        Forward((Backend("x", redirect=Redirect()),)),
        Forward((Backend("", named_by=NameFromHeader("x")),)),
    ],
)
def test_routes_that_are_not_simply_handed_on(action: Forward | Redirect | DirectResponse) -> None:
    assert plan_of(Route("r", match=RouteMatch(()), action=action)) is None


def test_the_backend_of_a_plan_is_the_only_one() -> None:
    one = plan_of(Route("r", to={"a": 1, "b": 0}))
    two = plan_of(Route("r", to={"a": 1, "b": 1}))
    assert one is not None
    assert two is not None
    assert one.choice.backend == Backend("a")
    assert two.choice.backend is None


@pytest.mark.parametrize(
    ("target", "received", "root", "mount", "expected"),
    [
        ("/a%2Fb/c", "/a/x", "/a", False, ("", "/a%2Fb/c")),
        ("/%61/c", "/a/x", "/a", False, ("/a", "/c")),
        ("/a", "/a/x", "/a/", False, ("/a", "")),
        ("/ab", "/a/x", "/a", False, ("", "/ab")),
        ("/b", "/x", "/a", False, ("/a", "/b")),
        ("/x", "/y/x", "/a", True, ("/a/y", "/x")),
        ("x", "/a/x", "", True, ("", "x")),
        ("/same", "/same", "", True, ("", "/same")),
        ("/", "/a/", "", True, ("/a", "/")),
        ("/", "/a", "", True, ("/a", "/")),
        ("/a#b?x", "/a#b?x", "", False, ("", "/a")),
    ],
)
def test_where_a_target_is_cut(target: str, received: str, root: str, mount: bool, expected: tuple[str, str]) -> None:
    leaving, came = Request.from_parts("GET", target), Request.from_parts("GET", received)
    found = target_of(leaving, came, root, mount=mount)
    assert (found.root, found.path) == expected


def test_texts_of_a_response() -> None:
    assert safe_lines(Headers([("a", "x\ty\x7f\0é")])) == (("a", "x\ty  é"),)
    assert url_text("/a\r\nb\xe9") == "/a%0D%0Ab%E9"
    assert Reply(299).phrase == "Unknown"
