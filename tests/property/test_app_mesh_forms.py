"""Mutated manifests of every form: a mesh or problems, nothing else, and soon."""

from __future__ import annotations

import copy
import io
import json
import time
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from meshroute.readers._document import Problems, read_sources
from meshroute.readers.app_mesh.collect import read_app_mesh

_Tree: TypeAlias = "dict[str, Any] | list[Any] | str | float | None"

_MATCH = {
    "prefix": "/a",
    "headers": [{"name": "h", "invert": True, "match": {"range": {"start": 1, "end": 5}}}, {"name": "g"}],
    "queryParameters": [{"name": "q", "match": {"exact": "v"}}],
    "method": "GET",
    "port": 80,
}
_LISTENERS = [{"portMapping": {"port": 80, "protocol": "http"}, "tls": {"mode": "STRICT"}}]
_TIMEOUT = {"perRequest": {"unit": "s", "value": 5}, "idle": {"unit": "ms", "value": 5}}
_RETRY = {"maxRetries": 1, "perRetryTimeout": {"unit": "s", "value": 1}, "httpRetryEvents": ["server-error"]}
_SELECTOR = {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}


def _kubernetes(kind: str, spec: dict[str, Any], version: str = "appmesh.k8s.aws/v1beta2") -> dict[str, Any]:
    metadata = {"name": "x", "namespace": "ns", "labels": {"a": "b"}}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _route(target: dict[str, Any]) -> dict[str, Any]:
    action = {"weightedTargets": [{**target, "weight": 1, "port": 80}]}
    return {"match": {**_MATCH, "scheme": "http"}, "action": action, "timeout": _TIMEOUT, "retryPolicy": _RETRY}


def _gateway_route(target: dict[str, Any]) -> dict[str, Any]:
    rewrite = {"hostname": {"defaultTargetHostname": "DISABLED"}, "prefix": {"value": "/b/"}}
    action = {"target": {"virtualService": target, "port": 80}, "rewrite": rewrite}
    return {"priority": 5, "httpRoute": {"match": {**_MATCH, "hostname": {"suffix": "b"}}, "action": action}}


_REF = {"virtualNodeRef": {"name": "n", "namespace": "o"}}
_SERVICE_REF = {"virtualServiceRef": {"name": "s"}, "virtualServiceARN": "arn:aws:appmesh:r:1:mesh/m/virtualService/s"}
_V1BETA1 = "appmesh.k8s.aws/v1beta1"
_SEEDS: list[dict[str, Any]] = [
    {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns", "labels": {"mesh": "m"}}},
            _kubernetes("Mesh", {"namespaceSelector": _SELECTOR, "egressFilter": {"type": "ALLOW_ALL"}}),
            _kubernetes("VirtualGateway", {"gatewayRouteSelector": _SELECTOR, "listeners": _LISTENERS}),
            _kubernetes("GatewayRoute", {**_gateway_route(_SERVICE_REF), "virtualGatewayRef": {"name": "g"}}),
            _kubernetes(
                "VirtualRouter", {"listeners": _LISTENERS, "routes": [{"name": "r", "httpRoute": _route(_REF)}]}
            ),
            _kubernetes(
                "VirtualService", {"awsName": "s", "provider": {"virtualRouter": {"virtualRouterRef": {"name": "x"}}}}
            ),
            _kubernetes(
                "VirtualNode", {"backends": [{"virtualService": _SERVICE_REF}], "backendGroups": [{"name": "b"}]}
            ),
            _kubernetes("BackendGroup", {"virtualservices": [{"name": "s"}]}),
        ],
    },
    _kubernetes(
        "VirtualService",
        {
            "meshName": "m",
            "virtualRouter": {"name": "r", "listeners": _LISTENERS},
            "routes": [{"name": "r", "priority": 1, "http": _route({"virtualNodeName": "n.o"})}],
        },
        _V1BETA1,
    ),
    _kubernetes(
        "GatewayRoute",
        {"gatewayRoute": {"httpRoute": {"match": _MATCH, "action": {"targetGroup": {"name": "t"}}}}},
        "appmesh/v1beta1",
    ),
    {"virtualRouterName": "r", "meshName": "m", "spec": {"httpRoute": _route({"virtualNode": "n"})}},
    {"gatewayRoute": {"virtualGatewayName": "g", "spec": _gateway_route({"virtualServiceName": "s"}), "status": {}}},
    {"listeners": _LISTENERS, "serviceDiscovery": {"dns": {"hostname": "h"}}},
    {
        "Parameters": {"P": {"Default": "p"}},
        "Resources": {
            "R": {"Type": "AWS::AppMesh::VirtualRouter", "Properties": {"Spec": {"Listeners": []}}},
            "M": {"Type": "AWS::AppMesh::Mesh", "Properties": {"MeshName": {"Fn::Sub": ["${P}-${X}", {"X": "x"}]}}},
            "S": {
                "Type": "AWS::AppMesh::VirtualService",
                "Properties": {
                    "MeshName": {"Fn::GetAtt": ["M", "MeshName"]},
                    "VirtualServiceName": {"Fn::Join": [".", [{"Ref": "P"}, {"Fn::Select": [0, ["a"]]}]]},
                    "Spec": {"Provider": {"VirtualRouter": {"VirtualRouterName": {"Ref": "R"}}}},
                },
            },
        },
    },
]

