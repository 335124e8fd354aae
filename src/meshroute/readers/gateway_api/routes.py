"""Routes of every kind, with the defaults of the API server and its validation (gateway-api.md §2.1, §2.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meshroute.errors import RouteError
from meshroute.patterns import compile_pattern, pattern_bytes
from meshroute.readers._document import Scalar
from meshroute.readers.gateway_api.durations import PATTERN, milliseconds
from meshroute.readers.gateway_api.filters import modifiers_of, read_backends, read_filters
from meshroute.readers.gateway_api.objects import (
    BackendRef,
    Filter,
    GRPCMatch,
    HTTPMatch,
    Meta,
    PathMatch,
    Redirect,
    Retry,
    Route,
    Rule,
    SessionPersistence,
    Timeouts,
    ValueMatch,
)
from meshroute.readers.gateway_api.parts import (
    METHODS,
    NAME,
    check_unique,
    read_hostnames,
    read_name,
    read_parents,
    source_of,
)
from meshroute.readers.gateway_api.paths import grpc_pattern, path_faults

if TYPE_CHECKING:
    from meshroute.readers._document import Fields

ROUTE_KINDS: Final = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")

_SERVICE: Final = r"(?i:\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*)"
_METHOD: Final = r"[A-Za-z_][A-Za-z_0-9]*"
_MAX_MATCHES: Final = 128


def read_route(root: Fields, meta: Meta) -> Route:
    """Read a route.

    Args:
        root: The object.
        meta: Its identity.

    Returns:
        The route; faults went to the problems.
    """
    kind = meta.kind
    spec = root.mapping("spec", required=kind not in {"HTTPRoute", "GRPCRoute"})
    if spec is None:
        default = (Rule(meta.source, matches=(HTTPMatch(meta.source),)),) if kind == "HTTPRoute" else ()
        return Route(meta, (), (), default)
    parents = read_parents(spec, meta)
    spec.ignore("useDefaultGateways")
    hostnames = read_hostnames(spec) if kind in {"HTTPRoute", "GRPCRoute", "TLSRoute"} else ()
    rules = tuple([_read_rule(one, meta) for one in spec.children("rules", max_items=16)])
    check_unique(spec, "rules", [rule.name for rule in rules if rule.name is not None])
    if sum(len(rule.matches) for rule in rules) > _MAX_MATCHES:
        spec.error("rules", "While 16 rules and 64 matches per rule are allowed, the total number must be at most 128")
    if kind == "HTTPRoute" and not spec.has("rules"):
        rules = (Rule(meta.source, matches=(HTTPMatch(meta.source),)),)
    spec.finish()
    return Route(meta, parents, hostnames, rules)


def _read_rule(one: Fields, meta: Meta) -> Rule:
    kind = meta.kind
    source = source_of(one.node, meta)
    name = one.string("name", min_length=1, max_length=253, pattern=NAME)
    backends = read_backends(one, meta)
    if kind not in {"HTTPRoute", "GRPCRoute"}:
        one.finish()
        return Rule(source, name, backends=backends)
    filters = read_filters(one, meta)
    matches = one.children("matches", max_items=64)
    session = _read_session(one)
    if kind == "GRPCRoute":
        found = tuple([_read_grpc_match(match, meta) for match in matches]) or (GRPCMatch(source),)
        one.finish()
        return Rule(source, name, found, filters, backends, session=session)
    http = tuple([_read_http_match(match, meta) for match in matches]) or (HTTPMatch(source),)
    timeouts, retry = _read_timeouts(one), _read_retry(one)
    one.finish()
    _check_filters(one, http, filters, backends)
    return Rule(source, name, http, filters, backends, timeouts, retry, session)


def _check_filters(
    rule: Fields, matches: tuple[HTTPMatch, ...], filters: tuple[Filter, ...], backends: tuple[BackendRef, ...]
) -> None:
    """Check what filters, matches and backends may not be together."""
    if backends and any(isinstance(one, Redirect) for one in filters):
        rule.error("backendRefs", "RequestRedirect filter must not be used together with backendRefs")
    is_one_prefix = len(matches) == 1 and matches[0].path.kind == "PathPrefix"
    inner = [modifier for backend in backends for modifier in modifiers_of(backend.filters)]
    for field, modifiers in (("filters", modifiers_of(filters)), ("backendRefs", inner)):
        if not is_one_prefix and any(one.kind == "ReplacePrefixMatch" for one in modifiers):
            message = "When using a filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified"
            rule.error(field, message)


def _read_http_match(one: Fields, meta: Meta) -> HTTPMatch:
    path = one.mapping("path")
    match = HTTPMatch(
        source_of(one.node, meta),
        PathMatch() if path is None else _read_path(path),
        _read_values(one, "headers"),
        _read_values(one, "queryParams"),
        one.string("method", choices=METHODS),
    )
    one.finish()
    return match


def _read_path(path: Fields) -> PathMatch:
    kind = path.string("type", choices=("Exact", "PathPrefix", "RegularExpression")) or "PathPrefix"
    value = path.string("value", max_length=1024)
    path.finish()
    value = "/" if value is None else value
    if kind == "RegularExpression":
        _check_pattern(path, "value", value)
    else:
        for fault in path_faults(kind, value):
            path.error("value", fault)
    return PathMatch(kind, value)  # type: ignore[arg-type]  # one of the choices


def _read_values(one: Fields, name: str) -> tuple[ValueMatch, ...]:
    """Read what headers or query parameters must be; of one name only one may be asked for."""
    found: list[ValueMatch] = []
    for value in one.children(name, max_items=16):
        kind = value.string("type", choices=("Exact", "RegularExpression")) or "Exact"
        key = read_name(value)
        longest = 4096 if name == "headers" else 1024
        text = value.string("value", required=True, min_length=1, max_length=longest)
        value.finish()
        if kind == "RegularExpression" and text is not None:
            _check_pattern(value, "value", text)
        if key is not None and text is not None:
            found.append(ValueMatch(kind, key, text))  # type: ignore[arg-type]  # one of the choices
    check_unique(one, name, [value.name for value in found])
    return tuple(found)


def _check_pattern(fields: Fields, name: str, pattern: str) -> bool:
    """Check a regular expression: what dialect it is in is left open; here it is RE2, which most gateways have."""
    try:
        compile_pattern(pattern_bytes(pattern))
    except RouteError as error:
        fields.error(name, f"`{name}` is no regular expression: {error}")
        return False
    return True


def _read_grpc_match(one: Fields, meta: Meta) -> GRPCMatch:
    headers = _read_values(one, "headers")
    method = one.mapping("method")
    one.finish()
    source = source_of(one.node, meta)
    if method is None:
        return GRPCMatch(source, headers=headers)
    kind = method.string("type", choices=("Exact", "RegularExpression")) or "Exact"
    parts: dict[str, str | None] = {}
    for name, pattern in (("service", _SERVICE), ("method", _METHOD)):
        text = method.string(name, max_length=1024, pattern=rf"|{pattern}" if kind == "Exact" else None)
        if kind != "Exact" and text and not _check_pattern(method, name, text):
            text = None
        parts[name] = text or None  # left empty, it fits any
    if kind != "Exact":
        _check_pattern(method, "method", grpc_pattern(parts["service"], parts["method"]))  # both may be too large
    method.finish()
    if not any(map(method.has, parts)):
        method.problems.error(method.node, "One or both of 'service' or 'method' must be specified")
    return GRPCMatch(source, kind, parts["service"], parts["method"], headers)  # type: ignore[arg-type]  # one of the choices


def _read_duration(fields: Fields, name: str) -> int | None:
    text = fields.string(name, pattern=PATTERN)
    return None if text is None else milliseconds(text)


def _read_timeouts(one: Fields) -> Timeouts:
    fields = one.mapping("timeouts")
    if fields is None:
        return Timeouts()
    timeouts = Timeouts(_read_duration(fields, "request"), _read_duration(fields, "backendRequest"))
    fields.finish()
    if timeouts.request and timeouts.backend_request is not None and timeouts.backend_request > timeouts.request:
        fields.error("backendRequest", "backendRequest timeout cannot be longer than request timeout")
    return timeouts


def _read_retry(one: Fields) -> Retry | None:
    fields = one.mapping("retry")
    if fields is None:
        return None
    codes: list[int] = []
    for node in fields.sequence("codes"):
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value <= 599:
            codes.append(value)
        else:
            fields.problems.error(node, "an item of `codes` must be a status from 400 to 599")
    check_unique(fields, "codes", map(str, codes))
    retry = Retry(tuple(codes), fields.integer("attempts", minimum=1), _read_duration(fields, "backoff"))
    fields.finish()
    return retry


def _read_session(one: Fields) -> SessionPersistence | None:
    fields = one.mapping("sessionPersistence")
    if fields is None:
        return None
    kind = fields.string("type", choices=("Cookie", "Header")) or "Cookie"
    name = fields.string("sessionName", min_length=1, max_length=128)
    timeout = _read_duration(fields, "absoluteTimeout")
    fields.ignore("idleTimeout")
    lifetime, path = "Session", "/"
    for field in ("cookie", "cookieConfig"):  # its name until v1.6, and after
        cookie = fields.mapping(field)
        if cookie is not None:
            lifetime = cookie.string("lifetimeType", choices=("Session", "Permanent")) or lifetime
            path, name = cookie.string("path") or path, cookie.string("name") or name
            cookie.finish()
            if kind == "Header":
                fields.error(field, f"`{field}` is for persistence by a cookie, not by a header")
    header = fields.mapping("header")
    if header is not None:
        name = read_name(header) or name
        header.finish()
        if kind == "Cookie":
            fields.error("header", "`header` is for persistence by a header, not by a cookie")
    if lifetime == "Permanent" and timeout is None:
        fields.error("absoluteTimeout", "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")
    fields.finish()
    return SessionPersistence(kind, name, timeout, lifetime, path)  # type: ignore[arg-type]  # one of the choices
