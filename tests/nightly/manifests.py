"""Small manifests of every form that the reader knows, and the real ones where they are beside the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from attrs import frozen

_ROOT: Final = Path(__file__).resolve().parents[2]
_SHARED: Final = _ROOT.parent / "shared" / "manifests"
_FOLDERS: Final = ("app-mesh", "gateway-api", "seed")
_FOREIGN: Final = frozenset({"documented-requests.json", "guide-openapi.yaml"})
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".template"})
_LARGEST: Final = 64 * 1024
"""Bytes; what is larger would only slow the fuzzing down."""


@frozen
class Seed:
    """A manifest to mutate.

    Args:
        name: The name of its file, which tells the format.
        text: Its text.
    """

    name: str
    text: str


_V1BETA2: Final = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {mesh: main, gateway: ingress}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: {name: main}
spec:
  namespaceSelector: {matchLabels: {mesh: main}}
  egressFilter: {type: DROP_ALL}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualGateway
metadata: {name: ingress, namespace: shop}
spec:
  namespaceSelector: {matchExpressions: [{key: gateway, operator: In, values: [ingress]}]}
  gatewayRouteSelector: {}
  listeners:
    - portMapping: {port: 8088, protocol: http}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: GatewayRoute
metadata: {name: paths, namespace: shop, labels: {a: b}}
spec:
  priority: 5
  httpRoute:
    match:
      prefix: /paths
      hostname: {suffix: .example.com}
      method: GET
      headers:
        - {name: canary, invert: true, match: {range: {start: 1, end: 100}}}
        - {name: agent, match: {regex: '(?i)moz.*[0-9]{1,3}$'}}
      queryParameters: [{name: q, match: {exact: v}}]
    action:
      target: {virtualService: {virtualServiceRef: {name: color}}, port: 8080}
      rewrite: {prefix: {value: /new/}, hostname: {defaultTargetHostname: DISABLED}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualService
metadata: {name: color, namespace: shop}
spec:
  awsName: color.shop.svc.cluster.local
  provider: {virtualRouter: {virtualRouterRef: {name: color}}}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualRouter
metadata: {name: color, namespace: shop}
spec:
  listeners: [{portMapping: {port: 8080, protocol: http}}]
  routes:
    - name: red
      priority: 1
      httpRoute:
        match: {path: {regex: '/red/[a-z]+'}, scheme: http}
        action:
          weightedTargets: [{virtualNodeRef: {name: red}, weight: 90}, {virtualNodeRef: {name: blue}, weight: 10}]
        timeout: {perRequest: {unit: s, value: 5}}
        retryPolicy: {maxRetries: 2, perRetryTimeout: {unit: ms, value: 250}, httpRetryEvents: [server-error]}
    - name: rest
      httpRoute:
        match: {prefix: /}
        action: {weightedTargets: [{virtualNodeRef: {name: blue, namespace: other}, weight: 1, port: 8080}]}
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: red, namespace: shop}
spec:
  listeners: [{portMapping: {port: 8080, protocol: http}}]
  serviceDiscovery: {dns: {hostname: red.shop.svc}}
  backends: [{virtualService: {virtualServiceARN: 'arn:aws:appmesh:eu-west-1:1:mesh/main/virtualService/color'}}]
  backendGroups: [{name: all}]
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: BackendGroup
metadata: {name: all, namespace: shop}
spec: {virtualservices: [{name: color}, {name: size, namespace: other}]}
"""

