"""Matches to criteria, and their place in the order (gateway-api.md §2.6, §2.7, §2.11)."""

from __future__ import annotations

from collections.abc import Iterable

from meshroute.model.criteria import (
    Criterion,
    GrpcRequest,
    HeaderMatch,
    Method,
    PathCriterion,
    PathExact,
    PathPrefix,
    PathRegex,
    PathStringPrefix,
    QueryMatch,
    TextExact,
    TextRegex,
)
from meshroute.model.precedence import Precedence
from meshroute.readers.gateway_api.hostnames import rank
from meshroute.readers.gateway_api.objects import GRPCMatch, HTTPMatch, Meta, PathMatch, ValueMatch
from meshroute.readers.gateway_api.paths import grpc_pattern
from meshroute.readers.gateway_api.profile import GatewayProfile
from meshroute.text import ascii_lower, wire

_EXACT, _PREFIX, _LAST = 0, 2, 4


def conditions_of(match: HTTPMatch | GRPCMatch) -> tuple[Criterion, ...]:
    """Write a match as criteria.

    Args:
        match: The match.

    Returns:
        The criteria; the path comes first.
    """
    headers = [HeaderMatch(one.name, _test(one), joined=True) for one in _first_of_each(match.headers)]
    if isinstance(match, GRPCMatch):
        path = grpc_path(match)
        return (*(() if path is None else (path,)), GrpcRequest(), *headers)
    method = () if match.method is None else (Method(match.method),)
    query = [QueryMatch(wire(one.name), _test(one)) for one in _first_of_each(match.query, fold=False)]
    return (http_path(match.path), *method, *headers, *query)


def http_path(path: PathMatch) -> PathCriterion:
    """Write the path of an HTTPRoute's match as a criterion.

    Args:
        path: The path.

    Returns:
        The criterion.

    >>> http_path(PathMatch("PathPrefix", "/a/"))
    PathPrefix('/a')
    """
    match path.kind:
        case "Exact":
            return PathExact(wire(path.value))
        case "PathPrefix":
            return PathPrefix(wire(path.value))
        case _:
            return PathRegex(wire(path.value))


def grpc_path(match: GRPCMatch) -> PathCriterion | None:
    """Write service and method of a GRPCRoute's match as a criterion on the path, ``/{service}/{method}`` (§2.11).

    Args:
        match: The match.

    Returns:
        The criterion; None where it takes any.

    >>> from meshroute.model.notices import Source
    >>> grpc_path(GRPCMatch(Source("a", 1), service="pkg.Cart", method="Add"))
    PathExact('/pkg.Cart/Add')
    """
    service, method = wire(match.service or "") or None, wire(match.method or "") or None
    if service is None and method is None:
        return None
    if match.kind == "RegularExpression":
        return PathRegex(grpc_pattern(service, method))
    if method is None:
        return PathStringPrefix(f"/{service}/")
    # A method's name is letters, digits and underscores (R:427), so that none of it means anything in a pattern
    return PathRegex(f"/[^/]+/{method}") if service is None else PathExact(f"/{service}/{method}")


def _test(match: ValueMatch) -> TextExact | TextRegex:
    value = wire(match.value)
    return TextExact(value) if match.kind == "Exact" else TextRegex(value)


def _first_of_each(matches: Iterable[ValueMatch], *, fold: bool = True) -> list[ValueMatch]:
    """Keep the first of those with one name: only that counts (H:617, H:689)."""
    found: dict[str, ValueMatch] = {}
    for one in matches:
        found.setdefault(ascii_lower(one.name) if fold else one.name, one)
    return list(found.values())


def precedence_of(
    hostname: str | None, match: HTTPMatch | GRPCMatch, place: tuple[Meta, int, int], profile: GatewayProfile
) -> Precedence:
    """Say where a match stands among all at a listener: first by hostname, then by §2.7 or §2.11.

    Args:
        hostname: What the hostnames of route and listener have in common.
        match: The match.
        place: Its route, the number of its rule there, and its own number in that.
        profile: The choices that the specification leaves open.

    Returns:
        Its precedence.
    """
    meta, rule, number = place
    parts: list[tuple[str, str, object]] = [
        ("hostname", hostname or "of any kind", tuple([-n for n in rank(hostname)]))
    ]
    if isinstance(match, GRPCMatch):
        for name, text in (("service", match.service), ("method", match.method)):
            parts.append((f"characters of the {name}", str(len(text or "")), -len(text or "")))
    else:
        parts += _http_parts(match, profile)
    headers = len(_first_of_each(match.headers))
    parts.append(("headers", str(headers), -headers))
    if isinstance(match, HTTPMatch):
        query = len(_first_of_each(match.query, fold=False))
        parts.append(("query parameters", str(query), -query))
    parts += [
        ("creation", meta.created or "at no time that is known", meta.created or ""),
        ("name", f"{meta.namespace}/{meta.name}", (meta.namespace, meta.name)),
        ("rule", str(rule), rule),
        ("match", str(number), number),
    ]
    return Precedence(tuple([(name, text) for name, text, _ in parts]), (tuple([key for *_, key in parts]),))


def _http_parts(match: HTTPMatch, profile: GatewayProfile) -> list[tuple[str, str, object]]:
    path = match.path
    length = len(path.value if profile.final_slash_counts else path.value.removesuffix("/"))
    if path.kind == "RegularExpression":
        kind, length = (_PREFIX - 1 if profile.regex_rank == "before-prefix" else _LAST), 0
    else:
        kind = _EXACT if path.kind == "Exact" else _PREFIX
    return [
        ("path", path.kind, kind),
        ("characters of the path", str(length), -length),
        ("method", match.method or "none", match.method is None),
    ]
