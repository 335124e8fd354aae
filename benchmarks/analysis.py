"""How long `lint` and `diff` take, and how that grows with the number of routes."""

from __future__ import annotations

import random
import time
from typing import Any, Final

from meshroute import Backend, Forward, Mesh, Normalization, Route, RouteMatch, RouteTable, VirtualHost, diff, lint
from meshroute.criteria import HeaderMatch, Method, PathExact, PathPrefix, PathStringPrefix, TextExact
from meshroute.model.python import single_table_mesh

KINDS: Final = ("paths", "headers")
SIZES: Final = (100, 1_000, 3_000, 10_000)
CHANGED: Final = 10


def _route(kind: str, number: int) -> Route:
    name = f"r{number}"
    action = Forward((Backend(f"b{number}"),))
    if kind == "headers":
        criteria = (PathStringPrefix("/"), HeaderMatch("x-tenant", TextExact(f"t{number}")))
        return Route(name, match=RouteMatch(criteria), action=action)
    path = f"/svc{number % 50}/v{number % 7}/res{number}"
    kept = PathExact(path) if number % 3 == 0 else PathPrefix(path)
    methods = (Method("GET"),) if number % 4 == 0 else ()
    return Route(name, match=RouteMatch((kept, *methods)), action=action)


def table(kind: str, count: int, changed: frozenset[int] = frozenset()) -> Mesh:
    """Make a table of one virtual host: routes by path, or by a header, and a catch-all behind them.

    Args:
        kind: ``paths`` or ``headers``.
        count: How many routes.
        changed: The routes that go to another backend.

    Returns:
        The table, as a mesh.
    """
    routes = [_route(kind, number) for number in range(count)]
    for number in changed:
        routes[number] = routes[number].replace(action=Forward((Backend(f"new{number}"),)))
    routes.append(Route("all", match=RouteMatch((PathStringPrefix("/"),)), action=Forward((Backend("web"),))))
    normal = Normalization(path=True, slashes=True, strict=True)
    host = VirtualHost("shop", tuple(routes))
    return single_table_mesh(RouteTable("shop", (host,), host_selection="best_only", normalization=normal))


def measure_analysis(most: int = SIZES[-1]) -> list[dict[str, Any]]:
    """Measure both on tables of growing size.

    Args:
        most: The largest number of routes.

    Returns:
        A row for each kind and size, in seconds.
    """
    rng = random.Random(1)  # noqa: S311 - repeatable, not secret
    rows: list[dict[str, Any]] = []
    for kind in KINDS:
        for count in SIZES:
            if count > most:
                continue
            old = table(kind, count)
            new = table(kind, count, frozenset(rng.sample(range(count), CHANGED)))
            started = time.perf_counter()
            findings = lint(old)
            linted = time.perf_counter()
            found = diff(old, new)
            ended = time.perf_counter()
            rows.append(
                {
                    "kind": kind,
                    "routes": count,
                    "lint": linted - started,
                    "findings": len(findings),
                    "diff": ended - linted,
                    "differences": len(found.differences),
                }
            )
    return rows
