from __future__ import annotations

import pytest

from meshroute.model.actions import Action, Backend, Delegate, Forward, NoRoute, Timeouts
from meshroute.model.mesh import Listener
from meshroute.readers.app_mesh.objects import AppMesh, Ref
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    color_mesh,
    gateway_route,
    lowered,
    node,
    ports,
    ref,
    route,
    router,
    service,
    table_of,
    target,
)

NODE = Backend("red", namespace="shop", kind="VirtualNode", port=8080)
TABLE = "virtualservice/shop/color"


@pytest.mark.parametrize(
    ("provider", "action", "ports_of_entry", "noticed"),
    [
        (None, NoRoute("virtual service color.local has no provider", service="color.local"), (None,), []),
        (ref("Node", "red"), Forward((NODE,), service="color.local"), (8080,), []),
        (
            ref("Node", "lost"),
            Forward((Backend("lost", namespace="shop", kind="VirtualNode"),), service="color.local"),
            (None,),
            ["missing-node"],
        ),
        (
            ref("Router", "lost"),
            Forward((Backend("lost", namespace="shop", kind="VirtualRouter"),), service="color.local"),
            (None,),
            ["missing-router"],
        ),
        (
            ref("Router", "color"),
            Delegate("virtualrouter/shop/color", service="color.local", timeouts=Timeouts(3)),
            (80, 81),
            [],
        ),
    ],
)
def test_the_provider(
    provider: Ref | None, action: Action, ports_of_entry: tuple[int | None, ...], noticed: list[str]
) -> None:
    objects = AppMesh(
        services=(service("color", provider, aws="color.local"),),
        routers=(router("color", route("red", timeouts=Timeouts(3)), listeners=ports(80, 81)),),
        nodes=(node("red"),),
    )
    mesh = lowered(objects)
    table = table_of(mesh, TABLE)
    (made,) = table.routes()
    assert (made.name, made.id, made.match.criteria, made.action) == (None, TABLE, (), action)
    assert [notice.code for notice in made.notices] == noticed
    assert made.source == objects.services[0].meta.source
    assert (table.service, table.slash_required, table.notices) == ("color.local", True, ())
    entry = mesh.entry("virtualservice/color.local")
    assert entry.listeners == tuple(Listener(TABLE, port) for port in ports_of_entry)
    assert mesh.entry("virtualservice/shop/color") == entry


def test_without_a_provider_the_answer_is_404() -> None:
    answer = ask(AppMesh(services=(service(),)), "http://a/", "virtualservice/color")
    assert (answer.outcome, answer.status, answer.service, answer.route) == ("no_route", 404, "color.shop", None)


def test_a_service_of_tcp_is_not_normalised() -> None:
    objects = AppMesh(services=(service("db", ref("Node", "db")),), nodes=(node("db", listeners=ports((3306, "tcp"))),))
    table = table_of(lowered(objects), "virtualservice/shop/db")
    assert (table.slash_required, table.normalization) == (False, None)


def test_the_way_through_the_router() -> None:
    objects = AppMesh(
        services=(service("color", ref("Router", "color")),),
        routers=(router("color", route("red")),),
        nodes=(node("red"),),
    )
    answer = ask(objects, "http://a/", "virtualservice/color")
    assert [hop.table for hop in answer.hops] == [TABLE, "virtualrouter/shop/color"]
    assert answer.route is not None
    assert (answer.route.name, answer.service) == ("red", "color.shop")


def test_a_service_of_a_mesh_that_is_not_there() -> None:
    assert codes(ask(AppMesh(services=(service(mesh="lost"),)), "http://a/", "virtualservice/color")) == [
        "missing-mesh"
    ]


def _several(port: int | None, *listeners: int) -> AppMesh:
    return color_mesh(
        gateway_routes=(gateway_route(port=port),),
        services=(service("color", ref("Node", "red"), aws="color.local"),),
        nodes=(node("red", listeners=ports(*listeners)),),
    )


@pytest.mark.parametrize(
    ("port", "listeners", "expected", "said"),
    [
        (8080, (8080, 8090), 8080, []),
        (8090, (8080, 8090), 8090, []),
        (8090, (8090, 8080, 8090), 8090, []),
        (None, (8080, 8090), None, ["port-required"]),
        (9999, (8080, 8090), None, ["unknown-port", "port-required"]),
        (9999, (8080,), 8080, ["unknown-port"]),
        (8080, (8080,), 8080, []),
        (9999, (), None, []),
    ],
)
def test_the_port_picks_a_listener_of_the_node(
    port: int | None, listeners: tuple[int, ...], expected: int | None, said: list[str]
) -> None:
    answer = ask(_several(port, *listeners), "http://x/paths", entry="virtualgateway/ingress")
    assert [backend.port for backend in answer.backends] == [expected]
    assert codes(answer) == said


def test_each_listener_of_a_node_has_a_route() -> None:
    table = table_of(lowered(_several(None, 8080, 8090)), "virtualservice/shop/color")
    assert [route.id for route in table.virtual_hosts[0].routes] == [
        "virtualservice/shop/color/8080",
        "virtualservice/shop/color/8090",
        "virtualservice/shop/color",
    ]


def test_a_port_without_a_listener_is_said_with_all_that_there_are() -> None:
    (notice,) = ask(_several(9999, 8080), "http://x/paths", entry="virtualgateway/ingress").notices
    assert notice.message == (
        "the target names port 9999, at which virtual service color.local has no listener (its ports: 8080)"
    )
    objects = color_mesh(
        gateway_routes=(gateway_route(port=9999),), routers=(router("color", route("r", to=(target("red", 1, 9998),))),)
    )
    answer = ask(objects, "http://x/paths", entry="virtualgateway/ingress")
    assert [notice.message for notice in answer.notices] == [
        "the target names port 9999, at which virtual service color.local has no listener (its ports: 8080)",
        "the target names port 9998, at which virtual node red has no listener (its ports: 8080)",
    ]
