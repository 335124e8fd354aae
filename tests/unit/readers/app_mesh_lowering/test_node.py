from __future__ import annotations

from typing import Any

import pytest

from meshroute.model.actions import Backend, Delegate, Forward
from meshroute.model.criteria import HostExact
from meshroute.model.mesh import Listener
from meshroute.model.notices import Notice
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.app_mesh import node as module
from meshroute.readers.app_mesh.objects import AppMesh
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    group,
    lowered,
    mesh_object,
    namespace,
    node,
    ports,
    ref,
    refused,
    route,
    router,
    service,
    table_of,
)

ENTRY = "virtualnode/front"
COLOR = "http://color.local:8080/"


def shop(front: object, **more: Any) -> AppMesh:  # noqa: ANN401 - fields of AppMesh
    parts: dict[str, Any] = {
        "meshes": (mesh_object(),),
        "services": (
            service("color", ref("Router", "color"), aws="color.local"),
            service("red", ref("Node", "red"), aws="red.local"),
        ),
        "routers": (router("color", route("all")),),
        "nodes": (front, node("red", listeners=ports(9090))),
        "namespaces": (namespace(),),
    }
    return AppMesh(**{**parts, **more})


def test_a_backend_behind_a_router() -> None:
    answer = ask(shop(node("front", "color")), COLOR, ENTRY)
    assert [hop.table for hop in answer.hops] == ["virtualnode/shop/front", "virtualrouter/shop/color"]
    assert answer.route is not None
    assert (answer.route.name, answer.service, codes(answer)) == ("all", "color.local", [])
    assert answer.request is not None
    assert (answer.request.url, answer.request.port) == (COLOR, 8080)
    assert answer.hops[0].place.virtual_host == "color.local"


def test_a_backend_behind_a_node() -> None:
    answer = ask(shop(node("front", "red")), "http://red.local/", ENTRY)
    assert [hop.table for hop in answer.hops] == ["virtualnode/shop/front", "virtualservice/shop/red"]
    assert answer.backends == (Backend("red", namespace="shop", kind="VirtualNode", port=9090),)
    assert answer.request is not None
    assert (answer.request.port, answer.route) == (9090, None)


def test_the_table_of_a_node() -> None:
    front = node("front", "color", "red")
    mesh = lowered(shop(front))
    table = table_of(mesh, "virtualnode/shop/front")
    assert (table.host_selection, table.slash_required, table.service) == ("best_only", True, None)
    first, second, rest = table.virtual_hosts
    assert (first.name, first.domains) == ("color.local", (HostExact("color.local"),))
    assert (second.name, second.domains) == ("red.local", (HostExact("red.local"),))
    assert (rest.name, rest.domains) == (None, ())
    (made,) = first.routes
    assert (made.name, made.id, made.source) == (None, "virtualnode/shop/front/color.local", front.meta.source)
    assert made.action == Delegate("virtualrouter/shop/color", port=8080, service="color.local")
    (last,) = rest.routes
    assert (last.id, last.action) == ("virtualnode/shop/front/*", Delegate("mesh/main/other-services"))
    entry = mesh.entry(ENTRY)
    assert (entry.listeners, entry.aliases) == ((Listener("virtualnode/shop/front"),), ("front_shop",))


def test_names_with_other_characters_are_wire_text() -> None:
    objects = shop(
        node("front", ref("Service", aws="é.local")), services=(service(aws="é.local"), service("x", aws="ü.local"))
    )
    mesh = lowered(objects)
    assert table_of(mesh, "virtualnode/shop/front").virtual_hosts[0].domains == (HostExact("Ã©.local"),)
    assert table_of(mesh, "mesh/main/other-services").virtual_hosts[1].domains == (HostExact("Ã¼.local"),)


def test_several_listeners_leave_the_port_of_the_request() -> None:
    routers = (router("color", route("all"), listeners=ports(80, 81)),)
    answer = ask(shop(node("front", "color"), routers=routers), COLOR, ENTRY, port=81)
    assert answer.request is not None
    assert answer.request.port == 81
    assert codes(answer) == ["port-required"]  # the route's, not the node's
    assert answer.hops[0].route is not None
    assert answer.hops[0].route.notices == ()


