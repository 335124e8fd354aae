"""Small tables over a small alphabet, for which all requests can be looked at: the judge of lint and diff."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random

from meshroute import Backend, Forward, Mesh, NoRoute, Request, Route, RouteMatch, RouteTable, VirtualHost
from meshroute.criteria import (
    AnyOf,
    Criterion,
    HeaderMatch,
    HostExact,
    HostSuffix,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    Present,
    QueryMatch,
    TextExact,
    TextPrefix,
    TextRegex,
)
from meshroute.matching.scan import scan_table
from meshroute.model.hosts import HostCriterion
from meshroute.model.python import single_table_mesh

_PATHS = ("/", "/a", "/b", "/a/", "/a/a", "/a/b", "/ab", "/aa", "/a/b/", "/b/a", "/abb", "/a/bb", "/x")
_HOSTS = (None, "a", "b", "x.a", "y.a")
_METHODS = ("GET", "PUT")
_HEADERS = ((), ("1",), ("2",), ("12",), ("3",), ("1", "2"), ("3", "1"))
_QUERIES = ("", "?q=1", "?q=2", "?q=2&q=1")


@cache
def universe() -> tuple[Request, ...]:
    """Return all requests of the small alphabet."""
    return tuple(
        Request.from_parts(method, path + query, authority=host, headers=[("x", line) for line in lines])
        for path, host, method, lines, query in product(_PATHS, _HOSTS, _METHODS, _HEADERS, _QUERIES)
    )


def _path(rng: Random) -> Criterion:
    value = rng.choice(("/", "/a", "/b", "/a/b", "/ab"))
    return rng.choice(
        (
            PathExact(value),
            PathPrefix(value),
            PathPrefix(value),
            PathStringPrefix(value),
            PathRegex(rng.choice(("/a.*", "/(a|b)", "/[ab]+", "/a(/.*)?", ".*b", "/.*"))),
            PathTemplate(rng.choice(("/{x}", "/a/{x}", "/{x}/b", "/a/{r=**}"))),
        )
    )


def _test(rng: Random) -> Present | TextExact | TextPrefix | TextRegex:
    return rng.choice((Present(), TextExact("1"), TextExact("2"), TextPrefix("1"), TextRegex("[12]"), TextRegex("1|2")))


def _criterion(rng: Random) -> Criterion:
    made: tuple[Criterion, ...] = (
        Method(rng.choice(("GET", "PUT", ("GET", "PUT")))),
        HeaderMatch("x", _test(rng), invert=rng.randrange(4) == 0, joined=rng.randrange(4) == 0),
        QueryMatch("q", _test(rng)),
    )
    found = rng.choice(made)
    if rng.randrange(8) == 0:
        return Not(found)
    return AnyOf((found, rng.choice(made))) if rng.randrange(8) == 0 else found


def _route(rng: Random, name: str) -> Route:
    criteria = [_criterion(rng) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
    if rng.randrange(6):
        criteria.insert(0, _path(rng))
    action = NoRoute() if rng.randrange(8) == 0 else Forward((Backend(rng.choice("pqr")),))
    return Route(name, match=RouteMatch(tuple(criteria)), action=action)


def _domains(rng: Random) -> tuple[HostCriterion, ...]:
    made: tuple[HostCriterion, ...] = (HostExact("a"), HostExact("b"), HostExact("x.a"), HostSuffix(".a"))
    return tuple(rng.choice(made) for _ in range(rng.choice((0, 1, 1, 2))))


def draw_small(rng: Random) -> RouteTable:
    """Draw a small table."""
    count = rng.choice((1, 1, 2, 3))
    hosts = tuple(
        VirtualHost(
            f"v{place}",
            tuple(_route(rng, f"{place}-{number}") for number in range(rng.randrange(1, 6))),
            _domains(rng) if count > 1 else (),
        )
        for place in range(count)
    )
    return RouteTable("t", hosts, host_selection=rng.choice(("best_only", "ordered")))


def edited(rng: Random, table: RouteTable) -> RouteTable:
    """Change a table a little: leave a route out, put one in, exchange two, or write one in another way."""
    hosts: list[VirtualHost] = []
    for host in table.virtual_hosts:
        routes = list(host.routes)
        match rng.randrange(5):
            case 0:
                del routes[rng.randrange(len(routes))]
            case 1:
                routes.insert(rng.randrange(len(routes) + 1), _route(rng, "new"))
            case 2:
                place = rng.randrange(len(routes))
                routes = [*routes[place:], *routes[:place]]
            case 3:
                place = rng.randrange(len(routes))
                again = tuple(
                    Not(Not(one)) for one in routes[place].match.criteria if one is not routes[place].match.path
                )
                path = routes[place].match.path
                kept = again if path is None else (path, *again)
                routes[place] = routes[place].replace(match=RouteMatch(kept))
            case _:
                pass
        hosts.append(VirtualHost(host.name, tuple(routes), host.domains))
    return RouteTable("t", tuple(hosts), host_selection=table.host_selection)


def winners(table: RouteTable) -> Iterator[tuple[Request, Route | None]]:
    """Say which route each request of the small alphabet takes, by the definition."""
    hosts = _HOSTS if any(host.domains for host in table.virtual_hosts) else (None,)
    for request in universe():
        if request.authority in hosts:
            yield request, scan_table(table, request)[0].route


def mesh_of(table: RouteTable) -> Mesh:
    """Wrap a table in a mesh."""
    return single_table_mesh(table)