_LIST: Final = """\
apiVersion: v1
kind: List
items:
- apiVersion: appmesh.k8s.aws/v1beta2
  kind: GatewayRoute
  metadata: {name: grpc, namespace: ${APP_NAMESPACE:-shop}, uid: 1-2, resourceVersion: "7"}
  spec:
    awsName: &name grpc_shop
    virtualGatewayRef: {name: ingress, namespace: shop}
    grpcRoute:
      match: {serviceName: color.Color, metadata: [{name: x, match: {prefix: *name}}], port: 8088}
      action: {target: {virtualService: {virtualServiceRef: {name: {{ .Service }}}}}}
- apiVersion: appmesh.k8s.aws/v1beta2
  kind: VirtualRouter
  metadata: {name: mixed, namespace: shop}
  spec:
    listeners:
    - &listener {portMapping: {port: 3306, protocol: tcp}}
    - {<<: *listener, portMapping: {port: 80, protocol: http2}}
    routes:
    - {name: db, tcpRoute: {match: {port: 3306}, action: {weightedTargets: [{virtualNodeRef: {name: db}, weight: 1}]}}}
    - name: <ROUTE>
      http2Route:
        match: {path: {exact: /a}, headers: [{name: h}]}
        action: {weightedTargets: [{virtualNodeARN: 'arn:aws:appmesh:r:1:mesh/$MESH/virtualNode/red', weight: 1}]}
"""

_V1BETA1: Final = """\
apiVersion: appmesh.k8s.aws/v1beta1
kind: Mesh
metadata: {name: main}
spec: {serviceDiscoveryType: dns}
---
apiVersion: appmesh.k8s.aws/v1beta1
kind: VirtualNode
metadata: {name: red, namespace: shop}
spec:
  meshName: main
  listeners: [{portMapping: {port: 9080, protocol: http}}]
  backends: [{virtualService: {virtualServiceName: color.shop}}]
---
apiVersion: appmesh.k8s.aws/v1beta1
kind: VirtualService
metadata: {name: color.shop, namespace: shop}
spec:
  meshName: main
  virtualRouter: {name: color, listeners: [{portMapping: {port: 9080, protocol: http}}]}
  routes:
    - name: red
      http:
        match: {prefix: /, headers: [{name: h, match: {exact: v}}]}
        action: {weightedTargets: [{virtualNodeName: red, weight: 1}, {virtualNodeName: blue.other, weight: 3}]}
        retryPolicy: {maxRetries: 1, perRetryTimeoutMillis: 200, httpRetryEvents: [client-error]}
"""

_GUIDE: Final = """\
apiVersion: appmesh/v1beta1
kind: GatewayRoute
metadata: {name: guide}
spec:
  gatewayRoute:
    priority: 3
    httpRoute:
      match: {prefix: /example, headers: [{name: a, match: {suffix: z}}]}
      action: {targetGroup: {name: example}}
"""

_CREATE: Final = """\
{
  "meshName": "main", "virtualGatewayName": "ingress", "gatewayRouteName": "paths",
  "spec": {"priority": 7, "httpRoute": {
    "match": {"prefix": "/a", "headers": [{"name": "h", "invert": true, "match": {"exact": "${VALUE}"}}]},
    "action": {"target": {"virtualService": {"virtualServiceName": "color.local"}},
               "rewrite": {"path": {"exact": "/b"}}}}}
}
"""

_SPEC: Final = """\
{"virtualRouterName": "color", "spec": {"httpRoute": {"match": {"prefix": "/", "method": "POST"},
  "action": {"weightedTargets": [{"virtualNode": "red", "weight": 1}, {"virtualNode": $NODE, "weight": 0}]},
  "timeout": {"idle": {"unit": "s", "value": 60}}}}}
"""

_DESCRIBE: Final = """\
{"virtualRouter": {"meshName": "main", "virtualRouterName": "color", "status": {"status": "ACTIVE"},
  "metadata": {"arn": "arn:aws:appmesh:r:1:mesh/main/virtualRouter/color", "createdAt": 1.5e9, "version": 1},
  "spec": {"listeners": [{"portMapping": {"port": 80, "protocol": "http"}}]}}}
"""

_DESCRIBE_ROUTE: Final = """\
{"route": {"meshName": "main", "virtualRouterName": "color", "routeName": "all", "spec": {"http2Route": {
  "match": {"prefix": "/", "scheme": "https", "queryParameters": [{"name": "q"}]},
  "action": {"weightedTargets": [{"virtualNode": "red", "weight": 100, "port": 80}]}}}}}
"""

_SERVICE: Final = """\
{"virtualServiceName": "color.local", "meshName": "main",
 "spec": {"provider": {"virtualRouter": {"virtualRouterName": "color"}}}}
"""

