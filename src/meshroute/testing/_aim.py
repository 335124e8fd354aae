"""Requests aimed at routes: that match one of them, miss it by a hair, or have nothing to do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

from attrs import Factory, define

from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    GrpcRequest,
    HeaderMatch,
    HostPrefix,
    HostSuffix,
    Method,
    Not,
    PathCriterion,
    PathExact,
    PathPrefix,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
    Port,
    QueryMatch,
    Scheme,
    TransportProtocol,
)
from meshroute.model.headers import Headers
from meshroute.model.hosts import HostCriterion
from meshroute.model.mesh import Mesh
from meshroute.model.request import PROTOCOLS as KNOWN_PROTOCOLS
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import RouteTable
from meshroute.testing import _texts as texts

Target = tuple[Criterion, ...]
"""The criteria that a request should meet together."""

_NO_TARGETS: Final[tuple[Target, ...]] = ((),)


@define
class Draft:
    """The parts of a request while they are drawn."""

    method: str = "GET"
    path: str = "/"
    query: list[tuple[str, str]] = Factory(list[tuple[str, str]])
    headers: list[tuple[str, str]] = Factory(list[tuple[str, str]])
    scheme: str = "http"
    host: str | None = None
    port: int | None = None
    protocol: str = "http"

    def request(self) -> Request:
        """Build the request."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        target = f"{self.path}?{query}" if self.query else self.path
        lines = tuple((texts.wire_only(name), texts.wire_only(value)) for name, value in self.headers)
        return Request.from_parts(
            texts.wire_only(self.method),
            texts.wire_only(target),
            scheme=texts.wire_only(self.scheme),
            authority=None if self.host is None else texts.wire_only(self.host),
            headers=Headers(lines),
            port=None if self.port is None else self.port & 0xFFFF,
            protocol=self.protocol if self.protocol in KNOWN_PROTOCOLS else "http",
        )


def targets_of(value: Mesh | RouteTable | Sequence[Route]) -> tuple[Target, ...]:
    """List what requests may be aimed at.

    Args:
        value: A mesh, a table or routes.

    Returns:
        The criteria of each route, with the domains of its virtual host.
    """
    return tuple(_targets(value)) or _NO_TARGETS


def _targets(value: Mesh | RouteTable | Sequence[Route]) -> Iterator[Target]:
    if isinstance(value, Mesh):
        for table in value.tables:
            yield from _targets(table)
    elif isinstance(value, RouteTable):
        for host in value.virtual_hosts:
            domains = (AnyOf(host.domains),) if host.domains else ()
            yield from ((*domains, *route.match.criteria) for route in host.routes)
    else:
        yield from (route.match.criteria for route in value)


def aimed_request(rng: Random, targets: Sequence[Target]) -> Request:
    """Draw a request for some targets.

    Args:
        rng: Where chance comes from.
        targets: The targets.

    Returns:
        A request that one of them takes, or that misses it in one or two parts.
    """
    if texts.chance(rng, 30):
        return odd_request(rng)
    draft = random_draft(rng) if texts.chance(rng, 4) else Draft(host=rng.choice((None, "a.example")))
    for criterion in rng.choice(targets):
        satisfy(rng, draft, criterion)
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        rng.choice(DISTURBANCES)(rng, draft)
    return draft.request()


def random_draft(rng: Random) -> Draft:
    """Draw a request that is aimed at nothing."""
    return Draft(
        method=rng.choice(texts.METHODS),
        path=texts.draw_path(rng),
        query=[(rng.choice(texts.QUERY_NAMES), rng.choice(texts.VALUES)) for _ in range(rng.randrange(3))],
        headers=[(rng.choice(texts.NAMES), rng.choice(texts.VALUES)) for _ in range(rng.randrange(4))],
        scheme=rng.choice(texts.SCHEMES),
        host=rng.choice((None, *texts.HOSTS)),
        port=rng.choice((None, *texts.PORTS)),
        protocol=rng.choice(texts.PROTOCOLS),
    )


def odd_request(rng: Random) -> Request:
    """Draw a request whose target is of a form that is seldom seen: absolute, without path, huge."""
    huge = rng.choice(("/a", "/", "a", "/É", "%")) * rng.choice((300, 3000))
    target = rng.choice((*texts.ODD_TARGETS, huge))
    return Request.from_parts(rng.choice(texts.METHODS), target, authority=rng.choice((None, *texts.HOSTS)))


