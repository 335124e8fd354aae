"""Kubernetes objects of ``appmesh.k8s.aws/v1beta1``, where routes and router stand in the virtual service (§1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from meshroute.readers.app_mesh.kubernetes import Identified, identify
from meshroute.readers.app_mesh.objects import Meta, Ref, VirtualRouter, VirtualService
from meshroute.readers.app_mesh.specs import (
    PROTOCOLS,
    read_inline_routes,
    read_listeners,
    read_mesh,
    read_node,
    spec_of,
)

if TYPE_CHECKING:
    from meshroute.readers._document import Fields, Node
    from meshroute.readers.app_mesh.dialect import Holder
    from meshroute.readers.app_mesh.objects import MeshObject, VirtualNode

    LegacyObject = MeshObject | VirtualNode | VirtualService | VirtualRouter

LEGACY_KINDS: Final = ("Mesh", "VirtualNode", "VirtualService")


def read_legacy(holder: Holder, node: Node, kind: str) -> tuple[LegacyObject, ...]:
    """Read one object of v1beta1.

    Args:
        holder: Where faults and notices go.
        node: The object.
        kind: Its kind, one of ``LEGACY_KINDS``.

    Returns:
        The objects it stands for: a virtual service and its router are written as one.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import LEGACY, Holder
    >>> holder = Holder(LEGACY, Problems(), namespace="ns")
    >>> node = parse_yaml("{metadata: {name: color.local}, spec: {virtualRouter: {name: color}}}")[0]
    >>> [item.meta.name for item in read_legacy(holder, node, "VirtualService")]
    ['color.local', 'color']
    """
    found = identify(holder, node, kind)
    holder.finish(found.root)
    items = _read_spec(found, kind)
    return items if found.is_sound else ()


def _read_spec(found: Identified, kind: str) -> tuple[LegacyObject, ...]:
    spec = spec_of(found.root)
    holder = found.holder
    name = holder.name or ""
    mesh = None if kind == "Mesh" else spec.string("meshName", min_length=1)
    if kind == "Mesh":
        return (read_mesh(holder, found.meta(name), spec),)
    if kind == "VirtualNode":
        # The old controller named nodes `<name>-<namespace>` in AWS.
        return (read_node(holder, found.meta(f"{name}-{holder.namespace}", mesh), spec),)
    return _service_and_router(holder, found.meta(name, mesh), spec)


def _service_and_router(holder: Holder, meta: Meta, spec: Fields) -> tuple[LegacyObject, ...]:
    """``metadata.name`` is the service's host name; without routes and router it has no provider."""
    if not spec.has("virtualRouter") and not spec.has("routes"):
        holder.finish(spec)
        return (VirtualService(meta, None),)
    router = spec.mapping("virtualRouter", known=("name", "listeners"))
    name = (router and router.string("name", min_length=1)) or f"{meta.name}-router"
    listeners = read_listeners(holder, router, PROTOCOLS) if router else ()
    holder.finish(router)
    router_holder = evolve(holder, kind="VirtualRouter", name=name)
    source = router_holder.source(router.node if router else spec.node)
    # As with nodes, the old controller added the namespace; the names of services were hosts and kept.
    aws_name = f"{name}-{meta.namespace}"
    router_meta = evolve(meta, kind="VirtualRouter", name=name, aws_name=aws_name, source=source, labels=())
    routes = read_inline_routes(router_holder, router_meta, spec)
    holder.finish(spec)
    provider = Ref("VirtualRouter", source, name, meta.namespace)
    return (VirtualService(meta, provider), VirtualRouter(router_meta, listeners, routes))
