# The hot path fills its answer by itself: a call for that would cost a fifth of the time.
# pyright: reportPrivateUsage=false
"""The Router: a mesh, a table or a list of routes, compiled once and asked many times."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from attrs import evolve

from meshroute.errors import RouteError, TableError
from meshroute.matching.candidate import Candidate
from meshroute.matching.compiled import CompiledTable
from meshroute.matching.explain import Explanation, explain
from meshroute.matching.order import undefined_order
from meshroute.matching.plain import ByMethod, PlainRoutes
from meshroute.matching.templates import Step
from meshroute.matching.walk import Found, walk
from meshroute.model.hops import Place
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Notice
from meshroute.model.params import NO_PARAMS
from meshroute.model.paths import PathExact, PathTemplate
from meshroute.model.python import as_mesh
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

    __slots__ = (
        "_compiled",
        "_draws",
        "_entry",
        "_exact",
        "_is_direct",
        "_is_single",
        "_mesh",
        "_nowhere",
        "_only",
        "_plain",
        "_random_value",
        "_says_405",
        "_steps",
        "_tables",
    )
    _mesh: Mesh
    _entry: str | None
    _tables: dict[str, RouteTable]
    _compiled: dict[str, CompiledTable]
    _draws: bool
    _random_value: Callable[[], int]
    _is_direct: bool  # whether there is only one table, requests reach it as they are, and end there; then:
    _only: CompiledTable
    _nowhere: Place
    _says_405: bool
    _exact: Mapping[str, ByMethod] | None  # its plain routes, where the host does not matter; then:
    _plain: PlainRoutes
    _steps: Sequence[Step]
    _is_single: bool

    def __init__(
        self,
        routes: Mesh | RouteTable | Iterable[Route],
        *,
        entry: str | None = None,
        random_value: Callable[[], int] | None = None,
    ) -> None:
        mesh = as_mesh(routes)
        if entry is not None:
            mesh.entry(entry)
        self._random_value = _draw if random_value is None else random_value
        self._set(mesh, entry, {table.id: CompiledTable(table) for table in mesh.tables})

    def _set(self, mesh: Mesh, entry: str | None, compiled: dict[str, CompiledTable]) -> None:
        self._mesh = mesh
        self._entry = entry
        self._compiled = compiled
        self._tables = {table.id: table for table in mesh.tables}
        self._draws = any(one.drawing for one in compiled.values())
        only = _direct(mesh, compiled)
        self._is_direct = only is not None
        self._exact = None
        if only is None:
            return
        self._only = only
        self._nowhere, self._says_405 = only.nowhere, only.table.method_not_allowed
        if only.plain is not None:
            self._plain = only.plain
            self._exact, self._steps, self._is_single = only.plain.exact, only.plain.steps, only.plain.is_single

    @property
    def mesh(self) -> Mesh:
        """The mesh that was compiled."""
        return self._mesh

    def resolve(self, request: Request) -> Resolution:  # noqa: C901 - every part of it would cost a call
        """Say where a request goes.

        Args:
            request: The request.

        Returns:
            The answer, also when nothing matched; never an exception, whatever the request.
        """
        exact = self._exact
        if exact is None or request.entry is not None:
            return self._searched(request)
        # What follows is the search for plain routes, written out, since every call here counts: first whole paths,
        # then one way down a tree of templates. Whatever is not decided by that is left to the index.
        path = request.path
        by_method = exact.get(path)
        if by_method is not None:
            try:
                candidate = by_method[request.method]
            except KeyError:
                return self._missed(request, path.split("/"))
            answer = Resolution()
            answer._received = request
            answer._place = candidate.place
            answer._params = NO_PARAMS
            return answer
        pieces = path.split("/")
        try:
            place, found, wild = self._steps[len(pieces)]
        except IndexError:
            return self._searched(request)
        while place:
            place, found, wild = found(pieces[place], wild)
        if found is None or pieces[0] or (found.pick is not None and found.pick(pieces) != found.key):
            if not self._is_single:
                return self._missed(request, pieces)
            answer = Resolution()
            answer._received = request
            answer._place = self._nowhere
            answer._params = NO_PARAMS
            return answer
        taken: Candidate | None = found.by_method.get(request.method, found.otherwise)
        if taken is None:
            return self._missed(request, pieces)
        params: dict[str, str] = {}
        for name, at in taken.cuts:
            params[name] = text = pieces[at]
            if not text:
                return self._searched(request)
        answer = Resolution()
        answer._received = request
        answer._place = taken.place
        answer._params = params
        return answer

    def _missed(self, request: Request, pieces: Sequence[str]) -> Resolution:
        """Answer a request that no plain route takes: mostly none does, or all but the method is right."""
        allowed = self._plain.allowed_methods(request.path, pieces)
        if allowed is None or request.method in allowed:
            return self._searched(request)
        if not allowed or not self._says_405:
            return Resolution.at(request, self._nowhere)
        return Resolution.along(request, ((self._nowhere, request),), None, tuple(sorted(allowed)))

    def _searched(self, request: Request) -> Resolution:
        """Answer a request by the index, table by table where there are several."""
        if not self._is_direct or request.entry is not None:
            if self._draws and request.random_value is None:
                request = request.replace(random_value=self._random_value())
            return walk(self._mesh, self._tables, self._entry, request, self._search, self._late)
        found = self._only.find(request)
        if found is not None:
            answer = Resolution()
            answer._received = request
            answer._place = found.place
            answer._params = None
            return answer
        place, allowed = self._only.lost(request)
        if allowed:
            return Resolution.along(request, ((place, request),), None, allowed)
        return Resolution.at(request, place)

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
        exchanged = compiled.replaced(route_id, route)
        tables = tuple(exchanged.table if table is compiled.table else table for table in self._mesh.tables)
        router = type(self).__new__(type(self))
        router._random_value = self._random_value
        router._set(evolve(self._mesh, tables=tables), self._entry, {**self._compiled, exchanged.table.id: exchanged})
        return router

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Pickle the mesh; it is compiled again where it arrives."""
        return _restored, (self._mesh, self._entry, self._random_value)

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


def _restored(mesh: Mesh, entry: str | None, random_value: Callable[[], int]) -> Router:
    return Router(mesh, entry=entry, random_value=random_value)


def _direct(mesh: Mesh, compiled: dict[str, CompiledTable]) -> CompiledTable | None:
    """Return the only table of a mesh where requests reach it as they are and end there."""
    if len(mesh.tables) != 1 or len(mesh.entries) != 1:
        return None
    table, listeners = mesh.tables[0], mesh.entries[0].listeners
    if not listeners or any(listener.port is not None for listener in listeners):
        return None
    only = compiled[table.id]
    if table.normalization is not None or table.slash_required or not table.tunnels:
        return None
    return None if only.drawing or only.leading_on else only
