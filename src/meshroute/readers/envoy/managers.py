"""HttpConnectionManager: what it does to a request before the routes see it (envoy.md §2.2, §2.3)."""

from __future__ import annotations

from typing import Final, Literal

from meshroute.model.normalization import EscapedSlashes, Normalization
from meshroute.model.notices import Notice
from meshroute.readers.envoy.filters import remarkable
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.scope import source_of
from meshroute.readers.envoy.tables import TableOptions

# The headers whose repeated lines Envoy 1.40 joins on receipt (envoy.md §2.3)
INLINE_HEADERS: Final = frozenset(
    [
        "accept",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "access-control-request-private-network",
        "authentication",
        "authorization",
        "cache-control",
        "cdn-loop",
        "content-encoding",
        "content-type",
        "expect",
        "grpc-accept-encoding",
        "grpc-timeout",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "origin",
        "pragma",
        "proxy-status",
        "referer",
        "user-agent",
        "via",
        "x-client-trace-id",
        "x-envoy-attempt-count",
        "x-envoy-decorator-operation",
        "x-envoy-downstream-service-cluster",
        "x-envoy-downstream-service-node",
        "x-envoy-external-address",
        "x-envoy-is-timeout-retry",
        "x-envoy-original-host",
        "x-envoy-original-path",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-request-id",
    ]
)

_ESCAPED: Final[dict[str, EscapedSlashes]] = {
    "REJECT_REQUEST": "reject",
    "UNESCAPE_AND_REDIRECT": "redirect",
    "UNESCAPE_AND_FORWARD": "unescape",
}

PLAIN: Final = TableOptions(Normalization(strict=True, fragment=True, joined=INLINE_HEADERS, forwarded_proto=True))
"""What a manager does that says nothing."""


def options_of(manager: Message) -> TableOptions:
    """Read the options of a manager.

    Args:
        manager: The HttpConnectionManager.

    Returns:
        The options.
    """
    host_port: Literal["keep", "matching", "any"] = "keep"
    if manager.flag("strip_any_host_port"):
        host_port = "any"
    elif manager.flag("strip_matching_host_port"):
        host_port = "matching"
    normalization = Normalization(
        path=manager.flag("normalize_path"),
        slashes=manager.flag("merge_slashes"),
        strict=True,
        escaped_slashes=_ESCAPED.get(manager.enum("path_with_escaped_slashes_action"), "keep"),
        fragment=True,
        host_port=host_port,
        host_dot=manager.flag("strip_trailing_host_dot"),
        joined=INLINE_HEADERS,
        forwarded_proto=True,
    )
    names = remarkable(manager.messages("http_filters"))
    notices: tuple[Notice, ...] = ()
    if names:
        text = f"what the HTTP filters do is not modelled, and they see each request first: {', '.join(names)}"
        notices = (Notice("http-filters", text, source_of(manager.at("http_filters"))),)
    return TableOptions(normalization, notices, tunnels=_allows_tunnels(manager))


def filters_of(manager: Message) -> frozenset[str]:
    """Name the filters in the chain of a manager.

    Args:
        manager: The HttpConnectionManager.

    Returns:
        The names.
    """
    return frozenset(entry.text("name") for entry in manager.messages("http_filters"))


def _allows_tunnels(manager: Message) -> bool:
    return any(
        upgrade.text("upgrade_type").upper() == "CONNECT" and (not upgrade.has("enabled") or upgrade.flag("enabled"))
        for upgrade in manager.messages("upgrade_configs")
    )
