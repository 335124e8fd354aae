"""Virtual nodes: what their own proxy does with the requests that they send (app-mesh.md §1.4, §2.1, §2.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from meshroute.model.actions import Action, Backend, Delegate, Forward, NoRoute
from meshroute.model.criteria import Criterion, HostExact, Port, RouteMatch, TransportProtocol
from meshroute.model.mesh import Entry
from meshroute.model.notices import Notice
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers.app_mesh.directory import missing, name_of, namespace_of
from meshroute.readers.app_mesh.landscape import Landscape, entry, table
from meshroute.readers.app_mesh.objects import MeshObject, Meta, Ref, VirtualNode, VirtualService
from meshroute.readers.app_mesh.service import Way, way_to
from meshroute.text import wire

PASSTHROUGH: Final = "passthrough"
MAX_BACKENDS: Final = 100_000
"""Backends of all nodes together; many nodes may name one large backend group."""


class Egress:
    """Lowers the virtual nodes.

    Args:
        land: All objects.
    """

    def __init__(self, land: Landscape) -> None:
        self._land = land
        self._left = MAX_BACKENDS
        self._others: dict[str | None, RouteTable] = {}
        self._services: dict[str | None, list[VirtualService]] = {}

    @property
    def other_tables(self) -> tuple[RouteTable, ...]:
        """For each mesh that was needed, what a request meets that goes to no backend of its node."""
        return tuple(self._others.values())

    def table(self, node: VirtualNode) -> tuple[Entry, RouteTable]:
        """Lower one virtual node.

        Args:
            node: The node.

        Returns:
            Its entry, for any port, and its table: a virtual host per backend, and one for all other hosts.
        """
        land, meta = self._land, node.meta
        table_id = land.ids.table(meta)
        mesh, notices = land.meshes.of(meta)
        ways: dict[str, tuple[Way, Ref, Meta]] = {}
        absent: list[Notice] = []
        for ref, holder in self._backends(node, absent):
            way = way_to(land, ref, holder)
            ways.setdefault(way.name, (way, ref, holder))
        # A service that is there goes before a guess at the host of one that is not.
        known = sorted(ways.values(), key=lambda each: not isinstance(each[0].action, Delegate))
        hosts = [_host(table_id, *each) for each in known]
        rest = (*_by_port(table_id, known), *self._rest(table_id, mesh, meta))
        hosts.append(VirtualHost(None, rest))
        made = table(table_id, hosts, best_host=True, notices=(*notices, *absent))
        return entry(meta, table_id, ()), made

    def _backends(self, node: VirtualNode, absent: list[Notice]) -> Iterator[tuple[Ref, Meta]]:
        """Go through the services that a node's proxy knows, each with the object that names it."""
        yield from self._allowed(node.backends, node.meta)
        for ref in node.backend_groups:
            group = self._land.groups.find(ref, node.meta)
            if group is None:
                absent.append(missing(ref, node.meta))
            else:
                yield from self._allowed(group.services, group.meta)

    def _allowed(self, refs: tuple[Ref, ...], holder: Meta) -> Iterable[tuple[Ref, Meta]]:
        return ((ref, holder) for ref in refs) if self._allow(len(refs)) else ()

    def _allow(self, count: int) -> bool:
        self._left -= count
        if self._left < 0:
            message = f"the virtual nodes have more than {MAX_BACKENDS} backends in all"
            self._land.problems.error(None, message, "split the documents")
        return self._left >= 0

    def _rest(self, table_id: str, mesh: MeshObject | None, meta: Meta) -> tuple[Route, ...]:
        """Say what becomes of a request to no backend: it passes, or it is answered 404 (§2.11)."""
        if mesh is not None and mesh.egress == "ALLOW_ALL":
            action: Action = Forward((Backend(PASSTHROUGH, kind=PASSTHROUGH),))
        else:
            action = Delegate(self._other_services(_mesh_name(mesh, meta)))
        return (_unnamed(f"{table_id}/*", action, meta),)

    def _other_services(self, mesh: str | None) -> str:
        """Make the table, one per mesh, that knows the services of the mesh, so as to say which one is no backend."""
        if mesh in self._others:
            return self._others[mesh].id
        table_id = self._land.ids.unique(f"mesh/{mesh or 'unknown'}/other-services")
        hosts: dict[str, VirtualHost] = {}
        for service in self._services_of(mesh):
            name = service.meta.aws_name
            if name not in hosts:
                route = _unnamed(
                    f"{table_id}/{name}",
                    NoRoute("the service is no backend of the virtual node", service=name),
                    service.meta,
                    _not_a_backend(service),
                )
                hosts[name] = VirtualHost(name, (route,), (HostExact(wire(name)),))
        self._others[mesh] = table(table_id, hosts.values(), best_host=True)
        return table_id

    def _services_of(self, mesh: str | None) -> Iterable[VirtualService]:
        """Return the services of a mesh, and those of which the mesh is not known."""
        if not self._services:
            for service in self._land.objects.services:
                found, _ = self._land.meshes.of(service.meta)
                self._services.setdefault(_mesh_name(found, service.meta), []).append(service)
        unknown = [] if mesh is None else self._services.get(None, [])
        if not self._allow(len(unknown)):
            return ()
        return (*self._services.get(mesh, ()), *unknown)


def _mesh_name(mesh: MeshObject | None, meta: Meta) -> str | None:
    return meta.mesh if mesh is None else mesh.meta.name


def _not_a_backend(service: VirtualService) -> Notice:
    message = (
        f"virtual service {service.meta.aws_name} is among the documents, but no backend of this virtual node, whose "
        "mesh drops what goes to no backend"
    )
    return Notice("not-a-backend", message, service.meta.source)


def _host(table_id: str, way: Way, ref: Ref, holder: Meta) -> VirtualHost:
    """Make the virtual host of one backend; the port of the Host does not count (§2.9, documented choice)."""
    names = [way.name]
    if isinstance(way.action, Forward) and ref.aws_name is None:
        # The service is not among the documents: its name in App Mesh may be the default or, as in all examples, the
        # DNS name of the Kubernetes service.
        namespace = namespace_of(ref, holder)
        names.append(name_of(ref) if namespace is None else f"{name_of(ref)}.{namespace}.svc.cluster.local")
    domains = tuple(HostExact(wire(name)) for name in dict.fromkeys(names))
    route = _unnamed(f"{table_id}/{way.name}", way.action, holder, *way.notices)
    return VirtualHost(way.name, (route,), domains)


def _by_port(table_id: str, ways: Iterable[tuple[Way, Ref, Meta]]) -> Iterator[Route]:
    """Make the routes of tcp: without a host, the port says which service is meant (§2.10)."""
    for way, _, holder in ways:
        for listener in way.listeners:
            if listener.protocol == "tcp":
                criteria: tuple[Criterion, ...] = (TransportProtocol("tcp"), Port(listener.port))
                route_id = f"{table_id}/{way.name}:{listener.port}"
                yield _unnamed(route_id, way.action, holder, *way.notices, criteria=criteria)


def _unnamed(
    route_id: str, action: Action, holder: Meta, *notices: Notice, criteria: tuple[Criterion, ...] = ()
) -> Route:
    match = RouteMatch(criteria)
    return Route(None, match=match, action=action, id=route_id, source=holder.source, notices=notices)
