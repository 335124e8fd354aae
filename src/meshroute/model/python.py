"""Tables written in Python: their order and their checks.

Order: priority (lower first, none after every number); then exact path, template, regex, element prefix, string prefix
(no path at all is the empty string prefix); templates segment by segment (literal, mixed, variable, rest), prefixes by
length; then more criteria before fewer; then a route for HEAD alone; then the order of listing. Names of parameters
never matter. A route for GET takes HEAD too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshroute.errors import TableError
from meshroute.model.actions import Delegate
from meshroute.model.criteria import Method, RouteMatch
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.paths import PathExact, PathPrefix, PathRegex, PathStringPrefix, PathTemplate
from meshroute.model.precedence import Key, Precedence
from meshroute.model.route import Route
from meshroute.model.sharing import shared
from meshroute.model.table import RouteTable, VirtualHost

TABLE: Final = "routes"
"""The id of a table written in Python."""


def precedence_of(route: Route) -> Precedence:
    """Work out the place of a route among routes written in Python.

    Args:
        route: The route.

    Returns:
        Its precedence; routes with equal keys keep the order of listing.

    >>> precedence_of(Route("a", path="/a", to="x", priority=3)).parts[0]
    ('priority', '3')
    """
    kind, shown, specificity = _path_rank(route)
    head_alone = any(
        isinstance(criterion, Method) and criterion.names == ("HEAD",) for criterion in route.match.criteria
    )
    key: Key = (
        (route.priority is None, route.priority or 0),
        kind,
        specificity,
        -len(route.match.criteria),
        not head_alone,
    )
    parts = (
        shared(("priority", "none" if route.priority is None else str(route.priority))),
        shared(("path kind", shown)),
        ("path", repr(getattr(route.match.path, "value", ""))),
        shared(("number of criteria", str(len(route.match.criteria)))),
        shared(("methods", "HEAD alone" if head_alone else "others")),
    )
    return Precedence(parts, shared((key,)))


def _path_rank(route: Route) -> tuple[int, str, Key]:
    match route.match.path:
        case PathExact():
            return 0, "exact path", ()
        case PathTemplate(segments=segments):
            return 1, "template", tuple(int(segment.kind) for segment in segments)
        case PathRegex():
            return 2, "regex", ()
        case PathPrefix(value=value):
            return 3, "prefix of segments", (-len(value),)
        case PathStringPrefix(value=value):
            return 4, "prefix of characters", (-len(value),)
        case _:
            return 4, "no path", (0,)


def python_table(routes: Iterable[Route], *, method_not_allowed: bool = True) -> RouteTable:
    """Make a table of routes written in Python.

    Args:
        routes: The routes, in the order of listing.
        method_not_allowed: Answer 405, not 404, where only the method was wrong.

    Returns:
        The table, in evaluation order.

    Raises:
        TableError: A route has no name, two have one name, or a route leads to another table.

    >>> [route.name for route in python_table([Route("all", to="a"), Route("x", path="/x", to="b")]).routes()]
    ['x', 'all']
    """
    ordered = sorted((placed(route) for route in routes), key=order_key)
    seen: set[str] = set()
    for route in ordered:
        if route.id in seen:
            message = f"two routes are called {route.id!r}"
            raise TableError(message)
        seen.add(route.id)
    hosts = (VirtualHost(None, tuple(ordered)),)
    return RouteTable(TABLE, hosts, by_precedence=True, method_not_allowed=method_not_allowed)


def placed(route: Route) -> Route:
    """Check one route and give it what a table written in Python adds: its precedence, and HEAD where GET is.

    Args:
        route: The route as written.

    Returns:
        The route as it stands in the table.

    Raises:
        TableError: It has no name, or leads to another table.

    >>> placed(Route("a", methods="GET", to="x")).match
    RouteMatch((Method(names=('GET', 'HEAD')),))
    """
    if not route.id:
        message = "a route written in Python needs a name"
        raise TableError(message)
    if isinstance(route.action, Delegate):
        message = f"route {route.id!r} leads to the table {route.action.table!r}: tables need a Mesh"
        raise TableError(message)
    criteria = tuple(
        shared(Method((*criterion.names, "HEAD")))
        if isinstance(criterion, Method) and "GET" in criterion.names
        else criterion
        for criterion in route.match.criteria
    )
    return route.placed(RouteMatch(criteria), precedence_of(route))


def order_key(route: Route) -> Key:
    """Return the sort key of a placed route.

    Args:
        route: The route, as `placed` returns it.

    Returns:
        The key.
    """
    return route.precedence.keys[0] if route.precedence is not None else ()


def as_mesh(routes: Mesh | RouteTable | Iterable[Route]) -> Mesh:
    """Make a mesh of what routers and analysis take.

    Args:
        routes: A mesh, a table, or routes written in Python.

    Returns:
        The mesh; of a table or routes, with one entry for any port.

    Raises:
        TableError: A route has no name, two have one name, or a route leads to another table.

    >>> as_mesh([Route("a", to="x")]).entry().id
    'table/routes'
    """
    if isinstance(routes, Mesh):
        return routes
    return single_table_mesh(routes if isinstance(routes, RouteTable) else python_table(routes))


def single_table_mesh(table: RouteTable) -> Mesh:
    """Wrap one table in a mesh with one entry, for any port.

    Args:
        table: The table.

    Returns:
        The mesh.

    >>> single_table_mesh(python_table([Route("a", to="x")])).entry().id
    'table/routes'
    """
    return Mesh((Entry("table", table.id, (Listener(table.id),)),), (table,))
