from __future__ import annotations

import pytest

from meshroute.model.actions import Action, Backend, Delegate, Forward, NoRoute, Timeouts
from meshroute.model.mesh import Listener
from meshroute.readers.app_mesh.objects import AppMesh, Ref
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    lowered,
    node,
    ports,
    ref,
    route,
    router,
    service,
    table_of,
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
