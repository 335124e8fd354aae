"""Objects of the AWS API: what their files leave unnamed, and what can be set for them."""

from __future__ import annotations

import pytest

from meshroute.readers.app_mesh.objects import AppMesh, Ref
from meshroute.readers.app_mesh.settings import stem_of
from tests.unit.readers.app_mesh.reading import good, metas, read, v1beta2

ROUTE = '{"httpRoute": {"match": {"prefix": "/"}, "action": {"weightedTargets": [{"virtualNode": "n", "weight": 1}]}}}'
GATEWAY_ROUTE = (
    '{"httpRoute": {"match": {"prefix": "/"}, "action": {"target": {"virtualService": {"virtualServiceName": "s"}}}}}'
)
LISTENERS = '{"listeners": [{"portMapping": {"port": 80, "protocol": "http"}}]}'
NODE = (
    '{"listeners": [{"portMapping": {"port": 80, "protocol": "tcp"}}], "serviceDiscovery": {"dns": {"hostname": "h"}}}'
)
SERVICE = '{"provider": {"virtualRouter": {"virtualRouterName": "r"}}}'
NAMED = {
    "mesh.json": '{"meshName": "m", "spec": {"egressFilter": {"type": "ALLOW_ALL"}}}',
    "gw.json": f'{{"virtualGatewayName": "gw", "spec": {LISTENERS}}}',
    "router.json": f'{{"virtualRouterName": "r", "spec": {LISTENERS}}}',
}


def _named(ref: Ref | None) -> tuple[str, str | None, str | None, str | None]:
    assert ref is not None
    return ref.kind, ref.name, ref.namespace, ref.aws_name


def _kinds(mesh: AppMesh) -> list[tuple[str, str]]:
    routes = [route.meta for router in mesh.routers for route in router.routes]
    return [(meta.kind, meta.name) for meta in (*metas(mesh), *routes)]


# ------------------------------------------------------------------------------------------- names and parents


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("a/b.json", "b"),
        ("b.json.template", "b"),
        ("b.v1.yaml.tpl", "b.v1"),
        ("a.b/c.yml", "c"),
        ("plain", "plain"),
        ("<stream>", None),
        (".json", ".json"),
    ],
)
def test_stems(file: str, stem: str | None) -> None:
    assert stem_of(file) == stem


def test_what_has_no_file_must_be_named() -> None:
    _, problems, _ = read({"<stream>": f'{{"spec": {NODE}}}'})
    assert problems == ["<stream>:1: this VirtualNode has no name; add `virtualNodeName`"]


@pytest.mark.parametrize(
    ("others", "kind"),
    [
        ({"service.json": SERVICE.replace('"r"', '"x"')}, "VirtualRouter"),
        ({"route.json": f'{{"virtualRouterName": "x", "spec": {ROUTE}}}'}, "VirtualRouter"),
        ({"route.json": f'{{"virtualGatewayName": "x", "spec": {GATEWAY_ROUTE}}}'}, "VirtualGateway"),
        (
            {
                "s.yaml": v1beta2(
                    "VirtualService",
                    "{provider: {virtualRouter: {virtualRouterARN: 'arn:aws:appmesh:r:1:mesh/m/virtualRouter/x'}}}",
                )
            },
            "VirtualRouter",
        ),
    ],
)
def test_a_router_or_gateway_is_told_by_what_speaks_of_it(others: dict[str, str], kind: str) -> None:
    mesh = good({**others, "x.json": LISTENERS})
    assert (kind, "x") in _kinds(mesh)


def test_a_router_or_gateway_is_told_by_its_file_name_with_a_notice() -> None:
    for name, kind in (
        ("a-vr-1", "VirtualRouter"),
        ("gateway-router", "VirtualRouter"),
        ("color_vg", "VirtualGateway"),
    ):
        mesh, problems, notices = read({f"{name}.json": LISTENERS})
        assert (_kinds(mesh), problems, notices) == ([(kind, name)], [], ["inferred-kind"])
        source = mesh.notices[0].source
        assert source is not None
        assert (source.kind, source.name) == (kind, name)


def test_what_both_sides_speak_of_is_told_by_its_file_name() -> None:
    others = {
        "route.json": f'{{"virtualRouterName": "x-vg", "spec": {ROUTE}}}',
        "gr.json": f'{{"virtualGatewayName": "x-vg", "spec": {GATEWAY_ROUTE}}}',
    }
    mesh, _, notices = read({**others, "x-vg.json": LISTENERS})
    assert "inferred-kind" in notices
    assert ("VirtualGateway", "x-vg") in _kinds(mesh)


def test_the_parent_must_be_known() -> None:
    _, problems, _ = read({"dir/x.json": ROUTE})
    assert problems == [
        (
            "dir/x.json:1: this Route does not name its virtual router, and none is loaded; "
            "name it with --set 'x.json:virtualRouterName=NAME'"
        )
    ]
    routers = {f"r{n}.json": f'{{"virtualRouterName": "r{n}", "spec": {LISTENERS}}}' for n in range(7)}
    _, problems, _ = read({**routers, "x.json": ROUTE, "y.json": ROUTE})
    assert problems.pop().startswith("y.json:1: this Route does not name its virtual router, and `r0`, `r1`")
    assert problems == [
        (
            "x.json:1: this Route does not name its virtual router, and `r0`, `r1`, `r2`, `r3`, `r4` and 2 more"
            " are loaded; name it with --set 'x.json:virtualRouterName=NAME'"
        )
    ]
    _, problems, _ = read({"x.json": GATEWAY_ROUTE})
    assert "this GatewayRoute does not name its virtual gateway, and none is loaded" in problems[0]


