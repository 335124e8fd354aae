"""A compiled table: the index of one RouteTable, equal to `scan_table`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final, Self

from meshroute.matching.candidate import LAST, Candidate
from meshroute.matching.hosts import BestHost, HostIndex
from meshroute.matching.scan import methods_of
from meshroute.matching.walk import Found, missed, place_of
from meshroute.model.criteria import AnyOf, Method
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost

GAP: Final = 1 << 20
"""The distance of the ranks of neighbours, so that a route can be put between them later."""


class CompiledTable:
    """The index of one table.

    Args:
        table: The table.
    """

    __slots__ = ("_best", "_indexes", "_missed", "ranks", "table")

    def __init__(self, table: RouteTable) -> None:
        self.table = table
        self.ranks: dict[str, int] = {}
        ordered = table.host_selection == "ordered"
        self._best = None if ordered else BestHost(table.virtual_hosts)
        places = count(1)  # not the number of ids: two routes of a table may have one
        groups = [list(self._ranked(host, places)) for host in table.virtual_hosts]
        self._indexes = tuple(
            HostIndex.build(group) for group in ([[one for group in groups for one in group]] if ordered else groups)
        )
        self._missed = missed(table)

    def _ranked(self, host: VirtualHost, places: Iterator[int]) -> Iterator[Candidate]:
        """Make the candidates of a virtual host, each with the next rank."""
        for route in host.routes:
            rank = next(places) * GAP
            self.ranks[route.id] = rank
            yield candidate_of(self.table, host, route, rank)

    def search(self, request: Request) -> Found:
        """Find the first route that accepts a request, or say what is to say where there is none.

        Args:
            request: The request, normalised.

        Returns:
            The place, and the allowed methods where only the method was wrong.
        """
        chosen = 0 if self._best is None else self._choose(self._best, request)
        if chosen is None:
            return self._missed, ()
        found = self._indexes[chosen].find(request, LAST)
        if found is not None:
            return found.place, ()
        allowed = self._allowed(self._indexes[chosen], request) if self.table.method_not_allowed else ()
        if self._best is None:
            return self._missed, allowed
        return missed(self.table, self.table.virtual_hosts[chosen]), allowed

    def _choose(self, best: BestHost, request: Request) -> int | None:
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

    def replaced(self, table: RouteTable, old: tuple[int, int], new: Route, rank: int) -> Self:
        """Return the compiled table with one route exchanged; all that does not change is shared.

        Args:
            table: The table with the new route.
            old: The place of the virtual host, and of the route that goes in it.
            new: The route that comes, in the same virtual host.
            rank: Its rank.

        Returns:
            The new compiled table.
        """
        host, route = self.table.virtual_hosts[old[0]], self.table.virtual_hosts[old[0]].routes[old[1]]
        compiled = type(self).__new__(type(self))
        compiled.table = table
        compiled.ranks = {**self.ranks}
        del compiled.ranks[route.id]
        compiled.ranks[new.id] = rank
        compiled._best, compiled._missed = self._best, self._missed  # noqa: SLF001 - a table of the same class
        place = 0 if self._best is None else old[0]
        remove = candidate_of(self.table, host, route, self.ranks[route.id])
        edited = self._indexes[place].edited(remove, candidate_of(table, host, new, rank))
        compiled._indexes = (  # noqa: SLF001 - a table of the same class
            *self._indexes[:place],
            edited,
            *self._indexes[place + 1 :],
        )
        return compiled


def candidate_of(table: RouteTable, host: VirtualHost, route: Route, rank: int) -> Candidate:
    """Make the candidate of a route.

    Args:
        table: The table.
        host: The route's virtual host.
        route: The route.
        rank: Its place in the order.

    Returns:
        The candidate; in an ordered table the domains of the virtual host are one more criterion.
    """
    criteria = route.match.criteria
    if table.host_selection == "ordered" and host.domains:
        criteria = (AnyOf(host.domains), *criteria)
    return Candidate(rank, place_of(table, host, route), criteria)
