"""JSON of the AWS API and CLI: shapes, what files leave unnamed, what can be set."""

from __future__ import annotations

import json

import pytest

from meshroute.readers._document import parse_json
from meshroute.readers.app_mesh.objects import AppMesh, MatchSpec, PortMapping, Ref
from meshroute.readers.app_mesh.settings import stem_of
from meshroute.readers.app_mesh.shapes import is_aws
from tests.unit.readers.app_mesh.reading import good, http_gateway, metas, read, v1beta2

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


# ---------------------------------------------------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROUTE, True),
        (GATEWAY_ROUTE, True),
        (LISTENERS, True),
        (NODE, True),
        (SERVICE, True),
        ('{"egressFilter": {"type": "DROP_ALL"}}', True),
        ('{"serviceDiscovery": {"awsCloudMap": {}}}', True),
        (f'{{"spec": {LISTENERS}}}', True),
        (f'{{"spec": {LISTENERS}, "virtualRuoterName": "x"}}', True),
        ('{"spec": {}}', True),
        ('{"spec": {}, "meshName": "m"}', True),
        ('{"spec": {}, "other": 1}', False),
        ('{"spec": {"containers": []}}', False),
        ('{"spec": 5, "meshName": "m"}', False),
        ('{"spec": 5, "virtualNodeName": "m"}', True),
        ('{"meshName": "m"}', True),
        ('{"meshName": "m", "tags": [], "clientToken": "t", "meshOwner": "1"}', True),
        ('{"meshName": "m", "other": 1}', False),
        ('{"route": {"spec": {}}}', True),
        ('{"route": {"meshName": "m"}, "ResponseMetadata": {}}', True),
        ('{"route": {}}', False),
        ('{"route": 5}', False),
        ('{"routes": [{"meshName": "m"}]}', True),
        ('{"routes": [{"spec": {}}, {"name": "x"}]}', False),
        ('{"routes": {}}', False),
        ('{"meshes": [], "nextToken": "t"}', True),
        (f"[{ROUTE}]", True),
        (f"[{ROUTE}, 5]", False),
        ('{"routes": [{"route": {"spec": {}}}], "mesh": {"spec": {}}, "nextToken": null}', True),
        ('{"routes": [{"zebra": {"spec": {}}}]}', False),
        ('{"mesh": {"spec": {}}, "other": 1}', False),
        ('{"nextToken": null}', False),
        ("[]", False),
        ('[{"a": 1}]', False),
        ("{}", False),
        ("5", False),
        ('{"listeners": []}', False),
        ('{"listeners": [5]}', False),
        ('{"listeners": [{"address": 1}]}', False),
        (f'{{"apiVersion": "x", "spec": {LISTENERS}}}', False),
        (f'{{"kind": "x", "spec": {LISTENERS}}}', False),
    ],
)
def test_what_is_taken_for_the_api(text: str, *, expected: bool) -> None:
    assert is_aws(parse_json(text)) is expected


