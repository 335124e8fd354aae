"""Objects of Kubernetes with one name in App Mesh."""

from __future__ import annotations

import pytest

from meshroute.readers.app_mesh.objects import AppMesh, Ref
from tests.unit.readers.app_mesh_lowering.build import (
    color_mesh,
    gateway,
    gateway_route,
    mesh_object,
    namespace,
    node,
    ref,
    refused,
    route,
    router,
    service,
)

RED, BLUE = ref("Node", "red"), ref("Node", "blue")
REPORT = (
    "VirtualService-second.yaml:1: VirtualService `shop/second` has the awsName `c.local` of `shop/first` at "
    "VirtualService-first.yaml:1: they are one object in App Mesh, which can be only one of them; give one of them "
    "another `awsName`, or leave one of them out"
)


def _services(one: Ref | None, other: Ref | None, mesh: str | None = None) -> AppMesh:
    services = (service("first", one, aws="c.local"), service("second", other, aws="c.local", mesh=mesh))
    return color_mesh(services=services, gateway_routes=(), nodes=(node("red"), node("blue")))


@pytest.mark.parametrize(
    ("one", "other"),
    [(RED, BLUE), (RED, ref("Router", "red")), (RED, None), (None, RED), (ref("Node", "gone"), ref("Node", "lost"))],
)
def test_two_services_of_one_name_with_different_providers(one: Ref | None, other: Ref | None) -> None:
    assert refused(_services(one, other)) == [REPORT]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RED, RED),
        (None, None),
        (RED, ref("Node", aws="red_shop")),
        (ref("Node", "gone"), ref("Node", aws="gone_shop")),
        (ref("Router", "color"), ref("Router", aws="color_shop")),
    ],
)
def test_two_services_of_one_name_with_the_same_provider(one: Ref | None, other: Ref | None) -> None:
    assert refused(_services(one, other)) == []


def test_the_mesh_decides() -> None:
    assert refused(_services(RED, BLUE, mesh="main")) == [REPORT]
    assert refused(_services(RED, BLUE, mesh="other")) == []


@pytest.mark.parametrize("known", [True, False])
def test_another_namespace_is_in_the_same_mesh_only_where_that_is_known(*, known: bool) -> None:
    away = service("second", BLUE, aws="c.local", namespace="away")
    objects = color_mesh(
        services=(service("first", RED, aws="c.local"), away),
        gateway_routes=(),
        namespaces=(namespace("shop"), *((namespace("away"),) if known else ())),
    )
    # A mesh that selects all namespaces needs no labels to do so.
    assert len(refused(objects)) == 1
    objects = color_mesh(
        services=(service("first", RED, aws="c.local"), away), gateway_routes=(), meshes=(), namespaces=()
    )
    assert refused(objects) == []


def test_one_namespace_is_in_one_mesh_even_if_it_is_not_known() -> None:
    services = (service("first", RED, aws="c.local"), service("second", BLUE, aws="c.local"))
    assert refused(AppMesh(services=services)) == [REPORT]
    assert refused(AppMesh(services=services, meshes=(mesh_object("a", selector=None),))) == [REPORT]


def test_two_routers_of_one_name() -> None:
    routers = (router("one", route("r"), aws="color"), router("two", route("r"), aws="color"), router("three"))
    (problem,) = refused(color_mesh(routers=routers, services=(), gateway_routes=()))
    assert "VirtualRouter `shop/two` has the awsName `color` of `shop/one` at VirtualRouter-one.yaml:1" in problem


def test_two_gateway_routes_of_one_name_at_one_gateway() -> None:
    routes = (
        gateway_route("one", aws="paths", at=ref("Gateway", "ingress")),
        gateway_route("two", aws="paths", at=ref("Gateway", "ingress")),
        gateway_route("three", aws="paths", at=ref("Gateway", "other")),
    )
    (problem,) = refused(color_mesh(gateways=(gateway(), gateway("other")), gateway_routes=routes))
    assert "GatewayRoute `shop/two` has the awsName `paths` of `shop/one` at GatewayRoute-one.yaml:1" in problem


def test_names_of_other_forms_are_not_compared() -> None:
    routes = tuple(
        gateway_route(name, aws="paths", form="guide", at=ref("Gateway", "ingress")) for name in ("one", "two")
    )
    assert refused(color_mesh(gateway_routes=routes)) == []
