"""Kubernetes objects beside routes: identity, selectors, listeners, nodes, services, groups, Namespaces, Lists."""

from __future__ import annotations

import pytest

from meshroute.model.notices import Source
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.app_mesh.objects import Meta, PortMapping, Ref
from tests.unit.readers.app_mesh.reading import good, metas, read, router, v1beta2

ARN = "arn:aws:appmesh:us-east-1:111122223333:mesh/m"


def _named(ref: Ref | None) -> tuple[str, str | None, str | None, str | None]:
    assert ref is not None
    return ref.kind, ref.name, ref.namespace, ref.aws_name


def _only_problem(text: str) -> str:
    _, problems, _ = read(text)
    assert len(problems) == 1, problems
    return problems[0]


def test_identity() -> None:
    text = """
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata:
  name: s
  namespace: ns
  labels: {a: b, c: d}
  annotations: {x: y}
  creationTimestamp: null
  managedFields: [{a: 1}]
  uid: 1
  resourceVersion: 5
spec: {}
status: {conditions: [1, 2]}
"""
    assert good(text).services[0].meta == Meta(
        "VirtualService",
        "s",
        "s.ns",
        "ns",
        (("a", "b"), ("c", "d")),
        None,
        "kubernetes",
        Source("a.yaml", 2, "", "VirtualService", "ns", "s"),
    )


@pytest.mark.parametrize(
    ("kind", "namespace", "expected"),
    [
        ("VirtualNode", "ns", ("x_ns", "ns")),
        ("VirtualService", "ns", ("x.ns", "ns")),
        ("VirtualGateway", None, ("x_default", "default")),
        ("VirtualService", None, ("x.default", "default")),
        ("Mesh", None, ("x", None)),
        ("Mesh", "ns", ("x", None)),
    ],
)
def test_default_names(kind: str, namespace: str | None, expected: tuple[str, str | None]) -> None:
    mesh = good(v1beta2(kind, "{}", namespace=namespace))
    assert [(meta.aws_name, meta.namespace) for meta in metas(mesh)] == [expected]


def test_the_aws_name_can_be_given() -> None:
    assert good(v1beta2("VirtualService", "{awsName: a.b.c}")).services[0].meta.aws_name == "a.b.c"
    assert good(v1beta2("VirtualNode", "{awsName: n, meshRef: {name: m}}")).nodes[0].meta.mesh == "m"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("{}", "`name` is required in `metadata`"),
        ("5", "`metadata` must be a mapping"),
        ("null", "`metadata` is required"),
        ("{name: 5}", "`name` must be a string, not the number 5"),
        ("{name: x, namespace: true}", "`namespace` must be a string"),
        ("{name: x, labels: {a: true}}", "`a` must be a string"),
        ("{name: x, lables: {a: b}}", "did you mean `labels`?"),
        ("{name: '${N}'}", "placeholder `N` has no value"),
    ],
)
@pytest.mark.parametrize("head", ["appmesh.k8s.aws/v1beta2\nkind: VirtualService", "v1\nkind: Namespace"])
def test_faulty_metadata(head: str, metadata: str, message: str) -> None:
    assert message in _only_problem(f"apiVersion: {head}\nmetadata: {metadata}\n")


def test_the_faults_of_an_object_without_a_name_are_reported_too() -> None:
    mesh, problems, _ = read(
        "apiVersion: appmesh.k8s.aws/v1beta2\nkind: VirtualService\nmetadata: {}\nspec: {provider: 5}"
    )
    assert len(problems) == 2
    assert mesh.services == ()


def test_a_typo_at_the_root() -> None:
    text = v1beta2("VirtualService", "{}") + "sepc: {}\n"
    assert "unknown field `sepc` (at /sepc); did you mean `spec`?" in _only_problem(text)


def test_namespaces_have_the_label_of_the_api_server() -> None:
    mesh = good("apiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {mesh: m}}\nspec: {finalizers: [a]}")
    meta = mesh.namespaces[0]
    assert meta.labels == (("kubernetes.io/metadata.name", "ns"), ("mesh", "m"))
    assert (meta.kind, meta.name, meta.aws_name, meta.namespace) == ("Namespace", "ns", "ns", None)


