"""Requests that take a route: made of its criteria, and shown only where the router says that they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from meshroute.matching.router import Router
from meshroute.model.actions import Forward
from meshroute.model.choosing import ChoiceByHeader
from meshroute.model.context import (
    NO_CONTEXT,
    ClientCertificate,
    FilterStateMatch,
    MetadataMatch,
    MetadataTest,
    RequestContext,
    ValueAmong,
    ValueAny,
    ValueIs,
    ValueNumber,
    ValueText,
)
from meshroute.model.cookies import CookieMatch
from meshroute.model.criteria import (
    AnyOf,
    Criterion,
    GrpcRequest,
    HeaderMatch,
    HostExact,
    HostPrefix,
    HostSuffix,
    IntRange,
    Method,
    Not,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
    Port,
    Present,
    QueryMatch,
    Scheme,
    ServerName,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
    TransportProtocol,
)
from meshroute.model.mesh import Mesh
from meshroute.model.request import Request
from meshroute.model.route import Route
from meshroute.model.table import VirtualHost
from meshroute.patterns import shortest_match
from meshroute.text import unwire

Plain: TypeAlias = "bool | float | str | dict[str, Plain] | list[Plain] | None"

_NO_HTTP: Final = frozenset({"tcp", "tls", "udp"})
MAX_BACKEND_TRIES: Final = 64
"""How many random values are tried to reach one backend."""


def suggested(mesh: Mesh, route: Route, backend: str | None = None) -> Request | None:
    """Find a request that takes a route, and perhaps goes to one of its backends.

    Args:
        mesh: The mesh.
        route: The route.
        backend: The backend's name; None for any.

    Returns:
        A request that the router sends there, or None where none was found.
    """
    router = Router(mesh)
    for entry, host in _places(mesh, route):
        for request in _requests(route, host):
            aimed = request.replace(entry=entry)
            for one in _to_backend(aimed, route, backend):
                answer = router.resolve(one)
                taken = any(hop.route is not None and hop.route.id == route.id for hop in answer.hops)
                chosen = answer.chosen
                if taken and (backend is None or (chosen is not None and chosen.name == backend)):
                    return one
    return None


def _places(mesh: Mesh, route: Route) -> Iterator[tuple[str, VirtualHost]]:
    """Find the entries whose listeners lead to the table of a route, and its virtual host."""
    for table in mesh.tables:
        for host in table.virtual_hosts:
            if any(one is route or one.id == route.id for one in host.routes):
                for entry in mesh.entries:
                    if any(listener.table == table.id for listener in entry.listeners):
                        yield entry.id, host


def _requests(route: Route, host: VirtualHost) -> Iterator[Request]:
    """Make requests of the criteria of a route: as they ask for, and with little changes that dodge other routes."""
    parts = _Parts()
    for domain in host.domains[:1]:
        parts.take(domain)
    for criterion in route.match.criteria:
        parts.take(criterion)
    for scheme in dict.fromkeys((parts.scheme, "https")):  # a virtual host may send what came without TLS away
        parts.scheme = scheme
        for tail in ("", "x", "/x", "/", "z9"):
            request = parts.request(tail)
            if request is not None:
                yield request


def _to_backend(request: Request, route: Route, backend: str | None) -> Iterator[Request]:
    """Vary what decides among backends."""
    action = route.action
    if backend is None or not isinstance(action, Forward):
        yield request.replace(random_value=0)
        return
    at, total = 0, sum(one.weight for one in action.backends)
    for one in action.backends:
        if one.name == backend and one.weight:
            if isinstance(action.choice, ChoiceByHeader):
                yield request.replace(headers=[*request.headers, (action.choice.name, str(at))], random_value=0)
            for turn in range(MAX_BACKEND_TRIES):  # a fraction may ask for another share of the same value
                yield request.replace(random_value=at + turn * total)
        at += one.weight


class _Parts:
    """The parts of a request that criteria ask for."""

    def __init__(self) -> None:
        self.method, self.scheme, self.host = "GET", "http", "example.com"
        self.path, self.grows = "/", True
        self.port: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.query: list[tuple[str, str]] = []
        self.cookies: list[tuple[str, str]] = []
        self.sni: str | None = None
        self.protocol = "http"
        self.presented = self.validated = False
        self.metadata: dict[str, Plain] = {}
        self.filter_state: dict[str, str] = {}

    def request(self, tail: str) -> Request | None:
        """Put the parts together; with a tail only where the path may go on."""
        if tail and not self.grows:
            return None
        query = "&".join(f"{name}={value}" for name, value in self.query)
        headers = [*self.headers]
        if self.cookies:
            headers.append(("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies)))
        http = self.protocol not in _NO_HTTP
        target = self.path + tail + (f"?{query}" if query else "")
        return Request.from_parts(
            self.method if http else "",
            target if http else "",
            scheme=self.scheme,
            authority=self.host,
            port=self.port,
            headers=headers,
            sni=self.sni,
            protocol=self.protocol,
            context=self._context(),
        )

    def _context(self) -> RequestContext | None:
        context = RequestContext(self.presented, self.validated, self.metadata, self.filter_state)
        return None if context == NO_CONTEXT else context

    def take(self, criterion: Criterion) -> None:
        """Take what one criterion asks for."""
        match criterion:
            case Method(names=names):
                self.method = names[0]
            case HostExact(value=value):
                self.host = value
            case HostSuffix(value=value):
                self.host = f"w{value}"
            case HostPrefix(value=value):
                self.host = f"{value}w"
            case GrpcRequest():
                self.headers.append(("content-type", "application/grpc"))
            case AnyOf(criteria=criteria) if criteria:
                self.take(criteria[0])
            case Not(criterion=Not(criterion=inner)):
                self.take(inner)
            case _:
                self._take_connection(criterion)

    def _take_connection(self, criterion: Criterion) -> None:
        match criterion:
            case Scheme(value=value):
                self.scheme = value
            case Port(value=port):
                self.port = port
            case ServerName(value=value):
                self.sni = value.replace("*", "w", 1)
            case TransportProtocol(names=names):
                self.protocol = names[0]
            case ClientCertificate(presented=presented, validated=validated):
                self.presented, self.validated = bool(presented), bool(validated)
            case _:
                self._take_value(criterion)

    def _take_value(self, criterion: Criterion) -> None:
        match criterion:
            case HeaderMatch(name=name, test=Present(), invert=False):
                self._header(name, "x")
            case HeaderMatch(name=name, test=test, invert=invert):
                self._header(name, _other(test) if invert else _text(test))
            case QueryMatch(name=name, test=test):
                self.query.append((name, _text(test) or ""))
            case CookieMatch(name=name, test=test, invert=False):
                self.cookies.append((name, _text(test) or ""))
            case FilterStateMatch(key=key, test=test):
                self.filter_state[unwire(key)] = unwire(_text(test) or "")
            case MetadataMatch(namespace=namespace, path=path, test=test, invert=False):
                self._metadata((namespace, *path), _value(test))
            case _:
                self._take_path(criterion)

    def _metadata(self, path: Sequence[str], value: Plain) -> None:
        """Put a value where a matcher looks for it."""
        inner = self.metadata
        for key in path[:-1]:
            found = inner.setdefault(unwire(key), {})
            if not isinstance(found, dict):
                return  # another matcher asks for a value that has no keys
            inner = found
        inner[unwire(path[-1])] = value

    def _header(self, name: str, value: str | None) -> None:
        if value is None:
            return
        if name == ":method":
            self.method = value
        elif name in {":authority", "host"}:
            self.host = value
        elif name == ":path":
            self.path, self.grows = value, False
        elif not name.startswith(":"):
            self.headers.append((name, value))

    def _take_path(self, criterion: Criterion) -> None:
        match criterion:
            case PathWithoutParameters(criterion=inner):
                self._take_path(inner)
            case PathExact(value=value):
                self.path, self.grows = value, False
            case PathPrefix(value=value) | PathStringPrefix(value=value):
                self.path = value or "/"
            case PathRegex(pattern=pattern):
                self.path, self.grows = shortest_match(pattern) or self.path, False
            case PathTemplate(segments=segments):
                pieces = [f"{one.before}{'x' if one.name else ''}{one.after}" for one in segments]
                self.path, self.grows = "".join(f"/{piece}" for piece in pieces), False
            case _:
                pass


def _text(test: TextTest) -> str | None:
    """Return a text that passes a test, if one can be told."""
    match test:
        case TextExact(value=value) | TextPrefix(value=value) | TextSuffix(value=value) | TextContains(value=value):
            return value
        case TextRegex(pattern=pattern):
            return shortest_match(pattern)
        case IntRange(start=start):
            return str(start)
        case _:
            return "x"


def _value(test: MetadataTest) -> Plain:
    """Return a value that passes a test of metadata."""
    match test:
        case ValueIs(value=value):
            return value
        case ValueText(test=text):
            return unwire(_text(text) or "")
        case ValueNumber(start=start):
            return start
        case ValueAmong(test=inner):
            return [_value(inner)]
        case ValueAny(tests=tests) if tests:
            return _value(tests[0])
        case _:
            return "x"


def _other(test: TextTest) -> str | None:
    """Return a text that fails a test; a header without a line would fail it inverted, too."""
    return next((text for text in ("x", "other", "1", "") if not test.accepts(text)), None)