@pytest.mark.parametrize(
    "text",
    [
        GATEWAY_ROUTE,
        f'{{"spec": {GATEWAY_ROUTE}}}',
        f'{{"gatewayRouteName": "x", "virtualGatewayName": "gw", "meshName": "m", "spec": {GATEWAY_ROUTE}}}',
        f'{{"virtualGatewayName": "gw", "clientToken": "t", "meshOwner": "1", "tags": [], "spec": {GATEWAY_ROUTE}}}',
        (
            '{"gatewayRoute": {"gatewayRouteName": "x", "meshName": "m", "virtualGatewayName": "gw",'
            f' "metadata": {{"arn": 5}}, "status": {{"status": "ACTIVE"}}, "spec": {GATEWAY_ROUTE}}}}}'
        ),
        f'[{{"gatewayRoute": {{"gatewayRouteName": "x", "virtualGatewayName": "gw", "spec": {GATEWAY_ROUTE}}}}}]',
        f'{{"gatewayRoutes": [{{"gatewayRouteName": "x", "virtualGatewayName": "gw", "spec": {GATEWAY_ROUTE}}}]}}',
    ],
)
def test_every_shape_of_a_gateway_route(text: str) -> None:
    mesh = good({"mesh.json": NAMED["mesh.json"], "gw.json": NAMED["gw.json"], "dir/x.json": text})
    route = mesh.gateway_routes[0]
    assert _named(route.target) == ("VirtualService", None, None, "s")
    assert _named(route.gateway) == ("VirtualGateway", None, None, "gw")
    meta = route.meta
    assert (meta.name, meta.aws_name, meta.namespace, meta.mesh, meta.form) == ("x", "x", None, "m", "aws")
    assert (meta.source.file, meta.source.kind, meta.source.name) == ("dir/x.json", "GatewayRoute", "x")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f'{{"spec": {NODE}}}', "VirtualNode"),
        ('{"spec": {"backends": [], "listeners": []}}', "VirtualNode"),
        ('{"spec": {"backendDefaults": {}}}', "VirtualNode"),
        ('{"spec": {"logging": {}}}', "VirtualNode"),
        ('{"spec": {"serviceDiscovery": {"dns": {}}}}', "VirtualNode"),
        ('{"spec": {"listeners": [{"portMapping": {"port": 1, "protocol": "http"}, "timeout": {}}]}}', "VirtualNode"),
        (f'{{"spec": {SERVICE}}}', "VirtualService"),
        ('{"spec": {"egressFilter": {"type": "DROP_ALL"}}}', "Mesh"),
        ('{"spec": {"serviceDiscovery": {"ipPreference": "IPv4_ONLY"}}}', "Mesh"),
        ('{"spec": {}}', "Mesh"),
        ('{"meshName": "x"}', "Mesh"),
        ('{"meshName": "x", "spec": {}}', "Mesh"),
        ('{"mesh": {"meshName": "x", "spec": {}, "metadata": {}, "status": {}}}', "Mesh"),
        ('{"virtualServiceName": "x", "spec": {}}', "VirtualService"),
        ('{"virtualNodeName": "x", "spec": {}}', "VirtualNode"),
        ('{"virtualNodeName": "x", "meshName": "m", "spec": {}}', "VirtualNode"),
        (f'{{"virtualNodeName": "x", "spec": {LISTENERS}}}', "VirtualNode"),
        (f'{{"virtualRouterName": "x", "spec": {LISTENERS}}}', "VirtualRouter"),
        (f'{{"virtualGatewayName": "x", "spec": {LISTENERS}}}', "VirtualGateway"),
        ('{"virtualRouter": {"virtualRouterName": "x", "meshName": "m", "spec": {}}}', "VirtualRouter"),
        ('{"spec": {"listeners": [{"portMapping": {"port": 1, "protocol": "tcp"}}]}}', "VirtualRouter"),
        ('{"spec": {"listeners": [{"portMapping": {"port": 1, "protocol": "http"}, "tls": {}}]}}', "VirtualGateway"),
        ('{"listeners": [{"portMapping": {"port": 1, "protocol": "http"}}], "logging": {}}', "VirtualGateway"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert _kinds(good({"x.json": text})) == [(kind, "x")]


@pytest.mark.parametrize(
    "spec",
    [
        ROUTE,
        ROUTE.replace("httpRoute", "http2Route"),
        '{"tcpRoute": {"action": {"weightedTargets": [{"virtualNode": "n", "weight": 1}]}}}',
        '{"grpcRoute": {"match": {}, "action": {"weightedTargets": [{"virtualNode": "n", "weight": 1}]}}}',
    ],
)
@pytest.mark.parametrize("names", ["", '"virtualRouterName": "r", ', '"routeName": "x", "virtualRouterName": "r", '])
def test_routes(names: str, spec: str) -> None:
    mesh = good({"router.json": NAMED["router.json"], "x.json": f'{{{names}"spec": {spec}}}'})
    assert mesh.routers[0].listeners == (PortMapping(80, "http"),)
    (route,) = mesh.routers[0].routes
    assert (route.meta.kind, route.meta.name) == ("Route", "x")
    assert _named(route.targets[0].node) == ("VirtualNode", None, None, "n")


@pytest.mark.parametrize(
    ("route", "named", "kind"),
    [
        ('{"httpRoute": {"match": {}, "action": {}}}', '"routeName": "x"', "Route"),
        ('{"httpRoute": {"match": {}, "action": {}}}', '"virtualRouterName": "r"', "Route"),
        ('{"httpRoute": {"match": {}, "action": {}}}', '"gatewayRouteName": "x"', "GatewayRoute"),
        ('{"httpRoute": {"match": {}, "action": {}}}', '"virtualGatewayName": "gw"', "GatewayRoute"),
        ('{"priority": 1}', '"routeName": "x"', "Route"),
        ('{"httpRoute": {"match": {"hostname": {"exact": "h"}}, "action": {}}}', '"meshName": "m"', "GatewayRoute"),
        ('{"httpRoute": {"match": {}, "action": {"rewrite": {}}}}', '"meshName": "m"', "GatewayRoute"),
    ],
)
def test_a_route_without_target_is_told_by_its_names(route: str, named: str, kind: str) -> None:
    _, problems, _ = read({**NAMED, "x.json": f'{{{named}, "spec": {route}}}'})
    wanted = {"Route": "weightedTargets", "GatewayRoute": "target"}[kind] if "priority" not in route else "exactly one"
    assert len(problems) == 1
    assert wanted in problems[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"httpRoute": {"match": {}, "action": {}}}',
            "App Mesh object this is: Route or GatewayRoute; say it with --set 'x.json:kind=Route'",
        ),
        (
            f'{{"spec": {LISTENERS}}}',
            "this is: VirtualRouter or VirtualGateway; say it with --set 'x.json:kind=VirtualRouter'",
        ),
        ('{"spec": {"zebra": 1}, "virtualNodeName": "n"}', "unknown field `zebra`"),
        ('{"spec": 5, "virtualNodeName": "n"}', "`spec` must be a mapping"),
        ('{"virtualNodeName": "n", "meshName": "m"}', "`spec` is required"),
        ('{"virtualNodeName": 5, "spec": {}}', "`virtualNodeName` must be a string"),
        (f'{{"spec": {NODE}, "virtualNodeNmae": "n"}}', "did you mean `virtualNodeName`?"),
        (f'{{"spec": {NODE}, "virtualServiceName": "n"}}', "unknown field `virtualServiceName`"),
    ],
)
def test_faulty_documents(text: str, message: str) -> None:
    _, problems, _ = read({"x.json": text})
    assert len(problems) == 1, problems
    assert message in problems[0]