_TEMPLATE: Final = """\
Parameters:
  Environment: {Type: String, Default: prod}
  Node: {Type: String}
Mappings: {Ports: {prod: {Http: 80}, test: {Http: 8080}}}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
  IsTest: !Not [!Condition IsProd]
  Either: !Or [!Condition IsProd, !And [!Condition IsTest, !Equals [a, a]]]
Resources:
  Mesh: {Type: 'AWS::AppMesh::Mesh', Properties: {MeshName: !Sub '${Environment}-mesh'}}
  Router:
    Type: AWS::AppMesh::VirtualRouter
    Properties:
      MeshName: !GetAtt Mesh.MeshName
      Spec: {Listeners: [{PortMapping: {Port: !FindInMap [Ports, prod, Http], Protocol: http}}]}
  Route:
    Type: AWS::AppMesh::Route
    Condition: Either
    Properties:
      MeshName: !Ref Mesh
      VirtualRouterName: !GetAtt [Router, VirtualRouterName]
      RouteName: !Join ['-', [a, !Ref Environment, !Select [1, !Split [',', 'x,y']]]]
      Spec:
        Priority: '3'
        HttpRoute:
          Match: {Prefix: /, Headers: [{Name: h, Invert: 'true', Match: {Exact: 1}}]}
          Action:
            WeightedTargets: [{VirtualNode: !Ref Node, Weight: '1'}, {VirtualNode: !If [IsProd, b, c], Weight: 2}]
  Gateway:
    Type: AWS::AppMesh::VirtualGateway
    Properties:
      VirtualGatewayName: ingress
      MeshName: !Ref Mesh
      Spec: {Listeners: [{PortMapping: {Port: 8088, Protocol: http}}]}
  Other: {Type: 'AWS::ECS::Service', Properties: {Cluster: !ImportValue x}}
"""

_JSON_TEMPLATE: Final = """\
{"Parameters": {"Name": {"Type": "String", "Default": "color.local"}},
 "Resources": {
  "Service": {"Type": "AWS::AppMesh::VirtualService", "Properties": {
    "MeshName": {"Fn::Sub": ["${A}-mesh", {"A": {"Ref": "AWS::StackName"}}]}, "VirtualServiceName": {"Ref": "Name"},
    "Spec": {"Provider": {"VirtualNode": {"VirtualNodeName": {"Fn::GetAtt": ["Node", "VirtualNodeName"]}}}}}},
  "Node": {"Type": "AWS::AppMesh::VirtualNode", "Properties": {"MeshName": {"Ref": "AWS::NoValue"}, "Spec": {
    "Backends": [{"VirtualService": {"VirtualServiceName": {"Fn::Join": [".", ["a", "b"]]}}}],
    "ServiceDiscovery": {"DNS": {"Hostname": "node"}}}}}}}
"""

EMBEDDED: Final = (
    Seed("mesh.yaml", _V1BETA2),
    Seed("list.yaml", _LIST),
    Seed("old.yaml", _V1BETA1),
    Seed("guide.yaml", _GUIDE),
    Seed("create-gateway-route.json", _CREATE),
    Seed("all-route.json", _SPEC),
    Seed("color-vr.json", _DESCRIBE),
    Seed("describe-route.json", _DESCRIBE_ROUTE),
    Seed("service.json", _SERVICE),
    Seed("template.yaml", _TEMPLATE),
    Seed("template.json", _JSON_TEMPLATE),
)
"""One or more of every form."""


def real_seeds() -> tuple[Seed, ...]:
    """Read the real manifests beside the checkout.

    Returns:
        The manifests; none where the folder is absent.
    """
    files = sorted(
        file
        for folder in _FOLDERS
        for file in (_SHARED / folder).rglob("*")
        if file.suffix in _SUFFIXES and "-definition" not in file.name and file.name not in _FOREIGN
    )
    return tuple(Seed(file.name, file.read_text("utf-8")) for file in files if file.stat().st_size <= _LARGEST)
