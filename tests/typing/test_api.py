"""The types of the public API, as a user's type checker sees them: mypy and pyright check this file, pytest runs it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO, assert_type

import meshroute as mr
from meshroute import criteria
from meshroute.matching.explain import Explanation
from meshroute.model.actions import Misdirected

_ROUTES = [
    mr.Route("canary", path="/cart/{id}", headers={"x-canary": "1"}, to={"cart-v2": 1}, priority=10),
    mr.Route("cart", path="/cart/{id}", to={"cart-v1": 95, "cart-v2": 5}),
    mr.Route("web", path_prefix="/", to="web"),
]


def test_a_router_is_made_of_routes_a_table_or_a_mesh() -> None:
    assert_type(mr.Router(_ROUTES), mr.Router)
    assert_type(mr.Router(route for route in _ROUTES), mr.Router)
    table = assert_type(mr.python_table(_ROUTES, method_not_allowed=False), mr.RouteTable)
    router = assert_type(mr.Router(table, entry="table/routes"), mr.Router)
    mesh = assert_type(router.mesh, mr.Mesh)
    assert_type(mr.Router(mesh), mr.Router)
    assert_type(mesh.entry(), mr.Entry)
    assert_type(mesh.entries, tuple[mr.Entry, ...])
    assert_type(mesh.tables, tuple[mr.RouteTable, ...])
    assert_type(mesh.notices, tuple[mr.Notice, ...])
    assert_type(mesh.entry().listeners, tuple[mr.Listener, ...])
    assert_type(table.virtual_hosts, tuple[mr.VirtualHost, ...])
    assert_type(table.normalization, mr.Normalization | None)


def test_what_a_router_answers() -> None:
    router = mr.Router(_ROUTES)
    request = mr.Request("GET", "http://a/cart/42")
    assert_type(router.resolve(request), mr.Resolution)
    assert_type(mr.scan(router.mesh, request, entry="table/routes"), mr.Resolution)
    assert_type(router.explain(request), Explanation)
    assert_type(router.explain(request).answer, mr.Resolution)
    assert_type(router.replace("web", mr.Route("web", respond=404)), mr.Router)
    assert_type(router.url_for("cart", id=42), str)


def test_the_parts_of_an_answer() -> None:
    answer = mr.Router(_ROUTES).resolve(mr.Request("GET", "http://a/cart/42"))
    assert_type(answer.outcome, mr.Outcome)
    word: str = answer.outcome.value
    assert word == "forward"
    assert_type(answer.status, int | None)
    assert_type(answer.grpc_status, int | None)
    assert_type(answer.route, mr.Route | None)
    assert_type(answer.backends, tuple[mr.Backend, ...])
    assert_type(answer.chosen, mr.Backend | None)
    assert_type(answer.pick(), mr.Backend | None)
    assert_type(answer.pick("user-42"), mr.Backend | None)
    assert_type(answer.pick(key=b"user-42"), mr.Backend | None)
    assert_type(answer.params, Mapping[str, str])
    assert_type(answer.decoded_params, Mapping[str, str])
    assert_type(answer.request, mr.Request | None)
    assert_type(answer.received, mr.Request)
    assert_type(answer.redirect, str | None)
    assert_type(answer.body, str | None)
    assert_type(answer.allowed_methods, tuple[str, ...])
    assert_type(answer.virtual_host, str | None)
    assert_type(answer.service, str | None)
    assert_type(answer.timeouts, mr.Timeouts)
    assert_type(answer.retry, mr.RetryPolicy | None)
    assert_type(answer.notices, tuple[mr.Notice, ...])
    assert_type(answer.random_value, int | None)
    assert_type(answer.is_grpc, bool)
    for hop in answer.hops:
        assert_type(hop.table, str)
        assert_type(hop.route, mr.Route | None)
        assert_type(hop.request, mr.Request)
    assert_type(
        answer.action,
        mr.Forward | mr.Delegate | mr.Redirect | mr.DirectResponse | mr.NoRoute | Misdirected | mr.Unsupported | None,
    )


def test_outcomes_can_be_matched_exhaustively() -> None:
    def words(outcome: mr.Outcome) -> str:
        match outcome:
            case mr.Outcome.FORWARD | mr.Outcome.REDIRECT | mr.Outcome.DIRECT_RESPONSE:
                return "an end"
            case mr.Outcome.NO_ROUTE | mr.Outcome.METHOD_NOT_ALLOWED | mr.Outcome.MISDIRECTED:
                return "no route"
            case mr.Outcome.BACKEND_ERROR | mr.Outcome.BAD_REQUEST | mr.Outcome.UNSUPPORTED:
                return "an error"

    assert {words(outcome) for outcome in mr.Outcome} == {"an end", "no route", "an error"}


def test_requests() -> None:
    request = mr.Request(
        "GET",
        "https://a/",
        headers={"a": "1", "b": ["2", "3"]},
        port=443,
        entry="k/n",
        protocol="http2",
        sni="a",
        client_namespace="n",
        random_value=1,
    )
    assert_type(request, mr.Request)
    assert_type(mr.Request("GET", "/", [("a", "1")]), mr.Request)
    assert_type(mr.Request("GET", "/", mr.Headers({"a": "1"})), mr.Request)
    assert_type(mr.Request.from_parts("GET", "/", scheme="http", authority=None), mr.Request)
    assert_type(mr.Request.from_wsgi({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, port=1), mr.Request)
    assert_type(mr.Request.from_asgi({"type": "http", "path": "/", "headers": []}), mr.Request)
    assert_type(request.replace(target="/x"), mr.Request)
    assert_type(request.method, str)
    assert_type(request.path, str)
    assert_type(request.query, str | None)
    assert_type(request.authority, str | None)
    assert_type(request.host(ignore_port=False), str | None)
    assert_type(request.headers, mr.Headers)
    assert_type(request.headers.get("a"), str | None)
    assert_type(request.headers.lines("a"), tuple[str, ...])
    assert_type(request.query_value("x"), str | None)
    assert_type(request.url, str)


def test_the_keywords_of_a_route() -> None:
    every = mr.Route(
        "r",
        path="/a",
        host="*.example.com",
        port=80,
        methods=("GET", "PUT"),
        headers={"a": "1", "b": True, "c": False, "d": ["1", "2"], "e": criteria.TextPrefix("x"), "f": ...},
        query={"q": True},
        to=[mr.Backend("a", weight=3), mr.Backend("b")],
        priority=1,
    )
    assert_type(every.match, mr.RouteMatch)
    assert_type(every.name, str | None)
    assert_type(every.id, str)
    assert_type(every.priority, int | None)
    assert_type(every.source, mr.Source | None)
    for route in (
        mr.Route("r", path_regex="/a+", methods="GET", to=mr.Backend("b")),
        mr.Route("r", path_prefix="/", redirect="https://a/"),
        mr.Route("r", redirect=mr.Redirect(path="/x", status=301)),
        mr.Route("r", respond=204),
        mr.Route("r", respond=(200, "ok")),
        mr.Route("r", respond=mr.DirectResponse(200)),
        mr.Route("r", match=mr.RouteMatch((criteria.PathExact("/a"),)), action=mr.NoRoute()),
    ):
        assert_type(route, mr.Route)


def test_criteria_share_one_shape() -> None:
    values: list[criteria.Criterion] = [
        criteria.PathStringPrefix("/a"),
        criteria.HostSuffix(".a"),
        criteria.HeaderMatch("a", criteria.IntRange(1, 2), invert=True),
        criteria.Not(criteria.AnyOf((criteria.Method("GET"), criteria.Port(1)))),
    ]
    for criterion in values:
        assert_type(criterion.accepts(mr.Request("GET", "/")), bool)
        assert_type(criterion.seen(mr.Request("GET", "/")), str)


class _EvenLength:
    """A criterion that somebody wrote themselves."""

    def accepts(self, request: mr.Request, /) -> bool:
        return len(request.path) % 2 == 0

    def seen(self, request: mr.Request, /) -> str:
        return f"the path has {len(request.path)} characters"


def test_own_criteria_fit() -> None:
    own: criteria.Criterion = _EvenLength()
    router = mr.Router([mr.Route("even", match=mr.RouteMatch((own,)), to="x")])
    assert router.resolve(mr.Request("GET", "/a")).outcome is mr.Outcome.FORWARD
    assert router.resolve(mr.Request("GET", "/ab")).outcome is mr.Outcome.NO_ROUTE


def test_load_takes_paths_streams_and_objects() -> None:
    def make(path: Path, stream: TextIO, parsed: Mapping[str, object]) -> None:
        assert_type(mr.load("manifests/", path, stream, parsed), mr.Mesh)
        assert_type(mr.load(path, variables={"A": "b"}, strict=True, override=True), mr.Mesh)
        assert_type(mr.load(path, settings={"route.json": {"virtualRouterName": "color"}}), mr.Mesh)

    assert callable(make)


def test_version_and_names() -> None:
    assert_type(mr.__version__, str)
    names: list[str] = mr.__all__
    assert "load" in names
