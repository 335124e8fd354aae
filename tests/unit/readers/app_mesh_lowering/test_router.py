from __future__ import annotations

import pytest

from meshroute.model.actions import Backend, Forward, RetryPolicy, Timeouts
from meshroute.model.criteria import PathStringPrefix, Port, RouteMatch, TransportProtocol
from meshroute.model.mesh import Entry, Listener
from meshroute.model.notices import Notice, Source
from meshroute.readers._document import Problems
from meshroute.readers.app_mesh.landscape import Landscape
from meshroute.readers.app_mesh.objects import AppMesh, MatchSpec, PortMapping, RouterRoute
from meshroute.readers.app_mesh.router import longest_timeouts
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    lowered,
    node,
    ports,
    refused,
    route,
    router,
    said_before,
    table_of,
    target,
)

ENTRY = "virtualrouter/color"
URL = "http://color.local/"


def test_the_table_of_a_router() -> None:
    said = Notice("unknown-field", "what")
    retry = RetryPolicy(2, 1.5, ("server-error",))
    spec = route(
        "red",
        MatchSpec(prefix="/r", port=8080),
        (target("red", 3), target("blue", 0, 81)),
        priority=4,
        timeouts=Timeouts(5, 6),
        retry=retry,
        notices=(said,),
    )
    mesh = lowered(
        AppMesh(routers=(router("color", spec),), nodes=(node("red"), node("blue", namespace="shop", listeners=())))
    )
    table = table_of(mesh, "virtualrouter/shop/color")
    assert table.service is None
    (host,) = table.virtual_hosts
    assert (host.name, host.domains) == (None, ())
    (made,) = host.routes
    assert made.name == "red"
    assert made.id == "virtualrouter/shop/color/red"
    assert made.match == RouteMatch((PathStringPrefix("/r"), Port(8080)))
    assert made.action == Forward(
        (
            Backend("red", namespace="shop", kind="VirtualNode", port=8080, weight=3),
            Backend("blue", namespace="shop", kind="VirtualNode", port=81, weight=0),
        ),
        timeouts=Timeouts(5, 6),
        retry=retry,
    )
    assert (made.priority, made.source, made.notices) == (4, spec.meta.source, (said,))
    assert made.precedence is not None
    assert made.precedence.keys == ((4, 2, -2, "/r", -2, made.id), (4, 2, -2), (4, -2, -2))


@pytest.mark.parametrize(
    ("listeners", "expected"),
    [
        (ports(8080), (Listener("virtualrouter/shop/color", 8080),)),
        (
            ports(8080, (9090, "grpc")),
            (Listener("virtualrouter/shop/color", 8080), Listener("virtualrouter/shop/color", 9090, "grpc")),
        ),
        ((), (Listener("virtualrouter/shop/color"),)),
    ],
)
def test_the_entry_of_a_router(listeners: tuple[PortMapping, ...], expected: tuple[Listener, ...]) -> None:
    (entry,) = lowered(AppMesh(routers=(router("color", route("red"), listeners=listeners),))).entries
    source = Source("VirtualRouter-color.yaml", 1, "", "VirtualRouter", "shop", "color")
    assert entry == Entry("virtualrouter", "color", expected, "shop", "appmesh", ("color_shop",), source)


def test_the_port_of_the_host_does_not_matter_to_the_only_listener() -> None:
    objects = AppMesh(routers=(router("color", route("red")),), nodes=(node("red"),))
    assert ask(objects, "http://color:9999/", ENTRY).outcome == "forward"
    assert codes(ask(objects, URL, ENTRY, port=9999)) == ["no-listener"]


def test_an_entry_of_the_api_has_no_namespace_and_no_alias() -> None:
    (entry,) = lowered(AppMesh(routers=(router("color", route("red"), form="aws"),))).entries
    assert (entry.id, entry.aliases) == ("appmesh:virtualrouter/color", ())


def test_entries_of_two_meshes_have_the_mesh_for_a_namespace() -> None:
    routers = tuple(router("color", route("red"), form="aws", mesh=mesh) for mesh in ("a", "b"))
    assert [entry.id for entry in lowered(AppMesh(routers=routers)).entries] == [
        "appmesh:virtualrouter/color",
        "appmesh:virtualrouter/b/color",
    ]
    (entry,) = lowered(AppMesh(routers=(router("color", route("red"), mesh="shop"),))).entries
    assert entry.namespace == "shop"


