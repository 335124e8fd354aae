"""Gateway routes and routes of a router, in every form but the guides'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meshroute.readers.app_mesh.dialect import empty_mapping
from meshroute.readers.app_mesh.matches import read_match
from meshroute.readers.app_mesh.objects import GatewayRewrite, GatewayRoute, MatchSpec, RouterRoute, WeightedTarget
from meshroute.readers.app_mesh.policies import read_retry, read_timeouts
from meshroute.readers.app_mesh.references import node_of_target, service_of

if TYPE_CHECKING:
    from meshroute.readers._document import Fields
    from meshroute.readers.app_mesh.dialect import Holder
    from meshroute.readers.app_mesh.objects import Meta, Ref, RouteProtocol

ROUTE_KEYS: Final[dict[str, RouteProtocol]] = {
    "httpRoute": "http",
    "http2Route": "http2",
    "grpcRoute": "grpc",
    "tcpRoute": "tcp",
}
GATEWAY_ROUTE_KEYS: Final = ("httpRoute", "http2Route", "grpcRoute")
_LEGACY_KEYS: Final[dict[str, RouteProtocol]] = {"http": "http", "http2": "http2", "grpc": "grpc", "tcp": "tcp"}
_SWITCH: Final = ("ENABLED", "DISABLED")
_HIGHEST_TOTAL: Final = 100


# ------------------------------------------------------------------------------------------------- gateway routes


def read_gateway_route(holder: Holder, meta: Meta, spec: Fields, gateway: Ref | None) -> GatewayRoute | None:
    """Read the ``spec`` of a gateway route.

    Args:
        holder: The gateway route.
        meta: Its identity.
        spec: Its ``spec``.
        gateway: The virtual gateway that it names.

    Returns:
        The gateway route, or None where it is too faulty.
    """
    priority = spec.integer("priority", minimum=0, maximum=1000)
    found = gateway_route_of(spec)
    holder.finish(spec)
    if found is None:
        return None
    route, protocol = found
    action = route.mapping("action", required=True)
    match_fields = match_of(route)
    match = read_match(holder, match_fields, protocol, "gateway")
    holder.finish(route)
    if action is None:
        return None
    target = action.mapping("target", required=True)
    rewrite = _rewrite(holder, action, match_fields, protocol)
    holder.finish(action)
    service = None if target is None else _target(holder, target)
    if service is None:
        return None
    return GatewayRoute(meta, protocol, priority, match, rewrite, *service, gateway, tuple(holder.notices))


def gateway_route_of(spec: Fields) -> tuple[Fields, RouteProtocol] | None:
    """Find the one route of a gateway route's spec.

    Args:
        spec: What holds it.

    Returns:
        The route and its protocol, or None where there is not exactly one.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> gateway_route_of(holder.fields(parse_yaml("http2Route: {}")[0]))[1]
    'http2'
    """
    keys = [key for key in GATEWAY_ROUTE_KEYS if spec.has(key)]
    if not keys:
        spec.problems.error(spec.node, "Missing GatewayRoute Type in GatewayRoute Spec")
    elif len(keys) > 1:
        spec.error(keys[1], "Found multiple types in GatewayRoute Spec. Only 1 (GRPC/HTTP/HTTP2) allowed")
    if len(keys) != 1:
        return None
    route = spec.mapping(keys[0])
    return None if route is None else (route, ROUTE_KEYS[keys[0]])


def match_of(route: Fields, *, required: bool = True) -> Fields:
    """The ``match`` of a route; an absent one is read as an empty one, after it was reported.

    Args:
        route: The route.
        required: Whether its absence is a problem.

    Returns:
        The ``match``.

    >>> from meshroute.readers._document import Problems, parse_yaml
    >>> from meshroute.readers.app_mesh.dialect import KUBERNETES, Holder
    >>> holder = Holder(KUBERNETES, Problems(), namespace="ns")
    >>> match_of(holder.fields(parse_yaml("match: {prefix: /}")[0])).string("prefix")
    '/'
    """
    match = route.mapping("match", required=required)
    return match or route.at(empty_mapping(route.node), where="match")


def _target(holder: Holder, target: Fields) -> tuple[Ref, int | None] | None:
    port = target.integer("port", minimum=1, maximum=65535)
    named = target.mapping("virtualService", required=True)
    holder.finish(target)
    if named is None:
        return None
    service = service_of(holder, named)
    holder.finish(named)
    return None if service is None else (service, port)


def _rewrite(holder: Holder, action: Fields, match: Fields, protocol: RouteProtocol) -> GatewayRewrite:
    known = ("hostname",) if protocol == "grpc" else ("hostname", "prefix", "path")
    fields = action.mapping("rewrite", known=known)
    if fields is None:
        return GatewayRewrite()
    if holder.dialect.webhook and not any(fields.has(name) for name in known):
        action.error("rewrite", "Either prefix, path or hostname for rewrite must be specified")
    default_hostname = _switch(holder, fields, "hostname", "defaultTargetHostname")
    default_prefix, value, path = True, None, None
    if protocol != "grpc":
        if fields.has("prefix") and fields.has("path"):
            fields.error("path", "Both prefix and path for rewrites cannot be specified. Only 1 allowed")
        default_prefix, value = _prefix_rewrite(holder, fields)
        path = _path_rewrite(holder, fields)
        _notice_undefined(holder, fields, match)
    holder.finish(fields)
    return GatewayRewrite(default_hostname, default_prefix, value, path)


def _switch(holder: Holder, fields: Fields, name: str, switch: str) -> bool:
    block = fields.mapping(name, known=(switch,))
    if block is None:
        return True
    value = block.string(switch, choices=_SWITCH)
    holder.finish(block)
    return value != "DISABLED"


def _prefix_rewrite(holder: Holder, fields: Fields) -> tuple[bool, str | None]:
    block = fields.mapping("prefix", known=("defaultPrefix", "value"))
    if block is None:
        return True, None
    if block.has("defaultPrefix") and block.has("value"):
        block.error("value", "Cannot specify both defaultPrefix and prefix for rewrite, only 1 allowed")
    default = block.string("defaultPrefix", choices=_SWITCH)
    value = block.string("value", min_length=1, max_length=255)
    if value is not None and not (value.startswith("/") and value.endswith("/")):
        if holder.dialect.webhook:
            block.error("value", "New Rewrite Prefix must start and end with '/'")
        elif not value.startswith("/"):
            block.error("value", "New Rewrite Prefix must start with '/'")
    holder.finish(block)
    return default != "DISABLED", value


def _path_rewrite(holder: Holder, fields: Fields) -> str | None:
    block = fields.mapping("path", known=("exact",))
    if block is None:
        return None
    exact = block.string("exact", required=True, min_length=1, max_length=255)
    if exact is not None and not exact.startswith("/"):
        block.error("exact", "New Rewrite Path must start with '/'", f"write /{exact}")
    holder.finish(block)
    return exact


def _notice_undefined(holder: Holder, rewrite: Fields, match: Fields) -> None:
    """The webhook lets these pairs through (§3.2, gaps), and AWS nowhere says what they do."""
    for written, undefined, message in (
        ("path", not match.has("path"), "`rewrite.path` without a `path` match; here it replaces the whole path"),
        ("prefix", match.has("path"), "`rewrite.prefix` with a `path` match; here it is ignored"),
    ):
        if rewrite.has(written) and undefined:
            node = rewrite.node_of(written) or rewrite.node
            holder.notice("undefined-rewrite", f"AWS does not define {message}", node)


# ------------------------------------------------------------------------------------------------ router routes


def read_router_route(holder: Holder, meta: Meta, fields: Fields) -> RouterRoute | None:
    """Read one route of a router: an item of ``routes``, or the ``spec`` of a route that is a resource of its own.

    Args:
        holder: The route.
        meta: Its identity.
        fields: What holds its priority and its ``httpRoute`` (…).

    Returns:
        The route, or None where it is too faulty.
    """
    keys = _LEGACY_KEYS if holder.dialect.refs == "legacy" else ROUTE_KEYS
    priority = fields.integer("priority", minimum=0, maximum=1000)
    present = [key for key in keys if fields.has(key)]
    holder.finish(fields)
    if len(present) != 1:
        shown = ", ".join(f"`{fields.shown(key)}`" for key in keys)
        message = f"a route must have exactly one of {shown}, not {len(present) or 'none'}"
        holder.problems.error((fields.node_of(present[1]) if present else None) or fields.node, message)
        return None
    route = fields.mapping(present[0])
    if route is None:
        return None
    protocol = keys[present[0]]
    action = route.mapping("action", required=True)
    match = MatchSpec()
    if protocol != "tcp" or route.has("match"):
        match = read_match(holder, match_of(route, required=protocol != "tcp"), protocol, "router")
    timeouts = read_timeouts(holder, route, protocol)
    retry = read_retry(holder, route, protocol)
    holder.finish(route)
    if action is None:
        return None
    targets = _weighted_targets(holder, action)
    return RouterRoute(meta, protocol, priority, match, targets, timeouts, retry, tuple(holder.notices))


def _weighted_targets(holder: Holder, action: Fields) -> tuple[WeightedTarget, ...]:
    targets: list[WeightedTarget] = []
    for item in action.children("weightedTargets", required=True, min_items=1, max_items=10):
        node = node_of_target(holder, item)
        weight = item.integer("weight", required=True, minimum=0, maximum=100)
        port = item.integer("port", minimum=1, maximum=65535)
        holder.finish(item)
        if node is not None and weight is not None:
            targets.append(WeightedTarget(node, weight, port))
    _notice_total(holder, action, targets)
    holder.finish(action)
    return tuple(targets)


def _notice_total(holder: Holder, action: Fields, targets: list[WeightedTarget]) -> None:
    """The user guide limits the total of the weights to 100; the controller does not add them up (§1.2)."""
    total = sum(target.weight for target in targets)
    where = action.node_of("weightedTargets") or action.node
    if total > _HIGHEST_TOTAL:
        message = f"the weights add up to {total}, and AWS documents at most 100; here each counts as its share"
        holder.notice("weight-total", message, where)
    elif targets and not total:
        message = "the weights are all 0, and AWS does not define where requests go; here they are answered 503"
        holder.notice("weight-total", message, where)