def test_list_output_has_nothing_to_read() -> None:
    mesh, problems, notices = read({"x.json": '{"routes": [{"routeName": "r", "meshName": "m"}]}'})
    assert (problems, notices, _kinds(mesh)) == ([], ["no-spec"], [])
    assert "this Route is named without its `spec`" in mesh.notices[0].message


# --------------------------------------------------------------------------------------- the rules of the API


@pytest.mark.parametrize(
    ("match", "expected"),
    [('{"port": 80}', MatchSpec(port=80)), ("{}", MatchSpec()), ('{"hostname": {"exact": "h"}}', None)],
)
def test_the_api_takes_a_match_without_path(match: str, expected: MatchSpec | None) -> None:
    text = GATEWAY_ROUTE.replace('{"prefix": "/"}', match)
    mesh = good({"gw.json": NAMED["gw.json"], "x.json": text})
    assert mesh.gateway_routes[0].match == (expected or MatchSpec(hostname_exact="h"))
    if expected:
        mesh = good({"router.json": NAMED["router.json"], "x.json": ROUTE.replace('{"prefix": "/"}', match)})
        assert mesh.routers[0].routes[0].match == expected


def test_the_api_takes_a_grpc_gateway_match_without_service() -> None:
    text = GATEWAY_ROUTE.replace("httpRoute", "grpcRoute").replace('{"prefix": "/"}', "{}")
    assert good({"gw.json": NAMED["gw.json"], "x.json": text}).gateway_routes[0].match == MatchSpec()


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ('{"prefix": "/", "path": {"exact": "/"}}', "Both prefix and path cannot be specified. Only 1 allowed"),
        ('{"prefix": "x"}', "Prefix to be matched on must start with '/'"),
        ('{"prefix": "/", "zebra": 1}', "unknown field `zebra`"),
        ('{"prefix": 5}', "`prefix` must be a string"),
    ],
)
def test_faulty_matches(match: str, message: str) -> None:
    _, problems, _ = read({"gw.json": NAMED["gw.json"], "x.json": GATEWAY_ROUTE.replace('{"prefix": "/"}', match)})
    assert len(problems) == 1
    assert message in problems[0]


@pytest.mark.parametrize(
    ("rewrite", "message"),
    [
        ("{}", None),
        ('{"prefix": {"value": "/a"}}', None),
        ('{"prefix": {"value": "a/"}}', "New Rewrite Prefix must start with '/'"),
        ('{"prefix": {"value": "/"}, "path": {"exact": "/"}}', "Both prefix and path for rewrites cannot be"),
    ],
)
def test_rewrites(rewrite: str, message: str | None) -> None:
    text = GATEWAY_ROUTE.replace('"action": {', f'"action": {{"rewrite": {rewrite}, ')
    _, problems, _ = read({"gw.json": NAMED["gw.json"], "x.json": text})
    assert len(problems) == (message is not None)
    assert message is None or message in problems[0]


