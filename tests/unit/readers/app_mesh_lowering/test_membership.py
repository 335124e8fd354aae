from __future__ import annotations

from typing import Any

import pytest

from meshroute.readers._document import Problems
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.app_mesh import membership
from meshroute.readers.app_mesh.objects import AppMesh, MeshObject
from tests.unit.readers.app_mesh_lowering.build import (
    ask,
    codes,
    color_mesh,
    gateway,
    gateway_route,
    lowered,
    mesh_object,
    namespace,
    node,
    ref,
    refused,
    table_of,
)

BY_LABEL = Selector((("gateway", "ingress"),))
URL = "http://shop.example/paths/x"


def routes_at(objects: AppMesh) -> dict[str, list[str]]:
    """The routes of each gateway."""
    found: dict[str, list[str]] = {}
    for table in lowered(objects).tables:
        kind, _, name = table.id.partition("/")
        if kind == "virtualgateway":
            found[name] = sorted({route.name or "" for route in table.routes()})
    return found


@pytest.mark.parametrize(
    ("gateways", "labels", "expected"),
    [
        ((gateway("a", selector=BY_LABEL),), {"gateway": "ingress"}, {"shop/a": ["paths"]}),
        (
            (gateway("a", selector=BY_LABEL), gateway("b", selector=None)),
            {"gateway": "ingress"},
            {"shop/a": ["paths"], "shop/b": []},
        ),
        ((gateway("a", selector=BY_LABEL), gateway("b")), {"gateway": "other"}, {"shop/a": [], "shop/b": ["paths"]}),
        ((gateway("a", selector=BY_LABEL, namespace="far"),), {"gateway": "ingress"}, {"far/a": ["paths"]}),
        ((gateway("a", routes=Selector()),), {}, {"shop/a": ["paths"]}),
        (
            (gateway("a", routes=Selector((("team", "x"),))), gateway("b", routes=Selector((("team", "y"),)))),
            {},
            {"shop/a": [], "shop/b": ["paths"]},
        ),
        (
            (
                gateway("a", selector=Selector((("kubernetes.io/metadata.name", "shop"),))),
                gateway("b", selector=BY_LABEL),
            ),
            {},
            {"shop/a": ["paths"], "shop/b": []},
        ),
    ],
)
def test_selectors_decide(gateways: tuple[Any, ...], labels: dict[str, str], expected: dict[str, list[str]]) -> None:
    route = gateway_route(labels={"team": "y"})
    objects = color_mesh(gateways=gateways, gateway_routes=(route,), namespaces=(namespace("shop", **labels),))
    assert routes_at(objects) == expected
    table = table_of(lowered(objects), "virtualgateway/" + next(name for name, routes in expected.items() if routes))
    assert [route.notices for route in table.routes()] == [(), ()]


def test_no_gateway_selects_the_route() -> None:
    message = (
        "GatewayRoute-paths.yaml:1: failed to find matching virtualGateway for gatewayRoute: shop/paths, "
        "expecting 1 but found 0; a gateway selects by namespaceSelector (none selects nothing) and "
        "gatewayRouteSelector"
    )
    assert refused(color_mesh(gateways=(gateway(selector=BY_LABEL),))) == [message]
    assert refused(color_mesh(gateways=(gateway(selector=None),))) == [message]
    assert refused(color_mesh(gateways=(gateway(routes=Selector((("a", "b"),))),))) == [message]


def test_the_gateway_may_be_in_what_could_not_be_read() -> None:
    problems = Problems()
    problems.error(None, "broken")
    assert refused(color_mesh(gateways=(gateway(selector=None),)), problems) == ["<document>: broken"]


def test_two_gateways_select_the_route() -> None:
    assert refused(color_mesh(gateways=(gateway("a"), gateway("b", namespace="far")))) == [
        (
            "GatewayRoute-paths.yaml:1: found multiple matching virtualGateways for gatewayRoute: shop/paths, "
            "expecting 1 but found 2: shop/a (VirtualGateway-a.yaml:1), far/b (VirtualGateway-b.yaml:1)"
        )
    ]


def test_many_gateways_are_not_all_listed() -> None:
    (message,) = refused(color_mesh(gateways=tuple(gateway(f"g{number}") for number in range(12))))
    assert "expecting 1 but found 12: " in message
    assert message.endswith("shop/g9 (VirtualGateway-g9.yaml:1), …")
    (message,) = refused(color_mesh(gateways=tuple(gateway(f"g{number}") for number in range(10))))
    assert message.endswith("shop/g9 (VirtualGateway-g9.yaml:1)")


def test_a_reference_is_trusted() -> None:
    gateways = (gateway("a", selector=None), gateway("b"))
    route = gateway_route(at=ref("Gateway", "a"))
    assert routes_at(color_mesh(gateways=gateways, gateway_routes=(route,))) == {"shop/a": ["paths"], "shop/b": []}


