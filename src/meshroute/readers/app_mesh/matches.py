"""The ``match`` of gateway routes and routes: path, host, headers, query, method, scheme, port, gRPC (§1.1, §1.2).

The messages are the webhook's (§3.2, §3.3), for every form: the API's own words for the same rules are not published.
What the webhook lets through and the API refuses is refused too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from meshroute.errors import RouteError
from meshroute.model.values import IntRange, TextExact, TextPrefix, TextRegex, TextSuffix
from meshroute.patterns import compile_pattern
from meshroute.readers.app_mesh.objects import HeaderSpec, MatchSpec

if TYPE_CHECKING:
    from meshroute.model.values import TextTest
    from meshroute.readers._document import Fields
    from meshroute.readers.app_mesh.dialect import Holder
    from meshroute.readers.app_mesh.objects import RouteProtocol

At = Literal["gateway", "router"]

METHODS: Final = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
_HTTP: Final = ("prefix", "path", "headers", "method", "queryParameters", "port")
_KNOWN: Final = {
    ("http", "gateway"): (*_HTTP, "hostname"),
    ("http", "router"): (*_HTTP, "scheme"),
    ("grpc", "gateway"): ("serviceName", "hostname", "metadata", "port"),
    ("grpc", "router"): ("serviceName", "methodName", "metadata", "port"),
    ("tcp", "router"): ("port",),
}
_TESTS: Final = ("exact", "prefix", "range", "regex", "suffix")
_INT64: Final = 2**63
_RANGE: Final = "Invalid Match Range specified, end has to be greater than start"
_PREFIX: Final = "Prefix to be matched on must start with '/'"
# App Mesh keeps these for itself (§2.5); the API refuses gateway routes to them (§3.5).
_RESERVED: Final = ("/aws-appmesh", "/aws-app-mesh", "aws.appmesh", "aws.app-mesh")


def read_match(holder: Holder, fields: Fields, protocol: RouteProtocol, at: At) -> MatchSpec:
    """Read a ``match``.

    Args:
        holder: The object it belongs to.
        fields: The ``match``.
        protocol: The protocol of the route.
        at: Whether it is a gateway route or a route of a router.

    Returns:
        The conditions; those that are faulty are left out.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems())
    >>> read_match(holder, holder.fields(parse_yaml("{prefix: /a, method: GET}")[0]), "http", "router").prefix
    '/a'
    """
    family = "http" if protocol == "http2" else protocol
    fields.ignore(*_KNOWN[family, at])
    port = fields.integer("port", minimum=1, maximum=65535)
    if family == "http":
        match = _http(holder, fields, protocol, at, port)
    elif family == "grpc":
        match = _grpc(holder, fields, at, port)
    else:
        match = MatchSpec(port=port)
    holder.finish(fields)
    return match


def _http(holder: Holder, fields: Fields, protocol: RouteProtocol, at: At, port: int | None) -> MatchSpec:
    gateway = at == "gateway"
    _check_http_kinds(holder, fields, gateway=gateway)
    prefix = _prefix(fields)
    exact, regex = _path(holder, fields)
    host_exact, host_suffix = _hostname(holder, fields) if gateway else (None, None)
    if gateway:
        _check_reserved(fields, "prefix", prefix)
        _check_reserved(fields, "path", exact)
    scheme = None if gateway else fields.string("scheme", choices=("http", "https"))
    if scheme and protocol == "http":
        message = "AWS documents `scheme` for http2 routes only; it is applied to this http route all the same"
        holder.notice("undocumented-scheme", message, fields.node_of("scheme") or fields.node)
    return MatchSpec(
        prefix=prefix,
        path_exact=exact,
        path_regex=regex,
        hostname_exact=host_exact,
        hostname_suffix=host_suffix,
        headers=_headers(holder, fields, "headers"),
        query=_query(holder, fields),
        method=fields.string("method", choices=METHODS),
        scheme=scheme,
        port=port,
    )


def _check_reserved(fields: Fields, field: str, value: str | None) -> None:
    if value is not None and value.startswith(_RESERVED):
        fields.error(field, f"App Mesh reserves what starts with {', '.join(_RESERVED)}")


def _check_http_kinds(holder: Holder, fields: Fields, *, gateway: bool) -> None:
    """Which of prefix, path and hostname there are. The API takes a match without any (§3.5), the webhook does not."""
    prefix, path = fields.has("prefix"), fields.has("path")
    if prefix and path:
        message = (
            "Both prefix and path cannot be specified. Only 1 allowed"
            if gateway
            else "Both Prefix and Path cannot be specified, only 1 allowed"
        )
        fields.error("path", message)
    if prefix or path or not holder.dialect.webhook:
        return
    if not gateway:
        fields.error("prefix", "Either Prefix or Path must be specified")
    elif not fields.has("hostname"):
        fields.error("prefix", "Either prefix or path or hostname must be specified")


def _prefix(fields: Fields) -> str | None:
    prefix = fields.string("prefix")
    if prefix is not None and not prefix.startswith("/"):
        fields.error("prefix", _PREFIX, f"write /{prefix}")
    return prefix


def _path(holder: Holder, fields: Fields) -> tuple[str | None, str | None]:
    path = fields.mapping("path", known=("exact", "regex"))
    if path is None:
        return None, None
    if path.has("exact") and path.has("regex"):
        path.error("regex", "Both exact and regex for path are not allowed. Only one must be specified")
    elif not path.has("exact") and not path.has("regex"):
        path.error("exact", "Either exact or regex for path must be specified")
    exact = path.string("exact", min_length=1, max_length=255)
    if exact is not None and not exact.startswith("/"):
        path.error("exact", "Path to be matched on must start with '/'", f"write /{exact}")
    regex = path.string("regex", min_length=1, max_length=255)
    if regex is not None:
        try:
            compile_pattern(regex)
        except RouteError as error:
            path.error("regex", str(error))
    holder.finish(path)
    return exact, regex


def _hostname(holder: Holder, fields: Fields) -> tuple[str | None, str | None]:
    hostname = fields.mapping("hostname", known=("exact", "suffix"))
    if hostname is None:
        return None, None
    if hostname.has("exact") and hostname.has("suffix"):
        message = "Both exact and suffix match for hostname are not allowed. Only one must be specified"
        hostname.error("suffix", message)
    elif not hostname.has("exact") and not hostname.has("suffix"):
        hostname.error("exact", "Either exact or suffix match for hostname must be specified")
    exact = hostname.string("exact", min_length=1, max_length=253)
    suffix = hostname.string("suffix", min_length=1, max_length=253)
    holder.finish(hostname)
    return exact, suffix


def _headers(holder: Holder, fields: Fields, field: Literal["headers", "metadata"]) -> tuple[HeaderSpec, ...]:
    what = "header" if field == "headers" else "metadata"
    specs: list[HeaderSpec] = []
    for item in fields.children(field, known=("name", "match", "invert"), min_items=1, max_items=10):
        # The API's pattern leaves `:` out: there is no matching on :authority (§1.1).
        name = item.string("name", required=True, min_length=1, max_length=50, pattern="[!-9;-~]+")
        invert = item.boolean("invert") or False
        test = _test(holder, item, what)
        holder.finish(item)
        if name is not None:
            specs.append(HeaderSpec(name, test, invert, holder.source(item.node)))
    return tuple(specs)


def _test(holder: Holder, item: Fields, what: str) -> TextTest | None:
    block = item.mapping("match", known=_TESTS)
    if block is None:
        return None
    kinds = [kind for kind in _TESTS if block.has(kind)]
    if len(kinds) > 1:
        block.error(kinds[1], f"Too many Match Filters specified, only 1 allowed per {what}")
    elif not kinds:
        message = (
            f"Missing Match criteria for one or more {what} match block, don't specify match block if you dont need it"
        )
        item.error("match", message)
    holder.finish(block)
    return _read_test(holder, block, kinds[0]) if len(kinds) == 1 else None


def _read_test(holder: Holder, block: Fields, kind: str) -> TextTest | None:
    if kind == "range":
        return _range(holder, block)
    value = block.string(kind, min_length=1, max_length=255)
    if value is None:
        return None
    if kind == "exact":
        return TextExact(value)
    if kind == "prefix":
        return TextPrefix(value)
    if kind == "suffix":
        return TextSuffix(value)
    try:
        return TextRegex(value)
    except RouteError as error:
        block.error("regex", str(error))
        return None


def _range(holder: Holder, block: Fields) -> TextTest | None:
    span = block.mapping("range", known=("start", "end"))
    if span is None:
        return None
    start = span.integer("start", required=True, minimum=-_INT64, maximum=_INT64 - 1)
    end = span.integer("end", required=True, minimum=-_INT64, maximum=_INT64 - 1)
    holder.finish(span)
    if start is None or end is None:
        return None
    if start >= end:
        block.error("range", _RANGE)
        return None
    return IntRange(start, end)


def _query(holder: Holder, fields: Fields) -> tuple[tuple[str, str | None], ...]:
    tests: list[tuple[str, str | None]] = []
    for item in fields.children("queryParameters", known=("name", "match"), min_items=1, max_items=10):
        name = item.string("name", required=True, min_length=1)
        block = item.mapping("match", known=("exact",))
        value = None
        if block is not None:
            value = block.string("exact")
            if not block.has("exact"):
                message = (
                    "Missing Match criteria for one or more exact query match block, "
                    "don't specify match block if you dont need it"
                )
                item.error("match", message)
            holder.finish(block)
        holder.finish(item)
        if name is not None:
            tests.append((name, value))
    return tuple(tests)


def _grpc(holder: Holder, fields: Fields, at: At, port: int | None) -> MatchSpec:
    gateway = at == "gateway"
    if gateway and holder.dialect.webhook and not fields.has("serviceName") and not fields.has("hostname"):
        fields.error("serviceName", "Either servicename or hostname must be specified")
    if not gateway and fields.has("methodName") and not fields.has("serviceName"):
        fields.error("methodName", "`methodName` needs `serviceName`")
    host_exact, host_suffix = _hostname(holder, fields) if gateway else (None, None)
    service = fields.string("serviceName", min_length=1)
    if gateway:
        _check_reserved(fields, "serviceName", service)
    return MatchSpec(
        hostname_exact=host_exact,
        hostname_suffix=host_suffix,
        headers=_headers(holder, fields, "metadata"),
        port=port,
        service_name=service,
        method_name=None if gateway else fields.string("methodName", min_length=1, max_length=50),
    )
