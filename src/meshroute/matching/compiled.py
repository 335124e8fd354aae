"""A compiled table: the index of one RouteTable, equal to `scan_table`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, Self

from attrs import evolve

from meshroute.errors import TableError
from meshroute.matching.candidate import LAST, Candidate, candidate_of
from meshroute.matching.hosts import BestHost, HostIndex
from meshroute.matching.plain import PlainRoutes
from meshroute.matching.scan import methods_of
from meshroute.matching.walk import Found, missed, place_of
from meshroute.model.actions import Delegate
from meshroute.model.chance import needs_random_value
from meshroute.model.criteria import AnyOf, Method
from meshroute.model.paths import PathExact
from meshroute.model.python import order_key, placed
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost

MAX_GAP: Final = 1 << 20
"""The distance of the ranks of neighbours, so that a route can be put between them later; less in large tables."""


class CompiledTable:
    """The index of one table.

    Args:
        table: The table.

    Attributes:
        table: The table.
        ranks: The rank of each route, by id.
        nowhere: What is said where no virtual host is chosen and no route takes a request.
        drawing: How many of its routes look at the random value of a request.
        plain: Its plain routes, where the host of a request does not matter.
        leading_on: How many of its routes lead on to another table, or stand in an order that their format leaves open.
    """

    __slots__ = (
        "_best",
        "_finds",
        "_gap",
        "_indexes",
        "_repeats",
        "_starts",
        "drawing",
        "leading_on",
        "nowhere",
        "plain",
        "ranks",
        "table",
    )

    def __init__(self, table: RouteTable) -> None:
        self.table = table
        self.ranks: dict[str, int] = {}
        self.nowhere = missed(table)
        self.drawing = self.leading_on = 0
        self._starts: list[int] = []
        ordered = table.host_selection == "ordered"
        self._best = None if ordered else BestHost(table.virtual_hosts)
        groups: list[list[Candidate]] = []
        # one rank more than there are routes in each virtual host: room for one that is put behind the last
        ranks = sum(len(host.routes) + 1 for host in table.virtual_hosts)
        self._gap = max(1, min(MAX_GAP, (LAST - 1) // max(1, ranks)))
        last = 0
        for host in table.virtual_hosts:
            self._starts.append(last)
            groups.append(list(self._ranked(host, last)))
            last += (len(host.routes) + 1) * self._gap
        self._repeats = sum(map(len, groups)) != len(self.ranks)
        self._indexes = tuple(
            HostIndex.build(group) for group in ([[one for group in groups for one in group]] if ordered else groups)
        )
        self._finds = tuple(index.finder for index in self._indexes)
        self.plain = self._plain_routes()

    def _ranked(self, host: VirtualHost, start: int) -> Iterator[Candidate]:
        """Make the candidates of a virtual host, each with the next rank."""
        for rank, route in enumerate(host.routes, 1):
            self.ranks[route.id] = start + rank * self._gap
            self.drawing += needs_random_value(route.match)
            self.leading_on += _leads_on(route)
            yield _candidate(self.table, host, route, start + rank * self._gap)

    def _plain_routes(self, old: tuple[PlainRoutes, frozenset[str]] | None = None) -> PlainRoutes | None:
        paths = self._indexes[0].only_paths if self._best is None else None
        return None if paths is None else PlainRoutes(paths, old)

    def search(self, request: Request) -> Found:
        """Find the first route that accepts a request, or say what is to say where there is none.

        Args:
            request: The request, normalised.

        Returns:
            The place, and the allowed methods where only the method was wrong.
        """
        found = self.find(request)
        return self.lost(request) if found is None else (found.place, ())

    def find(self, request: Request) -> Candidate | None:
        """Find the first route that accepts a request.

        Args:
            request: The request, normalised.

        Returns:
            Its candidate.
        """
        best = self._best
        if best is None:
            return self._finds[0](request, LAST)
        chosen = best.plain.get(request.authority) if self.table.host_header is None else None
        if chosen is None:
            chosen = self._choose(best, request)
            if chosen is None:
                return None
        return self._finds[chosen](request, LAST)

    def lost(self, request: Request) -> Found:
        """Say what is to say where no route accepts a request.

        Args:
            request: The request, normalised.

        Returns:
            The place, and the allowed methods where only the method was wrong.
        """
        chosen = 0 if self._best is None else self._choose(self._best, request)
        if chosen is None:
            return self.nowhere, ()
        allowed = self._allowed(self._indexes[chosen], request) if self.table.method_not_allowed else ()
        if self._best is None:
            return self.nowhere, allowed
        return missed(self.table, self.table.virtual_hosts[chosen]), allowed

    def _choose(self, best: BestHost, request: Request) -> int | None:
        if self.table.host_header is None:
            return best.choose(request)
        view = self.table.host_view(request)
        return None if view is None else best.choose(view)

    @staticmethod
    def _allowed(index: HostIndex, request: Request) -> tuple[str, ...]:
        routes = {
            candidate.rank: candidate.place.route
            for candidate in index.reachable(request)
            # the domains of a virtual host with very many are no part of the index, nor of the route
            if all(criterion.accepts(request) for criterion in candidate.rest if not isinstance(criterion, Method))
        }
        return methods_of((route for route in routes.values() if route is not None), request)

    def replaced(self, route_id: str, route: Route) -> CompiledTable:
        """Return the compiled table with one route exchanged; all that does not change is shared.

        Args:
            route_id: The id of the route that goes.
            route: The route that comes.

        Returns:
            The new compiled table. Ranks are dealt anew only where there is no room between two.

        Raises:
            TableError: Several routes have this id, or the new route cannot stand here.
        """
        table, old_rank = self.table, self.ranks[route_id]
        place, at = self._place_of(route_id)
        routes = list(table.virtual_hosts[place].routes)
        old = routes[at]
        rank: int | None = old_rank
        route = placed(route) if table.by_precedence else route
        if table.by_precedence and order_key(route) != order_key(old):
            del routes[at]
            at = bisect_right(routes, order_key(route), key=order_key)
            rank = self._rank_between(place, routes, at)
            routes.insert(at, route)
        else:
            routes[at] = route
        hosts = list(table.virtual_hosts)
        hosts[place] = evolve(hosts[place], routes=tuple(routes))
        changed = evolve(table, virtual_hosts=tuple(hosts))
        return (
            CompiledTable(changed) if rank is None else self._exchanged(changed, place, (old, old_rank), (route, rank))
        )

    def _place_of(self, route_id: str) -> tuple[int, int]:
        """Find the place of a route: that of its virtual host, and its own in it."""
        hosts, rank = self.table.virtual_hosts, self.ranks[route_id]
        if self._repeats and sum(route.id == route_id for route in self.table.routes()) > 1:
            message = f"table {self.table.id!r} has several routes {route_id!r}"
            raise TableError(message)
        place = bisect_left(self._starts, rank) - 1
        routes = hosts[place].routes
        if self._repeats:
            return place, next(at for at, route in enumerate(routes) if route.id == route_id)
        return place, bisect_left(routes, rank, key=lambda route: self.ranks[route.id])

    def _rank_between(self, place: int, routes: list[Route], at: int) -> int | None:
        """Find a rank for a route that is put before one of these routes, or None where there is no room."""
        before = self.ranks[routes[at - 1].id] if at else self._starts[place]
        ends = [*self._starts[place + 1 : place + 2], before + 2 * self._gap]
        after = self.ranks[routes[at].id] if at < len(routes) else ends[0]
        rank = (before + after) // 2
        return rank if before < rank else None

    def _exchanged(self, table: RouteTable, place: int, old: tuple[Route, int], new: tuple[Route, int]) -> Self:
        """Return the compiled form of a table with one route exchanged, in one virtual host."""
        compiled = type(self).__new__(type(self))
        compiled.table, compiled.nowhere = table, self.nowhere
        compiled.ranks = self.ranks
        if (old[0].id, old[1]) != (new[0].id, new[1]):
            compiled.ranks = dict(self.ranks)
            del compiled.ranks[old[0].id]
            compiled.ranks[new[0].id] = new[1]
        compiled.drawing = self.drawing + needs_random_value(new[0].match) - needs_random_value(old[0].match)
        compiled.leading_on = self.leading_on + _leads_on(new[0]) - _leads_on(old[0])
        compiled._best, compiled._starts, compiled._repeats = self._best, self._starts, self._repeats
        compiled._gap = self._gap
        index = 0 if self._best is None else place
        edited = self._indexes[index].edited(
            _candidate(self.table, self.table.virtual_hosts[place], *old),
            _candidate(table, table.virtual_hosts[place], *new),
        )
        compiled._indexes = (*self._indexes[:index], edited, *self._indexes[index + 1 :])
        compiled._finds = (*self._finds[:index], edited.finder, *self._finds[index + 1 :])
        paths = frozenset(one.match.path.value for one in (old[0], new[0]) if isinstance(one.match.path, PathExact))
        compiled.plain = compiled._plain_routes(None if self.plain is None else (self.plain, paths))
        return compiled


def _candidate(table: RouteTable, host: VirtualHost, route: Route, rank: int) -> Candidate:
    """Make the candidate of a route; in an ordered table the domains of the virtual host are one more criterion."""
    criteria = route.match.criteria
    if table.host_selection == "ordered" and host.domains:
        criteria = (AnyOf(host.domains), *criteria)
    return candidate_of(place_of(table, host, route), criteria, rank)


def _leads_on(route: Route) -> bool:
    """Tell whether a route leads on, or stands in an order that its format leaves open."""
    is_open = route.precedence is not None and len(route.precedence.keys) > 1
    return is_open or isinstance(route.action, Delegate)