def test_backends_of_groups() -> None:
    front = node(
        "front",
        groups=(ref("BackendGroup", "all"), ref("BackendGroup", "lost"), ref("BackendGroup", "far", namespace="far")),
    )
    groups = (group("all", "color"), group("far", "near", namespace="far"))
    services = (
        service("color", ref("Router", "color")),
        service("near", ref("Node", "red", namespace="shop"), namespace="far"),
    )
    objects = shop(front, backend_groups=groups, services=services)
    table = table_of(lowered(objects), "virtualnode/shop/front")
    assert [host.name for host in table.virtual_hosts] == ["color.shop", "near.far", None]
    assert next(table.routes()).source == groups[0].meta.source
    assert [(notice.code, notice.message) for notice in table.notices] == [
        (
            "missing-backend-group",
            "backend group shop/lost is not among the documents, so that its services are not known",
        )
    ]


def test_a_backend_that_is_named_twice() -> None:
    front = node("front", "color", ref("Service", aws="color.local"), groups=(ref("BackendGroup", "all"),))
    table = table_of(lowered(shop(front, backend_groups=(group("all", "color"),))), "virtualnode/shop/front")
    assert [host.name for host in table.virtual_hosts] == ["color.local", None]


@pytest.mark.parametrize("host", ["lost.shop", "lost.shop.svc.cluster.local"])
def test_a_backend_that_is_not_there(host: str) -> None:
    answer = ask(shop(node("front", "lost")), f"http://{host}/", ENTRY)
    assert answer.action == Forward((Backend("lost", namespace="shop", kind="VirtualService"),), service="lost.shop")
    assert (answer.service, codes(answer)) == ("lost.shop", ["missing-service"])


def test_a_backend_that_is_not_there_and_has_no_namespace() -> None:
    objects = shop(node("front", "lost", namespace=None))
    domains = table_of(lowered(objects), "virtualnode/front").virtual_hosts[0].domains
    assert domains == (HostExact("lost"),)


def test_a_backend_that_is_not_there_by_its_name_in_app_mesh() -> None:
    front = node("front", ref("Service", "lost", aws="lost.local"))
    domains = table_of(lowered(shop(front)), "virtualnode/shop/front").virtual_hosts[0].domains
    assert domains == (HostExact("lost.local"),)


def test_a_service_that_is_there_goes_before_a_guess() -> None:
    there = service("x", ref("Router", "color"), aws="lost.shop.svc.cluster.local")
    objects = shop(node("front", "lost", "x"), services=(there,))
    answer = ask(objects, "http://lost.shop.svc.cluster.local/", ENTRY)
    assert answer.hops[0].place.virtual_host == "lost.shop.svc.cluster.local"
    assert codes(answer) == []
    assert codes(ask(objects, "http://lost.shop/", ENTRY)) == ["missing-service"]


def test_drop_all_drops_what_goes_to_no_backend() -> None:
    answer = ask(shop(node("front", "color")), "http://elsewhere.example/", ENTRY)
    assert (answer.outcome, answer.status, codes(answer), answer.route) == ("no_route", 404, [], None)


def test_drop_all_says_which_service_is_no_backend() -> None:
    answer = ask(shop(node("front", "color")), "http://red.local/", ENTRY)
    assert (answer.outcome, answer.status, answer.service) == ("no_route", 404, "red.local")
    assert answer.notices == (
        Notice(
            "not-a-backend",
            "virtual service red.local is among the documents, but no backend of this virtual node, whose mesh drops "
            "what goes to no backend",
            service("red", aws="red.local").meta.source,
        ),
    )
    route_of = answer.hops[-1].route
    assert route_of is not None
    assert (route_of.id, answer.virtual_host) == ("mesh/main/other-services/red.local", "red.local")


def test_allow_all_lets_everything_out() -> None:
    objects = shop(node("front", "color"), meshes=(mesh_object(egress="ALLOW_ALL"),))
    for url in ("http://red.local/", "http://elsewhere.example/x"):
        answer = ask(objects, url, ENTRY)
        assert answer.backends == (Backend("passthrough", kind="passthrough"),)
        assert answer.request is not None
        assert (answer.request.url, codes(answer)) == (url, [])
    assert ask(objects, COLOR, ENTRY).backends[0].name == "red"


def test_without_the_mesh_everything_else_is_dropped() -> None:
    answer = ask(shop(node("front", "color"), meshes=()), "http://elsewhere.example/", ENTRY)
    assert (answer.outcome, codes(answer)) == ("no_route", ["missing-mesh"])
    assert codes(ask(shop(node("front", "color"), meshes=()), "http://red.local/", ENTRY)) == [
        "missing-mesh",
        "not-a-backend",
    ]


