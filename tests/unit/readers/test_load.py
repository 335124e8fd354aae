from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from meshroute.errors import DocumentLoadError
from meshroute.matching.scan import scan
from meshroute.model.notices import Notice, Source
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.readers import load
from meshroute.readers._document import Mark, Problems
from meshroute.readers.loading import as_error, notice_from

GROUP = "appmesh.k8s.aws/v1beta2"
SERVICE_REF = {"virtualService": {"virtualServiceRef": {"name": "color"}}}


def thing(kind: str, name: str, spec: dict[str, object], version: str = GROUP) -> dict[str, object]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def gateway_route(name: str = "color", **match: object) -> dict[str, object]:
    found = match or {"prefix": "/color"}
    return thing("GatewayRoute", name, {"httpRoute": {"match": found, "action": {"target": SERVICE_REF}}})


NAMESPACE: dict[str, object] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
MESH: dict[str, object] = {
    "apiVersion": GROUP,
    "kind": "Mesh",
    "metadata": {"name": "main"},
    "spec": {"namespaceSelector": {}},
}
LISTENERS = [{"portMapping": {"port": 8080, "protocol": "http"}}]
GATEWAY = thing("VirtualGateway", "ingress", {"namespaceSelector": {}, "listeners": LISTENERS})
SERVICE = thing("VirtualService", "color", {"provider": {"virtualNode": {"virtualNodeRef": {"name": "red"}}}})
NODE = thing("VirtualNode", "red", {"listeners": LISTENERS, "serviceDiscovery": {"dns": {"hostname": "red.local"}}})
WHOLE = (NAMESPACE, MESH, GATEWAY, SERVICE, NODE, gateway_route())


def ask(*sources: Any, url: str = "http://x/color/1", entry: str = "virtualgateway/ingress", **how: Any) -> Resolution:  # noqa: ANN401 - passed on to load
    return scan(load(*sources, **how), Request("GET", url), entry=entry)


def problems_of(*sources: Any, **how: Any) -> list[str]:  # noqa: ANN401 - as above
    with pytest.raises(DocumentLoadError) as caught:
        load(*sources, **how)
    return [str(problem) for problem in caught.value.exceptions]


def test_parsed_objects() -> None:
    answer = ask(*WHOLE)
    assert [backend.name for backend in answer.backends] == ["red"]
    assert answer.request is not None
    assert answer.request.url == "http://color.shop/1"
    assert answer.notices == ()


def test_files_folders_and_streams(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "route.yaml").write_text(
        "apiVersion: appmesh.k8s.aws/v1beta2\nkind: GatewayRoute\nmetadata: {name: file, namespace: shop}\n"
        "spec: {httpRoute: {match: {prefix: /${NAME}}, action: {target: {virtualService: {virtualServiceRef: "
        "{name: color}}}}}}\n"
    )
    stream = io.StringIO('{"apiVersion": "v1", "kind": "ConfigMap"}')
    mesh = load(tmp_path, stream, *WHOLE[:5], variables={"NAME": "color"})
    answer = scan(mesh, Request("GET", "/color/x"), entry="virtualgateway/ingress")
    assert answer.route is not None
    assert str(answer.route.source) == f"{tmp_path}/more/route.yaml:1"
    assert mesh.ignored == (("v1 ConfigMap", 1),)


def test_variables_are_those_of_templates_too() -> None:
    template = {
        "Parameters": {"Name": {"Type": "String", "Default": "a"}},
        "Resources": {
            "Node": {
                "Type": "AWS::AppMesh::VirtualNode",
                "Properties": {"MeshName": "m", "VirtualNodeName": {"Ref": "Name"}, "Spec": {}},
            }
        },
    }
    assert load(template).entry().name == "a"
    assert load(template, variables={"Name": "b"}).entry().name == "b"


def test_settings_name_what_files_do_not(tmp_path: Path) -> None:
    file = tmp_path / "route.json"
    file.write_text(
        '{"spec": {"httpRoute": {"match": {"prefix": "/"}, '
        '"action": {"weightedTargets": [{"virtualNode": "red", "weight": 1}]}}}}'
    )
    assert "name it with --set" in problems_of(file)[0]
    mesh = load(file, settings={"route.json": {"virtualRouterName": "color"}})
    assert mesh.entry().id == "appmesh:virtualrouter/color"


def test_two_definitions_of_one_object() -> None:
    again = gateway_route(prefix="/other")
    assert len(problems_of(*WHOLE, again)) == 1
    assert ask(*WHOLE, again, override=True).outcome == "no_route"
    assert ask(*WHOLE, again, override=True, url="http://x/other").outcome == "forward"


def test_all_problems_at_once() -> None:
    wrong = gateway_route("wrong", prefix="/a", path={"exact": "/a"})
    second = thing("VirtualGateway", "second", {"namespaceSelector": {}, "listeners": LISTENERS})
    messages = problems_of(wrong, *WHOLE, second)
    assert len(messages) == 3
    assert "Both prefix and path cannot be specified. Only 1 allowed" in messages[0]
    assert [message.partition(", expecting 1 but found 2")[0] for message in messages[1:]] == [
        "<object>: found multiple matching virtualGateways for gatewayRoute: shop/wrong",
        "<object>: found multiple matching virtualGateways for gatewayRoute: shop/color",
    ]


