"""The Router: a mesh, a table or a list of routes, compiled once and asked many times."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Self

from attrs import evolve

from meshroute.errors import RouteError, TableError
from meshroute.matching.compiled import GAP, CompiledTable
from meshroute.matching.explain import Explanation, explain
from meshroute.matching.order import undefined_order
from meshroute.matching.walk import Found, walk
from meshroute.model.actions import Delegate
from meshroute.model.chance import needs_random_value
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Notice
from meshroute.model.paths import PathExact, PathTemplate
from meshroute.model.python import order_key, placed, python_table, single_table_mesh
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.model.template import fill_template


class Router:
    """The compiled form of a mesh, a table or a list of routes. Immutable and safe to share between threads.

    Args:
        routes: A mesh, a table, or routes written in Python.
        entry: The entry of requests that name none; needed where a mesh has several.
        random_value: Gives 64 random bits to a request that has none, where the routes ask for them (see
            ``Request.random_value``).

    Raises:
        TableError: The routes make no table, or the mesh has no such entry.

    >>> router = Router([Route("cart", path="/cart/{id}", to="cart-v1"), Route("web", path_prefix="/", to="web")])
    >>> answer = router.resolve(Request("GET", "/cart/42"))
    >>> answer.route.name, answer.params["id"], answer.backends[0].name
    ('cart', '42', 'cart-v1')
    """

    __slots__ = ("_compiled", "_direct", "_draws", "_entry", "_mesh", "_random_value", "_tables")
    _mesh: Mesh
    _entry: str | None
    _tables: dict[str, RouteTable]
    _compiled: dict[str, CompiledTable]
    _direct: CompiledTable | None
    _draws: bool
    _random_value: Callable[[], int]

    def __init__(
        self,
        routes: Mesh | RouteTable | Iterable[Route],
        *,
        entry: str | None = None,
        random_value: Callable[[], int] | None = None,
    ) -> None:
        if isinstance(routes, Mesh):
            mesh = routes
        else:
            mesh = single_table_mesh(routes if isinstance(routes, RouteTable) else python_table(routes))
        if entry is not None:
            mesh.entry(entry)
        self._random_value = _draw if random_value is None else random_value
        self._set(mesh, entry, {table.id: CompiledTable(table) for table in mesh.tables})

    def _set(self, mesh: Mesh, entry: str | None, compiled: dict[str, CompiledTable]) -> None:
        self._mesh = mesh
        self._entry = entry
        self._compiled = compiled
        self._tables = {table.id: table for table in mesh.tables}
        self._draws = any(needs_random_value(route.match) for table in mesh.tables for route in table.routes())
        self._direct = None if self._draws else _direct(mesh, compiled)

    @property
    def mesh(self) -> Mesh:
        """The mesh that was compiled."""
        return self._mesh

    def resolve(self, request: Request) -> Resolution:
        """Say where a request goes.

        Args:
            request: The request.

        Returns:
            The answer, also when nothing matched; never an exception, whatever the request.
        """
        if self._direct is not None and request.entry is None:
            place, allowed = self._direct.search(request)
            return Resolution(request, ((place, request),), None, allowed)
        if self._draws and request.random_value is None:
            request = request.replace(random_value=self._random_value())
        return walk(self._mesh, self._tables, self._entry, request, self._search, self._late)

    def explain(self, request: Request) -> Explanation:
        """Say where a request goes, and why: every candidate, why it lost, what decided.

        Args:
            request: The request.

        Returns:
            The explanation; its ``str()`` is for people.

        >>> router = Router([Route("cart", path="/cart", to="cart"), Route("web", path_prefix="/", to="web")])
        >>> [candidate.verdict for candidate in router.explain(Request("GET", "/cart")).hops[0].candidates]
        ['chosen', 'later']
        """
        return explain(self._tables, self.resolve(request))

    def replace(self, route_id: str, route: Route) -> Self:
        """Return a router with one route exchanged, which shares all that does not change with this one.

        Among routes written in Python the new route takes the place that its precedence gives it; in a table made from
        documents it takes the place of the old one.

        Args:
            route_id: The id of the route that goes.
            route: The route that comes.

        Returns:
            The new router.

        Raises:
            TableError: There is no such route, there are several, or the new route's id is taken.

        >>> router = Router([Route("a", path="/a", to="v1")])
        >>> router.replace("a", Route("a", path="/a", to="v2")).resolve(Request("GET", "/a")).backends[0].name
        'v2'
        """
        found = [compiled for compiled in self._compiled.values() if route_id in compiled.ranks]
        if len(found) != 1:
            message = f"there is no route {route_id!r}" if not found else f"several tables have a route {route_id!r}"
            raise TableError(message)
        compiled = found[0]
        if route.id != route_id and route.id in compiled.ranks:
            message = f"two routes are called {route.id!r}"
            raise TableError(message)
        exchanged = _exchanged(compiled, route_id, route)
        tables = tuple(exchanged.table if table is compiled.table else table for table in self._mesh.tables)
        router = type(self).__new__(type(self))
        router._random_value = self._random_value  # noqa: SLF001 - a router of the same class
        router._set(  # noqa: SLF001 - a router of the same class
            evolve(self._mesh, tables=tables),
            self._entry,
            {**self._compiled, exchanged.table.id: exchanged},
        )
        return router

    def url_for(self, name: str, /, **params: object) -> str:
        """Build the path of a route: the way back.

        Args:
            name: The route's name.
            params: One value for each parameter of its template; percent-encoded as needed.

        Returns:
            The path.

        Raises:
            RouteError: There is no such route, it has no path to build, or a parameter is missing or too many.

        >>> Router([Route("cart", path="/cart/{id}", to="cart")]).url_for("cart", id="a b")
        '/cart/a%20b'
        """
        found = [route for table in self._mesh.tables for route in table.routes() if route.name == name]
        if len(found) != 1:
            message = f"there is no route {name!r}" if not found else f"several routes are called {name!r}"
            raise RouteError(message)
        match found[0].match.path:
            case PathTemplate(value=value, segments=segments):
                return fill_template(value, segments, params)
            case PathExact(value=value) if not params:
                return value
            case _:
                message = f"route {name!r} has no template that {'these parameters' if params else 'a path'} could fill"
                raise RouteError(message)

    def _search(self, table: RouteTable, request: Request) -> Found:
        return self._compiled[table.id].search(request)

    def _late(self, answer: Resolution) -> tuple[Notice, ...]:
        return undefined_order(self._tables, answer)


def _draw() -> int:
    return random.getrandbits(64)


def _direct(mesh: Mesh, compiled: dict[str, CompiledTable]) -> CompiledTable | None:
    """Return the only table of a mesh where requests reach it as they are and end there."""
    if len(mesh.tables) != 1 or len(mesh.entries) != 1:
        return None
    table, listeners = mesh.tables[0], mesh.entries[0].listeners
    if (
        table.normalization is not None
        or table.slash_required
        or any(listener.port is not None for listener in listeners)
    ):
        return None
    if not listeners or any(_needs_walk(route) for route in table.routes()):
        return None
    return compiled[table.id]


def _needs_walk(route: Route) -> bool:
    """Tell whether a route leads on, or stands in an order that its format leaves open."""
    is_open = route.precedence is not None and len(route.precedence.keys) > 1
    return is_open or isinstance(route.action, Delegate)


def _exchanged(compiled: CompiledTable, route_id: str, route: Route) -> CompiledTable:
    """Exchange one route of a compiled table; ranks are dealt anew only where there is no room between two."""
    table, old_rank = compiled.table, compiled.ranks[route_id]
    place, at = where = _place_of(table, route_id)
    routes = list(table.virtual_hosts[place].routes)
    old = routes.pop(at)
    rank: int | None = old_rank
    if table.by_precedence:
        route = placed(route)
        if order_key(route) != order_key(old):
            at = bisect_right(routes, order_key(route), key=order_key)
            rank = _rank_between(compiled, routes, at)
    routes.insert(at, route)
    hosts = list(table.virtual_hosts)
    hosts[place] = evolve(hosts[place], routes=tuple(routes))
    changed = evolve(table, virtual_hosts=tuple(hosts))
    return CompiledTable(changed) if rank is None else compiled.replaced(changed, where, route, rank)


def _rank_between(compiled: CompiledTable, routes: list[Route], at: int) -> int | None:
    """Find a rank for a route that is put before one of these routes, or None where there is no room."""
    before = compiled.ranks[routes[at - 1].id] if at else 0
    after = compiled.ranks[routes[at].id] if at < len(routes) else before + 2 * GAP
    rank = (before + after) // 2
    return rank if before < rank else None


def _place_of(table: RouteTable, route_id: str) -> tuple[int, int]:
    found = [
        (place, at)
        for place, host in enumerate(table.virtual_hosts)
        for at, route in enumerate(host.routes)
        if route.id == route_id
    ]
    if len(found) > 1:
        message = f"table {table.id!r} has several routes {route_id!r}"
        raise TableError(message)
    return found[0]