def test_nodes_and_services() -> None:
    backend = '{"virtualService": {"virtualServiceName": "a"}}'
    spec = f'{{"backends": [{backend}, {backend}]}}'
    node = good({"n.json": f'{{"spec": {spec}}}'}).nodes[0]
    assert [_named(ref) for ref in node.backends] == [("VirtualService", None, None, "a")] * 2
    assert node.backend_groups == ()
    service = good({"s.json": '{"spec": {"provider": {"virtualNode": {"virtualNodeName": "n"}}}}'}).services[0]
    assert _named(service.provider) == ("VirtualNode", None, None, "n")
    _, problems, _ = read({"s.json": '{"spec": {"provider": {"virtualNode": {}}}}'})
    assert len(problems) == 1
    assert "`virtualNodeName` is required" in problems[0]


def test_kubernetes_fields_are_unknown_to_the_api() -> None:
    for spec in ('{"podSelector": {}, "backends": []}', '{"backendGroups": [], "backends": []}'):
        _, problems, _ = read({"n.json": f'{{"spec": {spec}}}'})
        assert len(problems) == 1
    text = f'{{"virtualRouterName": "r", "spec": {LISTENERS[:-1]}, "routes": []}}}}'
    _, problems, _ = read({"n.json": text})
    assert "unknown field `routes`" in problems[0]
    text = '{"meshName": "r", "spec": {"egressFilter": {"type": "DROP_ALL"}, "namespaceSelector": {}}}'
    _, problems, _ = read({"n.json": text})
    assert "unknown field `namespaceSelector`" in problems[0]
    text = f'{{"virtualGatewayName": "r", "spec": {LISTENERS[:-1]}, "namespaceSelector": {{}}}}}}'
    _, problems, _ = read({"n.json": text})
    assert "unknown field `namespaceSelector`" in problems[0]


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


def test_jq_variables() -> None:
    text = '{"spec": {"provider": {"virtualRouter": {"virtualRouterName": $ROUTER}}}}'
    service = good({"s.json": text}, variables={"s.json": {"ROUTER": "r"}}).services[0]
    assert _named(service.provider) == ("VirtualRouter", None, None, "r")
    _, problems, notices = read({"s.json": text})
    assert notices == []
    assert "placeholder `ROUTER` has no value" in problems[0]


def test_many_objects_of_one_file() -> None:
    items = [{"virtualNode": {"virtualNodeName": f"n{number}", "spec": json.loads(NODE)}} for number in range(3)]
    assert [node.meta.name for node in good({"x.json": json.dumps(items)}).nodes] == ["n0", "n1", "n2"]


def test_an_export_of_everything() -> None:
    export: dict[str, object] = {
        "mesh": {"meshName": "m", "spec": {}},
        "virtualRouters": [{"virtualRouter": {"virtualRouterName": "r", "meshName": "m", "spec": {}}}],
        "routes": [{"route": {"routeName": "q", "meshName": "m", "virtualRouterName": "r", "spec": json.loads(ROUTE)}}],
        "virtualNodes": [{"virtualNodeName": "n", "meshName": "m", "spec": json.loads(NODE)}],
    }
    assert _kinds(good({"x.json": json.dumps(export)})) == [
        ("Mesh", "m"),
        ("VirtualRouter", "r"),
        ("VirtualNode", "n"),
        ("Route", "q"),
    ]


def test_gateway_routes_are_kept_apart_by_their_gateway() -> None:
    texts = {
        f"{name}.json": f'{{"gatewayRouteName": "g", "virtualGatewayName": "{name}", "spec": {GATEWAY_ROUTE}}}'
        for name in ("a", "b")
    }
    assert len(good(texts).gateway_routes) == 2
    _, problems, _ = read({**texts, "c.json": texts["a.json"]})
    assert problems == [
        "c.json:1: GatewayRoute `g` is already defined at a.json:1; with --override the later definition wins"
    ]
    kubernetes = http_gateway("{prefix: /}").replace("spec: {", "spec: {awsName: g, ")
    _, problems, _ = read({"k.yaml": kubernetes, "a.json": texts["a.json"]})
    assert len(problems) == 1