def test_what_cannot_be_read_is_all_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("a: [")
    assert len(problems_of(file)) == 1
    assert len(problems_of(file, gateway_route(), strict=True)) == 1
    assert problems_of(tmp_path / "absent.yaml", strict=True)[0].startswith(f"{tmp_path}/absent.yaml: ")


def test_nothing_at_all() -> None:
    assert problems_of() == ["<document>: there is no document in the sources"]
    assert problems_of(io.StringIO("")) == ["<document>: there is no document in the sources"]


def test_nothing_in_the_only_source(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("# later\n")
    assert problems_of(str(file)) == [f"{file}: there is no document in the sources"]
    assert problems_of(file) == [f"{file}: there is no document in the sources"]
    with file.open() as stream:
        assert problems_of(stream) == [f"{file}: there is no document in the sources"]
    assert problems_of(file, file) == ["<document>: there is no document in the sources"]


def test_nothing_that_is_known() -> None:
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment"}
    assert problems_of(deployment, deployment, NAMESPACE) == [
        (
            "<document>: no document is of a format that is known (App Mesh, Envoy, Gateway API); "
            "found: apps/v1 Deployment (2), v1 Namespace (1)"
        )
    ]


@pytest.mark.parametrize("found", [MESH, GATEWAY, gateway_route(), SERVICE, NODE])
def test_one_object_is_enough(found: dict[str, object]) -> None:
    assert load(found).ignored == ()


def test_routers_and_groups_are_enough() -> None:
    group = thing("BackendGroup", "all", {"virtualservices": [{"name": "color"}]})
    assert load(group).entries == ()
    assert load(thing("VirtualRouter", "color", {"listeners": LISTENERS})).entry().name == "color"


def test_notices_of_documents_are_the_meshs() -> None:
    text = (
        "apiVersion: appmesh.k8s.aws/v1beta2\nkind: VirtualService\nmetadata: {name: color, namespace: ${X}}\n"
        "status: {any: '${SEEN}'}\nspec: {}\n"
    )
    mesh = load(io.StringIO(text), variables={"X": "shop"})
    assert [(notice.code, notice.source and notice.source.line) for notice in mesh.notices] == [
        ("unresolved-placeholder", 4)
    ]


def test_notices_of_fields_are_the_meshs() -> None:
    mesh = load(thing("VirtualService", "color", {"mistyped": 1}))
    assert [(notice.code, notice.source and notice.source.pointer) for notice in mesh.notices] == [
        ("unknown-field", "/spec/mistyped")
    ]


def test_notices_of_the_document_layer() -> None:
    problems = Problems()
    problems.notice("a", "nowhere")
    problems.notice("b", "in a file", Mark("a.yaml"))
    problems.notice("c", "at a line", Mark("a.yaml", 7, 3))
    assert [notice_from(notice) for notice in problems.notices] == [
        Notice("a", "nowhere"),
        Notice("b", "in a file", Source("a.yaml", 0)),
        Notice("c", "at a line", Source("a.yaml", 7)),
    ]


def test_noticesas_errors() -> None:
    sources = (None, Source("a.yaml", 0), Source("a.yaml", 3, "/spec"))
    found = [as_error(Notice("a", "no", source)) for source in sources]
    assert [str(error) for error in found] == ["<document>: no", "a.yaml: no", "a.yaml:3: no (at /spec)"]


def test_strict_takes_what_is_whole() -> None:
    assert ask(*WHOLE, strict=True).outcome == "forward"


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (NAMESPACE, []),
        (GATEWAY, ["no virtual gateway is among the documents"]),
        (SERVICE, ["virtual service shop/color is not among the documents"]),
        (NODE, ["virtual node shop/red is not among the documents"]),
        (MESH, ["no Mesh among the documents is the one of namespace shop"]),
    ],
)
def test_strict_refuses_what_is_not_whole(left_out: dict[str, object], said: list[str]) -> None:
    sources = [source for source in WHOLE if source is not left_out]
    load(*sources)
    messages = [] if not said else problems_of(*sources, strict=True)
    assert len(messages) == len(said)
    assert all(part in message for part, message in zip(said, messages, strict=True))


def test_strict_refuses_notices_of_the_whole_mesh() -> None:
    sources = (*WHOLE, gateway_route("host", hostname={"exact": "a.example"}))
    assert [notice.code for notice in load(*sources).notices] == ["host-and-hostless"]
    (message,) = problems_of(*sources, strict=True)
    assert "routes with a hostname and routes without" in message


def test_strict_leaves_notices_about_requests() -> None:
    other = thing("VirtualService", "other", {})
    answer = ask(*WHOLE, other, strict=True, entry="virtualnode/red", url="http://other.shop/")
    assert [notice.code for notice in answer.notices] == ["not-a-backend"]
