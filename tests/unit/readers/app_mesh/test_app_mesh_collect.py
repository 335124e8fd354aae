"""Every object once: detection, identity, duplicates, overriding; and what real manifests give."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshroute.readers._document import Document, Problems, parse_json, parse_yaml, read_sources
from meshroute.readers.app_mesh.collect import is_app_mesh, read_app_mesh
from tests.unit.readers.app_mesh.reading import Texts, good, http_route, metas, read, router, v1beta2

AWS_ROUTE = (
    '{"virtualRouterName": "ROUTER", "routeName": "r", "spec": {"httpRoute": {"match": {"prefix": "/json"},'
    ' "action": {"weightedTargets": [{"virtualNode": "n", "weight": 1}]}}}}'
)
AWS_ROUTER = '{"virtualRouterName": "x_ns", "spec": {"listeners": [{"portMapping": {"port": 9, "protocol": "http"}}]}}'
NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {a: b}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{apiVersion: appmesh.k8s.aws/v1beta2, kind: Mesh}", True),
        ("{apiVersion: appmesh.k8s.aws/v9, kind: Zebra}", True),
        ("{apiVersion: appmesh/v1beta1, kind: GatewayRoute}", True),
        ("{apiVersion: v1, kind: Namespace}", True),
        ("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod}, {apiVersion: v1, kind: Namespace}]}", True),
        ("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod}, 5]}", False),
        ("{apiVersion: v1, kind: List, items: 5}", False),
        ("{apiVersion: appmesh, kind: Mesh}", False),
        ("{apiVersion: apps/v1, kind: Deployment}", False),
        ("{apiVersion: [], kind: Deployment}", False),
        ("{Resources: {X: {Type: AWS::AppMesh::Mesh}}}", True),
        ("{Resources: {X: {Type: AWS::ECS::Service}}}", False),
        ("{Resources: []}", False),
        ("{spec: {}}", True),
        ("[]", False),
        ("5", False),
    ],
)
def test_detection(text: str, *, expected: bool) -> None:
    assert is_app_mesh(Document(parse_yaml(text)[0], "a.yaml")) is expected


@pytest.mark.parametrize("kind", ["VirtualNode", "VirtualService", "VirtualGateway", "VirtualRouter", "BackendGroup"])
def test_the_same_object_twice(kind: str) -> None:
    texts = {"a.yaml": v1beta2(kind, "{}"), "b.yaml": v1beta2(kind, "{}")}
    _, problems, _ = read(texts)
    assert problems == [
        f"b.yaml:2: {kind} `ns/x` is already defined at a.yaml:2; with --override the later definition wins"
    ]
    mesh = good(texts, override=True)
    assert [meta.source.file for meta in metas(mesh)] == ["b.yaml"]


def test_objects_differ_by_namespace_and_kind() -> None:
    texts = "".join(
        v1beta2(kind, "{}", namespace=space) for space in ("a", "b") for kind in ("VirtualNode", "VirtualService")
    )
    mesh = good(texts)
    assert (len(mesh.nodes), len(mesh.services)) == (2, 2)


def test_every_file_may_repeat_its_namespace_and_mesh() -> None:
    both = NAMESPACE + v1beta2("Mesh", "{namespaceSelector: {}}", name="m")
    mesh = good({"a.yaml": both, "b.yaml": both})
    assert (len(mesh.namespaces), len(mesh.meshes)) == (1, 1)
    assert mesh.meshes[0].meta.source.file == "a.yaml"
    other = {"a.yaml": both, "b.yaml": both.replace("a: b", "a: c").replace("{namespaceSelector: {}}", "{}")}
    _, problems, _ = read(other)
    assert problems == [
        "b.yaml:2: Namespace `ns` is already defined at a.yaml:2; with --override the later definition wins",
        "b.yaml:6: Mesh `m` is already defined at a.yaml:6; with --override the later definition wins",
    ]
    mesh = good(other, override=True)
    assert mesh.namespaces[0].labels[-1] == ("a", "c")
    assert mesh.meshes[0].namespace_selector is None


@pytest.mark.parametrize("order", [("k.yaml", "n.json"), ("n.json", "k.yaml")])
def test_objects_of_two_forms_with_one_aws_name_are_one(order: tuple[str, str]) -> None:
    texts = {"k.yaml": v1beta2("VirtualNode", "{}"), "n.json": '{"virtualNodeName": "x_ns", "spec": {}}'}
    ordered = {name: texts[name] for name in order}
    _, problems, _ = read(ordered)
    assert len(problems) == 1
    assert problems[0].startswith(order[1])
    assert f"is already defined at {order[0]}:" in problems[0]
    assert [node.meta.source.file for node in good(ordered, override=True).nodes] == [order[1]]


def test_a_third_definition_replaces_the_second() -> None:
    texts = {
        "a.yaml": v1beta2("VirtualNode", "{}"),
        "b.json": '{"virtualNodeName": "x_ns", "spec": {}}',
        "c.yaml": v1beta2("VirtualNode", "{awsName: other}"),
    }
    assert [node.meta.source.file for node in good(texts, override=True).nodes] == ["c.yaml"]


def test_what_was_replaced_leaves_its_aws_name_free() -> None:
    texts = {
        "a.yaml": v1beta2("VirtualNode", "{awsName: a}"),
        "b.yaml": v1beta2("VirtualNode", "{awsName: b}"),
        "c.json": '{"virtualNodeName": "a", "spec": {}}',
    }
    assert [node.meta.source.file for node in good(texts, override=True).nodes] == ["b.yaml", "c.json"]


def test_meshes_keep_objects_apart() -> None:
    def node(mesh: str) -> str:
        return f'{{"virtualNodeName": "n", "meshName": "{mesh}", "spec": {{}}}}'

    assert len(good({"a.json": node("a"), "b.json": node("b")}).nodes) == 2
    _, problems, _ = read({"a.json": node("a"), "b.json": node("b"), "c.json": node("b")})
    assert len(problems) == 1
    unnamed = '{"virtualNodeName": "n", "spec": {}}'
    for texts in ({"a.json": node("a"), "b.json": unnamed}, {"a.json": unnamed, "b.json": node("a")}):
        _, problems, _ = read(texts)
        assert len(problems) == 1
    kubernetes = v1beta2("VirtualNode", "{awsName: n, meshRef: {name: a}}")
    assert len(good({"k.yaml": kubernetes, "b.json": node("b")}).nodes) == 2
    _, problems, _ = read({"k.yaml": kubernetes, "a.json": node("a")})
    assert len(problems) == 1


# ------------------------------------------------------------------------------------------- routes of routers


def _routes(texts: Texts, *, override: bool = False) -> list[tuple[str, list[tuple[str, str | None]]]]:
    mesh = good(texts, override=override)
    return [
        (router.meta.name, [(route.meta.source.file, route.match.prefix) for route in router.routes])
        for router in mesh.routers
    ]


def test_a_route_of_the_api_joins_a_router_of_another_form() -> None:
    texts = {"k.yaml": router(), "r.json": AWS_ROUTE.replace("ROUTER", "x_ns")}
    assert _routes(texts) == [("x", [("r.json", "/json")])]


def test_a_route_defined_twice() -> None:
    texts = {"k.yaml": router(http_route("{prefix: /k}")), "r.json": AWS_ROUTE.replace("ROUTER", "x_ns")}
    _, problems, _ = read(texts)
    assert problems == ["r.json:1: Route `r` is already defined at k.yaml:5; with --override the later definition wins"]
    assert _routes(texts, override=True) == [("x", [("r.json", "/json")])]
    assert _routes(dict(reversed(texts.items())), override=True) == [("x", [("k.yaml", "/k")])]


def test_a_router_of_the_api_leaves_the_routes_it_finds() -> None:
    texts = {"k.yaml": router(http_route("{prefix: /k}")), "r.json": AWS_ROUTER}
    assert _routes(texts, override=True) == [("x_ns", [("k.yaml", "/k")])]
    assert good(texts, override=True).routers[0].listeners[0].port == 9
    again = {**texts, "z.yaml": router()}
    assert _routes(again, override=True) == [("x", [])]


def test_two_routes_of_a_missing_router_share_it() -> None:
    texts = {"a.json": AWS_ROUTE, "b.json": AWS_ROUTE.replace('"r"', '"q"')}
    mesh, problems, notices = read(texts)
    assert (problems, notices) == ([], ["missing-router"])
    assert [route.meta.name for route in mesh.routers[0].routes] == ["r", "q"]


def test_routes_go_to_the_router_of_their_mesh() -> None:
    def in_mesh(text: str, mesh: str) -> str:
        return text.replace("{", f'{{"meshName": "{mesh}", ', 1)

    texts = {
        "a.json": in_mesh(AWS_ROUTER, "a"),
        "b.json": in_mesh(AWS_ROUTER, "b"),
        "r.json": in_mesh(AWS_ROUTE.replace("ROUTER", "x_ns"), "b"),
    }
    assert _routes(texts) == [("x_ns", []), ("x_ns", [("r.json", "/json")])]
    texts = {"k.yaml": router(), "r.json": in_mesh(AWS_ROUTE.replace("ROUTER", "x_ns"), "b")}
    assert _routes(texts) == [("x", [("r.json", "/json")])]


def test_v1beta2_names_are_never_taken_for_aws_names() -> None:
    node = v1beta2("VirtualNode", "{awsName: n}", name="other")
    target = good(router(http_route("{prefix: /}")) + node).routers[0].routes[0].targets[0]
    assert (target.node.name, target.node.aws_name) == ("n", None)


# ------------------------------------------------------------------------------------------------- the whole


def test_objects_without_text_have_line_zero() -> None:
    problems = Problems()
    documents = read_sources(
        [{"apiVersion": "appmesh.k8s.aws/v1beta2", "kind": "VirtualNode", "metadata": {"name": "n"}}], None, problems
    )
    mesh = read_app_mesh([*documents, *documents], problems)
    assert mesh.nodes[0].meta.source.line == 0
    assert [str(error) for error in problems.errors] == [
        "<object>: VirtualNode `default/n` is already defined at <object>; with --override the later definition wins"
    ]


def test_parsed_objects_may_stand_in_a_list() -> None:
    problems = Problems()
    nodes: list[object] = [
        {"apiVersion": "appmesh.k8s.aws/v1beta2", "kind": "VirtualNode", "metadata": {"name": name}} for name in "ab"
    ]
    documents = read_sources([[*nodes, {"kind": "Pod"}]], None, problems)
    assert is_app_mesh(documents[0])
    mesh = read_app_mesh(documents, problems)
    assert [node.meta.name for node in mesh.nodes] == ["a", "b"]
    assert (mesh.foreign, problems.errors) == ((("Pod", 1),), ())


def test_bad_variables_of_a_template_are_a_problem() -> None:
    problems = Problems()
    document = Document(parse_json('{"Resources": {"M": {"Type": "AWS::AppMesh::Mesh"}}}'), "t.json")
    variables: dict[str, str] = {"X": 5}  # type: ignore[dict-item]  # what a caller without types may give
    mesh = read_app_mesh([document], problems, variables=variables)
    assert len(problems.errors) == 1
    assert mesh.meshes == ()


def test_no_documents() -> None:
    mesh = good({})
    assert (mesh.meshes, mesh.foreign, mesh.notices) == ((), (), ())


# Files of the examples, by what has to be given for them.
_VARIABLES = {
    "APP_NAMESPACE": "ns",
    "MESH_NAME": "m",
    "NAMESPACE_NAME": "ns",
    "ProjectName": "p",
    "VIRTUALSERVICE_NAME": "s",
    "CLOUDMAP_NAMESPACE": "local",
    "colorapp-service-ARN": "arn:aws:appmesh:r:1:mesh/m/virtualService/s",
}


def test_every_shared_manifest_reads_or_says_what_it_lacks(shared: Path) -> None:
    folder = shared / "manifests" / "app-mesh"
    files = sorted(file for file in folder.rglob("*") if file.suffix in {".json", ".yaml", ".template"})
    lacking: dict[str, str] = {}
    for file in files:
        problems = Problems()
        documents = read_sources([file], _VARIABLES, problems)
        read_app_mesh(documents, problems, variables=_VARIABLES)
        if problems.errors:
            lacking[file.name] = str(problems.errors[0]).rpartition("; ")[2]
    assert lacking == {
        **{
            f"colorgateway-route-{n}.json": f"name it with --set 'colorgateway-route-{n}.json:virtualGatewayName=NAME'"
            for n in (1, 2)
        },
        **{
            f"colorteller-route-{n}.json": f"name it with --set 'colorteller-route-{n}.json:virtualRouterName=NAME'"
            for n in (1, 2)
        },
    }