def test_a_mesh() -> None:
    mesh = good(v1beta2("Mesh", "{}")).meshes[0]
    assert (mesh.egress, mesh.namespace_selector) == ("DROP_ALL", None)
    mesh = good(
        v1beta2("Mesh", "{egressFilter: {type: ALLOW_ALL}, namespaceSelector: {}, meshOwner: '1', awsName: aws}")
    ).meshes[0]
    assert (mesh.egress, mesh.namespace_selector, mesh.meta.aws_name) == ("ALLOW_ALL", Selector(), "aws")
    assert good(v1beta2("Mesh", "{egressFilter: {type: DROP_ALL}}")).meshes[0].egress == "DROP_ALL"
    assert "`type` must be one of" in _only_problem(v1beta2("Mesh", "{egressFilter: {type: SOME}}"))
    assert "`type` is required" in _only_problem(v1beta2("Mesh", "{egressFilter: {}}"))


def test_selectors() -> None:
    gateway = good(
        v1beta2(
            "VirtualGateway",
            "{namespaceSelector: {matchLabels: {a: b}}, podSelector: 5, logging: 5, backendDefaults: 5,"
            " gatewayRouteSelector: {matchExpressions: [{key: a, operator: In, values: [x, y]}, "
            "{key: b, operator: DoesNotExist}, {key: c, operator: Exists, values: []},"
            " {key: d, operator: NotIn, values: [z]}]}}",
        )
    ).gateways[0]
    assert gateway.namespace_selector == Selector((("a", "b"),))
    assert gateway.route_selector == Selector(
        (),
        (("a", "In", ("x", "y")), ("b", "DoesNotExist", ()), ("c", "Exists", ()), ("d", "NotIn", ("z",))),
    )
    plain = good(v1beta2("VirtualGateway", "{}")).gateways[0]
    assert (plain.namespace_selector, plain.route_selector, plain.listeners) == (None, None, ())


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("{operator: Exists}", "`key` is required"),
        ("{key: a}", "`operator` is required"),
        ("{key: a, operator: Is}", "`operator` must be one of In, NotIn, Exists, DoesNotExist"),
        ("{key: a, operator: In}", "`values` is required with the operator In"),
        ("{key: a, operator: NotIn}", "`values` is required with the operator NotIn"),
        ("{key: a, operator: Exists, values: [b]}", "`values` must be empty with the operator Exists"),
        ("{key: a, operator: DoesNotExist, values: [b]}", "`values` must be empty with the operator DoesNotExist"),
        ("{key: a, operator: In, values: [5]}", "must be a string"),
        ("{key: a, operator: Exists, value: b}", "did you mean `values`?"),
    ],
)
def test_faulty_selectors(expression: str, message: str) -> None:
    text = v1beta2("Mesh", f"{{namespaceSelector: {{matchExpressions: [{expression}]}}}}")
    assert message in _only_problem(text)


def test_a_typo_in_a_selector() -> None:
    assert "did you mean `matchLabels`?" in _only_problem(v1beta2("Mesh", "{namespaceSelector: {matchLabel: {}}}"))


@pytest.mark.parametrize(
    ("kind", "protocols"),
    [
        ("VirtualGateway", ("grpc", "http", "http2")),
        ("VirtualRouter", ("grpc", "http", "http2", "tcp")),
        ("VirtualNode", ("grpc", "http", "http2", "tcp")),
    ],
)
def test_listeners(kind: str, protocols: tuple[str, ...]) -> None:
    more = ", serviceDiscovery: {dns: 5}" if kind == "VirtualNode" else ""
    items = ", ".join(f"{{portMapping: {{port: 80, protocol: {protocol}}}, tls: 5}}" for protocol in protocols)
    mesh = good(v1beta2(kind, f"{{listeners: [{items}]{more}}}"))
    listeners = [item.listeners for item in mesh.gateways]
    listeners += [item.listeners for item in mesh.routers]
    listeners += [item.listeners for item in mesh.nodes]
    assert listeners == [tuple(PortMapping(80, protocol) for protocol in protocols)]


