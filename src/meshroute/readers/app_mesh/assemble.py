"""Objects to one ``AppMesh``: each object once, routes in their routers, old references brought to one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from meshroute.model.notices import Notice
from meshroute.readers.app_mesh.objects import (
    AppMesh,
    BackendGroup,
    GatewayRoute,
    MeshObject,
    Meta,
    RouterRoute,
    VirtualGateway,
    VirtualNode,
    VirtualRouter,
    VirtualService,
)
from meshroute.readers.app_mesh.registry import Registry, report_duplicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meshroute.readers._document import Problems
    from meshroute.readers.app_mesh.naming import Found
    from meshroute.readers.app_mesh.objects import Ref, WeightedTarget
    from meshroute.readers.app_mesh.registry import AppMeshObject

_T = TypeVar("_T", bound="AppMeshObject")


def assemble(
    found: Sequence[Found], legacy: Iterable[tuple[str | None, str]], problems: Problems, *, override: bool
) -> AppMesh:
    """Put the objects of all documents together.

    Args:
        found: The objects.
        legacy: Namespace and name of the routers of v1beta1.
        problems: Where duplicates go.
        override: Whether a later definition replaces an earlier one.

    Returns:
        All objects.
    """
    registry = Registry(problems, override=override)
    ordered = sorted(found, key=lambda entry: entry.order)
    for entry in ordered:
        if not isinstance(entry.item, RouterRoute):
            registry.add(entry.item, entry.order)
    objects = registry.objects
    attached = _Attached(registry, problems, override=override)
    for entry in ordered:
        if isinstance(entry.item, RouterRoute) and entry.router is not None:
            attached.add(entry.item, entry.router, entry.order)
    nodes = _of(objects, VirtualNode)
    return AppMesh(
        meshes=_of(objects, MeshObject),
        gateways=_of(objects, VirtualGateway),
        gateway_routes=_of(objects, GatewayRoute),
        services=_of(objects, VirtualService),
        routers=_with_legacy_targets(attached.routers(), frozenset(legacy), nodes),
        nodes=nodes,
        backend_groups=_of(objects, BackendGroup),
        namespaces=_of(objects, Meta),
        notices=tuple(attached.notices),
    )


def _of(objects: Iterable[AppMeshObject], kind: type[_T]) -> tuple[_T, ...]:
    return tuple(item for item in objects if isinstance(item, kind))


class _Attached:
    """Routers, and the routes that are objects of their own."""

    def __init__(self, registry: Registry, problems: Problems, *, override: bool) -> None:
        self.notices: list[Notice] = []
        self._problems = problems
        self._override = override
        self._routers: list[VirtualRouter] = []
        self._routes: list[list[tuple[int, RouterRoute]]] = []
        self._by_name: dict[str, dict[str | None, int]] = {}
        for item, order in zip(registry.objects, registry.orders, strict=True):
            if isinstance(item, VirtualRouter):
                self._open(item, order)

    def _open(self, router: VirtualRouter, order: int) -> int:
        number = len(self._routers)
        self._routers.append(router)
        self._routes.append([(order, route) for route in router.routes])
        self._by_name.setdefault(router.meta.aws_name, {}).setdefault(router.meta.mesh, number)
        return number

    def add(self, route: RouterRoute, router: str, order: int) -> None:
        """Put a route into the router with an AWS name; a router that is not there has no listeners."""
        number = self._find(router, route.meta.mesh)
        if number is None:
            source = evolve(route.meta.source, kind="VirtualRouter", name=router)
            meta = evolve(route.meta, kind="VirtualRouter", name=router, aws_name=router, source=source)
            number = self._open(VirtualRouter(meta, (), ()), order)
            message = f"virtual router `{router}` is not among the documents: its listeners are unknown"
            self.notices.append(Notice("missing-router", message, route.meta.source))
        self._routes[number].append((order, route))

    def _find(self, router: str, mesh: str | None) -> int | None:
        meshes = self._by_name.get(router, {})
        if mesh is None:
            return next(iter(meshes.values()), None)
        return meshes.get(mesh, meshes.get(None))

    def routers(self) -> tuple[VirtualRouter, ...]:
        """The routers with all their routes, each name once."""
        pairs = zip(self._routers, self._routes, strict=True)
        return tuple(evolve(router, routes=self._once(routes)) for router, routes in pairs)

    def _once(self, routes: list[tuple[int, RouterRoute]]) -> tuple[RouterRoute, ...]:
        found: dict[str, RouterRoute] = {}
        for _, route in sorted(routes, key=lambda entry: entry[0]):
            name = route.meta.aws_name
            if name in found and not self._override:
                report_duplicate(self._problems, found[name].meta, route.meta)
            else:
                found[name] = route
        return tuple(found.values())


def _with_legacy_targets(
    routers: Iterable[VirtualRouter], legacy: frozenset[tuple[str | None, str]], nodes: Iterable[VirtualNode]
) -> tuple[VirtualRouter, ...]:
    """v1beta1 names a node in the same namespace, as ``name.namespace``, or as AWS does (``name-namespace``)."""
    names = {(node.meta.namespace, node.meta.name) for node in nodes}
    aws_names = {node.meta.aws_name for node in nodes}

    def changed(ref: Ref) -> Ref:
        if ref.name is None or ref.aws_name is not None or (ref.namespace, ref.name) in names:
            return ref
        name, _, namespace = ref.name.partition(".")
        if (namespace, name) in names:
            return evolve(ref, name=name, namespace=namespace)
        return evolve(ref, aws_name=ref.name) if ref.name in aws_names else ref

    def target_of(target: WeightedTarget) -> WeightedTarget:
        return evolve(target, node=changed(target.node))

    def route_of(route: RouterRoute) -> RouterRoute:
        return evolve(route, targets=tuple(target_of(target) for target in route.targets))

    return tuple(
        evolve(router, routes=tuple(route_of(route) for route in router.routes))
        if (router.meta.namespace, router.meta.name) in legacy
        else router
        for router in routers
    )
