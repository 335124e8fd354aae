"""The strategies. Each hands a source of chance that Hypothesis controls to the functions that draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from meshroute.model.criteria import Criterion
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.testing._aim import aimed_request, odd_request, random_draft, targets_of
from meshroute.testing._draw import draw_criterion, draw_mesh, draw_routes, draw_table
from meshroute.testing._texts import chance

T = TypeVar("T")


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


def requests_for(value: Mesh | RouteTable | Sequence[Route]) -> st.SearchStrategy[Request]:
    """Draw a request aimed at routes: one that matches, or misses in one or two parts by a hair.

    Args:
        value: A mesh, a table or routes.

    Returns:
        The strategy.

    >>> from hypothesis import find
    >>> route = Route("a", path="/cart/{id}", methods="PUT", to="x")
    >>> find(requests_for([route]), route.match.accepts).method
    'PUT'
    """
    targets = targets_of(value)
    return _drawn(lambda rng: aimed_request(rng, targets))