ASSUMED = (
    "Namespace shop is not among the documents, and its labels decide at which virtual gateway gateway route paths is: "
    "{} is assumed"
)


@pytest.mark.parametrize(
    ("gateways", "assumed"),
    [
        ((gateway("a", selector=BY_LABEL),), "shop/a"),
        ((gateway("a", selector=BY_LABEL, namespace="far"),), "far/a"),
        ((gateway("a", selector=BY_LABEL), gateway("b", selector=BY_LABEL, namespace="far")), "shop/a"),
        ((gateway("a", selector=BY_LABEL, namespace="far"), gateway("b")), "shop/b"),
        ((gateway("a", selector=BY_LABEL), gateway("b", selector=BY_LABEL, routes=BY_LABEL)), "shop/a"),
    ],
)
def test_without_the_namespace_the_possible_gateway_is_assumed(gateways: tuple[Any, ...], assumed: str) -> None:
    table = table_of(lowered(color_mesh(gateways=gateways, namespaces=())), f"virtualgateway/{assumed}")
    route = next(table.routes())
    assert [(notice.code, notice.message, str(notice.source)) for notice in route.notices] == [
        ("missing-namespace", ASSUMED.format(assumed), "GatewayRoute-paths.yaml:1")
    ]


def test_without_the_namespace_what_selects_everything_is_certain() -> None:
    assert codes(ask(color_mesh(namespaces=()), URL)) == []


def test_without_the_namespace_several_are_possible() -> None:
    gateways = (gateway("a", selector=BY_LABEL), gateway("b", selector=BY_LABEL))
    assert refused(color_mesh(gateways=gateways, namespaces=())) == [
        (
            "GatewayRoute-paths.yaml:1: gateway route paths may be at 2 virtual gateways: "
            "shop/a (VirtualGateway-a.yaml:1), "
            "shop/b (VirtualGateway-b.yaml:1): the labels of Namespace shop decide, which is not among the documents; "
            "load the Namespace too, or write spec.virtualGatewayRef"
        )
    ]


def test_a_route_without_any_namespace() -> None:
    route = gateway_route(namespace=None)
    answer = ask(color_mesh(gateways=(gateway(selector=BY_LABEL),), gateway_routes=(route,)), URL)
    assert answer.notices[0].message == ASSUMED.replace("Namespace shop", "its namespace").format("shop/ingress")


def test_a_gateway_of_the_api_has_no_selectors() -> None:
    answer = ask(color_mesh(gateways=(gateway(form="aws"),)), URL)
    assert codes(answer) == ["missing-namespace"]


def test_a_route_of_the_api_is_at_the_only_gateway() -> None:
    route = gateway_route(form="aws")
    assert codes(ask(color_mesh(gateways=(gateway(form="aws"),), gateway_routes=(route,)), URL)) == ["missing-service"]


@pytest.mark.parametrize(
    ("meshes", "found"),
    [(("a", "b"), None), (("a", "b", "m"), "m"), (("a", None), "None"), (("m", "m"), None), (("m", None), None)],
)
def test_a_route_of_the_api_is_at_a_gateway_of_its_mesh(meshes: tuple[str | None, ...], found: str | None) -> None:
    gateways = tuple(gateway(str(mesh), form="aws", mesh=mesh) for mesh in meshes)
    route = gateway_route(form="aws", mesh="m")
    objects = AppMesh(gateways=gateways, gateway_routes=(route,))
    if found is not None:
        assert routes_at(objects)[found] == ["paths"]
    else:
        (message,) = refused(objects)
        assert message.startswith(
            "GatewayRoute-paths.yaml:1: gateway route paths does not name its virtual gateway, and "
        )
        assert message.endswith("; name it with --set 'GatewayRoute-paths.yaml:virtualGatewayName=…'")


def test_a_route_of_the_api_names_what_is_possible() -> None:
    objects = AppMesh(
        gateways=(gateway("a", form="aws"), gateway("b", form="aws")), gateway_routes=(gateway_route(form="aws"),)
    )
    assert refused(objects) == [
        (
            "GatewayRoute-paths.yaml:1: gateway route paths does not name its virtual gateway, and 2 are possible: "
            "a (VirtualGateway-a.yaml:1), b (VirtualGateway-b.yaml:1); name it with --set "
            "'GatewayRoute-paths.yaml:virtualGatewayName=…'"
        )
    ]


