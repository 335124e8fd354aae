"""Criteria: one test each on one dimension of a request.

Every criterion has ``accepts(request)`` and ``seen(request)``, which says in words what it looked at. They are plain
definitions: no indexes, no caches. Public as ``meshroute.criteria``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from attrs import field, frozen

from meshroute.errors import RouteError
from meshroute.model.hosts import HostAny, HostExact, HostPrefix, HostSuffix
from meshroute.model.paths import (
    PathCriterion,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    PathTemplate,
    PathWithoutParameters,
)
from meshroute.model.request import Request, listener_port
from meshroute.model.server_names import ServerNameChooses, ServerNames
from meshroute.model.showing import short_repr
from meshroute.model.values import (
    IntRange,
    Present,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
)
from meshroute.text import ascii_lower

__all__ = [
    "AnyOf",
    "ClientNamespace",
    "Criterion",
    "GrpcRequest",
    "HeaderMatch",
    "HostAny",
    "HostExact",
    "HostPrefix",
    "HostSuffix",
    "IntRange",
    "Method",
    "Not",
    "PathCriterion",
    "PathExact",
    "PathPrefix",
    "PathRegex",
    "PathStringPrefix",
    "PathTemplate",
    "PathWithoutParameters",
    "Port",
    "Present",
    "QueryMatch",
    "RouteMatch",
    "Scheme",
    "ServerName",
    "ServerNameChooses",
    "ServerNames",
    "TextContains",
    "TextExact",
    "TextPrefix",
    "TextRegex",
    "TextSuffix",
    "TextTest",
    "TransportProtocol",
]


class Criterion(Protocol):
    """One test on one dimension of a request."""

    def accepts(self, request: Request, /) -> bool:
        """Tell whether the request passes."""
        ...

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at."""
        ...


def _methods(names: str | Iterable[str]) -> tuple[str, ...]:
    found = (names,) if isinstance(names, str) else tuple(sorted(set(names)))
    if not found:
        message = "a Method criterion needs at least one method"
        raise RouteError(message)
    return found


@frozen
class Method:
    """The method is one of these; case matters (RFC 9110 §9.1).

    Args:
        names: One method, or several.

    Raises:
        RouteError: There is none.

    >>> Method("GET").accepts(Request("GET", "/")), Method(("GET", "POST")).accepts(Request("get", "/"))
    (True, False)
    """

    names: tuple[str, ...] = field(converter=_methods)

    def accepts(self, request: Request, /) -> bool:
        """Pass if its method is among them."""
        return request.method in self.names

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the method."""
        return f"the method is {request.method!r}"


@frozen
class Scheme:
    """The scheme equals a value.

    Args:
        value: The scheme, in lower case.

    >>> Scheme("https").accepts(Request("GET", "https://a/"))
    True
    """

    value: str

    def accepts(self, request: Request, /) -> bool:
        """Pass if its scheme equals the value."""
        return request.scheme == self.value

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the scheme."""
        return f"the scheme is {request.scheme!r}"


@frozen
class Port:
    """The request arrived at this port of the listener (see `meshroute.model.request.listener_port`).

    Args:
        value: The port.

    >>> Port(8080).accepts(Request("GET", "/", port=8080))
    True
    """

    value: int

    def accepts(self, request: Request, /) -> bool:
        """Pass if its port equals the value."""
        return listener_port(request) == self.value

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the port."""
        return f"the port is {listener_port(request)}"


@frozen
class TransportProtocol:
    """The request's protocol is one of these, such as ``tcp``.

    Args:
        names: One protocol, or several.

    >>> TransportProtocol("tcp").accepts(Request("", "", protocol="tcp"))
    True
    """

    names: tuple[str, ...] = field(converter=_methods)

    def accepts(self, request: Request, /) -> bool:
        """Pass if its protocol is among them."""
        return request.protocol in self.names

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the protocol."""
        return f"the protocol is {request.protocol!r}"


@frozen
class ServerName:
    """The server name of the TLS handshake is one (RFC 6066 §3).

    Args:
        value: The name, in any case, or ``*.example.com`` for everything below one.

    >>> ServerName("*.example").accepts(Request("GET", "https://a/", sni="a.example"))
    True
    """

    value: str = field(converter=ascii_lower)

    def accepts(self, request: Request, /) -> bool:
        """Pass if its server name is the value, or below it."""
        name = ascii_lower(request.sni or "")
        return name.endswith(self.value[1:]) if self.value.startswith("*") else name == self.value

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the server name."""
        return f"the server name is {request.sni!r}"


@frozen
class ClientNamespace:
    """The client runs in this namespace (for meshes).

    Args:
        value: The namespace.

    >>> ClientNamespace("shop").accepts(Request("GET", "/", client_namespace="shop"))
    True
    """

    value: str

    def accepts(self, request: Request, /) -> bool:
        """Pass if its client's namespace equals the value."""
        return request.client_namespace == self.value

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the client's namespace."""
        return f"the client's namespace is {request.client_namespace!r}"


