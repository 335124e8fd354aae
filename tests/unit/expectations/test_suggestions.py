"""Requests that would cover a route."""

from __future__ import annotations

from typing import Any

import pytest

from meshroute import Backend, Forward, Mesh, Request, Route, RouteMatch, load
from meshroute.cli.requests import request_from_object
from meshroute.criteria import (
    AnyOf,
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
    Scheme,
    ServerName,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TransportProtocol,
)
from meshroute.expectations.report import request_object
from meshroute.expectations.suggest import suggested
from meshroute.model.choosing import ChoiceByHeader
from meshroute.model.context import (
    ClientCertificate,
    FilterStateMatch,
    MetadataMatch,
    RequestContext,
    ValueAmong,
    ValueAny,
    ValueIs,
    ValueNumber,
    ValuePresent,
    ValueText,
)
from meshroute.model.cookies import CookieMatch
from meshroute.model.python import python_table, single_table_mesh
from meshroute.model.table import RouteTable, VirtualHost
from tests.unit.expectations.suites import ALL
from tests.unit.readers.envoy.envoy_tables import table, to


def _one(*criteria: Any, action: Any = None, domains: Any = ()) -> tuple[Mesh, Route]:
    route = Route("r", match=RouteMatch(tuple(criteria)), action=action or Forward((Backend("x"),)))
    host = VirtualHost("v", (route,), tuple(domains))
    return single_table_mesh(RouteTable("t", (host,))), route


@pytest.mark.parametrize(
    "criteria",
    [
        (Method("PUT"), Scheme("https"), Port(81)),
        (HostExact("b.com"), PathExact("/a")),
        (HostSuffix(".b.com"), PathPrefix("/a")),
        (HostPrefix("www."), PathStringPrefix("/a")),
        (PathTemplate("/a/{x}"), GrpcRequest()),
        (PathRegex("/v[0-9]+"), HeaderMatch("a"), HeaderMatch("b", TextExact("1"))),
        (HeaderMatch("a", TextPrefix("x")), HeaderMatch("b", TextSuffix("y")), HeaderMatch("c", TextContains("z"))),
        (
            HeaderMatch("a", TextRegex("q+")),
            HeaderMatch("b", IntRange(5, 9)),
            HeaderMatch("c", TextExact("x"), invert=True),
        ),
        (
            HeaderMatch(":method", TextExact("PATCH")),
            HeaderMatch(":path", TextExact("/z?q")),
            HeaderMatch("host", TextExact("h")),
        ),
        (HeaderMatch(":scheme", TextExact("http")), QueryMatch("q", TextExact("1")), QueryMatch("p")),
        (CookieMatch("c", TextExact("1")), CookieMatch("d", TextExact("2"))),
        (AnyOf((Method("PUT"), Method("GET"))), Not(Not(Method("PUT")))),
        (PathWithoutParameters(PathExact("/a")),),
        (HeaderMatch("gone", Present(), invert=True),),
        (TransportProtocol("http2"), ServerName("*.b.com"), ClientCertificate(presented=True, validated=False)),
        (FilterStateMatch("k", TextExact("v")), MetadataMatch("n", ("a", "b"), ValueText(TextPrefix("p")))),
        (MetadataMatch("n", ("a", "b"), ValueIs(None)), MetadataMatch("n", ("a", "c"), ValueAmong(ValueNumber(5)))),
        (MetadataMatch("n", ("a",), ValueAny((ValueIs(True),))), MetadataMatch("m", ("a",), ValuePresent())),
        (MetadataMatch("n", ("a",), ValueIs(True), invert=True),),
    ],
)
def test_requests_are_suggested(criteria: tuple[Any, ...]) -> None:
    mesh, route = _one(*criteria)
    assert suggested(mesh, route) is not None


def test_no_request_is_suggested_that_does_not_take_the_route() -> None:
    for criteria in (
        (PathExact("/a"), PathExact("/b")),
        (MetadataMatch("n", ("a",), ValueIs(True)), MetadataMatch("n", ("a", "b"), ValueIs(True))),
        (MetadataMatch("n", ("a",), ValueAny(())),),
    ):
        mesh, route = _one(*criteria)
        assert suggested(mesh, route) is None
    impossible, never = _one(AnyOf(()), HeaderMatch("a", TextPrefix(""), invert=True))
    assert suggested(impossible, never) is None


def test_requests_are_suggested_for_backends() -> None:
    backends = (Backend("a", weight=1), Backend("zero", weight=0), Backend("b", weight=2))
    mesh, route = _one(action=Forward(backends, choice=ChoiceByHeader("n")), domains=(HostExact("a"),))
    found = suggested(mesh, route, "b")
    assert found is not None
    assert found.headers.get("n") == "1"
    assert suggested(mesh, route, "zero") is None
    unreachable, stuck = _one(AnyOf(()), action=Forward(backends))
    assert suggested(unreachable, stuck, "b") is None
    plain, other = _one(action=Forward(backends))
    assert suggested(plain, other, "b") is not None


def test_routes_behind_others_are_reached_where_that_is_easy() -> None:
    table_ = python_table([Route("first", path="/a", to="x"), Route("second", path_prefix="/a", to="y")])
    mesh = single_table_mesh(table_)
    second = next(route for route in table_.routes() if route.name == "second")
    found = suggested(mesh, second)
    assert found is not None
    assert found.path == "/a/x"


def test_requests_are_suggested_where_tls_is_required() -> None:
    document = table({"name": "a", "match": ALL, **to()}, host={"require_tls": "ALL"})
    mesh = load(document)
    found = suggested(mesh, next(route for route in mesh.tables[0].routes() if route.name == "a"))
    assert found is not None
    assert found.scheme == "https"


def test_requests_are_suggested_at_the_entry_that_leads_to_the_route() -> None:
    mesh = load(
        {**table({"name": "a", "match": ALL, **to()}), "name": "one"},
        {**table({"name": "b", "match": ALL, **to()}), "name": "two"},
    )
    found = suggested(mesh, next(mesh.tables[1].routes()))
    assert found is not None
    assert found.entry == "envoy:route/two"


def test_a_suggestion_for_tcp_has_no_method_and_can_be_read_again() -> None:
    mesh, route = _one(TransportProtocol("tcp"))
    found = suggested(mesh, route)
    assert found is not None
    assert (found.method, found.target) == ("", "")
    assert request_from_object(request_object(found)) == found
    context = RequestContext(True, metadata={"n": {"é": [1.0]}}, filter_state={"k": "ü"})
    request = Request("GET", "http://a/", sni="a.b", protocol="http2", context=context)
    assert request_from_object(request_object(request)) == request
