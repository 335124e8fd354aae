"""The strategies. Each hands a source of chance that Hypothesis controls to the functions that draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from _meshroute_hypothesis import register
from meshroute.model.criteria import Criterion
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.testing._aim import aimed_request, odd_request, random_draft, targets_of
from meshroute.testing._draw import draw_criterion, draw_mesh, draw_route, draw_routes, draw_table
from meshroute.testing._members import accepted_region, draw_member, refused_region
from meshroute.testing._texts import chance

T = TypeVar("T")
_TRIES: Final = 20

register()


def _drawn(draw: Callable[[Random], T]) -> st.SearchStrategy[T]:
    return st.randoms(use_true_random=False).map(draw)


def requests() -> st.SearchStrategy[Request]:
    """Draw any request, odd ones among them.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> isinstance(find(requests(), lambda request: True), Request)
    True
    """
    return _drawn(lambda rng: odd_request(rng) if chance(rng, 8) else random_draft(rng).request())


def criteria() -> st.SearchStrategy[Criterion]:
    """Draw any criterion, nested ones among them.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> from meshroute.model.criteria import Method
    >>> isinstance(find(criteria(), lambda criterion: isinstance(criterion, Method)), Method)
    True
    """
    return _drawn(draw_criterion)


def routes(most: int = 10) -> st.SearchStrategy[list[Route]]:
    """Draw routes with different names, as a table written in Python may have them.

    Args:
        most: How many, about.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> find(routes(), lambda found: not found)
    []
    """
    return _drawn(lambda rng: draw_routes(rng, most))


def one_route() -> st.SearchStrategy[Route]:
    """Draw one route.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> find(one_route(), lambda route: True).name
    'route'
    """
    return _drawn(lambda rng: draw_route(rng, "route"))


def tables(most: int = 10) -> st.SearchStrategy[RouteTable]:
    """Draw a table: written in Python, or with virtual hosts as documents have it.

    Args:
        most: How many routes a virtual host has at most, about.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> find(tables(), lambda table: table.host_selection == "best_only").host_selection
    'best_only'
    """
    return _drawn(lambda rng: draw_table(rng, "table", most))


def meshes(most: int = 6) -> st.SearchStrategy[Mesh]:
    """Draw a mesh: tables that lead on to each other, behind entries with several listeners.

    Args:
        most: How many routes a virtual host has at most, about.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> len(find(meshes(), lambda mesh: len(mesh.entries) == 2).entries)
    2
    """
    return _drawn(lambda rng: draw_mesh(rng, most))


def tables_and_requests(most: int = 10) -> st.SearchStrategy[tuple[RouteTable, Request]]:
    """Draw a table, and a request aimed at it.

    Args:
        most: How many routes a virtual host has at most, about.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> from meshroute.matching.router import Router
    >>> table, request = find(tables_and_requests(), lambda both: Router(both[0]).resolve(both[1]).route is not None)
    >>> request.method
    'GET'
    """

    def draw(rng: Random) -> tuple[RouteTable, Request]:
        table = draw_table(rng, "table", most)
        return table, aimed_request(rng, targets_of(table))

    return _drawn(draw)


def requests_matching(route: Route) -> st.SearchStrategy[Request]:
    """Draw a request that a route takes, if no other route takes it first.

    Args:
        route: The route.

    Returns:
        The strategy.

    Raises:
        ValueError: There is no such request.

    >>> from hypothesis import find
    >>> find(requests_matching(Route("a", path="/cart/{id}", methods="PUT", to="x")), lambda request: True)
    Request.from_parts('PUT', '/cart/a')
    """
    return _members(route, wanted=True)


def requests_not_matching(route: Route) -> st.SearchStrategy[Request]:
    """Draw a request that a route does not take: mostly one that only one of its criteria refuses.

    Args:
        route: The route.

    Returns:
        The strategy.

    Raises:
        ValueError: There is no such request.

    >>> from hypothesis import find
    >>> route = Route("a", path="/cart", methods="PUT", to="x")
    >>> route.match.accepts(find(requests_not_matching(route), lambda request: True))
    False
    """
    return _members(route, wanted=False)


def _members(route: Route, *, wanted: bool) -> st.SearchStrategy[Request]:
    boxes = (accepted_region if wanted else refused_region)(route.match)
    if boxes is not None and not boxes:
        message = f"there is no request that {route.name!r} {'takes' if wanted else 'does not take'}"
        raise ValueError(message)
    targets = targets_of([route])

    def draw(rng: Random) -> Request:
        found = None if boxes is None else draw_member(rng, route.match, boxes, wanted=wanted)
        if found is not None:
            return found
        # its criteria are too many, or nobody can tell what they accept
        aimed = (aimed_request(rng, targets) for _ in range(_TRIES))
        found = next((request for request in aimed if route.match.accepts(request) == wanted), None)
        return reject() if found is None else found

    return _drawn(draw)


def requests_for(value: Mesh | RouteTable | Route | Sequence[Route]) -> st.SearchStrategy[Request]:
    """Draw a request aimed at routes: one that matches, or misses in one or two parts by a hair.

    Args:
        value: A mesh, a table, a route or several.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> route = Route("a", path="/cart/{id}", methods="PUT", to="x")
    >>> find(requests_for([route]), route.match.accepts).method
    'PUT'
    """
    targets = targets_of([value] if isinstance(value, Route) else value)
    return _drawn(lambda rng: aimed_request(rng, targets))
