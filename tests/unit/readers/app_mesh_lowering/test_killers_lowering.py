"""Rules of lowering that deliberate bugs showed to be untested."""

from __future__ import annotations

from meshroute.model.actions import Delegate
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    color_mesh,
    gateway_route,
    lowered,
    node,
    ports,
    ref,
    service,
    table_of,
)


def test_the_port_of_the_target_counts_where_a_node_is_behind_the_service() -> None:
    for listeners in (ports(8080), ports(8080, 9000)):
        objects = color_mesh(
            gateway_routes=(gateway_route(port=9000),),
            services=(service("color", ref("Node", "red")),),
            nodes=(node("red", listeners=listeners),),
        )
        for route in table_of(lowered(objects), "virtualgateway/shop/ingress").routes():
            assert isinstance(route.action, Delegate)
            assert route.action.port == 9000


def test_only_a_tcp_listener_is_reached_by_its_port_alone() -> None:
    for protocol, outcome in (("tcp", "forward"), ("http2", "no_route"), ("grpc", "no_route"), ("http", "no_route")):
        objects = color_mesh(
            services=(service("db", ref("Node", "db")),),
            nodes=(node("front", "db"), node("db", listeners=ports((3306, protocol)))),
        )
        answer = ask(objects, "/", "virtualnode/shop/front", method="", protocol="tcp", port=3306)
        assert answer.outcome == outcome, protocol