_GRPC: Final = "application/grpc"


@frozen
class GrpcRequest:
    """The content type is ``application/grpc`` or starts with ``application/grpc+`` (envoy.md §2.6).

    >>> GrpcRequest().accepts(Request("POST", "/s/m", headers={"content-type": "application/grpc+proto"}))
    True
    """

    def accepts(self, request: Request, /) -> bool:
        """Pass if its content type says gRPC; what has no path, as a request to open a tunnel, is none."""
        if not request.target:
            return False
        kind = ",".join(request.headers.lines("content-type"))
        return kind == _GRPC or kind.startswith(f"{_GRPC}+")

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the content type."""
        return _seen_lines("header 'content-type'", request.headers.lines("content-type"))


@frozen
class HeaderMatch:
    """A header passes a test.

    A missing header passes no test, inverted or not, with one exception: ``Present()`` inverted is "absent".

    Args:
        name: The header's name, in any case; ``:method``, ``:path``, ``:scheme``, ``:authority`` and ``host`` count.
        test: What a value must be.
        invert: Take the requests that the test refuses.
        joined: Put the lines of a repeated header to the test as one text, joined with a comma, instead of each alone.
        missing_as_empty: Take a missing header for one with an empty line (envoy.md §2.3,
            ``treat_missing_header_as_empty``).

    >>> canary = HeaderMatch("X-Canary", TextExact("1"))
    >>> canary.accepts(Request("GET", "/", headers={"x-canary": ["0", "1"]}))
    True
    """

    name: str = field(converter=ascii_lower)
    test: TextTest = field(factory=Present)
    invert: bool = field(default=False, kw_only=True)
    joined: bool = field(default=False, kw_only=True)
    missing_as_empty: bool = field(default=False, kw_only=True)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if the header passes."""
        lines = request.header_lines(self.name)
        if self.missing_as_empty:
            lines = lines or ("",)
        if isinstance(self.test, Present):
            return bool(lines) != self.invert
        if not lines:
            return False
        if self.joined:
            return self.test.accepts(",".join(lines)) != self.invert
        return any(self.test.accepts(line) for line in lines) != self.invert

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the header's lines."""
        return _seen_lines(f"header {self.name!r}", request.header_lines(self.name))


@frozen
class QueryMatch:
    """The first query parameter of a name passes a test; nothing is decoded.

    Args:
        name: The parameter's name; case matters.
        test: What the value must be.

    >>> QueryMatch("x", TextExact("1")).accepts(Request("GET", "/?x=1&x=2"))
    True
    """

    name: str
    test: TextTest = field(factory=Present)

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if the parameter is there and passes."""
        value = request.query_value(self.name)
        return value is not None and self.test.accepts(value)

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: the parameter's first value."""
        value = request.query_value(self.name)
        return _seen_lines(f"query parameter {self.name!r}", () if value is None else (value,))


@frozen
class Not:
    """What another criterion refuses.

    Args:
        criterion: The other criterion.

    >>> Not(Method("GET")).accepts(Request("POST", "/"))
    True
    """

    criterion: Criterion

    def accepts(self, request: Request, /) -> bool:
        """Pass if the other criterion refuses it."""
        return not self.criterion.accepts(request)

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: what the other criterion looked at."""
        return self.criterion.seen(request)


@frozen
class AnyOf:
    """What at least one of several criteria accepts.

    Args:
        criteria: The others.

    >>> AnyOf((Method("GET"), Method("PUT"))).accepts(Request("PUT", "/"))
    True
    """

    criteria: tuple[Criterion, ...]

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if one of them accepts it."""
        return any(criterion.accepts(request) for criterion in self.criteria)

    def seen(self, request: Request, /) -> str:
        """Say what the criterion looked at: what each looked at."""
        return "; ".join(dict.fromkeys(criterion.seen(request) for criterion in self.criteria))


def _seen_lines(what: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return f"{what} is missing"
    return f"{what} is {', '.join(repr(line) for line in lines)}"


@frozen
class RouteMatch:
    """A conjunction of criteria; without any it takes every request.

    Args:
        criteria: The criteria.

    >>> RouteMatch((PathExact("/a"), Method("GET"))).accepts(Request("GET", "/a"))
    True
    """

    criteria: tuple[Criterion, ...] = ()

    __repr__ = short_repr

    def accepts(self, request: Request, /) -> bool:
        """Pass if all accept it."""
        return all(criterion.accepts(request) for criterion in self.criteria)

    @property
    def path(self) -> PathCriterion | None:
        """The first criterion on the path, which rewrites and parameters refer to."""
        return next((criterion for criterion in self.criteria if isinstance(criterion, PathCriterion)), None)