def test_a_router_without_routes() -> None:
    answer = ask(AppMesh(routers=(router("color"),)), URL, ENTRY)
    assert (answer.outcome, answer.status) == ("no_route", 404)
    assert [(notice.code, notice.message, str(notice.source)) for notice in answer.notices] == [
        (
            "empty-router",
            "virtual router color has no routes: it answers 404, as App Mesh did",
            "VirtualRouter-color.yaml:1",
        )
    ]


def test_a_router_that_is_only_referred_to() -> None:
    spec = route("red")
    absent = Notice("missing-router", "virtual router `color` is not among the documents", spec.meta.source)
    other = Notice("inferred-kind", "something else", spec.meta.source)
    routers = (router("color", spec, route("blue", MatchSpec(prefix="/b")), listeners=()),)
    objects = AppMesh(routers=routers, nodes=(node("red"),), notices=(absent, other))
    answer = ask(objects, f"{URL}b", ENTRY)
    assert answer.notices == (absent,)


def test_a_router_of_a_mesh_that_is_not_there() -> None:
    answer = ask(AppMesh(routers=(router("color", route("red"), mesh="lost"),), nodes=(node("red"),)), URL, ENTRY)
    assert codes(answer) == ["missing-mesh"]


def test_a_node_that_is_not_there_stays_a_backend() -> None:
    objects = AppMesh(
        routers=(router("color", route("red", to=(target("red"), target("lost", 2, 80)))),), nodes=(node("red"),)
    )
    answer = ask(objects, URL, ENTRY)
    assert answer.outcome == "forward"
    assert answer.backends == (
        Backend("red", namespace="shop", kind="VirtualNode", port=8080),
        Backend("lost", namespace="shop", kind="VirtualNode", port=80, weight=2),
    )
    assert codes(answer) == ["missing-node"]


def test_a_node_with_several_listeners_needs_a_port() -> None:
    def answer(port: int | None) -> tuple[list[int | None], list[str]]:
        routers = (router("color", route("red", to=(target("red", port=port),))),)
        found = ask(AppMesh(routers=routers, nodes=(node("red", listeners=ports(80, 81)),)), URL, ENTRY)
        return [backend.port for backend in found.backends], [notice.message for notice in found.notices]

    assert answer(81) == ([81], [])
    message = "virtual node red has several listeners: App Mesh wants the port of the one that is meant"
    assert answer(None) == ([None], [message])


def test_a_node_without_listeners_has_no_port() -> None:
    routers = (router("color", route("red")),)
    answer = ask(AppMesh(routers=routers, nodes=(node("red", listeners=()),)), URL, ENTRY)
    assert ([backend.port for backend in answer.backends], codes(answer)) == ([None], [])


def test_with_several_listeners_a_route_needs_a_port() -> None:
    specs = (route("bare", MatchSpec(prefix="/bare")), route("ported", MatchSpec(prefix="/p", port=81)))
    objects = AppMesh(routers=(router("color", *specs, listeners=ports(80, 81)),), nodes=(node("red"),))
    assert [notice.message for notice in ask(objects, f"{URL}bare", ENTRY, port=80).notices] == [
        (
            "route bare has no match.port although there are several listeners, which App Mesh refuses: "
            "it is taken to match at all of them"
        )
    ]
    assert codes(ask(objects, f"{URL}p", ENTRY, port=81)) == []
    assert ask(objects, f"{URL}p", ENTRY, port=80).outcome == "no_route"


def test_routes_of_one_name_have_different_ids() -> None:
    specs = (route("red", MatchSpec(prefix="/a")), route("red", MatchSpec(prefix="/b")))
    (table,) = lowered(AppMesh(routers=(router("color", *specs),))).tables
    assert [made.id for made in table.routes()] == ["virtualrouter/shop/color/red", "virtualrouter/shop/color/red#2"]