_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["${X}", "{{X}}", "(?=a)", "/", "", "a" * 300, "AWS::AppMesh::Route", "!Ref P"]),
    st.sampled_from([[], {}, [[]], [{}], {"": {}}, {"Ref": "P"}, {"Fn::If": []}, {"Fn::Sub": "${P}${Q.R}"}]),
)


def _places(tree: _Tree) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        keys: list[Any] = list(node) if hasattr(node, "keys") else []
        keys += range(len(node)) if hasattr(node, "append") else ()
        for key in keys:
            places.append((node, key))
            waiting.append(node[key])
    return places


@st.composite
def _mutated(draw: st.DrawFn) -> _Tree:
    tree: _Tree = copy.deepcopy(draw(st.sampled_from(_SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        places = _places(tree)
        if not places:
            break
        container, key = draw(st.sampled_from(places))
        what = draw(st.sampled_from(["replace", "remove", "rename", "repeat", "swap"]))
        if what == "replace":
            container[key] = copy.deepcopy(draw(_JUNK))
        elif what == "remove":
            del container[key]
        elif what == "rename" and hasattr(container, "keys"):
            container[draw(st.text(max_size=8) | st.sampled_from(["spec", "match", "name", "kind"]))] = container.pop(
                key
            )
        elif what == "repeat" and hasattr(container, "append"):
            container.append(copy.deepcopy(container[key]))
        elif what == "swap":
            other, place = draw(st.sampled_from(places))
            if (place in other) if hasattr(other, "keys") else (place < len(other)):
                container[key] = copy.deepcopy(other[place])
    return tree


@given(st.lists(_mutated(), min_size=1, max_size=3), st.booleans())
def test_a_mutated_manifest_gives_objects_or_problems(trees: list[_Tree], override: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    problems = Problems()
    streams = [io.StringIO(json.dumps(tree)) for tree in trees]
    start = time.process_time()  # of this process alone: the machine may be busy
    documents = read_sources(streams, {"P": "p"}, problems)
    mesh = read_app_mesh(documents, problems, override=override, variables={"P": "p"})
    assert time.process_time() - start < 1.0
    hash((mesh, problems.errors, problems.notices))
    assert all(str(error) for error in problems.errors)
    matches = [route.match for route in mesh.gateway_routes]
    matches += [route.match for router in mesh.routers for route in router.routes]
    assert problems or all(match.prefix is None or match.prefix.startswith("/") for match in matches)
