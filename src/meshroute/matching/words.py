"""Criteria and places in words, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshroute.model.chance import RandomFraction
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
    ServerNameChooses,
    TextContains,
    TextExact,
    TextPrefix,
    TextRegex,
    TextSuffix,
    TextTest,
    TransportProtocol,
)
from meshroute.model.hops import Hop
from meshroute.model.route import Route

_VERBS: Final[dict[type[object], str]] = {
    ClientNamespace: "client's namespace is",
    HostExact: "host is",
    HostPrefix: "host starts with",
    HostSuffix: "host ends with",
    PathExact: "path is",
    PathPrefix: "path starts with the segments",
    PathRegex: "path matches the regex",
    PathStringPrefix: "path starts with",
    PathTemplate: "path fits the template",
    Port: "port is",
    ServerName: "server name is",
    Scheme: "scheme is",
    TextContains: "contains",
    TextExact: "is",
    TextPrefix: "starts with",
    TextRegex: "matches the regex",
    TextSuffix: "ends with",
}
"""What comes before the value of a criterion or test that has just one."""


def route_in_words(route: Route) -> str:
    """Say which requests a route takes.

    Args:
        route: The route.

    Returns:
        One line.

    >>> from meshroute.model.route import Route
    >>> route_in_words(Route("cart", path_prefix="/cart", methods="GET", to="cart-v1"))
    "path starts with the segments '/cart' and method is GET"
    """
    return " and ".join(in_words(criterion) for criterion in route.match.criteria) or "it takes every request"


def changes_in_words(hop: Hop) -> str:
    """Say what the chosen route of a table changes in the request.

    Args:
        hop: The table.

    Returns:
        What becomes what; empty where nothing changes.

    >>> from meshroute.model.actions import Forward
    >>> from meshroute.model.request import Request
    >>> from meshroute.model.hops import Place
    >>> from meshroute.model.rewrites import PathReplace
    >>> route = Route("a", action=Forward((), rewrites=(PathReplace("/b"),)))
    >>> changes_in_words(Hop(Place("routes", None, route), Request("GET", "/a")))
    "path '/a' to '/b'"
    """
    before, after = hop.request, hop.onward
    if after is None:
        return ""
    parts = (("host", before.authority, after.authority), ("path", before.target, after.target))
    return ", ".join(f"{name} {_or_none(old)} to {_or_none(new)}" for name, old, new in parts if old != new)


def _or_none(value: str | None) -> str:
    return "(none)" if value is None else repr(value)


def in_words(criterion: Criterion) -> str:
    """Say what a criterion wants.

    Args:
        criterion: The criterion; one of another kind is shown as code.

    Returns:
        A few words.

    >>> in_words(HeaderMatch("X-Canary", TextPrefix("v"), invert=True))
    "header 'x-canary' not (starts with 'v')"
    """
    match criterion:
        case Method(names=names):
            return f"method is {_or(names)}"
        case TransportProtocol(names=names):
            return f"protocol is {_or(names)}"
        case GrpcRequest():
            return "it is gRPC"
        case HeaderMatch(name=name, test=Present(), invert=invert):
            return f"header {name!r} is {'missing' if invert else 'present'}"
        case HeaderMatch(name=name, test=test, invert=True):
            return f"header {name!r} not ({_test_in_words(test)})"
        case HeaderMatch(name=name, test=test) | QueryMatch(name=name, test=test):
            what = "header" if isinstance(criterion, HeaderMatch) else "query parameter"
            return f"{what} {name!r} {_test_in_words(test)}"
        case Not(criterion=inner):
            return f"not ({_in_words_once(inner)})"
        case AnyOf(criteria=()):
            return "no request will do"
        case AnyOf(criteria=criteria):
            return f"({' or '.join(_in_words_once(inner) for inner in criteria)})"
        case _:
            return _rarely_in_words(criterion)


def _rarely_in_words(criterion: Criterion) -> str:
    match criterion:
        case PathWithoutParameters(criterion=inner):
            return f"without its parameters the {in_words(inner)}"
        case RandomFraction(numerator=numerator, denominator=denominator):
            return f"the random value is among the first {numerator} of {denominator}"
        case HostAny():
            return "host is any"
        case ServerNameChooses(name=None):
            return "server name is for none of the listeners"
        case ServerNameChooses(name=(name,)):
            return f"server name is for {'any host' if name is None else repr(name)}"
        case _:
            return _with_value(criterion)


def _in_words_once(criterion: Criterion) -> str:
    """Say what a criterion inside another wants; what is nested deeper is shown as code, whatever its depth."""
    return repr(criterion) if isinstance(criterion, Not | AnyOf) else in_words(criterion)


def _test_in_words(test: TextTest) -> str:
    if isinstance(test, IntRange):
        return f"is a number from {test.start} to {test.end - 1}"
    return "is present" if isinstance(test, Present) else _with_value(test)


def _with_value(what: object) -> str:
    verb = _VERBS.get(type(what))
    if verb is None:
        return repr(what)
    value: object = what.pattern.source if isinstance(what, PathRegex | TextRegex) else getattr(what, "value", None)
    return f"{verb} {value!r}{' in any case' if getattr(what, 'ignore_case', False) else ''}"


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)