@pytest.mark.parametrize(
    ("listener", "message"),
    [
        ("{}", "`portMapping` is required"),
        ("{portMapping: {protocol: http}}", "`port` is required"),
        ("{portMapping: {port: 80}}", "`protocol` is required"),
        ("{portMapping: {port: 0, protocol: http}}", "`port` must be at least 1"),
        ("{portMapping: {port: 65536, protocol: http}}", "`port` must be at most 65535"),
        ("{portMapping: {port: '80', protocol: http}}", "`port` must be a whole number"),
        ("{portMapping: {port: 80, protocol: tcp}}", "`protocol` must be one of grpc, http, http2, not"),
        ("{portMaping: {}, portMapping: {port: 80, protocol: http}}", "did you mean `portMapping`?"),
    ],
)
def test_faulty_listeners(listener: str, message: str) -> None:
    assert message in _only_problem(v1beta2("VirtualGateway", f"{{listeners: [{listener}]}}"))


def test_a_router_has_at_least_one_listener() -> None:
    assert "`listeners` must have at least 1 item" in _only_problem(v1beta2("VirtualRouter", "{listeners: []}"))
    assert good(v1beta2("VirtualNode", "{listeners: []}")).nodes[0].listeners == ()


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("{virtualNode: {virtualNodeRef: {name: n}}}", ("VirtualNode", "n", "ns", None)),
        ("{virtualRouter: {virtualRouterRef: {name: r, namespace: o}}}", ("VirtualRouter", "r", "o", None)),
        (f"{{virtualRouter: {{virtualRouterARN: '{ARN}/virtualRouter/r'}}}}", ("VirtualRouter", None, None, "r")),
        (f"{{virtualNode: {{virtualNodeARN: '{ARN}/virtualNode/n'}}}}", ("VirtualNode", None, None, "n")),
    ],
)
def test_providers(provider: str, expected: tuple[str, ...]) -> None:
    assert _named(good(v1beta2("VirtualService", f"{{provider: {provider}}}")).services[0].provider) == expected


def test_a_service_without_provider() -> None:
    assert good(v1beta2("VirtualService", "{}")).services[0].provider is None


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        ("{}", "a provider is exactly one of `virtualNode` and `virtualRouter`"),
        (
            "{virtualNode: {virtualNodeRef: {name: n}}, virtualRouter: {virtualRouterRef: {name: r}}}",
            "a provider is exactly one of `virtualNode` and `virtualRouter`",
        ),
        ("{virtualNode: {}}", "either `virtualNodeRef` or `virtualNodeARN` must be specified"),
        (f"{{virtualNode: {{virtualNodeARN: '{ARN}/virtualRouter/n'}}}}", "is not the ARN of a VirtualNode"),
    ],
)
def test_faulty_providers(provider: str, message: str) -> None:
    assert message in _only_problem(v1beta2("VirtualService", f"{{provider: {provider}}}"))


def test_backends_and_groups() -> None:
    node = good(
        v1beta2(
            "VirtualNode",
            "{backends: [{virtualService: {virtualServiceRef: {name: s}, clientPolicy: {tls: 5}}},"
            f" {{virtualService: {{virtualServiceARN: '{ARN}/virtualService/a.b'}}}}],"
            " backendGroups: [{name: g}, {name: h, namespace: o}], podSelector: 5}",
        )
    ).nodes[0]
    assert [_named(ref) for ref in node.backends] == [
        ("VirtualService", "s", "ns", None),
        ("VirtualService", None, None, "a.b"),
    ]
    assert [_named(ref) for ref in node.backend_groups] == [
        ("BackendGroup", "g", "ns", None),
        ("BackendGroup", "h", "o", None),
    ]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{backends: [{}]}", "`virtualService` is required"),
        ("{backends: [{virtualService: {}}]}", "either `virtualServiceRef` or `virtualServiceARN`"),
        (
            "{backends: [&a {virtualService: {virtualServiceRef: {name: s}}}, *a]}",
            "VirtualNode-x has duplicate backends for s",
        ),
        (
            f"{{backends: [&a {{virtualService: {{virtualServiceARN: '{ARN}/virtualService/a'}}}}, *a]}}",
            "VirtualNode-x has duplicate backends for a",
        ),
        ("{backendGroups: [{}]}", "`name` is required"),
    ],
)
def test_faulty_nodes(spec: str, message: str) -> None:
    assert message in _only_problem(v1beta2("VirtualNode", spec))


