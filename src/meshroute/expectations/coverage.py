"""Coverage: which routes and backends the passing cases took, and requests that would take the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from attrs import frozen

from meshroute.expectations.cases import Result
from meshroute.expectations.suggest import suggested
from meshroute.model.actions import Forward
from meshroute.model.mesh import Mesh
from meshroute.model.notices import Source
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route

Key: TypeAlias = "tuple[Source | str, str | None]"
"""A route as it is written, and a backend's name or None."""


@frozen
class Unit:
    """What can be covered: a route as it is written, or one backend of a route that has several.

    Args:
        routes: What the route became: a reader may make several of one, and a table may stand behind several listeners.
        backend: The backend's name, or None for the route.
    """

    routes: tuple[Route, ...]
    backend: str | None = None

    @property
    def route(self) -> Route:
        """The first of the routes."""
        return self.routes[0]

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return _written(self.route), self.backend


@frozen
class Coverage:
    """How much is covered.

    Args:
        units: All there is.
        covered: What the passing cases took.
        suggestions: For what is not covered a request that takes it, where one was found; by place in `uncovered`.
    """

    units: tuple[Unit, ...]
    covered: frozenset[Key]
    suggestions: tuple[Request | None, ...] = ()

    @property
    def uncovered(self) -> tuple[Unit, ...]:
        """What is not covered."""
        return tuple(unit for unit in self.units if unit.key not in self.covered)

    @property
    def percent(self) -> float:
        """How much is covered, in percent; nothing to cover is all of it."""
        return 100.0 if not self.units else 100.0 * (len(self.units) - len(self.uncovered)) / len(self.units)


def units_of(mesh: Mesh) -> tuple[Unit, ...]:
    """List what can be covered: the routes that somebody wrote, and the backends of those with several.

    Args:
        mesh: The mesh.

    Returns:
        The units.
    """
    found: dict[Key, list[Route]] = {}
    for table in mesh.tables:
        for route in table.routes():
            if route.name is None:
                continue
            for backend in _backends(route):
                found.setdefault((_written(route), backend), []).append(route)
    return tuple(Unit(tuple(routes), backend) for (_, backend), routes in found.items())


def _written(route: Route) -> Source | str:
    """Return what tells a route apart from others that somebody wrote: where it stands."""
    return route.source or route.id


def _backends(route: Route) -> tuple[str | None, ...]:
    action = route.action
    if not isinstance(action, Forward) or len(action.backends) < 2:
        return (None,)
    return tuple(dict.fromkeys(backend.name for backend in action.backends))


def keys_of(answer: Resolution) -> set[Key]:
    """Say what an answer covers: the routes on the way, and the backend, if it is certain.

    Args:
        answer: The answer.

    Returns:
        The keys.
    """
    covered: set[Key] = {(_written(hop.route), None) for hop in answer.hops if hop.route is not None}
    route, chosen = answer.route, answer.chosen
    if route is not None and chosen is not None:
        covered.add((_written(route), chosen.name))
    return covered


def coverage_of(mesh: Mesh, results: Iterable[Result], *, suggest: bool = False) -> Coverage:
    """Work out what passing cases cover.

    Args:
        mesh: The mesh.
        results: What came of the cases.
        suggest: Look for requests that would cover the rest.

    Returns:
        The coverage.
    """
    covered: set[Key] = set()
    for result in results:
        if len(result.failed) < len(result.case.checks):  # some check of it passed
            covered |= keys_of(result.answer)
    return coverage_by(mesh, covered, suggest=suggest)


def coverage_by(mesh: Mesh, covered: Iterable[Key], *, suggest: bool = False) -> Coverage:
    """Work out what some keys cover.

    Args:
        mesh: The mesh.
        covered: The keys.
        suggest: Look for requests that would cover the rest.

    Returns:
        The coverage.
    """
    coverage = Coverage(units_of(mesh), frozenset(covered))
    if not suggest:
        return coverage
    requests = tuple(_suggestion(mesh, unit) for unit in coverage.uncovered)
    return Coverage(coverage.units, coverage.covered, requests)


def _suggestion(mesh: Mesh, unit: Unit) -> Request | None:
    found = (suggested(mesh, route, unit.backend) for route in unit.routes)
    return next((request for request in found if request is not None), None)