def satisfy(rng: Random, draft: Draft, criterion: Criterion) -> None:
    """Change a draft so that a criterion accepts it, where that is easy.

    Args:
        rng: Where chance comes from.
        draft: The draft.
        criterion: The criterion.
    """
    while isinstance(criterion, AnyOf) and criterion.criteria:
        criterion = rng.choice(criterion.criteria)
    if isinstance(criterion, Not) and texts.chance(rng, 4):
        criterion = criterion.criterion
    if isinstance(criterion, PathCriterion):
        draft.path = _path_for(rng, criterion)
    elif isinstance(criterion, HostCriterion):
        draft.host = _host_for(rng, criterion)
    elif isinstance(criterion, HeaderMatch):
        if not criterion.invert:
            _satisfy_header(rng, draft, criterion, criterion.name)
        elif texts.chance(rng, 2):
            draft.headers.append((criterion.name, rng.choice(texts.VALUES)))
    else:
        _satisfy_other(rng, draft, criterion)


def _satisfy_other(rng: Random, draft: Draft, criterion: Criterion) -> None:
    match criterion:
        case Method(names=names):
            draft.method = rng.choice(names)
        case Scheme(value=value):
            draft.scheme = value
        case Port(value=port):
            draft.port = port
        case TransportProtocol(names=names):
            draft.protocol = rng.choice(names)
        case GrpcRequest():
            draft.headers.append(("content-type", "application/grpc"))
        case QueryMatch(name=name, test=test):
            draft.query.insert(0, (name, texts.sample_of_test(rng, test)))
        case _:
            pass


def _host_for(rng: Random, criterion: HostCriterion) -> str:
    if isinstance(criterion, HostSuffix):
        return rng.choice(("w", "w.", "")) + criterion.value
    if isinstance(criterion, HostPrefix):
        return criterion.value + rng.choice(("w", ".w", ""))
    return criterion.value


def _path_for(rng: Random, criterion: PathCriterion) -> str:
    match criterion:
        case PathExact(value=value):
            return value
        case PathPrefix(value=value) | PathStringPrefix(value=value):
            return value + rng.choice(("", "/", "/a", "a", "/a/b"))
        case PathTemplate(segments=segments):
            pieces = [
                segment.before + (rng.choice(("x", "a", "b/c", "")) if segment.name else "") + segment.after
                for segment in segments
            ]
            return "/" + "/".join(pieces)
        case PathWithoutParameters(criterion=inner):
            return _path_for(rng, inner) + rng.choice(("", ";v=1"))
        case _:
            return texts.sample_of_pattern(rng, criterion.pattern)


def _satisfy_header(rng: Random, draft: Draft, criterion: HeaderMatch, name: str) -> None:
    value = texts.sample_of_test(rng, criterion.test)
    match name:
        case ":method":
            draft.method = value
        case ":path":
            draft.path = value
        case ":scheme":
            draft.scheme = value
        case ":authority" | "host":
            draft.host = value
        case _ if criterion.joined and "," in value:
            draft.headers.extend((name, piece) for piece in value.split(","))
        case _:
            draft.headers.append((texts.other_case(name) if name.isascii() else name, value))


def _other_path(rng: Random, draft: Draft) -> None:
    draft.path = texts.vary(rng, draft.path)


def _other_method(rng: Random, draft: Draft) -> None:
    draft.method = rng.choice((texts.vary(rng, draft.method), *texts.METHODS))


def _other_host(rng: Random, draft: Draft) -> None:
    host = draft.host or "a.example"
    draft.host = rng.choice((None, f"{host}:8080", f"{host}:", f"w.{host}", texts.vary(rng, host)))


def _other_lines(rng: Random, lines: list[tuple[str, str]]) -> None:
    """Drop, repeat, vary or rename one line, or put one before the others."""
    at = rng.randrange(len(lines)) if lines else 0
    name, value = lines[at] if lines else ("x", "1")
    match rng.randrange(5):
        case 0:
            del lines[at : at + 1]
        case 1:
            lines.insert(at, (name, value))
        case 2:
            lines.insert(0, (name, rng.choice(texts.VALUES)))
        case 3:
            lines[at : at + 1] = [(texts.other_case(name), value)]
        case _:
            lines[at : at + 1] = [(name, texts.vary(rng, value))]


def _other_headers(rng: Random, draft: Draft) -> None:
    _other_lines(rng, draft.headers)


def _other_query(rng: Random, draft: Draft) -> None:
    _other_lines(rng, draft.query)


def _other_place(rng: Random, draft: Draft) -> None:
    draft.port = rng.choice((None, *texts.PORTS))
    draft.scheme = rng.choice(texts.SCHEMES)
    draft.protocol = rng.choice(texts.PROTOCOLS)


DISTURBANCES: Final[tuple[Callable[[Random, Draft], None], ...]] = (
    _other_path,
    _other_path,
    _other_method,
    _other_host,
    _other_headers,
    _other_headers,
    _other_query,
    _other_place,
)
