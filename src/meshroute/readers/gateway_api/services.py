"""Services as parents of routes: the mesh (GAMMA, GEP-1294; gateway-api.md §2.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from meshroute.model.actions import Backend, Delegate, Forward
from meshroute.model.criteria import ClientNamespace, RouteMatch
from meshroute.model.mesh import Entry, Listener
from meshroute.model.notices import Source
from meshroute.model.route import Route as TableRoute
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.readers.gateway_api.answers import Setting
from meshroute.readers.gateway_api.objects import Route, Service
from meshroute.readers.gateway_api.reading import Objects
from meshroute.readers.gateway_api.references import FRONTENDS, References
from meshroute.readers.gateway_api.tables import At, http_table, is_by_match, stream_table

FORMAT: Final = "gatewayapi"
_KINDS: Final = ("GRPCRoute", "HTTPRoute", "TLSRoute", "TCPRoute", "UDPRoute")
"""Of the kinds at one port of a Service the first is used (GEP-1294)."""


@frozen
class _Frontend:
    """A Service, and the routes whose parent it is, by the port that they say and by their ids."""

    kind: str
    namespace: str
    name: str
    service: Service | None
    source: Source | None
    routes: dict[int | None, dict[str, Route]]

    @property
    def id(self) -> str:
        return f"{self.kind.lower()}/{self.namespace}/{self.name}"


def lower_services(objects: Objects, setting: Setting) -> tuple[list[Entry], list[RouteTable]]:
    """Make an entry of each Service that is among the documents, or the parent of a route.

    Args:
        objects: The objects.
        setting: What the answers of the routes depend on.

    Returns:
        The entries and their tables. Services are secondary beside Gateways, and those without routes beside others.
    """
    entries: list[Entry] = []
    tables: list[RouteTable] = []
    for one in _frontends(objects, setting.references):
        ports = sorted([port for port in one.routes if port is not None])
        of_all = one.routes.get(None, {})
        listeners: list[Listener] = []
        for port in (*ports, None):
            routes = {**of_all, **one.routes.get(port, {})}
            made = list(_tables(one, port, routes.values(), evolve(setting, port=port, in_mesh=True)))
            tables += made
            listeners.append(Listener(made[-1].id, port))
        is_secondary = bool(objects.gateways) or not one.routes
        entries.append(
            Entry(one.kind.lower(), one.name, tuple(listeners), one.namespace, FORMAT, (), one.source, is_secondary)
        )
    return entries, tables


def _frontends(objects: Objects, references: References) -> Iterator[_Frontend]:
    found: dict[tuple[str, str, str], dict[int | None, dict[str, Route]]] = {}
    sources: dict[tuple[str, str, str], Source] = {}
    services = {("Service", one.meta.namespace, one.meta.name): one for one in objects.services}
    for key, service in services.items():
        found[key], sources[key] = {}, service.meta.source
    for route in objects.routes:
        for parent in route.parents:
            if (parent.group, parent.kind) in FRONTENDS and references.has_frontend(parent):
                key = (parent.kind, parent.namespace, parent.name)
                found.setdefault(key, {}).setdefault(parent.port, {})[route.meta.id] = route
                sources.setdefault(key, parent.source)
    for key, routes in found.items():
        yield _Frontend(*key, services.get(key), sources[key], routes)


def _tables(one: _Frontend, port: int | None, routes: Iterable[Route], setting: Setting) -> Iterator[RouteTable]:
    """Make the tables of one port; the last is the one that requests get to first.

    Routes of the Service's own namespace (producers) are for all clients; those of another (consumers) only for clients
    there, for whom they replace the former.
    """
    table_id = one.id if port is None else f"{one.id}:{port}"
    by_namespace: dict[str, list[Route]] = {}
    for route in routes:
        by_namespace.setdefault(route.meta.namespace, []).append(route)
    own = by_namespace.pop(one.namespace, [])
    clients = sorted(by_namespace)
    producers = _table(f"{table_id}@{one.namespace}" if clients else table_id, one, port, own, setting)
    for client in clients:
        yield _routed(f"{table_id}@{client}", by_namespace[client], setting)
    yield producers
    if clients:
        choices = [
            TableRoute(
                None,
                match=RouteMatch((ClientNamespace(client),)),
                action=Delegate(f"{table_id}@{client}"),
                id=f"{table_id}#{client}",
            )
            for client in clients
        ]
        rest = TableRoute(None, match=RouteMatch(), action=Delegate(producers.id), id=f"{table_id}#")
        yield RouteTable(table_id, (VirtualHost(None, (*choices, rest)),))


def _table(table_id: str, one: _Frontend, port: int | None, routes: Sequence[Route], setting: Setting) -> RouteTable:
    """Make the table of the producers; a Service without any is itself where requests go."""
    if routes:
        return _routed(table_id, routes, setting)
    ports = () if one.service is None else one.service.ports
    itself = Backend(one.name, one.namespace, one.kind, ports[0].port if port is None and len(ports) == 1 else port)
    return RouteTable(
        table_id, (VirtualHost(None, (TableRoute(None, action=Forward((itself,)), id=f"{table_id}#itself"),)),)
    )


def _routed(table_id: str, routes: Sequence[Route], setting: Setting) -> RouteTable:
    kinds = {route.meta.kind for route in routes}
    kind = next(kind for kind in _KINDS if kind in kinds)
    used = [At(route) for route in routes if route.meta.kind == kind]
    return (http_table if is_by_match(used[0].route) else stream_table)(table_id, used, setting)