@pytest.mark.parametrize("limit", [0, 1])
def test_too_many_selectors(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(membership, "MAX_COMPARISONS", limit)
    routes = (gateway_route("a"), gateway_route("b"))
    gateways = (gateway(), gateway("other", selector=None))
    assert refused(color_mesh(gateway_routes=routes, gateways=gateways, nodes=())) == [
        (
            f"<document>: more than {limit} label selectors would have to be tried to find what belongs together; "
            "split the documents (the limit was met at GatewayRoute a)"
        )
    ]


def test_selectors_are_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    # one gateway and one mesh on the namespace, the gateway on each route
    monkeypatch.setattr(membership, "MAX_COMPARISONS", 4)
    objects = color_mesh(gateway_routes=(gateway_route("a"), gateway_route("b")), nodes=())
    assert refused(objects) == []
    monkeypatch.setattr(membership, "MAX_COMPARISONS", 3)
    assert len(refused(objects)) == 1


EGRESS_URL = "http://elsewhere.example/"


def egress_of(
    *meshes: MeshObject,
    labels: dict[str, str] | None = None,
    **of: Any,  # noqa: ANN401 - passed on to meta
) -> tuple[str, list[str]]:
    """Ask a node about a host outside: the outcome tells its mesh, by whether this one lets requests out."""
    spaces = () if labels is None else (namespace("shop", **labels),)
    objects = AppMesh(meshes=meshes, nodes=(node("front", **of),), namespaces=spaces)
    answer = ask(objects, EGRESS_URL, "virtualnode/front")
    return answer.outcome, [notice.message for notice in answer.notices]


OPEN = mesh_object("open", "ALLOW_ALL", Selector((("mesh", "open"),)))
SHUT = mesh_object("shut", "DROP_ALL", Selector((("mesh", "shut"),)))
UNKNOWN = "Namespace shop is not among the documents, and its labels decide the mesh of its objects"


SELECTED: list[tuple[tuple[MeshObject, ...], dict[str, str] | None, tuple[str, list[str]]]] = [
    ((OPEN, SHUT), {"mesh": "open"}, ("forward", [])),
    ((SHUT, OPEN), {"mesh": "shut"}, ("no_route", [])),
    ((OPEN,), {"mesh": "other"}, ("no_route", ["no Mesh among the documents is the one of namespace shop"])),
    ((), {}, ("no_route", ["no Mesh among the documents is the one of namespace shop"])),
    ((mesh_object("open", "ALLOW_ALL"),), None, ("forward", [])),
    (
        (mesh_object("open", "ALLOW_ALL", None),),
        {},
        ("no_route", ["no Mesh among the documents is the one of namespace shop"]),
    ),
    ((OPEN,), None, ("forward", [f"{UNKNOWN}: open is assumed"])),
    ((OPEN, SHUT), None, ("no_route", [UNKNOWN])),
    ((mesh_object("open", "ALLOW_ALL"), SHUT), None, ("forward", [])),
]


@pytest.mark.parametrize(("meshes", "labels", "expected"), SELECTED)
def test_the_mesh_that_selects_the_namespace(
    meshes: tuple[MeshObject, ...], labels: dict[str, str] | None, expected: tuple[str, list[str]]
) -> None:
    assert egress_of(*meshes, labels=labels) == expected


def test_the_mesh_of_an_object_without_namespace() -> None:
    assert egress_of(OPEN, namespace=None) == (
        "forward",
        [f"{UNKNOWN}: open is assumed".replace("Namespace shop", "its namespace")],
    )
    assert egress_of(namespace=None) == ("no_route", ["no Mesh among the documents is the one of VirtualNode front"])


def test_the_mesh_that_an_object_names() -> None:
    shut = mesh_object("shut")
    assert egress_of(mesh_object("x", "ALLOW_ALL", aws="y"), shut, mesh="x") == ("forward", [])
    assert egress_of(mesh_object("x", "ALLOW_ALL", aws="y"), shut, mesh="y") == ("forward", [])
    assert egress_of(shut, mesh="z") == ("no_route", ["mesh z is not among the documents"])


def test_of_two_meshes_with_one_name_the_first_counts() -> None:
    assert egress_of(mesh_object("x", "ALLOW_ALL"), mesh_object("x"), mesh="x") == ("forward", [])


def test_the_mesh_of_an_object_of_the_api_is_the_only_one() -> None:
    assert egress_of(mesh_object("x", "ALLOW_ALL", None), form="aws") == ("forward", [])
    none = ["no Mesh among the documents is the one of VirtualNode front"]
    assert egress_of(mesh_object("x", "ALLOW_ALL"), mesh_object("y", "ALLOW_ALL"), form="aws") == ("no_route", none)


def test_two_meshes_select_the_namespace() -> None:
    objects = AppMesh(
        meshes=(mesh_object("a"), mesh_object("b")), nodes=(node("x"), node("y")), namespaces=(namespace(),)
    )
    assert refused(objects) == [
        (
            "VirtualNode-x.yaml:1: found multiple matching meshes for namespace: shop, expecting 1 but found 2: "
            "a (Mesh-a.yaml:1), b (Mesh-b.yaml:1)"
        )
    ]


def test_meshes_are_not_tried_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "MAX_COMPARISONS", 1)
    objects = AppMesh(meshes=(mesh_object("a"), mesh_object("b")), nodes=(node("x"),), namespaces=(namespace(),))
    assert len(refused(objects)) == 1
