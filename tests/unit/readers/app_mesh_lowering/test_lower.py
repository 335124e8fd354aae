from __future__ import annotations

from meshroute.model.mesh import Mesh
from meshroute.model.notices import Notice
from meshroute.readers.app_mesh.objects import AppMesh, MatchSpec
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    color_mesh,
    gateway,
    gateway_route,
    lowered,
    node,
    ref,
)


def test_nothing() -> None:
    assert lowered(AppMesh()) == Mesh((), ())


def test_every_object_is_an_entry_with_a_table() -> None:
    mesh = lowered(color_mesh())
    assert [entry.id for entry in mesh.entries] == [
        "appmesh:virtualgateway/shop/ingress",
        "appmesh:virtualnode/shop/red",
        "appmesh:virtualservice/shop/color",
        "appmesh:virtualrouter/shop/color",
    ]
    assert [table.id for table in mesh.tables] == [
        "virtualgateway/shop/ingress",
        "virtualnode/shop/red",
        "virtualservice/shop/color",
        "virtualrouter/shop/color",
        "mesh/main/other-services",
    ]


def test_both_stages() -> None:
    answer = ask(color_mesh(), "http://shop.example/paths/x?y")
    assert [(hop.table, hop.route and hop.route.name) for hop in answer.hops] == [
        ("virtualgateway/shop/ingress", "paths"),
        ("virtualrouter/shop/color", "red"),
    ]
    assert answer.request is not None
    assert (answer.request.url, answer.request.port) == ("http://color.local/x?y", 8080)
    assert (answer.service, codes(answer), [backend.name for backend in answer.backends]) == (
        "color.local",
        [],
        ["red"],
    )


def test_there_is_no_way_back_to_another_gateway_route() -> None:
    specs = (gateway_route(), gateway_route("all", MatchSpec(prefix="/")))
    objects = color_mesh(gateway_routes=specs, routers=())
    assert ask(objects, "http://shop.example/paths/x").backends[0].kind == "VirtualRouter"


def test_notices_are_kept_once() -> None:
    notice = Notice("a", "b")
    specs = (gateway_route(), gateway_route("host", MatchSpec(hostname_exact="x")))
    mesh = lowered(color_mesh(gateway_routes=specs, notices=(notice, notice)))
    assert [each.code for each in mesh.notices] == ["a", "host-and-hostless"]


def test_what_is_there_keeps_its_id_from_what_is_only_referred_to() -> None:
    there = gateway("in", namespace=None)
    objects = AppMesh(
        gateway_routes=(gateway_route(at=ref("Gateway", aws="in")),), gateways=(there,), nodes=(node("x"),)
    )
    assert [table.id for table in lowered(objects).tables][:2] == ["virtualgateway/in", "virtualnode/shop/x"]


def test_a_stand_in_does_not_take_the_id_of_a_gateway() -> None:
    routes = (gateway_route(at=ref("Gateway", "any", namespace="far")),)
    objects = AppMesh(
        gateway_routes=routes, gateways=(gateway("other", mesh="far", form="aws"), gateway("other", form="aws"))
    )
    ids = [table.id for table in lowered(objects).tables]
    assert ids == ["virtualgateway/other", "virtualgateway/other#2", "virtualgateway/far/any"]
