"""RouteConfiguration: a table of virtual hosts (envoy.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen

from meshroute.model.actions import Redirect, Unsupported
from meshroute.model.criteria import Criterion, HeaderMatch, Not, RouteMatch
from meshroute.model.normalization import Normalization
from meshroute.model.notices import Notice
from meshroute.model.route import Route
from meshroute.model.table import RouteTable, VirtualCluster, VirtualHost
from meshroute.model.values import TextExact
from meshroute.readers.envoy.filters import filter_effects
from meshroute.readers.envoy.hosts import check_domains, domain_criterion
from meshroute.readers.envoy.levels import Levels
from meshroute.readers.envoy.matchers import header_criterion
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.mutations import request_mutations, response_mutations
from meshroute.readers.envoy.routes import RouteNaming, lower_routes
from meshroute.readers.envoy.scope import Scope, Unmodelled, source_of
from meshroute.readers.envoy.trees import lower_tree
from meshroute.text import ascii_lower

_HTTPS: Final = HeaderMatch("x-forwarded-proto", TextExact("https"), invert=True)
_EXTERNAL: Final = Not(HeaderMatch("x-envoy-internal", TextExact("true")))
_TO_HTTPS: Final = Redirect("https", status=301, keep_port=True)
_TLS: Final[dict[str, tuple[Criterion, ...]]] = {"ALL": (_HTTPS,), "EXTERNAL_ONLY": (_HTTPS, _EXTERNAL)}


@frozen
class TableOptions:
    """What a listener adds to a table.

    Args:
        normalization: What it does to a request first.
        notices: What every answer should say.
        tunnels: Whether requests to open tunnels get through to the routes.
    """

    normalization: Normalization
    notices: tuple[Notice, ...] = ()
    tunnels: bool = True


def lower_table(scope: Scope, message: Message, table_id: str, options: TableOptions) -> RouteTable:
    """Lower a RouteConfiguration.

    Args:
        scope: What it is evaluated with.
        message: The RouteConfiguration.
        table_id: What identifies it.
        options: What the listener adds.

    Returns:
        The table.
    """
    scope = evolve(scope, validates=message.flag("validate_clusters", default=scope.validates))
    check_domains(scope, message)
    unmodelled = Unmodelled()
    filter_effects(scope, message, unmodelled)
    if message.messages("route_specifiers"):
        unmodelled.add(message, "route_specifiers", "an extension may choose another route")
    if message.has("internal_only_headers"):
        unmodelled.remark(message, "internal_only_headers", "requests from outside lose these headers first")
    extensions = (plugin.message("extension") for plugin in message.messages("cluster_specifier_plugins"))
    plugins = frozenset(extension.text("name") for extension in extensions if extension is not None)
    requests, responses = request_mutations(scope, message), response_mutations(scope, message)
    hosts: list[VirtualHost] = []
    for index, host in enumerate(message.messages("virtual_hosts")):
        levels = Levels(
            scope,
            message,
            host,
            (request_mutations(scope, host), requests),
            (response_mutations(scope, host), responses),
            plugins,
        )
        hosts.append(_host(levels, RouteNaming(table_id, index, tuple(unmodelled.notices)), unmodelled))
    if message.has("vhds"):
        hosts.append(_on_demand(message, table_id))
    return RouteTable(
        table_id,
        tuple(hosts),
        host_selection="best_only",
        normalization=options.normalization,
        slash_required=True,
        tunnels=options.tunnels or _opens_tunnels(message),
        host_header=ascii_lower(message.text("vhost_header")) or None,
        notices=(*options.notices, *unmodelled.remarks),
    )


def _host(levels: Levels, naming: RouteNaming, table: Unmodelled) -> VirtualHost:
    host = levels.host
    unmodelled = Unmodelled(list(naming.above))
    filter_effects(levels.scope, host, unmodelled)
    if host.messages("route_specifiers"):
        unmodelled.add(host, "route_specifiers", "an extension may choose another route")
    naming = RouteNaming(naming.table, naming.host, tuple(unmodelled.notices))
    ignore_port = levels.table.flag("ignore_port_in_host_matching")
    domains = tuple(domain_criterion(domain, ignore_port=ignore_port) for domain in host.texts("domains"))
    matcher = host.message("matcher")
    if matcher is not None and host.messages("routes"):
        levels.scope.error(host, "matcher", "a virtual host cannot have both `matcher` and `routes`")
    routes = lower_routes(levels, naming) if matcher is None else lower_tree(levels, matcher, naming)
    clusters = tuple(_virtual_clusters(levels.scope, host, table))
    return VirtualHost(host.name("name"), (*_tls(host, naming), *routes), domains, clusters)


def _tls(host: Message, naming: RouteNaming) -> Iterator[Route]:
    """Redirect requests that did not come by TLS, before any route (envoy.md §1)."""
    criteria = _TLS.get(host.enum("require_tls"))
    if criteria is not None:
        yield Route(
            None,
            match=RouteMatch(criteria),
            action=_TO_HTTPS,
            id=naming.id("tls"),
            source=source_of(host.at("require_tls"), "VirtualHost", host.name("name")),
        )


def _virtual_clusters(scope: Scope, host: Message, table: Unmodelled) -> Iterator[VirtualCluster]:
    for cluster in host.messages("virtual_clusters"):
        unread = Unmodelled()
        criteria = [header_criterion(scope, header, unread) for header in cluster.messages("headers")]
        if unread.notices:
            table.remark(cluster, "headers", "a matcher is an extension, and no request is counted under this name")
            continue
        if not cluster.messages("headers"):
            scope.error(cluster, None, "a virtual cluster needs `headers`")
        found = tuple(criterion for criterion in criteria if criterion is not None)
        yield VirtualCluster(cluster.name("name"), RouteMatch(found))


def _opens_tunnels(message: Message) -> bool:
    """Tell whether a route lets requests to open tunnels through itself."""
    for host in message.messages("virtual_hosts"):
        for route in host.messages("routes"):
            action = route.message("route")
            for upgrade in () if action is None else action.messages("upgrade_configs"):
                if upgrade.text("upgrade_type").upper() == "CONNECT":
                    return True
    return False


def _on_demand(message: Message, table_id: str) -> VirtualHost:
    """Say of hosts that are in no virtual host that one may be fetched for them."""
    notice = Notice(
        "unsupported",
        "`vhds` of RouteConfiguration is not modelled: virtual hosts may come on demand",
        source_of(message.at("vhds")),
    )
    route = Route(None, match=RouteMatch(()), action=Unsupported(notice), id=f"{table_id}#vhds", source=notice.source)
    return VirtualHost(None, (route,))
