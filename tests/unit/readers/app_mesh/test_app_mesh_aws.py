"""JSON of the AWS API and CLI: shapes, what files leave unnamed, what can be set."""

from __future__ import annotations

import json

import pytest

from meshroute.readers._document import parse_json
from meshroute.readers.app_mesh.objects import AppMesh, MatchSpec, PortMapping, Ref
from meshroute.readers.app_mesh.shapes import is_aws
from tests.unit.readers.app_mesh.reading import good, http_gateway, metas, read

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


def test_a_faulty_gateway_route_is_not_taken_for_a_route() -> None:
    spec = '{"tcpRoute": {"action": {"weightedTargets": []}}}'
    _, problems, _ = read({"x.json": f'{{"gatewayRouteName": "g", "virtualGatewayName": "gw", "spec": {spec}}}'})
    assert [problem.split(" (at")[0] for problem in problems] == [
        "x.json:1: Missing GatewayRoute Type in GatewayRoute Spec",
        "x.json:1: unknown field `tcpRoute` in `spec`",
    ]


def test_a_faulty_route_is_not_taken_for_a_gateway_route() -> None:
    spec = ROUTE.replace('"prefix": "/"', '"hostname": {"exact": "h"}')
    _, problems, _ = read({**NAMED, "x.json": f'{{"routeName": "r", "spec": {spec}}}'})
    assert [problem.split(" (at")[0] for problem in problems] == [
        "x.json:1: unknown field `hostname` in `spec.httpRoute.match`"
    ]


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