def test_other_services_are_those_of_the_mesh() -> None:
    meshes = (mesh_object("a", selector=Selector((("mesh", "a"),))), mesh_object("b", selector=None))
    spaces = (namespace("shop", mesh="a"), namespace("far"))
    services = (
        service("mine"),
        service("mine-too", aws="mine.shop"),
        service("named", mesh="a", namespace="x"),
        service("other", mesh="b", namespace="x"),
        service("unknown", namespace="far"),
    )
    objects = AppMesh(
        meshes=meshes, namespaces=spaces, services=services, nodes=(node("front"), node("back"), node("b", mesh="b"))
    )
    mesh = lowered(objects)
    hosts = {
        table.id: [host.name for host in table.virtual_hosts] for table in mesh.tables if table.id.startswith("mesh/")
    }
    assert hosts == {
        "mesh/a/other-services": ["mine.shop", "named.x", "unknown.far"],
        "mesh/b/other-services": ["other.x", "unknown.far"],
    }
    assert all(table_of(mesh, name).host_selection == "best_only" for name in hosts)


def test_other_services_of_an_unknown_mesh() -> None:
    mesh = lowered(AppMesh(services=(service(), service("b", mesh="x")), nodes=(node("front"), node("back", mesh="x"))))
    hosts = {
        table.id: [host.name for host in table.virtual_hosts] for table in mesh.tables if table.id.startswith("mesh/")
    }
    assert hosts == {
        "mesh/unknown/other-services": ["color.shop"],
        "mesh/x/other-services": ["b.shop", "color.shop"],
    }


def database(*listeners: int | tuple[int, str], behind: str = "Router") -> AppMesh:
    tcp = route("db", None, "db", protocol="tcp")
    return shop(
        node("front", "db"),
        services=(service("db", ref(behind, "db"), aws="db.local"),),
        routers=(router("db", tcp, listeners=ports(*listeners)),),
        nodes=(node("front", "db"), node("db", listeners=ports(*listeners))),
    )


def test_tcp_goes_by_port() -> None:
    objects = database((3306, "tcp"))
    answer = ask(objects, "/", ENTRY, method="", protocol="tcp", port=3306)
    assert answer.route is not None
    assert (answer.outcome, answer.route.name, answer.service) == ("forward", "db", "db.local")
    first = answer.hops[0].route
    assert first is not None
    assert (first.name, first.id) == (None, "virtualnode/shop/front/db.local:3306")
    assert ask(objects, "/", ENTRY, method="", protocol="tcp", port=3307).outcome == "no_route"
    assert ask(objects, "/", ENTRY, port=3306).outcome == "no_route"


def test_tcp_goes_by_host_where_there_is_one() -> None:
    answer = ask(database((3306, "tcp")), "http://db.local/", ENTRY, method="", protocol="tcp", port=1)
    assert answer.outcome == "forward"


def test_tcp_behind_a_node() -> None:
    answer = ask(database((3306, "tcp"), 80, behind="Node"), "/", ENTRY, method="", protocol="tcp", port=3306)
    assert [backend.name for backend in answer.backends] == ["db"]
    assert ask(database(80), "/", ENTRY, method="", protocol="tcp", port=80).outcome == "no_route"


def test_notices_of_a_way_by_port() -> None:
    objects = shop(node("front", "db"), services=(service("db", ref("Node", "lost")),))
    assert codes(ask(objects, "http://db.shop/", ENTRY)) == ["missing-node"]


def test_the_backends_of_all_nodes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BACKENDS", 2)
    table = table_of(lowered(shop(node("front", "color", "red"))), "virtualnode/shop/front")
    assert [host.name for host in table.virtual_hosts] == ["color.local", "red.local", None]
    groups = (group("all", "color", "red"),)
    objects = shop(node("front", "color", groups=(ref("BackendGroup", "all"),)), backend_groups=groups)
    assert refused(objects) == ["<document>: the virtual nodes have more than 2 backends in all; split the documents"]


def test_services_of_no_mesh_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BACKENDS", 1)
    objects = AppMesh(services=(service(), service("b")), nodes=(node("a", mesh="a"), node("b", mesh="b")))
    assert len(refused(objects)) == 1