def test_routes_stand_in_order_whatever_the_order_of_listing() -> None:
    specs = (
        route("slash"),
        route("exact", MatchSpec(path_exact="/a")),
        route("last", MatchSpec(prefix="/a/b")),
        route("regex", MatchSpec(path_regex="/.*")),
        route("first", priority=7),
        route("also", MatchSpec(prefix="/", method="GET")),
    )
    expected = ["first", "exact", "regex", "last", "also", "slash"]
    for order in (specs, specs[::-1]):
        (table,) = lowered(AppMesh(routers=(router("color", *order),))).tables
        assert [made.name for made in table.routes()] == expected
        exact = next(made for made in table.routes() if made.name == "exact")
        assert exact.precedence is not None
        assert exact.precedence.parts[4] == ("length as written", "2")


def test_ties_between_routes_carry_a_notice() -> None:
    specs = (route("b"), route("a", MatchSpec(prefix="/", method="GET")))
    objects = AppMesh(routers=(router("color", *specs),), nodes=(node("red"),))
    assert codes(ask(objects, URL, ENTRY)) == ["undefined-order"]
    assert codes(ask(objects, URL, ENTRY, method="PUT")) == []


def tcp(name: str, match: MatchSpec | None = None) -> RouterRoute:
    return route(name, match or MatchSpec(), protocol="tcp")


@pytest.mark.parametrize(
    ("routes", "listeners", "http"),
    [
        ((tcp("a"),), ports(8080), False),
        ((tcp("a"), route("b")), ports(8080), True),
        ((route("b"),), ports((3306, "tcp")), True),
        ((), ports((3306, "tcp")), False),
        ((), ports((3306, "tcp"), 80), True),
        ((), (), True),
    ],
)
def test_only_http_is_normalised(
    routes: tuple[RouterRoute, ...], listeners: tuple[PortMapping, ...], *, http: bool
) -> None:
    (table,) = lowered(AppMesh(routers=(router("color", *routes, listeners=listeners),))).tables
    assert table.slash_required is http
    assert (table.normalization is not None) is http


def test_tcp_and_http_do_not_take_each_others_requests() -> None:
    objects = AppMesh(routers=(router("color", tcp("db"), route("web")),), nodes=(node("red"),))
    table = table_of(lowered(objects), "virtualrouter/shop/color")
    assert [(made.name, made.match) for made in table.routes()] == [
        ("web", RouteMatch((PathStringPrefix("/"), TransportProtocol(("http", "http2", "grpc"))))),
        ("db", RouteMatch((TransportProtocol("tcp"),))),
    ]
    chosen = {
        protocol: ask(objects, URL, ENTRY, protocol=protocol).hops[0].route
        for protocol in ("http", "http2", "grpc", "tcp")
    }
    assert {protocol: made and made.name for protocol, made in chosen.items()} == {
        "http": "web",
        "http2": "web",
        "grpc": "web",
        "tcp": "db",
    }


def test_a_table_of_one_kind_stays_plain() -> None:
    (table,) = lowered(AppMesh(routers=(router("color", tcp("a"), tcp("b", MatchSpec(port=1))),))).tables
    assert [len(made.match.criteria) for made in table.routes()] == [1, 2]


def test_a_regex_that_re2_refuses() -> None:
    messages = refused(AppMesh(routers=(router("color", route("a", MatchSpec(path_regex="(")), route("b")),)))
    assert [message[:16] for message in messages] == ["Route-a.yaml:1: "]
    objects = AppMesh(routers=(router("color", route("a", MatchSpec(path_regex="("))),))
    assert said_before(objects) == ["<document>: x"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], Timeouts()),
        ([Timeouts()], Timeouts()),
        ([Timeouts(5)], Timeouts(5)),
        ([Timeouts(5), Timeouts()], Timeouts(15)),
        ([Timeouts(20), Timeouts()], Timeouts(20)),
        ([Timeouts(5, 1), Timeouts(7, 3), Timeouts(6, None)], Timeouts(7, 3)),
        ([Timeouts(None, 2)], Timeouts(None, 2)),
    ],
)
def test_the_longest_timeouts(given: list[Timeouts], expected: Timeouts) -> None:
    spec = router("color", *(route(f"r{number}", timeouts=each) for number, each in enumerate(given)))
    land = Landscape(AppMesh(routers=(spec,)), Problems())
    assert longest_timeouts(land, spec) == expected
    assert longest_timeouts(land, spec) is longest_timeouts(land, spec)
