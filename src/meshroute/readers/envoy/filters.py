"""Configuration of HTTP filters: what a filter of its own could do to an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import Scope, Unmodelled

_FIELD: Final = "typed_per_filter_config"

# Filters that neither answer a request nor change what the routes look at. Known by the type of their configuration;
# what stands in no list is taken for one that could do both.
_HARMLESS: Final = frozenset(
    {
        "envoy.extensions.filters.http.alternate_protocols_cache.v3",
        "envoy.extensions.filters.http.bandwidth_limit.v3",
        "envoy.extensions.filters.http.buffer.v3",
        "envoy.extensions.filters.http.compressor.v3",
        "envoy.extensions.filters.http.decompressor.v3",
        "envoy.extensions.filters.http.grpc_stats.v3",
        "envoy.extensions.filters.http.grpc_web.v3",
        "envoy.extensions.filters.http.router.v3",
        "envoy.extensions.filters.http.stateful_session.v3",
        "envoy.extensions.filters.http.tap.v3",
        "envoy.extensions.filters.http.upstream_codec.v3",
        "io.istio.http.peer_metadata",
        "istio.extensions.stats",
        "stats",
    }
)
# These answer some requests themselves, but never choose another route.
_ANSWERING: Final = frozenset(
    {
        "envoy.extensions.filters.http.cors.v3",
        "envoy.extensions.filters.http.csrf.v3",
        "envoy.extensions.filters.http.health_check.v3",
        "envoy.extensions.filters.http.local_ratelimit.v3",
        "envoy.extensions.filters.http.ratelimit.v3",
    }
)


def package_of(config: Message) -> str:
    """Return the package of a filter's configuration, by which the filter is known.

    Args:
        config: The configuration.

    Returns:
        The package.
    """
    return config.type.rpartition(".")[0]


def filter_effects(scope: Scope, message: Message, unmodelled: Unmodelled) -> None:
    """Note the configuration of filters in a route, virtual host or table.

    A filter that is not in the listener's chain does nothing; of the others those that could answer or reroute a
    request decide, and the rest are only remarked on.

    Args:
        scope: What the table is evaluated with.
        message: The Route, VirtualHost or RouteConfiguration.
        unmodelled: Where they go.
    """
    for name, config in message.mapping(_FIELD):
        inner = _unwrapped(config)
        if inner is None:
            continue  # a filter switched off does nothing
        package = package_of(inner)
        if package in _HARMLESS or (scope.filters is not None and name not in scope.filters):
            continue
        if package in _ANSWERING:
            unmodelled.remark(message, _FIELD, f"filter {name!r} may answer a request itself")
        else:
            unmodelled.add(message, _FIELD, f"filter {name!r} may answer a request itself, or change it")


def _unwrapped(config: Message) -> Message | None:
    """Return the configuration inside a FilterConfig; None where that switches the filter off."""
    if config.type != "envoy.config.route.v3.FilterConfig":
        return config
    if config.flag("disabled"):
        return None
    return config.message("config")


def remarkable(filters: Iterable[Message]) -> list[str]:
    """Name the filters of a chain that may answer a request, or change it, before or after it is routed.

    Args:
        filters: The HttpFilter messages of an HttpConnectionManager.

    Returns:
        The names.
    """
    found: list[str] = []
    for entry in filters:
        config = entry.message("typed_config")
        if not entry.flag("disabled") and (config is None or package_of(config) not in _HARMLESS):
            found.append(entry.text("name"))
    return found
