"""Meshes for the tests of lint and diff."""

from __future__ import annotations

from collections.abc import Iterable

from meshroute import Backend, Entry, Forward, Listener, Mesh, Normalization, Route, RouteMatch, RouteTable, VirtualHost
from meshroute.criteria import Criterion
from meshroute.model.actions import Action
from meshroute.model.hosts import HostAny, HostCriterion
from meshroute.model.notices import Source
from meshroute.model.python import python_table, single_table_mesh


def python(*routes: Route) -> Mesh:
    """Make a mesh of routes written in Python."""
    return single_table_mesh(python_table(routes, method_not_allowed=False))


def to(name: str) -> Forward:
    """Forward to one backend."""
    return Forward((Backend(name),))


def route(name: str | None, *criteria: Criterion, action: Action | None = None, line: int = 0) -> Route:
    """Make a route of criteria; it stands in a line of a file if one is given."""
    source = Source("t.yaml", line) if line else None
    chosen = to(name or "none") if action is None else action
    return Route(name, match=RouteMatch(criteria), action=chosen, id=name or f"#{line}", source=source)


def host(name: str, domains: Iterable[HostCriterion | HostAny], *routes: Route) -> VirtualHost:
    """Make a virtual host."""
    return VirtualHost(name, routes, tuple(domains))


def table(
    *hosts: VirtualHost,
    id: str = "t",  # noqa: A002 - the field's name
    best: bool = True,
    normal: Normalization | None = None,
    slash: bool = False,
    tunnels: bool = True,
    host_header: str | None = None,
    method_not_allowed: bool = False,
) -> RouteTable:
    """Make a table."""
    return RouteTable(
        id,
        hosts,
        host_selection="best_only" if best else "ordered",
        normalization=normal,
        slash_required=slash,
        tunnels=tunnels,
        host_header=host_header,
        method_not_allowed=method_not_allowed,
    )


def mesh(*tables: RouteTable, ports: tuple[int | None, ...] = (None,)) -> Mesh:
    """Make a mesh whose only entry leads to the first table."""
    return Mesh((Entry("gateway", "g", tuple(Listener(tables[0].id, port) for port in ports)),), tables)


def listed(*routes: Route, normal: Normalization | None = None) -> Mesh:
    """Make a mesh of routes in this order."""
    return mesh(table(host("v", (), *routes), normal=normal))
