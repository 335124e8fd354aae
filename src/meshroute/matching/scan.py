"""The definition of matching: short, slow, obviously right. The index must equal it, always."""

from __future__ import annotations

from collections.abc import Iterable

from meshroute.matching.order import undefined_order
from meshroute.matching.walk import Found, missed, place_of, walk
from meshroute.model.criteria import Method
from meshroute.model.hosts import HostAny, HostCriterion, HostExact, HostSuffix
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost


def scan(mesh: Mesh, request: Request, *, entry: str | None = None) -> Resolution:
    """Answer a request by trying every route in order.

    Args:
        mesh: The mesh.
        request: The request.
        entry: The entry of a request that names none.

    Returns:
        The answer, equal to what ``Router(mesh).resolve(request)`` gives.

    >>> from meshroute.model.python import python_table, single_table_mesh
    >>> mesh = single_table_mesh(python_table([Route("a", path="/a", to="x")]))
    >>> scan(mesh, Request("GET", "/a")).route.name
    'a'
    """
    tables = {table.id: table for table in mesh.tables}
    return walk(mesh, tables, entry, request, scan_table, lambda answer: undefined_order(tables, answer))


def scan_table(table: RouteTable, request: Request) -> Found:
    """Find the first route of a table that accepts a request.

    Args:
        table: The table.
        request: The request, normalised.

    Returns:
        The route with its virtual host, or that there is none.
    """
    hosts = selected_hosts(table, request)
    for host in hosts:
        for route in host.routes:
            if route.match.accepts(request):
                return place_of(table, host, route), ()
    allowed = allowed_methods(hosts, request) if table.method_not_allowed else ()
    chosen = hosts[0] if hosts and table.host_selection == "best_only" else None
    return missed(table, chosen), allowed


def selected_hosts(table: RouteTable, request: Request) -> tuple[VirtualHost, ...]:
    """Return the virtual hosts whose routes are tried.

    Args:
        table: The table.
        request: The request, normalised.

    Returns:
        All that accept the host in order, or only the one with the best domain.
    """
    view = table.host_view(request)
    if view is None:
        return ()
    accepting = tuple(host for host in table.virtual_hosts if host.accepts(view))
    if table.host_selection == "ordered" or not accepting:
        return accepting
    return (max(accepting, key=lambda host: host_rank(host, view)),)


def host_rank(host: VirtualHost, request: Request) -> tuple[int, int]:
    """Rank a virtual host for a request: exact, then longest suffix, then longest prefix, then none (envoy.md §1).

    Args:
        host: A virtual host that accepts the request.
        request: The request.

    Returns:
        A key; the largest wins, the first among equals.
    """
    return max((domain_rank(domain) for domain in host.domains if domain.accepts(request)), default=(0, 0))


def domain_rank(domain: HostCriterion | HostAny) -> tuple[int, int]:
    """Rank one domain: its kind, then its length.

    Args:
        domain: The domain.

    Returns:
        A key; the largest is the best.
    """
    if isinstance(domain, HostAny):
        return 0, 0
    kind = 3 if isinstance(domain, HostExact) else 2 if isinstance(domain, HostSuffix) else 1
    return kind, len(domain.value)


def allowed_methods(hosts: tuple[VirtualHost, ...], request: Request) -> tuple[str, ...]:
    """Collect the methods of the routes that refuse nothing but the method.

    Args:
        hosts: The virtual hosts whose routes were tried.
        request: The request.

    Returns:
        The methods, sorted.
    """
    return methods_of((route for host in hosts for route in host.routes), request)


def methods_of(routes: Iterable[Route], request: Request) -> tuple[str, ...]:
    """Collect the methods of those of some routes that refuse nothing but the method.

    Args:
        routes: The routes.
        request: The request.

    Returns:
        The methods, sorted.
    """
    found: set[str] = set()
    for route in routes:
        methods = [criterion for criterion in route.match.criteria if isinstance(criterion, Method)]
        others = (criterion for criterion in route.match.criteria if not isinstance(criterion, Method))
        if methods and all(criterion.accepts(request) for criterion in others):
            found.update(name for name in methods[0].names if all(name in method.names for method in methods))
    return tuple(sorted(found))
