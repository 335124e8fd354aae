"""The old forms: v1beta1, and what guides print."""

from __future__ import annotations

import pytest

from meshroute.model.actions import RetryPolicy
from meshroute.readers._document import parse_yaml
from meshroute.readers.app_mesh.guide import block_lines
from meshroute.readers.app_mesh.objects import PortMapping, RouterRoute
from tests.unit.readers.app_mesh.reading import good, read

SERVICE = """---
apiVersion: appmesh.k8s.aws/v1beta1
kind: VirtualService
metadata: {name: color.ns.svc, namespace: ns}
spec:
  meshName: m
  virtualRouter: {name: color, listeners: [{portMapping: {port: 8080, protocol: http}}]}
  routes:
  - name: r
    priority: 4
    KEY:
      match: MATCH
      action: {weightedTargets: [{virtualNodeName: NODE, weight: 1}]}
      retryPolicy: {maxRetries: 2, perRetryTimeoutMillis: 1500, httpRetryEvents: [server-error]}
"""


def _service(key: str = "http", match: str = "{prefix: /}", node: str = "n") -> str:
    return SERVICE.replace("KEY", key).replace("MATCH", match).replace("NODE", node)


def _node(name: str, namespace: str = "ns", spec: str = "{meshName: m}") -> str:
    head = "---\napiVersion: appmesh.k8s.aws/v1beta1\nkind: VirtualNode\n"
    return f"{head}metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"


def _route(text: str) -> RouterRoute:
    return good(text).routers[0].routes[0]


def test_a_service_and_its_router() -> None:
    mesh = good(_service())
    service, router = mesh.services[0], mesh.routers[0]
    assert (service.meta.name, service.meta.aws_name, service.meta.mesh) == ("color.ns.svc", "color.ns.svc", "m")
    assert service.provider is not None
    assert (service.provider.kind, service.provider.name, service.provider.namespace) == (
        "VirtualRouter",
        "color",
        "ns",
    )
    assert (router.meta.kind, router.meta.name, router.meta.mesh, router.meta.namespace) == (
        "VirtualRouter",
        "color",
        "m",
        "ns",
    )
    assert (router.meta.source.line, router.meta.source.kind, router.meta.source.name) == (7, "VirtualRouter", "color")
    assert router.listeners == (PortMapping(8080, "http"),)
    route = router.routes[0]
    assert (route.meta.name, route.priority, route.protocol, route.meta.mesh) == ("r", 4, "http", "m")
    assert route.retry == RetryPolicy(2, 1.5, ("server-error",))
    assert (route.targets[0].node.name, route.targets[0].node.namespace, route.targets[0].weight) == ("n", "ns", 1)


def test_retry_timeouts_of_both_spellings() -> None:
    text = _service().replace("perRetryTimeoutMillis: 1500", "perRetryTimeout: {unit: s, value: 2}")
    retry = _route(text).retry
    assert retry is not None
    assert retry.per_try_timeout == 2.0


@pytest.mark.parametrize(("key", "match"), [("http2", "{prefix: /}"), ("grpc", "{serviceName: s}")])
def test_protocols(key: str, match: str) -> None:
    assert _route(_service(key, match)).protocol == key


def test_tcp() -> None:
    text = _service("tcp").replace("      match: {prefix: /}\n", "")
    text = "\n".join(line for line in text.splitlines() if "retryPolicy" not in line)
    assert _route(text).protocol == "tcp"


def test_a_service_without_router_or_routes() -> None:
    text = "apiVersion: appmesh.k8s.aws/v1beta1\nkind: VirtualService\nmetadata: {name: s}\nspec: {meshName: m}\n"
    mesh = good(text)
    assert (mesh.services[0].provider, mesh.routers) == (None, ())
    mesh = good(text.replace("meshName: m", "virtualRouter: {}"))
    assert (mesh.routers[0].meta.name, mesh.routers[0].routes, mesh.routers[0].listeners) == ("s-router", (), ())
    mesh = good(text.replace("meshName: m", "routes: []"))
    assert (mesh.routers[0].meta.name, mesh.routers[0].meta.source.line) == ("s-router", 4)


