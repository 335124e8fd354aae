"""Asking the index and the definition at once."""

from __future__ import annotations

from collections.abc import Iterable

from meshroute.matching.router import Router
from meshroute.matching.scan import scan
from meshroute.model.request import Request
from meshroute.model.resolution import Resolution
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost


def ask(router: Router, request: Request) -> Resolution:
    """Ask a router; the definition must give the same answer."""
    answer = router.resolve(request)
    assert answer == scan(router.mesh, request)
    return answer


def named(router: Router, method: str, url: str, headers: dict[str, str] | None = None) -> str | None:
    """Ask a router for the name of the route that a request takes."""
    answer = ask(router, Request(method, url, headers))
    return None if answer.route is None else answer.route.name


def listed(*routes: Route) -> RouteTable:
    """Make a table whose routes are tried in the order in which they are listed, as documents have it."""
    return RouteTable("t", (VirtualHost(None, routes),))


def names(routes: Iterable[Route]) -> list[str | None]:
    """Return the names of some routes."""
    return [route.name for route in routes]
