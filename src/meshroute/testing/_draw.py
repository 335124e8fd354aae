"""Criteria, routes, tables and meshes drawn at random.

All functions take the source of chance as a `random.Random`: Hypothesis can pass one that it controls and shrinks, and
a long run can pass a seeded one, which is much faster.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from meshroute.model.actions import Action, Backend, Delegate, DirectResponse, Forward, Misdirected, NoRoute, Redirect
from meshroute.model.criteria import (
    AnyOf,
    ClientNamespace,
    Criterion,
    GrpcRequest,
    HeaderMatch,
    HostAny,
    HostExact,
    HostPrefix,
    HostSuffix,
    Method,
    Not,
    PathCriterion,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
    Port,
    QueryMatch,
    RouteMatch,
    Scheme,
    ServerName,
    ServerNameChooses,
    ServerNames,
    TextExact,
    TransportProtocol,
)
from meshroute.model.hosts import HostCriterion
from meshroute.model.mesh import Entry, Listener, Mesh
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice
from meshroute.model.precedence import Precedence
from meshroute.model.python import python_table
from meshroute.model.rewrites import HostRewrite, PathReplace, PrefixReplace, Rewrite
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualHost
from meshroute.testing import _texts as texts

_TEMPLATE_SEGMENTS: Final = ("a", "b", "v1", "", "{%}", "{%}", "v{%}", "{%}.json", "a{%}b", "{%=*}")
_MANY_DOMAINS: Final = 64
_NORMALIZATIONS: Final = (
    Normalization(),
    Normalization(path=True),
    Normalization(slashes=True),
    Normalization(strict=True),
    Normalization(path=True, slashes=True, strict=True),
)


def draw_template(rng: Random) -> str:
    """Draw a path template."""
    pieces = [rng.choice(_TEMPLATE_SEGMENTS).replace("%", f"p{place}") for place in range(rng.randrange(1, 4))]
    if texts.chance(rng, 4):
        pieces.append("{rest=**}")
    return "/" + "/".join(pieces)


def draw_path_criterion(rng: Random) -> PathCriterion:
    """Draw a criterion on the path."""
    ignore_case = texts.chance(rng, 5)
    match rng.randrange(6):
        case 0:
            found = PathPrefix(texts.draw_path(rng), ignore_case=ignore_case)
            return PathWithoutParameters(found, per_segment=texts.chance(rng, 2)) if texts.chance(rng, 6) else found
        case 1:
            return PathStringPrefix(texts.draw_path(rng), ignore_case=ignore_case)
        case 2:
            return PathRegex(rng.choice(texts.PATH_PATTERNS))
        case 3 | 4:
            return PathTemplate(draw_template(rng))
        case _:
            return PathExact(texts.draw_path(rng), ignore_case=ignore_case)


def draw_domain(rng: Random) -> HostCriterion:
    """Draw a criterion on the host."""
    ignore_port = not texts.chance(rng, 4)
    match rng.randrange(4):
        case 0:
            return HostSuffix(rng.choice(texts.DOMAINS), ignore_port=ignore_port, proper=not texts.chance(rng, 3))
        case 1:
            return HostPrefix(rng.choice(texts.DOMAINS), ignore_port=ignore_port)
        case _:
            return HostExact(rng.choice(texts.HOSTS), ignore_port=ignore_port)


def _draw_methods(rng: Random) -> Method:
    return Method(tuple(rng.choice(texts.METHODS) for _ in range(rng.randrange(1, 4))))


def _draw_header(rng: Random) -> HeaderMatch:
    return HeaderMatch(
        rng.choice(texts.NAMES),
        texts.draw_test(rng),
        invert=texts.chance(rng, 5),
        joined=texts.chance(rng, 3),
        missing_as_empty=texts.chance(rng, 6),
    )


def _draw_query(rng: Random) -> QueryMatch:
    return QueryMatch(rng.choice(texts.QUERY_NAMES), texts.draw_test(rng))


def _draw_choice_of_name(rng: Random) -> ServerNameChooses:
    names: tuple[str | None, ...] = ("a.example", "*.example", "*.a.example", None)
    among = ServerNames(rng.sample(names, rng.randrange(1, 4)))
    name = rng.choice((None, *((one,) for one in among.names)))
    return ServerNameChooses(name, among, or_host=texts.chance(rng, 2))


_SIMPLE: Final[tuple[Callable[[Random], Criterion], ...]] = (
    _draw_methods,
    _draw_methods,
    _draw_header,
    _draw_header,
    _draw_header,
    _draw_query,
    draw_domain,
    draw_path_criterion,
    lambda rng: Port(rng.choice(texts.PORTS)),
    lambda rng: Scheme(rng.choice(texts.SCHEMES)),
    lambda rng: TransportProtocol(rng.choice(texts.PROTOCOLS)),
    lambda _: GrpcRequest(),
    lambda _: HostAny(),
    lambda rng: ServerName(rng.choice(("a.example", "*.example"))),
    lambda rng: ClientNamespace(rng.choice(("a", "b"))),
    _draw_choice_of_name,
)


def draw_criterion(rng: Random) -> Criterion:
    """Draw any criterion, alternatives of one kind and nested ones among them."""
    make = rng.choice(_SIMPLE)
    match rng.randrange(10):
        case 0:
            return Not(make(rng))
        case 1:
            return AnyOf(tuple(make(rng) for _ in range(rng.randrange(4))))
        case 2:
            other = rng.choice(_SIMPLE)
            return AnyOf((make(rng), Not(AnyOf((other(rng), make(rng))))))
        case _:
            return make(rng)


def draw_rewrites(rng: Random) -> tuple[Rewrite, ...]:
    """Draw rewrites."""
    match rng.randrange(6):
        case 0:
            return (HostRewrite(rng.choice(texts.HOSTS)),)
        case 1:
            return (PathReplace(texts.draw_path(rng)),)
        case 2:
            return (PrefixReplace(texts.draw_path(rng)), HostRewrite(rng.choice(texts.HOSTS)))
        case _:
            return ()


def draw_action(rng: Random, name: str) -> Action:
    """Draw an action that ends the way of a request."""
    match rng.randrange(8):  # what is drawn most comes first: what fails is shrunk to it
        case 7:
            return Redirect(
                path=rng.choice((None, "/x")), host=rng.choice((None, "b")), scheme=rng.choice((None, "https"))
            )
        case 6:
            return DirectResponse(rng.choice((200, 404, 503)), rng.choice((None, "x")))
        case 5:
            return NoRoute("", rng.choice((404, 403))) if rng.randrange(2) else Misdirected()
        case _:
            backends = tuple(
                Backend(f"{name}-{place}", weight=rng.choice((1, 5, 0)), valid=not texts.chance(rng, 6))
                for place in range(rng.randrange(1, 4))
            )
            return Forward(backends, draw_rewrites(rng))


def draw_route(rng: Random, name: str, path: PathCriterion | None = None) -> Route:
    """Draw a route.

    Args:
        rng: Where chance comes from.
        name: The route's name.
        path: A criterion on the path that it should have; otherwise it has its own or none.

    Returns:
        The route.
    """
    if path is None and not texts.chance(rng, 6):
        path = draw_path_criterion(rng)
    criteria = tuple(draw_criterion(rng) for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))))
    if path is not None:
        criteria = (path, *criteria) if texts.chance(rng, 2) else (*criteria, path)
    return Route(
        name,
        match=RouteMatch(criteria),
        action=draw_action(rng, name),
        priority=rng.choice((None, None, None, 0, 1, 1000, -1)),
        notices=(Notice("noted", f"route {name}"),) if texts.chance(rng, 10) else (),
    )


def _same_path(rng: Random, count: int) -> list[Route]:
    """Draw routes that share a path and differ in exact values, which are indexed from nine on."""
    path = draw_path_criterion(rng)
    routes: list[Route] = []
    for place in range(count + 6):
        value = TextExact(f"{rng.randrange(6)}")
        choices: tuple[Criterion, ...] = (
            HeaderMatch("x", value, joined=texts.chance(rng, 6)),
            QueryMatch("x", value),
            _draw_methods(rng),
            AnyOf((HeaderMatch("x", value), HeaderMatch("x", TextExact(rng.choice(texts.VALUES))))),
            Port(rng.choice(texts.PORTS)),
            draw_domain(rng),
        )
        usual = choices[rng.randrange(2) if texts.chance(rng, 2) else 0]
        criteria = (path, usual, rng.choice(choices)) if texts.chance(rng, 3) else (path, rng.choice((usual, *choices)))
        routes.append(Route(f"s{place}", match=RouteMatch(criteria), action=draw_action(rng, f"s{place}")))
    return routes


def _chain(rng: Random, count: int) -> list[Route]:
    """Draw routes whose paths are prefixes of each other."""
    text, routes = "", list[Route]()
    for place in range(count + 2):
        text += rng.choice(("/a", "/a", "/", "a", "/b"))
        kind = rng.choice((PathPrefix, PathStringPrefix, PathStringPrefix, PathExact))
        routes.append(draw_route(rng, f"c{place}", kind(text if text.startswith("/") else f"/{text}")))
    rng.shuffle(routes)
    return routes


def _any(rng: Random, count: int) -> list[Route]:
    return [draw_route(rng, f"r{place}") for place in range(count)]


def draw_routes(rng: Random, most: int = 10) -> list[Route]:
    """Draw routes with different names: of all kinds, on one path, or in a chain of prefixes.

    Args:
        rng: Where chance comes from.
        most: How many, about.

    Returns:
        The routes.
    """
    count = rng.randrange(most + 1)
    return rng.choice((_any, _any, _same_path, _chain))(rng, count)


def _placed(rng: Random, routes: list[Route], prefix: str) -> tuple[Route, ...]:
    """Give routes ids of their own, and to some a precedence that a format would leave open."""
    open_order = texts.chance(rng, 3)
    found: list[Route] = []
    for place, route in enumerate(routes):
        first, second = (place // 2, place), (place // 2, rng.randrange(3))
        parts = (("number", str(place // 2)), ("line", str(place)))
        precedence = Precedence(parts, (first, second)) if open_order else None
        identity = f"{prefix}/{0 if texts.chance(rng, 20) else place}"
        found.append(route.replace(id=identity, precedence=precedence))
    return tuple(found)


def draw_table(rng: Random, name: str = "table", most: int = 10) -> RouteTable:
    """Draw a table: written in Python, or with virtual hosts as documents have it.

    Args:
        rng: Where chance comes from.
        name: The id of a table with virtual hosts.
        most: How many routes a virtual host has at most, about.

    Returns:
        The table.
    """
    if texts.chance(rng, 3):
        return python_table(draw_routes(rng, most), method_not_allowed=not texts.chance(rng, 3))
    hosts: list[VirtualHost] = []
    for place in range(rng.choice((0, 1, 1, 2, 3, 4))):
        domains = tuple(draw_domain(rng) for _ in range(rng.choice((0, 1, 1, 2, 3))))
        if texts.chance(rng, 12):
            domains += tuple(HostExact(f"h{number}.example") for number in range(_MANY_DOMAINS))
        routes = _placed(rng, draw_routes(rng, most), f"{name}/{place}")
        hosts.append(VirtualHost(rng.choice((None, f"h{place}")), routes, domains))
    return RouteTable(
        name,
        tuple(hosts),
        host_selection="best_only" if texts.chance(rng, 2) else "ordered",
        normalization=rng.choice(_NORMALIZATIONS) if texts.chance(rng, 3) else None,
        slash_required=texts.chance(rng, 4),
        method_not_allowed=texts.chance(rng, 3),
        service=rng.choice((None, "service")),
        notices=(Notice("noted", f"table {name}"),) if texts.chance(rng, 5) else (),
    )


def draw_mesh(rng: Random, most: int = 6) -> Mesh:
    """Draw a mesh: tables that lead on to each other, in loops too, behind entries with several listeners.

    Args:
        rng: Where chance comes from.
        most: How many routes a virtual host has at most, about.

    Returns:
        The mesh.
    """
    names = [f"t{place}" for place in range(rng.randrange(1, 4))]
    tables = tuple(_leading_on(rng, draw_table(rng, name, most), name, names) for name in names)
    entries = tuple(
        Entry(
            "gateway",
            f"g{place}",
            tuple(Listener(rng.choice(names), port=rng.choice((None, *texts.PORTS))) for _ in range(rng.randrange(3))),
        )
        for place in range(rng.choice((1, 1, 1, 2)))
    )
    return Mesh(entries, tables)


def _leading_on(rng: Random, table: RouteTable, name: str, names: list[str]) -> RouteTable:
    """Exchange the actions of some routes for delegates to tables of the mesh, or to one that is not there."""
    hosts: list[VirtualHost] = []
    for host in table.virtual_hosts:
        routes: list[Route] = []
        for route in host.routes:
            action = route.action
            if texts.chance(rng, 3):
                to = rng.choice((*names, *names, *names, "missing"))
                action = Delegate(to, draw_rewrites(rng), rng.choice((None, *texts.PORTS)))
            routes.append(route.replace(action=action))
        hosts.append(VirtualHost(host.name, tuple(routes), host.domains))
    return RouteTable(
        name,
        tuple(hosts),
        host_selection=table.host_selection,
        normalization=table.normalization,
        slash_required=table.slash_required,
        method_not_allowed=table.method_not_allowed,
        service=table.service,
        notices=table.notices,
    )