def test_nodes_and_meshes() -> None:
    spec = (
        "{meshName: m, listeners: [{portMapping: {port: 80, protocol: http}}], serviceDiscovery: {dns: {hostName: h}},"
        " backends: [{virtualService: {virtualServiceName: a.b}}]}"
    )
    node = good(_node("n", spec=spec)).nodes[0]
    assert (node.meta.aws_name, node.meta.mesh, node.backends[0].aws_name) == ("n-ns", "m", "a.b")
    assert node.listeners == (PortMapping(80, "http"),)
    text = "apiVersion: appmesh.k8s.aws/v1beta1\nkind: Mesh\nmetadata: {name: m, namespace: prod}\n"
    mesh = good(text + "spec: {serviceDiscoveryType: dns, cloudMapNamespaceName: x}\n").meshes[0]
    assert (mesh.meta.name, mesh.meta.aws_name, mesh.meta.namespace, mesh.egress) == ("m", "m", None, "DROP_ALL")
    assert good(text).meshes[0].namespace_selector is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("n", ("n", "ns", None)),
        ("n.far", ("n", "far", None)),
        ("n-ns", ("n-ns", "ns", "n-ns")),
        ("gone", ("gone", "ns", None)),
    ],
)
def test_targets(written: str, expected: tuple[str, str, str | None]) -> None:
    ref = _route(_service(node=written) + _node("n") + _node("n", "far")).targets[0].node
    assert (ref.name, ref.namespace, ref.aws_name) == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("http:", "htpp:", "did you mean `http`?"),
        ("virtualNodeName: n", "virtualNodeName: 5", "`virtualNodeName` must be a string"),
        ("{name: color, ", "{", ""),
        ("name: r\n", "name: 5\n", "`name` must be a string"),
        ("{name: color.ns.svc, namespace: ns}", "{}", "`name` is required"),
        ("prefix: /", "prefix: x", "Prefix to be matched on must start with '/'"),
    ],
)
def test_faults(old: str, new: str, message: str) -> None:
    mesh, problems, _ = read(_service().replace(old, new))
    if not message:
        assert (problems, mesh.routers[0].meta.name) == ([], "color.ns.svc-router")
    else:
        assert any(message in problem for problem in problems), problems


# --------------------------------------------------------------------------------------------------------- guides

GUIDE = """apiVersion: appmesh/v1beta1
kind: GatewayRoute
metadata: {name: example}
spec:
  gatewayRoute:
    httpRoute:
      match: {prefix: /example}
      action: {targetGroup: {name: group}}
"""


def test_a_guide() -> None:
    mesh, problems, notices = read(GUIDE)
    assert (problems, notices) == ([], ["guide-spelling"])
    route = mesh.gateway_routes[0]
    assert (route.target.kind, route.target.name, route.target.namespace) == ("VirtualService", "group", "default")
    assert (route.match.prefix, route.gateway, route.meta.aws_name) == ("/example", None, "example_default")
    assert (route.meta.form, route.protocol, route.priority, route.target_port) == ("guide", "http", None, None)
    message = route.notices[0].message
    assert message.partition("\n")[2] == (
        "apiVersion: appmesh.k8s.aws/v1beta2\n"
        "kind: GatewayRoute\n"
        "metadata:\n"
        "  name: example\n"
        "spec:\n"
        "  httpRoute:\n"
        "    match:\n"
        "      prefix: /example\n"
        "    action:\n"
        "      target:\n"
        "        virtualService:\n"
        "          virtualServiceRef:\n"
        "            name: group"
    )


def test_the_spelling_that_a_guide_shows_reads_as_the_same_route() -> None:
    text = GUIDE.replace("{name: example}", "{name: example, namespace: 'on'}").replace("httpRoute", "http2Route")
    text = text.replace("gatewayRoute:\n", "gatewayRoute:\n    priority: 9\n")
    text = text.replace("{prefix: /example}", "{prefix: '/a b', headers: [{name: x, match: {exact: '1'}}, {name: y}]}")
    route = read(text)[0].gateway_routes[0]
    again = good(route.notices[0].message.partition("\n")[2]).gateway_routes[0]
    assert (again.priority, again.protocol, again.match.prefix) == (9, "http2", "/a b")
    assert [(h.name, h.test) for h in again.match.headers] == [(h.name, h.test) for h in route.match.headers]
    assert (again.meta.namespace, again.target.name, again.target.namespace) == ("on", "group", "on")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gatewayRoute:", "gatewayRuote:", "did you mean `gatewayRoute`?"),
        ("httpRoute:", "zebra:", "Missing GatewayRoute Type in GatewayRoute Spec"),
        ("{targetGroup: {name: group}}", "{}", "`targetGroup` is required"),
        ("{targetGroup: {name: group}}", "null", "`action` is required"),
        ("{name: group}", "{}", "`name` is required"),
        ("{name: example}", "{}", "`name` is required"),
        ("{prefix: /example}", "{}", "Either prefix or path or hostname must be specified"),
    ],
)
def test_faulty_guides(old: str, new: str, message: str) -> None:
    _, problems, _ = read(GUIDE.replace(old, new))
    assert any(message in problem for problem in problems), problems


def test_blocks() -> None:
    (node,) = parse_yaml("{a: [], b: {}, c: [[1, {d: e, f: true}], null], '1': 'yes', g: [h]}")
    text = "\n".join(block_lines(node, 2))
    assert parse_yaml(text) == [node]
    assert text.splitlines()[0] == "  a: []"
    (node,) = parse_yaml("- {a: 1, b: 2}\n- x: [z]\n")
    assert parse_yaml("\n".join(block_lines(node, 0))) == [node]
