"""The way of a request through a mesh: entry, listener, tables, delegates.

How one table is searched is a parameter, so that the definition and the index walk the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from meshroute.errors import TableError
from meshroute.model.actions import Delegate, NoRoute, Redirect
from meshroute.model.hops import Failure, Outcome, Place, apply_rewrites
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.notices import Notice
from meshroute.model.request import Request, listener_port
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost

MAX_DELEGATES: Final = 16
"""How many times a request may be sent on to another table."""


_HTTP: Final = frozenset({"http", "http2", "grpc"})

Found = tuple[Place, tuple[str, ...]]
"""What a search of one table finds: what the table says, and the methods allowed where only the method was wrong."""

Search = Callable[[RouteTable, Request], Found]
Late = Callable[[Resolution], tuple[Notice, ...]]


def walk(  # noqa: PLR0913, PLR0917 - the mesh in the form that the caller has it, and what differs between callers
    mesh: Mesh,
    tables: Mapping[str, RouteTable],
    entry_name: str | None,
    request: Request,
    search: Search,
    late: Late,
) -> Resolution:
    """Follow a request to its end.

    Args:
        mesh: The mesh.
        tables: Its tables by id.
        entry_name: The entry of a request that names none; None for the only one.
        request: The request as it was given.
        search: How to search one table.
        late: Works out notices that only matter to those who ask.

    Returns:
        The answer; never an exception, whatever the request.
    """
    try:
        entry = mesh.entry(entry_name if request.entry is None else request.entry)
    except TableError as error:
        return _failed(request, (), Notice("unknown-entry", str(error)))
    listener, current = _arrive(entry, request)
    if listener is None:
        ports = ", ".join(str(listener.port) for listener in entry.listeners) or "none"
        message = (
            f"nothing listens at port {current.port} of {entry.id} (its ports: {ports}): the connection is refused"
        )
        return _failed(request, (), Notice("no-listener", message, entry.source))
    table_id = listener.table
    path: list[tuple[Place, Request]] = []
    for _ in range(MAX_DELEGATES + 1):
        table = tables.get(table_id)
        if table is None:
            return _failed(request, tuple(path), Notice("no-table", f"there is no table {table_id!r}"))
        seen = current if table.normalization is None else table.normalization.apply(current)
        moved = None if table.normalization is None or seen is None else table.normalization.redirect(current)
        if moved is not None:
            path.append((_moved(table, moved), current))
            return Resolution.along(request, tuple(path), None, (), late)
        if seen is None:
            path.append((missed(table), current))
            notice = Notice("bad-request", f"table {table.id} refuses the request: its text cannot be normalised")
            return _failed(request, tuple(path), notice, Outcome.BAD_REQUEST, 400)
        place, allowed = _searched(table, seen, search)
        path.append((place, seen))
        action = None if place.route is None else place.route.action
        if not isinstance(action, Delegate):
            return Resolution.along(request, tuple(path), None, allowed, late)
        current = apply_rewrites(action.rewrites, seen, place.route)
        if action.port is not None:
            current = current.replace(port=action.port)
        table_id = action.table
    notice = Notice("too-many-hops", f"the request was sent on more than {MAX_DELEGATES} times")
    return _failed(request, tuple(path), notice)


def place_of(table: RouteTable, host: VirtualHost, route: Route) -> Place:
    """Say that a table has a route for a request.

    Args:
        table: The table.
        host: The virtual host of the route.
        route: The route.

    Returns:
        The place.
    """
    return Place(table.id, host.name, route, table.service, table.notices, host.clusters)


def missed(table: RouteTable, host: VirtualHost | None = None) -> Place:
    """Say that a table has no route for a request.

    Args:
        table: The table.
        host: The virtual host that was chosen, if one was.

    Returns:
        The place.
    """
    if host is None:
        return Place(table.id, None, None, table.service, table.notices)
    return Place(table.id, host.name, None, table.service, table.notices, host.clusters)


def _searched(table: RouteTable, request: Request, search: Search) -> Found:
    tunnel = request.method == "CONNECT" and not request.path  # RFC 9110 §9.3.6: it has no path
    if request.method == "CONNECT" and not table.tunnels:
        return _untunnelled(table), ()
    if table.slash_required and not request.path.startswith("/") and request.protocol in _HTTP and not tunnel:
        return missed(table), ()
    return search(table, request)


def _untunnelled(table: RouteTable) -> Place:
    """Say that a table opens no tunnels."""
    action = NoRoute("tunnels are not opened here", 403)
    return Place(table.id, None, Route(None, action=action, id=f"{table.id}#tunnels"), table.service, table.notices)


def _moved(table: RouteTable, location: str) -> Place:
    """Say that a table redirects to a normal form of the request's path, before any route is looked at."""
    action = Redirect(path=location, status=307, keep_query=False, relative=True)
    return Place(table.id, None, Route(None, action=action, id=f"{table.id}#normal-form"), table.service, table.notices)


def _arrive(entry: Entry, request: Request) -> tuple[Listener | None, Request]:
    """Find the listener of a request, and say in the request at which port it arrived."""
    ports = {listener.port for listener in entry.listeners}
    anywhere = next((listener for listener in entry.listeners if listener.port is None), None)
    if len(ports) == 1 and anywhere is not None:
        return anywhere, request
    port = listener_port(request, next(iter(ports)) if len(ports) == 1 else None)
    arrived = request if request.port == port else request.replace(port=port)
    return next((listener for listener in entry.listeners if listener.port == port), anywhere), arrived


def _failed(
    request: Request,
    path: tuple[tuple[Place, Request], ...],
    notice: Notice,
    outcome: Outcome = Outcome.NO_ROUTE,
    status: int | None = None,
) -> Resolution:
    return Resolution.along(request, path, Failure(outcome, status, notice))
