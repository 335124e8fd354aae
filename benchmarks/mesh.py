"""Tables of meshes: host, path, method, header and query, beside a linear scan that is written out."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.timing import Case, fresh, measure, say
from meshroute import Request, Route, Router, RouteTable, VirtualHost
from meshroute.criteria import (
    Criterion,
    HeaderMatch,
    HostExact,
    Method,
    PathExact,
    PathRegex,
    PathStringPrefix,
    QueryMatch,
    RouteMatch,
    TextExact,
)

BATCH: Final = 300

Row = tuple[str, str | None, tuple[str, str] | None, tuple[str, str] | None]
"""What a route of a mesh table asks for: a prefix, a method, a header, a query parameter."""


def mesh_rows(count: int) -> list[Row]:
    """Make the routes of one host: each service has a canary by header, one by query, one by method, and the rest."""
    rows: list[Row] = []
    for number in range(-(-count // 4)):
        prefix = f"/service{number}/"
        rows += [
            (prefix, None, ("x-canary", "1"), None),
            (prefix, None, None, ("version", "2")),
            (prefix, "POST", None, None),
            (prefix, None, None, None),
        ]
    return rows[:count]


def mesh_table(hosts: int, count: int) -> RouteTable:
    """Make a table of some hosts with as many routes each."""
    found: list[VirtualHost] = []
    for number in range(hosts):
        routes = [
            Route(f"h{number}r{place}", match=RouteMatch(tuple(_criteria(row))), to="x")
            for place, row in enumerate(mesh_rows(count))
        ]
        found.append(VirtualHost(f"h{number}", tuple(routes), (HostExact(f"h{number}.example"),)))
    return RouteTable("mesh", tuple(found), host_selection="best_only")


def _criteria(row: Row) -> list[Criterion]:
    prefix, method, header, query = row
    criteria: list[Criterion] = [PathStringPrefix(prefix)]
    if method is not None:
        criteria.append(Method(method))
    if header is not None:
        criteria.append(HeaderMatch(header[0], TextExact(header[1])))
    if query is not None:
        criteria.append(QueryMatch(query[0], TextExact(query[1])))
    return criteria


def linear_scan(hosts: int, count: int) -> Callable[[Request], int | None]:
    """Write the scan out as a gateway might: a dictionary of hosts, then each route in order, its tests in place."""
    by_host = {f"h{number}.example": mesh_rows(count) for number in range(hosts)}

    def find(request: Request) -> int | None:
        path, method, query, headers = request.path, request.method, request.query, None
        for place, (prefix, wanted, header, parameter) in enumerate(by_host.get(request.authority or "", ())):
            if not path.startswith(prefix) or (wanted is not None and method != wanted):
                continue
            if header is not None:
                headers = dict(request.headers.items()) if headers is None else headers
                if headers.get(header[0]) != header[1]:
                    continue
            if parameter is not None and (query is None or f"{parameter[0]}={parameter[1]}" not in query.split("&")):
                continue
            return place
        return None

    return find


def mesh_requests(hosts: int, count: int) -> list[Request]:
    """Make requests of every kind for such a table."""
    rng = random.Random(3)  # noqa: S311 - repeatable, not secret
    requests: list[Request] = []
    for _ in range(BATCH):
        method, headers, query = "GET", [("accept", "*/*"), ("user-agent", "x")], ""
        kind = rng.randrange(4)
        if kind == 0:
            headers.append(("x-canary", "1"))
        elif kind == 1:
            query = "?a=1&version=2"
        elif kind == 2:
            method = "POST"
        requests.append(
            Request.from_parts(
                method,
                fresh(f"/service{rng.randrange(-(-count // 4))}/items/{rng.randrange(1000)}{query}"),
                authority=f"h{rng.randrange(hosts)}.example",
                headers=headers,
            )
        )
    return requests


def _case(find: Callable[[Request], object], requests: Callable[[], Sequence[Request]]) -> Case:
    def run(asked: Sequence[Request]) -> None:
        for request in asked:
            find(request)

    return Case(requests, run, BATCH)


def measure_mesh(rounds: int) -> dict[str, Any]:
    """Measure mesh tables of several shapes against the scan."""
    result: dict[str, Any] = {}
    for hosts, count in ((10, 10), (10, 200), (1_000, 20), (10, 1_000), (1, 10_000)):
        say(f"mesh: {hosts} hosts of {count} routes")
        router, find = Router(mesh_table(hosts, count)), linear_scan(hosts, count)

        def requests(hosts: int = hosts, count: int = count) -> list[Request]:
            return mesh_requests(hosts, count)

        times = measure({"meshroute": _case(router.resolve, requests), "scan": _case(find, requests)}, rounds)
        result[f"{hosts} x {count}"] = {name: [found.least, found.median] for name, found in times.items()}
    return result


# One virtual host that grows; the last route matches. A route's criteria and the request for it, by number.
KINDS: Final[dict[str, tuple[Callable[[int], Criterion], Callable[[int], Request]]]] = {
    "prefix": (
        lambda number: PathStringPrefix(f"/service{number:05}/"),
        lambda number: Request.from_parts("GET", fresh(f"/service{number:05}/items"), authority="a.example"),
    ),
    "header": (
        lambda number: HeaderMatch("x-tenant", TextExact(f"tenant{number}")),
        lambda number: Request.from_parts(
            "GET", fresh("/items"), authority="a.example", headers=[("x-tenant", fresh(f"tenant{number}"))]
        ),
    ),
    "regex": (
        lambda number: PathRegex(f"/service{number:05}/[a-z]+/[0-9]+"),
        lambda number: Request.from_parts("GET", fresh(f"/service{number:05}/items/42"), authority="a.example"),
    ),
}


def kind_router(kind: str, count: int) -> Router:
    """Compile a virtual host of routes of one kind."""
    criterion, _ = KINDS[kind]
    shared: tuple[Criterion, ...] = (PathExact("/items"),) if kind == "header" else ()
    routes = tuple(
        Route(f"r{number}", match=RouteMatch((*shared, criterion(number))), to="x") for number in range(count)
    )
    return Router(RouteTable("t", (VirtualHost("v", routes),)))


def measure_kinds(rounds: int) -> dict[str, Any]:
    """Measure growth in one virtual host, for each kind of criterion, where the last route matches."""
    result: dict[str, Any] = {}
    for kind, (_, request) in KINDS.items():
        say(f"growth in one virtual host: {kind}")
        cases: dict[str, Case] = {}
        for count in (1, 10, 100, 1_000, 5_000, 10_000):
            router = kind_router(kind, count)

            def requests(count: int = count, request: Callable[[int], Request] = request) -> list[Request]:
                return [request(count - 1) for _ in range(BATCH)]

            cases[str(count)] = _case(router.resolve, requests)
        times = measure(cases, rounds)
        result[kind] = {count: [found.least, found.median] for count, found in times.items()}
    return result
