"""The ``spec`` of every kind but routes: meshes, gateways, routers, services, nodes, backend groups (§1.2 to §1.5).

TLS, health checks, connection pools, outlier detection, logging and service discovery do not change which route a
request takes: nothing in them is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meshroute.readers._document import kubernetes
from meshroute.readers._document.kubernetes import Selector
from meshroute.readers.app_mesh.dialect import empty_mapping
from meshroute.readers.app_mesh.objects import (
    BackendGroup,
    MeshObject,
    Meta,
    PortMapping,
    RouterRoute,
    VirtualGateway,
    VirtualNode,
    VirtualRouter,
    VirtualService,
)
from meshroute.readers.app_mesh.references import provider_of, read_name, service_of
from meshroute.readers.app_mesh.routes import read_router_route

if TYPE_CHECKING:
    from meshroute.readers._document import Fields
    from meshroute.readers.app_mesh.dialect import Holder
    from meshroute.readers.app_mesh.objects import Ref

PROTOCOLS: Final = ("grpc", "http", "http2", "tcp")
GATEWAY_PROTOCOLS: Final = ("grpc", "http", "http2")


def read_mesh(holder: Holder, meta: Meta, spec: Fields) -> MeshObject:
    """Read the ``spec`` of a mesh.

    Args:
        holder: The mesh.
        meta: Its identity.
        spec: Its ``spec``.

    Returns:
        The mesh. Without an ``egressFilter`` it is DROP_ALL (§1.5).
    """
    selector = None
    if holder.dialect.names_objects_by_ref:
        selector = read_selector(holder, spec, "namespaceSelector")
        spec.ignore("meshOwner", "meshServiceDiscovery")
    egress = spec.mapping("egressFilter", known=("type",))
    kind = None
    if egress is not None:
        kind = egress.string("type", required=True, choices=("ALLOW_ALL", "DROP_ALL"))
        holder.finish(egress)
    holder.finish(spec.ignore("serviceDiscovery", "cloudMapNamespaceName", "serviceDiscoveryType"))
    return MeshObject(meta, "ALLOW_ALL" if kind == "ALLOW_ALL" else "DROP_ALL", selector)


def read_gateway(holder: Holder, meta: Meta, spec: Fields) -> VirtualGateway:
    """Read the ``spec`` of a virtual gateway.

    Args:
        holder: The gateway.
        meta: Its identity.
        spec: Its ``spec``.

    Returns:
        The gateway.
    """
    listeners = read_listeners(holder, spec, GATEWAY_PROTOCOLS)
    namespaces = routes = None
    if holder.dialect.names_objects_by_ref:
        namespaces = read_selector(holder, spec, "namespaceSelector")
        routes = read_selector(holder, spec, "gatewayRouteSelector")
        spec.ignore("podSelector")
    holder.finish(spec.ignore("backendDefaults", "logging"))
    return VirtualGateway(meta, listeners, namespaces, routes)


def read_router(holder: Holder, meta: Meta, spec: Fields) -> VirtualRouter:
    """Read the ``spec`` of a virtual router; in Kubernetes its routes stand in it.

    Args:
        holder: The router.
        meta: Its identity.
        spec: Its ``spec``.

    Returns:
        The router.
    """
    listeners = read_listeners(holder, spec, PROTOCOLS, min_items=1)
    routes = read_inline_routes(holder, meta, spec) if holder.dialect.names_objects_by_ref else ()
    holder.finish(spec)
    return VirtualRouter(meta, listeners, routes)


def read_inline_routes(holder: Holder, router: Meta, spec: Fields) -> tuple[RouterRoute, ...]:
    """Read the ``routes`` of a router's spec.

    Args:
        holder: The object that the routes are written in.
        router: The identity of the router.
        spec: What has the ``routes``.

    Returns:
        The routes that could be read, in order.
    """
    routes: list[RouterRoute] = []
    names: set[str] = set()
    for item in spec.children("routes"):
        name = item.string("name", required=True, min_length=1)
        inner = holder.named("Route", name or "")
        meta = Meta(
            "Route", name or "", name or "", router.namespace, (), router.mesh, router.form, inner.source(item.node)
        )
        route = read_router_route(inner, meta, item)
        if name is not None and name in names:
            item.error("name", f"VirtualRouter-{router.name} has duplicate route entries for {name}")
        elif name is not None:
            names.add(name)
            routes += () if route is None else (route,)
    return tuple(routes)


def read_service(holder: Holder, meta: Meta, spec: Fields) -> VirtualService:
    """Read the ``spec`` of a virtual service.

    Args:
        holder: The service.
        meta: Its identity.
        spec: Its ``spec``.

    Returns:
        The service; without a provider its traffic goes nowhere (§1.3).
    """
    provider = spec.mapping("provider", known=("virtualNode", "virtualRouter"))
    found: Ref | None = None
    if provider is not None:
        if provider.has("virtualNode") == provider.has("virtualRouter"):
            message = "a provider is exactly one of `virtualNode` and `virtualRouter`"
            holder.problems.error(provider.node, message)
        for key, kind in (("virtualNode", "VirtualNode"), ("virtualRouter", "VirtualRouter")):
            named = provider.mapping(key)
            if named is not None:
                found = provider_of(holder, named, kind, key)
                holder.finish(named)
        holder.finish(provider)
    holder.finish(spec)
    return VirtualService(meta, found)


def read_node(holder: Holder, meta: Meta, spec: Fields) -> VirtualNode:
    """Read the ``spec`` of a virtual node.

    Args:
        holder: The node.
        meta: Its identity.
        spec: Its ``spec``.

    Returns:
        The node.
    """
    listeners = read_listeners(holder, spec, PROTOCOLS)
    backends = _backends(holder, spec)
    groups: list[Ref] = []
    if holder.dialect.names_objects_by_ref:
        named = (read_name(holder, group, "BackendGroup") for group in spec.children("backendGroups"))
        groups += (ref for ref in named if ref is not None)
        spec.ignore("podSelector")
    if holder.dialect.webhook and listeners and not spec.has("serviceDiscovery"):
        # The webhook refuses it (§3.4). It changes no route, so here it does not stand in the way of an answer.
        holder.notice("missing-service-discovery", "a virtual node with listeners needs `serviceDiscovery`", spec.node)
    holder.finish(spec.ignore("serviceDiscovery", "backendDefaults", "logging"))
    return VirtualNode(meta, listeners, backends, tuple(groups))


def _backends(holder: Holder, spec: Fields) -> tuple[Ref, ...]:
    backends: list[Ref] = []
    seen: set[tuple[str | None, ...]] = set()
    for item in spec.children("backends", known=("virtualService",)):
        named = item.mapping("virtualService", known=("clientPolicy",), required=True)
        holder.finish(item)
        if named is None:
            continue
        ref = service_of(holder, named)
        holder.finish(named)
        if ref is None:
            continue
        identity = (None, None, ref.aws_name) if ref.aws_name else (ref.name, ref.namespace, None)
        if holder.dialect.webhook and identity in seen:
            shown = ref.aws_name or ref.name
            item.error("virtualService", f"VirtualNode-{holder.name} has duplicate backends for {shown}")
        seen.add(identity)
        backends.append(ref)
    return tuple(backends)


def read_backend_group(holder: Holder, meta: Meta, spec: Fields) -> BackendGroup:
    """Read the ``spec`` of a backend group.

    Args:
        holder: The backend group.
        meta: Its identity.
        spec: Its ``spec``.

    Returns:
        The backend group.
    """
    named = (read_name(holder, item, "VirtualService") for item in spec.children("virtualservices"))
    services = tuple(ref for ref in named if ref is not None)
    holder.finish(spec)
    return BackendGroup(meta, services)


def read_listeners(
    holder: Holder, spec: Fields, protocols: tuple[str, ...], *, min_items: int = 0
) -> tuple[PortMapping, ...]:
    """Read the ``listeners`` of a gateway, router or node.

    Args:
        holder: The object it belongs to.
        spec: Its ``spec``.
        protocols: The protocols that its listeners may have.
        min_items: The fewest listeners, where the field is present.

    Returns:
        The listeners that could be read.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems())
    >>> spec = holder.fields(parse_yaml("listeners: [{portMapping: {port: 80, protocol: http}}]")[0])
    >>> read_listeners(holder, spec, PROTOCOLS)
    (PortMapping(port=80, protocol='http'),)
    """
    listeners: list[PortMapping] = []
    for item in spec.children("listeners", min_items=min_items):
        mapping = item.mapping("portMapping", known=("port", "protocol"), required=True)
        item.ignore("tls", "healthCheck", "timeout", "connectionPool", "outlierDetection")
        holder.finish(item)
        if mapping is None:
            continue
        port = mapping.integer("port", required=True, minimum=1, maximum=65535)
        protocol = mapping.string("protocol", required=True, choices=protocols)
        holder.finish(mapping)
        if port is not None and protocol is not None:
            listeners.append(PortMapping(port, protocol))
    return tuple(listeners)


def read_selector(holder: Holder, spec: Fields, name: str) -> Selector | None:
    """Read a Kubernetes label selector.

    Args:
        holder: The object it belongs to.
        spec: What has it.
        name: The field.

    Returns:
        The selector, or None where there is none: nil selects nothing or all, by the field (§1.6).

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> read_selector(holder, holder.fields(parse_yaml("namespaceSelector: {}")[0]), "namespaceSelector")
    Selector(labels=(), expressions=())
    """
    fields = spec.mapping(name, known=("matchLabels", "matchExpressions"))
    if fields is None:
        return None
    return kubernetes.read_selector(fields, holder.dialect.unknown)


def spec_of(root: Fields) -> Fields:
    """The ``spec`` of an object; an absent one is read as an empty one.

    Args:
        root: The object.

    Returns:
        The ``spec``.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> spec_of(holder.fields(parse_yaml("{kind: Mesh}")[0])).has("egressFilter")
    False
    """
    return root.mapping("spec") or root.at(empty_mapping(root.node_of("spec") or root.node), where="spec")