def test_a_node_with_listeners_needs_service_discovery() -> None:
    _, problems, notices = read(v1beta2("VirtualNode", "{listeners: [{portMapping: {port: 80, protocol: http}}]}"))
    assert (problems, notices) == ([], ["missing-service-discovery"])


def test_a_backend_group() -> None:
    group = good(v1beta2("BackendGroup", "{virtualservices: [{name: a}, {name: b, namespace: o}]}")).backend_groups[0]
    assert [_named(ref) for ref in group.services] == [
        ("VirtualService", "a", "ns", None),
        ("VirtualService", "b", "o", None),
    ]
    assert "`name` is required" in _only_problem(v1beta2("BackendGroup", "{virtualservices: [{}]}"))


def test_lists_and_foreign_kinds() -> None:
    node = "{apiVersion: appmesh.k8s.aws/v1beta2, kind: VirtualNode, metadata: {name: NAME, namespace: ns}}"
    mesh = good(
        "apiVersion: v1\nkind: List\nitems:\n"
        f"- {node.replace('NAME', 'a')}\n"
        "- {apiVersion: apps/v1, kind: Deployment, metadata: {name: ${X}}}\n"
        f"- {{kind: VirtualNodeList, apiVersion: appmesh.k8s.aws/v1beta2, items: [{node.replace('NAME', 'b')}]}}\n"
        "- 5\n---\napiVersion: apps/v1\nkind: Deployment\n"
    )
    assert [item.meta.name for item in mesh.nodes] == ["a", "b"]
    assert mesh.nodes[1].meta.source.pointer == "/items/2/items/0"
    assert mesh.foreign == (("apps/v1 Deployment", 2), ("unknown", 1))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            "appmesh.k8s.aws/v1beta3\nkind: Mesh",
            "`appmesh.k8s.aws/v1beta3` (at /apiVersion); known: appmesh.k8s.aws/v1beta2, appmesh.k8s.aws/v1beta1",
        ),
        ("appmesh/v2\nkind: GatewayRoute", "unknown version of App Mesh, `appmesh/v2` (at /apiVersion)"),
        (
            "appmesh.k8s.aws/v1beta2\nkind: GatewayRout",
            "unknown kind `GatewayRout` of appmesh.k8s.aws/v1beta2 (at /kind); did you mean `GatewayRoute`?",
        ),
        ("appmesh.k8s.aws/v1beta1\nkind: Zebra", "its kinds are Mesh, VirtualNode, VirtualService"),
        (
            "appmesh/v1beta1\nkind: Mesh",
            "unknown kind `Mesh` of appmesh/v1beta1 (at /kind); its kinds",
        ),
        ("appmesh.k8s.aws/v1beta2", "unknown kind `` of appmesh.k8s.aws/v1beta2"),
    ],
)
def test_unknown_versions_and_kinds(head: str, message: str) -> None:
    assert message in _only_problem(f"apiVersion: {head}\n")


def test_unresolved_placeholders_where_nothing_is_read() -> None:
    text = v1beta2(
        "VirtualNode", "{serviceDiscovery: {dns: {hostname: '${A}.${B}'}}, logging: '${C}', podSelector: '${A}'}"
    )
    mesh, problems, notices = read(text)
    assert (problems, notices) == ([], ["unresolved-placeholder"])
    assert mesh.notices[0].message.endswith(": `A`, `B`, `C`")
    assert mesh.notices[0].source is not None
    assert mesh.notices[0].source.pointer == "/spec/serviceDiscovery/dns/hostname"
    mesh, _, _ = read(v1beta2("VirtualNode", "{logging: '${A}${B}${C}${D}${E}${F}'}"))
    assert mesh.notices[0].message.endswith(": `A`, `B`, `C`, `D`, `E` …")


def test_unresolved_placeholders_that_matter_are_problems_only() -> None:
    _, problems, notices = read(v1beta2("VirtualService", "{awsName: '${A}.b'}"))
    assert notices == []
    assert problems == ["a.yaml:5: placeholder `A` has no value (at /spec/awsName); give it with --var A=…"]


def test_a_spec_must_be_a_mapping() -> None:
    assert "`spec` must be a mapping" in _only_problem(v1beta2("VirtualService", "5"))


def test_routes_of_a_router_must_be_a_list() -> None:
    assert "`routes` must be a list" in _only_problem(router().replace("routes: []", "routes: {}"))
