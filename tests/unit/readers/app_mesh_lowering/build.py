"""Short ways to build App Mesh objects and to ask what they are lowered to."""

# Keywords are passed on to the values that check them, hence Any:
# ruff: noqa: ANN401 - builders pass keywords through

from __future__ import annotations

from typing import Any, Literal

from meshroute.matching.scan import scan
from meshroute.model.actions import RetryPolicy, Timeouts
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Notice, Source
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.table import RouteTable
from meshroute.readers._document import Problems
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.app_mesh.lower import lower
from meshroute.readers.app_mesh.objects import (
    AppMesh,
    BackendGroup,
    Form,
    GatewayRewrite,
    GatewayRoute,
    MatchSpec,
    MeshObject,
    Meta,
    PortMapping,
    Ref,
    RouteProtocol,
    RouterRoute,
    VirtualGateway,
    VirtualNode,
    VirtualRouter,
    VirtualService,
    WeightedTarget,
)

SEPARATORS = {"VirtualService": "."}
EVERYTHING = Selector()
Egress = Literal["ALLOW_ALL", "DROP_ALL"]


def meta(
    kind: str,
    name: str,
    *,
    namespace: str | None = "shop",
    aws: str | None = None,
    labels: dict[str, str] | None = None,
    mesh: str | None = None,
    form: Form = "kubernetes",
) -> Meta:
    if form == "aws":
        namespace = None
    default = name if namespace is None else f"{name}{SEPARATORS.get(kind, '_')}{namespace}"
    source = Source(f"{kind}-{name}.yaml", 1, "", kind, namespace, name)
    return Meta(kind, name, aws or default, namespace, tuple((labels or {}).items()), mesh, form, source)


def ref(kind: str, name: str | None = None, *, namespace: str | None = None, aws: str | None = None) -> Ref:
    return Ref(f"Virtual{kind}" if kind != "BackendGroup" else kind, Source("ref.yaml", 7), name, namespace, aws)


def ports(*mappings: int | tuple[int, str]) -> tuple[PortMapping, ...]:
    return tuple(PortMapping(each, "http") if isinstance(each, int) else PortMapping(*each) for each in mappings)


def gateway(
    name: str = "ingress",
    *listeners: int,
    selector: Selector | None = EVERYTHING,
    routes: Selector | None = None,
    **of: Any,
) -> VirtualGateway:
    return VirtualGateway(meta("VirtualGateway", name, **of), ports(*(listeners or (8088,))), selector, routes)


def gateway_route(
    name: str = "paths",
    match: MatchSpec | None = None,
    target: str | Ref = "color",
    *,
    protocol: RouteProtocol = "http",
    priority: int | None = None,
    rewrite: GatewayRewrite | None = None,
    port: int | None = None,
    at: Ref | None = None,
    notices: tuple[Notice, ...] = (),
    **of: Any,
) -> GatewayRoute:
    return GatewayRoute(
        meta("GatewayRoute", name, **of),
        protocol,
        priority,
        MatchSpec(prefix="/paths") if match is None else match,
        rewrite or GatewayRewrite(),
        ref("Service", target) if isinstance(target, str) else target,
        port,
        at,
        notices,
    )


def service(name: str = "color", provider: Ref | None = None, **of: Any) -> VirtualService:
    return VirtualService(meta("VirtualService", name, **of), provider)


def router(
    name: str, *routes: RouterRoute, listeners: tuple[PortMapping, ...] | None = None, **of: Any
) -> VirtualRouter:
    return VirtualRouter(meta("VirtualRouter", name, **of), ports(8080) if listeners is None else listeners, routes)


def route(
    name: str,
    match: MatchSpec | None = None,
    to: str | tuple[WeightedTarget, ...] = "red",
    *,
    protocol: RouteProtocol = "http",
    priority: int | None = None,
    timeouts: Timeouts | None = None,
    retry: RetryPolicy | None = None,
    notices: tuple[Notice, ...] = (),
    **of: Any,
) -> RouterRoute:
    targets = (target(to),) if isinstance(to, str) else to
    found = MatchSpec(prefix="/") if match is None else match
    return RouterRoute(
        meta("Route", name, **of), protocol, priority, found, targets, timeouts or Timeouts(), retry, notices
    )


def target(node: str, weight: int = 1, port: int | None = None) -> WeightedTarget:
    return WeightedTarget(ref("Node", node), weight, port)


def node(
    name: str,
    *backends: str | Ref,
    listeners: tuple[PortMapping, ...] | None = None,
    groups: tuple[Ref, ...] = (),
    **of: Any,
) -> VirtualNode:
    refs = tuple(ref("Service", each) if isinstance(each, str) else each for each in backends)
    return VirtualNode(meta("VirtualNode", name, **of), ports(8080) if listeners is None else listeners, refs, groups)


def group(name: str, *services: str, **of: Any) -> BackendGroup:
    return BackendGroup(meta("BackendGroup", name, **of), tuple(ref("Service", each) for each in services))


def mesh_object(
    name: str = "main", egress: Egress = "DROP_ALL", selector: Selector | None = EVERYTHING, **of: Any
) -> MeshObject:
    return MeshObject(meta("Mesh", name, namespace=None, **of), egress, selector)


def namespace(name: str = "shop", **labels: str) -> Meta:
    return meta("Namespace", name, namespace=None, labels=labels)


def color_mesh(**more: Any) -> AppMesh:
    """Build one gateway, service, router and node, whatever is not given."""
    parts: dict[str, Any] = {
        "meshes": (mesh_object(),),
        "gateways": (gateway(),),
        "gateway_routes": (gateway_route(),),
        "services": (service("color", ref("Router", "color"), aws="color.local"),),
        "routers": (router("color", route("red")),),
        "nodes": (node("red"),),
        "namespaces": (namespace(),),
    }
    return AppMesh(**{**parts, **more})


def lowered(objects: AppMesh) -> Mesh:
    problems = Problems()
    mesh = lower(objects, problems)
    problems.raise_if_any()
    return mesh


def refused(objects: AppMesh, problems: Problems | None = None) -> list[str]:
    problems = problems or Problems()
    lower(objects, problems)
    return [str(error) for error in problems.errors]


def said_before(objects: AppMesh) -> list[str]:
    """Lower objects of which something was refused before, and return all that is refused then."""
    problems = Problems()
    problems.error(None, "x")
    return refused(objects, problems)


def table_of(mesh: Mesh, table_id: str) -> RouteTable:
    return {table.id: table for table in mesh.tables}[table_id]


def ask(
    objects: AppMesh,
    url: str,
    entry: str = "virtualgateway/ingress",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    **parts: Any,
) -> Resolution:
    return scan(lowered(objects), Request(method, url, headers, **parts), entry=entry)


def codes(answer: Resolution) -> list[str]:
    return [notice.code for notice in answer.notices]
