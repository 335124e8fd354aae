"""Filters of rules and of backends, and backends themselves (gateway-api.md §2.8, §2.9, §2.14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from meshroute.readers.gateway_api.objects import (
    BackendRef,
    Cors,
    Extension,
    ExternalAuth,
    Filter,
    HeaderModifier,
    Meta,
    Mirror,
    PathModifier,
    Redirect,
    Rewrite,
)
from meshroute.readers.gateway_api.parts import (
    METHODS,
    TOKEN,
    named_twice,
    read_header_values,
    read_hostname,
    read_ref,
)
from meshroute.text import ascii_lower

if TYPE_CHECKING:
    from meshroute.readers._document import Fields

# The field of each type of filter; ExternalAuth is experimental.
_HTTP: Final = {
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestMirror": "requestMirror",
    "RequestRedirect": "requestRedirect",
    "URLRewrite": "urlRewrite",
    "CORS": "cors",
    "ExternalAuth": "externalAuth",
    "ExtensionRef": "extensionRef",
}
_GRPC: Final = {
    kind: _HTTP[kind] for kind in ("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef")
}
_MANY: Final = frozenset({"RequestMirror", "ExtensionRef"})
_STATUSES: Final = (301, 302, 303, 307, 308)
# gateway-api.md gives no pattern; GEP-1767: a scheme, a host that may have one wildcard, perhaps a port.
_ORIGIN: Final = r"\*|https?://(\*|(\*\.)?[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*)(:[0-9]{1,5})?"


def read_filters(rule: Fields, meta: Meta) -> tuple[Filter, ...]:
    """Read the filters of a rule or of a backend.

    Args:
        rule: The rule or the backend.
        meta: The route.

    Returns:
        The filters, in order.
    """
    kinds = _GRPC if meta.kind == "GRPCRoute" else _HTTP
    found: list[Filter] = []
    counts: Counter[str] = Counter()
    for one in rule.children("filters", max_items=16):
        kind = one.string("type", required=True, choices=tuple(kinds))
        if kind is not None:
            counts[kind] += 1
            read = _read_filter(one, kind, kinds, meta)
            found += [] if read is None else [read]
        one.ignore(*_HTTP.values()).finish()
    for kind, count in counts.items():
        if count > 1 and kind not in _MANY:
            rule.error("filters", f"{kind} filter cannot be repeated")
    if counts["RequestRedirect"] and counts["URLRewrite"]:
        message = "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both"
        rule.error("filters", message)
    return tuple(found)


def _read_filter(one: Fields, kind: str, kinds: dict[str, str], meta: Meta) -> Filter | None:
    """Read one filter; of the fields of all types only its own may be there."""
    for other, name in kinds.items():
        if other != kind and one.has(name):
            one.error(name, f"filter.{name} must be nil if the filter.type is not {other}")
    fields = one.mapping(kinds[kind])
    if fields is None:
        if not one.has(kinds[kind]):
            one.error(kinds[kind], f"filter.{kinds[kind]} must be specified for {kind} filter.type")
        return None
    match kind:
        case "RequestHeaderModifier" | "ResponseHeaderModifier":
            read: Filter | None = _read_modifier(fields, kind)
        case "RequestRedirect":
            read = _read_redirect(fields)
        case "URLRewrite":
            read = Rewrite(read_hostname(fields, "hostname", precise=True), _read_path(fields))
        case "RequestMirror":
            read = _read_mirror(fields, meta)
        case "CORS":
            read = _read_cors(fields)
        case _:
            read = _read_foreign(fields, kind, meta)
    fields.finish()
    return read


def _read_foreign(fields: Fields, kind: str, meta: Meta) -> Filter | None:
    """Read a filter of which the specification leaves what it does to others."""
    if kind == "ExternalAuth":
        backend = _read_backend_in(fields, meta)
        fields.ignore("protocol", "grpc", "http", "forwardBody")
        return None if backend is None else ExternalAuth(backend)
    ref = read_ref(fields, meta, "")
    return None if ref is None else Extension(ref)


def _read_modifier(fields: Fields, kind: str) -> HeaderModifier:
    added, given = read_header_values(fields, "add"), read_header_values(fields, "set")
    removed = tuple(fields.strings("remove", max_items=16))
    names = [*{ascii_lower(name) for name in removed}, *(one.name for one in (*added, *given))]
    if len({*removed}) < len(removed):
        fields.error("remove", "`remove` has a header twice")
    for name in named_twice(names):
        # H:1070-1100: an action for one header may be given once, whatever the case of its name
        fields.problems.error(fields.node, f"the header {name!r} is changed twice: which change counts is not defined")
    return HeaderModifier("request" if kind == "RequestHeaderModifier" else "response", given, added, removed)


def _read_redirect(fields: Fields) -> Redirect:
    status = fields.integer("statusCode")
    if status is not None and status not in _STATUSES:
        fields.error("statusCode", f"`statusCode` must be one of {', '.join(map(str, _STATUSES))}, not {status}")
        status = None
    return Redirect(
        fields.string("scheme", choices=("http", "https")),
        read_hostname(fields, "hostname", precise=True),
        _read_path(fields),
        fields.integer("port", minimum=1, maximum=65535),
        302 if status is None else status,
    )


def _read_path(fields: Fields) -> PathModifier | None:
    path = fields.mapping("path")
    if path is None:
        return None
    kind = path.string("type", required=True, choices=("ReplaceFullPath", "ReplacePrefixMatch"))
    values = {
        "ReplaceFullPath": ("replaceFullPath", path.string("replaceFullPath", max_length=1024)),
        "ReplacePrefixMatch": ("replacePrefixMatch", path.string("replacePrefixMatch", max_length=1024)),
    }
    found: PathModifier | None = None
    for other, (name, value) in values.items():
        if other == kind and not path.has(name):
            path.error(name, f"{name} must be specified when type is set to '{kind}'")
        elif other != kind and kind is not None and path.has(name):
            path.error(name, f"type must be '{other}' when {name} is set")
        elif other == kind and value is not None:
            found = PathModifier(kind, value)  # type: ignore[arg-type]  # one of the choices
    path.finish()
    return found


def _read_mirror(fields: Fields, meta: Meta) -> Mirror | None:
    backend = _read_backend_in(fields, meta)
    percent, fraction = fields.integer("percent", minimum=0, maximum=100), fields.mapping("fraction")
    numerator, denominator = 100 if percent is None else percent, 100
    if fraction is not None:
        numerator = fraction.integer("numerator", required=True, minimum=0) or 0
        denominator = fraction.integer("denominator", minimum=1) or 100
        if numerator > denominator:
            fields.error("fraction", "numerator must be less than or equal to denominator")
        fraction.finish()
        if fields.has("percent"):
            fields.error("percent", "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter")
    return None if backend is None else Mirror(backend, numerator, denominator)


def _read_backend_in(fields: Fields, meta: Meta) -> BackendRef | None:
    """Read the backend of a filter, which has no weight and no filters."""
    one = fields.mapping("backendRef", required=True)
    if one is None:
        return None
    backend = _read_target(one, meta)
    one.finish()
    return backend


def _read_cors(fields: Fields) -> Cors:
    origins = fields.strings("allowOrigins", max_items=64, min_length=1, max_length=253, pattern=_ORIGIN)
    methods = fields.strings("allowMethods", max_items=9, choices=(*METHODS, "*"))
    headers = fields.strings("allowHeaders", max_items=64, min_length=1, max_length=256, pattern=TOKEN)
    exposed = fields.strings("exposeHeaders", max_items=64, min_length=1, max_length=256, pattern=TOKEN)
    named = (("AllowOrigins", "allowOrigins", origins), ("AllowMethods", "allowMethods", methods))
    for label, name, values in (*named, ("AllowHeaders", "allowHeaders", headers)):
        if "*" in values and len(values) > 1:
            fields.error(name, f"{label} cannot contain '*' alongside other {label.removeprefix('Allow').lower()}")
    age = fields.integer("maxAge", minimum=1)
    credentials = fields.boolean("allowCredentials") or False
    return Cors(tuple(origins), tuple(methods), tuple(headers), tuple(exposed), credentials, 5 if age is None else age)


def read_backends(rule: Fields, meta: Meta) -> tuple[BackendRef, ...]:
    """Read the backends of a rule.

    Args:
        rule: The rule.
        meta: The route.

    Returns:
        The backends.
    """
    found: list[BackendRef] = []
    for one in rule.children("backendRefs", max_items=16):
        backend = _read_target(one, meta)
        weight = one.integer("weight", minimum=0, maximum=1_000_000)
        filters = read_filters(one, meta) if meta.kind in {"HTTPRoute", "GRPCRoute"} else ()
        one.finish()
        if backend is not None:
            found.append(BackendRef(backend.target, backend.port, 1 if weight is None else weight, filters))
    return tuple(found)


def _read_target(one: Fields, meta: Meta) -> BackendRef | None:
    target, port = read_ref(one, meta, "Service"), one.integer("port", minimum=1, maximum=65535)
    if target is not None and not target.group and target.kind == "Service" and not one.has("port"):
        one.error("port", "Must have port for Service reference")
    return None if target is None else BackendRef(target, port)


def modifiers_of(filters: Sequence[Filter]) -> list[PathModifier]:
    """Find what replaces a path among some filters.

    Args:
        filters: The filters.

    Returns:
        The modifiers of paths.
    """
    return [one.path for one in filters if isinstance(one, Redirect | Rewrite) and one.path is not None]