def test_the_parent_may_be_of_another_form() -> None:
    gateway = v1beta2("VirtualGateway", LISTENERS)
    router = v1beta2("VirtualRouter", "{awsName: router}")
    mesh = good({"k.yaml": gateway + router, "g.json": GATEWAY_ROUTE, "r.json": ROUTE})
    assert _named(mesh.gateway_routes[0].gateway) == ("VirtualGateway", None, None, "x_ns")
    assert [route.meta.name for route in mesh.routers[0].routes] == ["r"]


def test_candidates_are_of_the_same_mesh() -> None:
    meshes = {f"{name}.json": f'{{"meshName": "{name}", "spec": {{}}}}' for name in ("m1", "m2")}
    routers = {
        f"r{name}.json": f'{{"meshName": "{name}", "virtualRouterName": "r{name}", "spec": {LISTENERS}}}'
        for name in ("m1", "m2")
    }
    mesh = good({**meshes, **routers, "x.json": f'{{"meshName": "m2", "spec": {ROUTE}}}'})
    assert [(router.meta.name, len(router.routes)) for router in mesh.routers] == [("rm1", 0), ("rm2", 1)]


def test_the_mesh_is_the_only_one() -> None:
    assert good({"mesh.json": NAMED["mesh.json"], "n.json": NODE}).nodes[0].meta.mesh == "m"
    assert good({"k.yaml": v1beta2("Mesh", "{}", name="k"), "n.json": NODE}).nodes[0].meta.mesh == "k"
    assert good({"n.json": NODE}).nodes[0].meta.mesh is None
    assert good(NAMED).meshes[0].meta.mesh is None
    two = {"a.json": '{"meshName": "a", "spec": {}}', "b.json": '{"meshName": "b", "spec": {}}', "n.json": NODE}
    _, problems, _ = read(two)
    assert problems == [
        (
            "n.json:1: this VirtualNode does not name its mesh, and `a`, `b` are loaded; "
            "name it with --set 'n.json:meshName=NAME'"
        )
    ]
    assert good(two, settings={"n.json": {"meshName": "b"}}).nodes[0].meta.mesh == "b"


def test_a_named_router_may_be_missing() -> None:
    mesh, problems, notices = read({"x.json": f'{{"virtualRouterName": "far", "spec": {ROUTE}}}'})
    assert (problems, notices) == ([], ["missing-router"])
    router = mesh.routers[0]
    assert (router.meta.name, router.meta.aws_name, router.meta.kind, router.listeners) == (
        "far",
        "far",
        "VirtualRouter",
        (),
    )
    assert (router.meta.source.kind, router.meta.source.name) == ("VirtualRouter", "far")
    assert [route.meta.name for route in router.routes] == ["x"]


# ------------------------------------------------------------------------------------------------------ settings


def test_settings_name_objects_and_parents() -> None:
    mesh = good(
        {"a/x.json": ROUTE, "b/x.json": ROUTE, "y.json": LISTENERS, "z.json": LISTENERS},
        settings={
            "x.json": {"virtualRouterName": "y", "routeName": "one"},
            "b/x.json": {"routeName": "two"},
            "z.json": {"kind": "virtualgateway", "virtualGatewayName": "gate"},
            "y.json": {"kind": "VirtualRouter"},
        },
    )
    assert [route.meta.name for route in mesh.routers[0].routes] == ["one", "two"]
    assert mesh.gateways[0].meta.name == "gate"


def test_settings_win_over_the_file() -> None:
    text = f'{{"virtualNodeName": "a", "spec": {NODE}}}'
    assert good({"x.json": text}, settings={"x.json": {"virtualNodeName": "b"}}).nodes[0].meta.name == "b"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"x.json": {"zebra": "1"}},
            (
                "<document>: --set 'x.json:zebra=1': `zebra` cannot be set; what can be set: routeName, "
                "gatewayRouteName, virtualServiceName, virtualNodeName, "
                "virtualRouterName, virtualGatewayName, meshName, kind"
            ),
        ),
        (
            {"x.json": {"kind": "Zebra"}},
            (
                "<document>: --set 'x.json:kind=Zebra': no such kind; the kinds are Route, GatewayRoute, "
                "VirtualService, VirtualNode, VirtualRouter, VirtualGateway, Mesh"
            ),
        ),
        ({"x.json": {"meshName": ""}}, "<document>: --set 'x.json:meshName=': the value is empty"),
        ({"json": {"meshName": "m"}}, "<document>: --set 'json:meshName=m': no such file among the loaded ones"),
        ({"": {"meshName": "m"}}, "<document>: --set ':meshName=m': no such file among the loaded ones"),
        (
            {"k.yaml": {"meshName": "m"}},
            "<document>: --set 'k.yaml:meshName=m': the file has no object of the AWS API; only their names can be set",
        ),
    ],
)
def test_faulty_settings(settings: dict[str, dict[str, str]], message: str) -> None:
    _, problems, _ = read({"x.json": NODE, "k.yaml": v1beta2("Mesh", "{}")}, settings=settings)
    assert problems == [message]
