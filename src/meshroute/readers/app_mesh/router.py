"""Virtual routers: the second stage, and what the first must know of it (app-mesh.md §1.2, §2.1)."""

from __future__ import annotations

from typing import Final

from meshroute.errors import RouteError
from meshroute.model.actions import Forward, Timeouts
from meshroute.model.criteria import RouteMatch
from meshroute.model.mesh import Entry
from meshroute.model.notices import Notice
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.readers.app_mesh.directory import refuse
from meshroute.readers.app_mesh.landscape import Landscape, entry, node_backend, sorted_host, speaks_http, table
from meshroute.readers.app_mesh.match import other_criteria, path_criterion
from meshroute.readers.app_mesh.objects import MatchSpec, PortMapping, RouterRoute, VirtualRouter
from meshroute.readers.app_mesh.order import ROUTER_DEFAULTS, precedence

DEFAULT_TIMEOUT: Final = 15.0
"""Seconds that a request may take where nothing is said (§1.2)."""


def router_table(land: Landscape, router: VirtualRouter) -> tuple[Entry, RouteTable]:
    """Lower a virtual router.

    Args:
        land: All objects.
        router: The router.

    Returns:
        Its entry and its table.
    """
    table_id = land.ids.table(router.meta)
    protocols = {route.protocol for route in router.routes}
    mixed = "tcp" in protocols  # where all routes are of tcp, this changes nothing
    routes = [_route(land, router, table_id, route, mixed=mixed) for route in router.routes]
    absent = (land.stand_ins.get(route.meta.source) for route in router.routes)
    notices = (*land.meshes.unknown(router.meta), *(notice for notice in absent if notice is not None))
    if not router.routes:
        message = f"virtual router {router.meta.name} has no routes: it answers 404, as App Mesh did"
        notices = (*notices, Notice("empty-router", message, router.meta.source))
    http = protocols != {"tcp"} if protocols else speaks_http(router.listeners)
    hosts = (sorted_host(route for route in routes if route is not None),)
    return entry(router.meta, table_id, router.listeners), table(table_id, hosts, http=http, notices=notices)


def _route(land: Landscape, router: VirtualRouter, table_id: str, spec: RouterRoute, *, mixed: bool) -> Route | None:
    try:
        path = path_criterion(spec.match, spec.protocol)
    except RouteError as error:
        if not land.problems:  # else the reader of the form has said so, at the very place
            refuse(land.problems, spec.meta.source, str(error))
        return None
    route_id = land.ids.unique(f"{table_id}/{spec.meta.name}")
    backends = [
        node_backend(land, target.node, spec.meta, weight=target.weight, port=target.port) for target in spec.targets
    ]
    notices = dict.fromkeys(
        (
            *spec.notices,
            *port_required(spec.match, router.listeners, spec),
            *(notice for _, found in backends for notice in found),
        )
    )
    written = len(spec.match.path_exact or spec.match.prefix or "/")
    return Route(
        spec.meta.name,
        match=RouteMatch((*(() if path is None else (path,)), *other_criteria(spec.match, spec.protocol, mixed=mixed))),
        action=Forward(tuple(backend for backend, _ in backends), timeouts=spec.timeouts, retry=spec.retry),
        id=route_id,
        priority=spec.priority,
        source=spec.meta.source,
        precedence=precedence(spec.priority, path, written, route_id, ROUTER_DEFAULTS),
        notices=notices,
    )


def port_required(match: MatchSpec, listeners: tuple[PortMapping, ...], route: RouterRoute) -> tuple[Notice, ...]:
    """Say that a route needs a port, since there are several listeners (§2.10).

    Args:
        match: The route's match.
        listeners: The listeners of its router.
        route: The route.

    Returns:
        The notice, or none.
    """
    if match.port is not None or len(listeners) < 2:
        return ()
    message = (
        f"route {route.meta.name} has no match.port although there are several listeners, which App Mesh refuses: "
        "it is taken to match at all of them"
    )
    return (Notice("port-required", message, route.meta.source),)


def longest_timeouts(land: Landscape, router: VirtualRouter) -> Timeouts:
    """Return how long a gateway waits for a service: the longest of the service's routes (§1.2).

    Args:
        land: All objects; it keeps what was worked out.
        router: The service's router.

    Returns:
        The timeouts; a route that says nothing counts with the default, unless all say nothing.
    """
    table_id = land.ids.table(router.meta)
    if table_id not in land.longest:
        request = [route.timeouts.request for route in router.routes]
        idle = [route.timeouts.idle for route in router.routes if route.timeouts.idle is not None]
        said = any(value is not None for value in request)
        land.longest[table_id] = Timeouts(
            request=max(DEFAULT_TIMEOUT if value is None else value for value in request) if said else None,
            idle=max(idle, default=None),
        )
    return land.longest[table_id]
